"""A trial letter whose six months are over, and the batch whose transition ends within weeks."""

from __future__ import annotations

from demo.story import Story
from empowerment.agreements.steps import withdraw

BATCH = tuple(
    (department, street)
    for department in ("zhujian", "chengguan", "weijian")
    for street in ("wenquan", "fushan", "yongan")
)


def tell(story: Story) -> None:
    """Send, sign, and take one letter back."""
    story.at(25, "09:30", months=6)
    story.send(("minzheng", "wenquan"))
    story.at(20, "10:10", months=6)
    story.sign("minzheng", "wenquan", by="minzheng")
    story.at(13, "15:25", months=6)
    story.sign("minzheng", "wenquan", by="wenquan")

    story.at(27, "09:00", months=5)
    story.send(*BATCH, ("nongye", "fushan"))
    for place, (department, street) in enumerate(BATCH):
        story.at(25 - place // 3, "10:00", months=5)
        story.later(place * 4)
        story.sign(department, street, by=department)
    story.at(22, "16:45", months=5)
    withdraw(
        story.letter("nongye", "fushan"),
        actor=story.person("bianban"),
        reason="区农业农村局提出先完成秸秆禁烧方案修订，协商一致后重新发送。",
    )
    for place, (department, street) in enumerate(BATCH):
        story.at(18 - place % 3, "14:30", months=5)
        story.later(place * 3)
        story.sign(department, street, by=street)
