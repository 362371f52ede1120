"""Exemptions as a list."""

from __future__ import annotations

from typing import Any

from django.utils.safestring import SafeString

from secondment.choices import ExemptionState
from secondment.models import Exemption
from xianan.core import clock
from xianan.policy.late import Entry
from xianan.ui import html
from xianan.ui.tables import Column, EventDay, Name, Table, Tight

BEGUN = Entry("starts_on", "submitted_at")
ENDED = Entry("ends_on", "ended_at")


def state_word(row: Exemption) -> tuple[str, str]:
    """Return how an exemption stands today: one whose time is over is 已到期."""
    if row.state == ExemptionState.CONFIRMED and row.ends_on and row.ends_on < clock.today():
        return "已到期", "grey"
    state = ExemptionState(row.state)
    return str(state.label), state.tone


class ExemptionTable(Table):
    name = Name("豁免", accessor="kind", url="secondment:exemption", second="agency")
    organization = Tight("赋权部门", accessor="organization__name", order_by=("organization__display_order",))
    street = Tight("街道", accessor="street__name", order_by=("street__display_order",))
    state = Tight("状态", accessor="state")
    starts_on = EventDay("起始日期", late=BEGUN.late)
    ends_on = EventDay("截止日期", late=ENDED.late)
    reference = Column("设立文件", hidden=True)
    reason = Column("理由", hidden=True)
    decision_note = Column("编办意见", hidden=True)

    def render_name(self, record: Exemption, value: Any, column: Any) -> SafeString:
        return column.render(record, record.get_kind_display())

    def render_state(self, record: Exemption) -> SafeString:
        word, tone = state_word(record)
        return html.state(word, tone, is_open=record.state == ExemptionState.SUBMITTED)

    def export_state(self, record: Exemption) -> str:
        return state_word(record)[0]
