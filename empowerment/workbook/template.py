"""The workbook a department downloads to fill in (P01, P08, P09)."""

from __future__ import annotations

from collections.abc import Sequence

from xianan.imports.template import TemplateColumn, build

from .columns import columns_for
from .types import TypeWords

TABLE_SHEET = "申报表"


def build_template(
    types: Sequence[str],
    streets: Sequence[str],
    sources: Sequence[str],
    department_name: str,
    months: int = 0,
) -> bytes:
    """An .xlsx that reads back without faults once filled in; empty, it has no rows. Its example is on the notes.

    `months` of transition are told where the district's document prescribes them.
    """
    columns = [
        column.in_template for column in columns_for(TypeWords(types), department_name, months, sources)
    ]
    place = next(place for place, column in enumerate(columns) if column.key == "remarks")
    tick = "建议由该街道承接的打√，否则留空。"
    columns[place:place] = [
        TemplateColumn(name, name, 12, how=tick, words=("√",), group="tick") for name in streets
    ]
    return build(
        TABLE_SHEET,
        columns,
        unit="项",
        notes=(
            f"申报部门：{department_name}",
            "带“必填”的列缺少内容时整本不能导入；名称、依据、部门都相同的两行算重复。",
            f"事项类型：{'、'.join(types)}。",
            f"权力来源层级：{'、'.join(sources)}。",
        ),
    )
