"""Workbooks for the tests of the import."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from typing import Any

from openpyxl import Workbook

HEAD = ("序号", "事项名称", "事项类型", "设定依据", "职责边界", "权力来源层级")


def row(
    name: str, basis: str = "《城市道路管理条例》第四十二条", kind: str = "行政处罚", **other: str
) -> list[str]:
    """A row under HEAD."""
    return [
        "",
        name,
        kind,
        basis,
        other.get("duties", "街道负责巡查；部门负责指导"),
        other.get("source", "区直"),
    ]


def book(rows: Iterable[Sequence[Any]], head: Sequence[str] = HEAD) -> bytes:
    """An .xlsx with these rows."""
    made = Workbook(write_only=True)
    sheet = made.create_sheet("申报表")
    sheet.append(list(head))
    for values in rows:
        sheet.append(list(values))
    stream = io.BytesIO()
    made.save(stream)
    return stream.getvalue()
