"""The three streets answer to the first list."""

from __future__ import annotations

import datetime as dt

from demo.story import Story


def tell(story: Story) -> None:
    """Claim, decline and defer; one date of a second look has passed by today."""
    past = story.day(18)
    soon = story.today + dt.timedelta(days=32)

    story.at(-9, "09:15", months=8)
    story.decide("wenquan", "declined", ["小型水库"], reason="执法对象少：辖区内没有小型水库。")
    story.later(3)
    story.decide(
        "wenquan",
        "declined",
        ["公共场所卫生许可"],
        reason="专业技术性强：现场审查须由卫生专业人员进行，街道没有。",
    )
    story.later(6)
    story.decide("wenquan", "deferred", ["游泳场"], reason="泳季前完成协管员培训后再议。", again=past)
    story.later(2)
    story.decide("wenquan", "deferred", ["食堂食品安全"], reason="与市场监管所的分工尚未明确。", again=soon)
    story.later(11)
    story.claim_rest("wenquan")
    story.at(-12, "10:40", months=8)
    story.submit_claims("wenquan")

    story.at(-14, "14:20", months=8)
    story.decide(
        "fushan",
        "declined",
        ["照明设施安全距离内擅自", "照明设施安全距离内倾倒"],
        reason="认定困难：安全距离须仪器测定。",
    )
    story.later(5)
    story.decide("fushan", "declined", ["公共场所卫生许可"], reason="专业技术性强：没有具备资格的审查人员。")
    story.later(5)
    story.decide(
        "fushan", "deferred", ["致使古树名木", "古树名木认定"], reason="古树名木普查结束后再议。", again=soon
    )
    story.later(9)
    story.claim_rest("fushan")
    story.at(-19, "09:50", months=8)
    story.submit_claims("fushan")

    story.at(-21, "10:30", months=8)
    story.decide(
        "yongan", "declined", ["桥梁或非指定", "桥梁或者路灯"], reason="执法力量不足：夜间没有值守力量。"
    )
    story.later(4)
    story.decide(
        "yongan", "declined", ["污水处理费征收"], reason="执法对象少：辖区污水处理费由供水企业代征。"
    )
    story.later(4)
    story.decide("yongan", "deferred", ["小型水库"], reason="水库移交管护单位后再议。", again=soon)
    story.later(8)
    story.claim_rest("yongan")
    story.at(-26, "16:10", months=8)
    story.submit_claims("yongan")
