"""Demands for replacement as a list."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils.safestring import SafeString

from secondment.choices import ReplacementState
from secondment.models import Replacement
from xianan.ui import html, text
from xianan.ui.tables import Column, Day, Name, State, Table, Tight


class ReplacementTable(Table):
    name = Name(
        "被要求替换的人员",
        accessor="secondment__person__name",
        url="secondment:replacement",
        second="secondment__person__post",
    )
    street = Tight("街道", accessor="street__name", order_by=("street__display_order",))
    organization = Tight("派出部门", accessor="organization__name", order_by=("organization__display_order",))
    kind = State("事由")
    state = State("状态", waiting=("draft", "requested", "accepted"))
    requested_on = Day("提出日期")
    answer_by = Tight("答复截止")
    successor_by = Tight("接任到岗期限")
    successor = Tight("接任人员", accessor="successor__person__name", orderable=False, wide_only=True)
    leaves_on = Day("最后一日", hidden=True)
    completed_on = Day("接任到岗日期", hidden=True)
    facts = Column("事实", hidden=True)
    answer = Column("部门答复", hidden=True)

    def render_answer_by(self, record: Replacement, value: Any) -> SafeString | str:
        return _due(value, record.state == ReplacementState.REQUESTED)

    def render_successor_by(self, record: Replacement, value: Any) -> SafeString | str:
        return _due(value, record.state == ReplacementState.ACCEPTED)


def _due(day: dt.date, running: bool) -> SafeString | str:
    """The days left while a date runs, the date itself once it is over."""
    if not running:
        return text.full_date(day)
    words, tone = text.days_left(day)
    return html.badge(words, tone, "auto")
