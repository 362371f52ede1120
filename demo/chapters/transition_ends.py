"""The end of transitions: the trial letter's powers pass to the street, those ending soon are stated about."""

from __future__ import annotations

import datetime as dt

from demo.story import Story
from empowerment.choices import EndGround, Party, PowerState
from empowerment.models import Empowerment
from empowerment.powers.many import review
from empowerment.powers.steps import confirm, correct_end, end
from xianan.core.dates import add_months
from xianan.organizations.models import User

NO_CASES = "近两年没有办理过同类案件，执法人员尚未独立办案；部门派员带办两件后再评估。"
NO_PEOPLE = "两名协管员尚未取得执法资格，已报名下期考试。"
NO_DOCUMENTS = "审查细则和文书样式还在修订，未移交街道，预计下月完成。"


def tell(story: Story) -> None:
    """Leave powers in operation, one late with 未具备, one not stated about, some for 区委编办, and two that end."""
    _trial(story)
    _ended(story)
    _ending_soon(story)


def _trial(story: Story) -> None:
    """温泉's trial powers of 区民政局: their term ended a fortnight ago."""
    rows = _powers(story, "minzheng", "wenquan")
    late, silent, taken = rows[:1], rows[1:2], rows[2:]
    story.at(30, "09:30")
    _state(taken, "ready", story.clerk("minzheng"), "资料已移交，培训两次，街道能独立办理。")
    story.later(9)
    _state(late, "ready", story.clerk("minzheng"), "资料已移交。")
    story.at(29, "10:15")
    _state(taken, "ready", story.clerk("wenquan"), "窗口和人员已落实。")
    story.later(6)
    _state(late, "not_ready", story.clerk("wenquan"), NO_CASES)
    story.at(28, "15:20")
    _state(silent, "ready", story.head("minzheng"), "")
    story.at(14, "10:10")
    confirm.all(taken, actor=story.person("bianban"))


def _ending_soon(story: Story) -> None:
    """The large batch: what 浮山 and 区城管局 agree on waits for 区委编办; the others have begun."""
    story.at(12, "08:35")
    rows = _powers(story, "chengguan", "fushan")
    _state(rows[:9], "ready", story.clerk("chengguan"), "办事指南、表格已移交，培训三次。")
    story.later(11)
    _state(rows[1:8], "ready", story.clerk("fushan"), "")
    story.later(4)
    _state(rows[:1], "not_ready", story.clerk("fushan"), NO_PEOPLE)
    story.later(16)
    confirm.all(rows[5:8], actor=story.person("bianban"))
    others = _powers(story, "zhujian", "wenquan")
    story.later(7)
    _state(others[:2], "not_ready", story.clerk("zhujian"), NO_DOCUMENTS)
    story.later(5)
    _state(others[2:6], "ready", story.head("wenquan"), "")


def _ended(story: Story) -> None:
    """The government takes one power back, first entered with the wrong day; another will end with a new law."""
    over, ending = _powers(story, "zhujian", "wenquan")[6:8]
    story.at(13, "09:40")
    day = story.day(12)
    office = story.person("bianban")
    end(
        over,
        ended_from=day,
        ground=EndGround.DECISION,
        reference=f"咸安区人民政府常务会议纪要〔{day.year}〕18号",
        reason="专业技术性强，街道执法力量不足，由部门收回行使。",
        actor=office,
    )
    story.later(25)
    correct_end(over, ended_from=story.day(11), reason="会议纪要所定的日期读错一日。", actor=office)
    story.at(13, "16:05")
    end(
        ending,
        ended_from=add_months(story.today, 2).replace(day=1),
        ground=EndGround.LAW,
        reference="《中华人民共和国大气污染防治法》修改决定第五条",
        reason="修改后该项处罚由市级部门统一实施。",
        actor=office,
    )


def _powers(story: Story, department: str, street: str) -> list[Empowerment]:
    return list(
        Empowerment.objects.filter(
            organization=story.organization(department),
            street=story.organization(street),
            state=PowerState.TRANSITION,
            transition_until__lt=story.today + dt.timedelta(days=30),
        ).order_by("item__number")
    )


def _state(rows: list[Empowerment], verdict: str, by: User, remarks: str) -> None:
    """State about these powers for the party that a person works for."""
    party = Party.STREET if by.organization_id == rows[0].street_id else Party.DEPARTMENT
    review(rows, party=party, verdict=verdict, remarks=remarks, actor=by)
