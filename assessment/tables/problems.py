"""The lists of problems and practices."""

from __future__ import annotations

from typing import Any

from xianan.ui.tables import Column, Due, Moment, Name, State, Table, Tight

from ..rules.points import show_points


class ProblemTable(Table):
    text = Name("问题", url="assessment:problem", second="indicator")
    street = Tight("整改单位")
    points = Column("扣分", css="num")
    owner = Tight("责任人")
    due_on = Due("整改时限")
    checker = Tight("验收单位")
    state = State("状态", waiting=("open", "handed"))

    def render_points(self, value: int) -> str:
        return show_points(value) if value else "—"

    def export_points(self, record: Any) -> float:
        return record.points / 100


class PracticeTable(Table):
    title = Name("题目", url="assessment:practice")
    street = Tight("报送街道")
    year = Tight("年度")
    state = State("状态", waiting=("draft", "submitted"))
    published_at = Moment("发布时间")

    def render_year(self, value: int) -> str:
        return f"{value}年度"
