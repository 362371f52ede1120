"""The list of problems."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils.safestring import SafeString

from xianan.ui import html
from xianan.ui.tables import Column, Name, State, Table, Tight
from xianan.ui.text import days_left, short_date

from ..choices import ProblemState
from ..rules.points import show_points


class ProblemTable(Table):
    text = Name("问题", url="assessment:problem", second="indicator")
    street = Tight("整改单位")
    points = Column("扣分", css="num")
    owner = Tight("责任人")
    due_on = Tight("整改时限")
    checker = Tight("验收单位")
    state = State("状态", waiting=("open", "handed"))

    def render_points(self, value: int) -> str:
        return show_points(value) if value else "—"

    def render_due_on(self, record: Any, value: dt.date) -> str | SafeString:
        # Days count as long as the street still owes something.
        if record.state != ProblemState.OPEN:
            return short_date(value)
        said, tone = days_left(value)
        return html.badge(said, tone, "auto")

    def export_due_on(self, record: Any) -> dt.date:
        day: dt.date = record.due_on
        return day

    def export_points(self, record: Any) -> float:
        return record.points / 100
