"""The list of scoring schemes."""

from __future__ import annotations

from typing import Any

from django.utils.safestring import SafeString

from xianan.ui import html
from xianan.ui.tables import Column, Name, Number, State, Table, Tight

from ..rules.points import show_points, sum_words
from ..rules.scoring import FULL


class SchemeTable(Table):
    title = Name("标题", url="assessment:scheme", second="note")
    year = Tight("年度", locked=True)
    version = Tight("版本")
    total = Column("合计", css="tight")
    indicator_count = Number("指标（项）")
    state = State("状态", waiting=("draft",))

    class Meta(Table.Meta):
        order_by = ()

    def render_year(self, value: int) -> str:
        return f"{value}年度"

    def render_version(self, value: int) -> str:
        return f"第{value}版"

    def render_total(self, value: int) -> str | SafeString:
        if value == FULL:
            return f"{show_points(value)} 分"
        return html.state(sum_words(value, FULL).removeprefix("合计 "), "amber", is_open=True)

    def export_total(self, record: Any) -> float:
        return record.total / 100
