"""The list of cycles."""

from __future__ import annotations

from xianan.ui.tables import Badge, Day, Name, Number, Table, Tight


class CycleTable(Table):
    title = Name("名称", url="assessment:cycle", second="scheme")
    year = Tight("年度")
    street_count = Number("考核对象（个）")
    phase = Badge("阶段")
    measured_on = Day("取数日期")

    def render_year(self, value: int) -> str:
        return f"{value}年度"
