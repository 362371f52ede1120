"""What a personal file says of training: the held sessions that a seconded person took part in (P14, P33)."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from secondment.file_sections import Cell, Section, register_section
from secondment.models import Person
from secondment.rules.training import hundredths
from secondment.selectors.proof import HELD
from secondment.selectors.training import attended_by
from xianan.core.dates import chinese_date
from xianan.ui.text import late_after


def _day(row: Any) -> str:
    """The day of a session, when it was entered if that was late, and whether it counts yet (P14)."""
    day = late_after(chinese_date(row.held_on), HELD.late(row))
    return day if row.counts else f"{day}，未计入"


@register_section(order=70)
def trainings(person: Person) -> Section:
    """Every session with who held it, how long it was and the score, oldest first."""
    rows = [
        (
            _day(row),
            Cell(row.session.title, reverse("secondment:session", args=[row.session_id])),
            str(row.session.organization),
            f"{row.session.minutes} 分钟",
            f"{hundredths(row.score)} 分" if row.score is not None else "—",
        )
        for row in reversed(attended_by(person))
    ]
    return Section(
        "参加的培训", ("日期", "培训内容", "举办单位", "时长", "测试成绩"), rows, "没有参加培训的记录"
    )
