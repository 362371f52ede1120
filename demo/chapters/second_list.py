"""The second version of the list: additions, two items filed again, and one change."""

from __future__ import annotations

import datetime as dt

from demo.chapters import training
from demo.story import Story
from empowerment.choices import Desk, LineState
from empowerment.filings.services import change_item, resubmit
from empowerment.filings.steps import create_filing
from empowerment.models import Filing, FilingItem

TITLE = "第二批街道赋权事项申报"
AGAIN = {
    "ziran": ("宅基地的审批", "《中华人民共和国土地管理法》第六十二条"),
    "weijian": ("奖励扶助", "《中华人民共和国人口与计划生育法》"),
}
ROADSIDE = "街道负责乡道、村道路肩外摆摊设点、堆放物品的巡查、立案和处罚；部门负责国省干线、挖沟引水等案件的查处和业务指导"


def tell(story: Story) -> None:
    """File, review and decide the second list, and let the streets begin to answer."""
    filings = []
    story.at(10, "09:10", months=4)
    names = [story.full_name("zhujian", part) for part in ("物业查验", "前期物业", "城镇污水排入")]
    filings.append(("zhujian", story.draft("zhujian", TITLE, names)))
    story.at(9, "10:25", months=4)
    filings.append(("sifa", story.draft("sifa", TITLE, [story.full_name("sifa", "法律援助")])))
    story.at(8, "14:00", months=4)
    filings.append(("tuiyi", story.draft("tuiyi", TITLE, story.names("tuiyi"))))
    story.at(7, "15:30", months=4)
    road = story.full_name("jiaotong", "摆摊设点")
    change = {road: {"duties": ROADSIDE}}
    filings.append(
        (
            "jiaotong",
            story.draft(
                "jiaotong", "赋权事项变更申报", [road], changes=change,
                feasibility="承接前的座谈中，街道提出职责边界不清，现予明确。",
            ),
        )
    )  # fmt: skip
    for prefix, (part, basis) in AGAIN.items():
        story.at(5, "09:40", months=4)
        filings.append((prefix, _again(story, prefix, part, basis)))
    for prefix, filing in filings:
        story.at(0, "10:15", months=4)
        story.submit(filing, prefix)
    for _, filing in filings:
        story.at(-10, "15:00", months=4)
        story.review(filing, Desk.ESTABLISHMENT)
    training.record(story, *training.SUMMER)
    for _, filing in filings:
        story.at(8, "09:35", months=3)
        story.review(filing, Desk.JUSTICE)
    training.record(story, *training.SUMMER)
    day = story.at(72, "16:00")
    training.record(story, *training.SUMMER)
    story.meet(
        f"区政府{day.year}年第11次常务会议",
        [filing for _, filing in filings],
        reference="",
        note="会议同意第二批街道赋权事项和一项变更。",
    )
    _claims(story)


def _again(story: Story, prefix: str, part: str, basis: str) -> Filing:
    clerk = story.clerk(prefix)
    line = FilingItem.objects.get(
        filing__organization=clerk.organization, state=LineState.RETURNED, name__contains=part
    )
    filing = create_filing(
        organization=clerk.organization,
        title="退回事项重新申报",
        actor=clerk,
        feasibility="已按区司法局意见删去外省规定，改引国家法律法规。",
    )
    copy = resubmit(line, filing=filing, actor=clerk)
    story.later(5)
    change_item(copy, actor=clerk, values={"basis": basis})
    return filing


def _claims(story: Story) -> None:
    """永安 answers in full, 温泉 in part, 浮山 is left for the last chapter."""
    story.at(55, "10:20")
    story.claim_rest("yongan")
    story.at(52, "09:30")
    story.submit_claims("yongan")
    story.at(50, "14:15")
    story.decide("wenquan", "claimed", ["法律援助", "退役士兵"])
    story.later(4)
    story.decide(
        "wenquan", "deferred", ["宅基地"], reason="辖区农村宅基地集中在一个村，先由部门办理。",
        again=story.today + dt.timedelta(days=60),
    )  # fmt: skip
    story.at(47, "11:05")
    story.submit_claims("wenquan")
