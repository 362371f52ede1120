"""What is said about whole columns and sheets: missing, unknown, competing, left unread."""

from __future__ import annotations

import re

from xianan.core.spreadsheet import Column, Table, address, fold

from .columns import LABELS, REVIEW_COLUMNS
from .faults import Faults
from .report import Fault

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
_UNKNOWN = "unknown_column"


def check_columns(table: Table, listing: Column | None, errors: Faults, warnings: Faults) -> None:
    """Report columns; `listing` is the column that lists streets by name, if it is usable."""
    first = table.first_cell
    for name in REQUIRED:
        if name not in table.columns:
            errors.column(
                first,
                f"no_{name}",
                f"表中没有“{LABELS[name]}”列，每行都缺少必填内容",
                f"增加“{LABELS[name]}”列并逐行填写",
                field=name,
                label=LABELS[name],
            )
    for name, (message, remedy) in _WANTED.items():
        if name not in table.columns:
            warnings.column(first, f"no_{name}", message, remedy, field=name, label=LABELS[name])
    _check_unknown(table, listing, warnings)
    if not table.rows:
        message = "表头下面没有数据行，没有可以导入的事项"
        warnings.column(
            first, "no_rows", message, "逐行填写事项后重新上传", label=first.header, value=first.header
        )
    for name in table.other_sheets:
        message = f"只读取了工作表“{table.sheet}”；工作表“{name}”里也有事项，没有读取"
        remedy = "把各表合并到一张工作表，或另存后分次上传"
        warnings.column(first, f"other_sheet {name}", message, remedy, label="工作表", value=name)
    for number in table.other_tables:
        message = f"第 {number} 行起是另一张表，没有读取"
        cell = address(number - 1, 0)
        warnings.put(Fault(cell, "工作表", "", message, "other_table", number, "把另一张表另存后分次上传"))


def _check_unknown(table: Table, listing: Column | None, warnings: Faults) -> None:
    for column, name in table.rivals:
        used = table.columns[name]
        message = f"不能识别的列：“{LABELS[name]}”已取自 {used.letter} 列（{fold(used.header)}），本列不导入"
        remedy = "需要导入本列的，删去另一列或改列名"
        warnings.column(column, _UNKNOWN, message, remedy, label=column.header, value=column.header)
    for column in table.unknown:
        header = fold(column.header)
        if header in REVIEW_COLUMNS:
            continue
        if not header:
            message = f"{column.letter} 列没有列名，列中的内容不导入"
        elif re.search(r"(?:街道|镇|乡)$", header):
            message = f"“{header}”不是本区的街道，本列不导入"
        else:
            message = f"不能识别的列“{header}”，本列不导入"
        remedy = "不需要的可以保留；需要导入的改列名"
        warnings.column(column, _UNKNOWN, message, remedy, label=column.header, value=column.header)
    if table.listing and not listing:
        column = table.listing
        message = "本列没有写明是哪个街道，不导入"
        remedy = "每个街道各设一列打√，或在本列写街道名称"
        warnings.column(column, _UNKNOWN, message, remedy, label=column.header, value=column.header)
