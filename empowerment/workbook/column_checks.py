"""What is said about whole columns of a filing: missing, unknown, left unread."""

from __future__ import annotations

import re

from xianan.core.spreadsheet import Column, Table
from xianan.imports.faults import UNKNOWN, Faults

from .columns import LABELS, REVIEW_COLUMNS

REQUIRED = ("name", "type", "basis")
_WANTED = {
    "duties": (
        "表中没有“职责边界”列，各行均未写明部门与街道的职责；签订确认书前须补齐",
        "增加“职责边界”列，或导入后逐项补填",
    ),
    "source": (
        "表中没有“权力来源层级”列，各行均未写明来源",
        "增加“权力来源层级”列，填省指导清单、市直下放或区直",
    ),
}


def check_columns(table: Table, listing: Column | None, errors: Faults, warnings: Faults) -> None:
    """Report columns; `listing` is the column that lists streets by name, if it is usable."""
    for name in REQUIRED:
        if name not in table.columns:
            errors.missing(name)
    for name, (message, remedy) in _WANTED.items():
        if name not in table.columns:
            warnings.column(table.first_cell, f"no_{name}", message, remedy, field=name, label=LABELS[name])
    warnings.unread("事项", passed_over=REVIEW_COLUMNS, reason=_reason)
    if table.listing and not listing:
        column = table.listing
        message = "本列没有写明是哪个街道，不导入"
        remedy = "每个街道各设一列打√，或在本列写街道名称"
        warnings.column(column, UNKNOWN, message, remedy, label=column.header, value=column.header)


def _reason(header: str) -> str:
    return f"“{header}”不是本区的街道，本列不导入" if re.search(r"(?:街道|镇|乡)$", header) else ""
