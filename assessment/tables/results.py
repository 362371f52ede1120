"""The list of results."""

from __future__ import annotations

from typing import Any

from xianan.ui.tables import Badge, Column, Moment, Name, Table, Tight


class ResultTable(Table):
    title = Name("年度考核", url="assessment:result")
    year = Tight("年度")
    phase = Badge("阶段")
    number = Column("公布版本", css="tight")
    published = Moment("公布时间")

    def render_year(self, value: int) -> str:
        return f"{value}年度"

    def render_number(self, value: int) -> str:
        return f"第{value}版"

    def export_number(self, record: Any) -> int | None:
        number: int | None = record.number
        return number
