"""The letters of the last weeks: in force, refused, signed by one side, waiting, overdue."""

from __future__ import annotations

from demo.story import Story
from empowerment.agreements.steps import refuse

EFFECTIVE = (
    *(("canlian", "wenquan"), ("canlian", "fushan"), ("canlian", "yongan")),
    *(("minzheng", "fushan"), ("minzheng", "yongan")),
    *(("nongye", "fushan"), ("shuili", "fushan"), ("ziran", "wenquan")),
)


def tell(story: Story) -> None:
    """Send the first batch, which is in force but for one letter."""
    story.at(41, "09:20")
    story.send(*EFFECTIVE, ("ziran", "yongan"))
    for place, (department, street) in enumerate((*EFFECTIVE, ("ziran", "yongan"))):
        story.at(39 - place // 5, "09:40")
        story.later(place * 4)
        story.sign(department, street, by=department)
    story.at(36, "16:20")
    refuse(
        story.letter("ziran", "yongan"),
        actor=story.head("yongan"),
        reason="乡村建设规划许可须有专业人员现场踏勘，请先明确部门派员驻点指导的安排，再行签署。",
    )
    for place, (department, street) in enumerate(EFFECTIVE):
        story.at(35 - place // 4, "15:00")
        story.later(place * 5)
        story.sign(department, street, by=street)


def tell_last(story: Story) -> None:
    """Send two more batches and take each as far as it has come by today."""
    story.at(12, "09:50")
    story.send(("xiaofang", "yongan"), ("jiaotong", "yongan"))
    story.at(9, "10:30")
    story.sign("jiaotong", "yongan", by="jiaotong")

    story.at(6, "09:10")
    story.send(("yingji", "wenquan"), ("sifa", "wenquan"), ("zhujian", "yongan"), ("xiaofang", "fushan"))
    story.at(4, "11:20")
    story.sign("sifa", "wenquan", by="sifa")
    story.later(30)
    story.sign("zhujian", "yongan", by="zhujian")
