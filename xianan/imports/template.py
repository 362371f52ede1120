"""The workbook people download to fill in: notes, dropdowns, marked columns, cells that keep text as typed."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from xianan.ui.workbook import FORMULA_STARTS, plain

NOTES_SHEET, CHOICES_SHEET = "填报说明", "选项"
_LAST_ROW = 2001
_FONT = "宋体"
_HEAD = PatternFill("solid", fgColor="DCE6F5")
_MUST = PatternFill("solid", fgColor="FBE3D6")
_LINE = Border(*(Side("thin", "A6A6A6") for _ in range(4)))
_PREPARED_ROWS = 201


@dataclass(frozen=True)
class TemplateColumn:
    """One column: `how` it is filled in, the `words` of its dropdown and whether others are refused there.

    Columns of the same `group` share a dropdown.
    """

    key: str
    label: str
    width: int = 16
    required: bool = False
    how: str = ""
    example: str = ""
    words: tuple[str, ...] = ()
    strict: bool = False
    group: str = ""


def build(
    title: str,
    columns: Sequence[TemplateColumn],
    *,
    notes: Sequence[str] = (),
    unit: str = "条",
    rows: Sequence[Sequence[str]] = (),
) -> bytes:
    """Return an .xlsx whose first sheet is to be filled in, or holds `rows`; its example is on the notes.

    `notes`: whose workbook it is, then the rules of the kind; `unit` counts what a row is.
    """
    book = Workbook()
    sheet: Worksheet = book.active
    sheet.title = sheet_name(title)
    choices = book.create_sheet(CHOICES_SHEET)
    _table(sheet, columns, rows)
    _choices(book, choices, sheet, columns, max(_LAST_ROW, len(rows) + 1))
    _notes(book.create_sheet(NOTES_SHEET), sheet.title, columns, notes, unit)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def sheet_name(title: str) -> str:
    """Return a title as a sheet may be called."""
    return "".join("_" if letter in "[]:*?/\\" else letter for letter in title)[:31] or "填报表"


def _table(sheet: Worksheet, columns: Sequence[TemplateColumn], rows: Sequence[Sequence[str]]) -> None:
    for index, column in enumerate(columns, 1):
        cell = sheet.cell(1, index, f"{column.label}（必填）" if column.required else column.label)
        cell.font = Font(_FONT, 11, bold=True)
        cell.fill = _MUST if column.required else _HEAD
        cell.border = _LINE
        cell.alignment = Alignment("center", "center", wrap_text=True)
        letter = get_column_letter(index)
        sheet.column_dimensions[letter].width = column.width
        # Text, so that Excel leaves numbers, dates and long codes as they are typed.
        sheet.column_dimensions[letter].number_format = "@"
    look = Alignment(vertical="center", wrap_text=True), Font(_FONT, 11)
    for number in range(2, max(_PREPARED_ROWS, len(rows) + 1) + 1):
        texts = rows[number - 2] if number - 2 < len(rows) else ()
        for index in range(1, len(columns) + 1):
            cell = sheet.cell(number, index)
            cell.number_format = "@"
            cell.alignment, cell.font = look
            cell.border = _LINE
            if index <= len(texts) and texts[index - 1]:
                _put(cell, texts[index - 1])
    sheet.row_dimensions[1].height = 32
    sheet.freeze_panes = "C2"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = "1:1"


def _put(cell: Cell, text: str) -> None:
    """Write text as text: nothing is evaluated on opening."""
    cell.value = plain(text)
    cell.data_type = "s"
    if text.startswith(FORMULA_STARTS):
        cell.quotePrefix = True


def _choices(
    book: Workbook, choices: Worksheet, sheet: Worksheet, columns: Sequence[TemplateColumn], last_row: int
) -> None:
    """Dropdowns, fed from a hidden sheet because a list inside a rule may have 255 characters only."""
    choices.sheet_state = "hidden"
    lists: dict[str, list[int]] = {}
    for index, column in enumerate(columns, 1):
        if column.words:
            lists.setdefault(column.group or column.key, []).append(index)
    for place, (name, members) in enumerate(lists.items(), 1):
        column = columns[members[0] - 1]
        for row, word in enumerate(column.words, 1):
            choices.cell(row, place, word)
        letter = get_column_letter(place)
        reference = f"{quote_sheetname(CHOICES_SHEET)}!${letter}$1:${letter}${len(column.words)}"
        book.defined_names[f"list_{name}"] = DefinedName(f"list_{name}", attr_text=reference)
        rule = DataValidation("list", formula1=f"=list_{name}", allow_blank=True)
        rule.errorStyle = "stop" if column.strict else "warning"
        rule.errorTitle, rule.error = "不在选项内", "从下拉框里选择。"
        for index in members:
            at = get_column_letter(index)
            rule.add(f"{at}2:{at}{last_row}")
        sheet.add_data_validation(rule)


_NUMERALS = "一二三四五六七八九十"


def _notes(
    notes: Worksheet, title: str, columns: Sequence[TemplateColumn], lines: Sequence[str], unit: str
) -> None:
    whose, *rules = lines or ("",)
    said = [
        f"在“{title}”工作表中填写，一行一{unit}；列的顺序可以调整，列名不要改。",
        "带“必填”的列缺少内容时整本不能导入。" if not rules else "",
        *rules,
        "下面的例子只作参考，不会导入。",
    ]
    texts = [whose, *(f"{_NUMERALS[n]}、{text}" for n, text in enumerate(filter(None, said)))]
    for row, text in enumerate([NOTES_SHEET, *filter(None, texts)], 1):
        cell = notes.cell(row, 1, text)
        cell.font = Font(_FONT, 14 if row == 1 else 11, bold=row == 1)
    row = notes.max_row + 2
    for index, title in enumerate(("列名", "是否必填", "怎么填", "例子"), 1):
        cell = notes.cell(row, index, title)
        cell.font, cell.fill, cell.border = Font(_FONT, 11, bold=True), _HEAD, _LINE
    for column in columns:
        row += 1
        must = "必填" if column.required else ""
        for index, text in enumerate((column.label, must, column.how, column.example), 1):
            cell = notes.cell(row, index)
            cell.font, cell.border = Font(_FONT, 11), _LINE
            cell.alignment = Alignment(vertical="center", wrap_text=True)
            if text:
                _put(cell, text)
    for letter, width in zip("ABCD", (18, 10, 60, 50), strict=True):
        notes.column_dimensions[letter].width = width
