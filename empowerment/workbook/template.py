"""The workbook a department downloads to fill in: notes, dropdowns, marked columns (P01, P08, P09)."""

from __future__ import annotations

import io
from collections.abc import Sequence

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

TABLE_SHEET, NOTES_SHEET, CHOICES_SHEET = "申报表", "填报说明", "选项"
_LAST_ROW = 2001
_FONT = "宋体"
_HEAD = PatternFill("solid", fgColor="DCE6F5")
_MUST = PatternFill("solid", fgColor="FBE3D6")
_LINE = Border(*(Side("thin", "A6A6A6") for _ in range(4)))

#: Key, header, width, whether it must be filled in, and what to write.
_COLUMNS = (
    ("number", "序号", 7, False, "可以不填。"),
    ("name", "事项名称", 44, True, "填全称，一行一项。"),
    ("type", "事项类型", 14, True, "从下拉框选择。"),
    (
        "basis",
        "设定依据",
        44,
        True,
        "法律、法规、规章的名称和条、款、项；多部依据之间用分号隔开。确无依据的不得申报。",
    ),
    (
        "duties",
        "职责边界",
        44,
        False,
        "写明街道负责什么、部门负责什么。申报时可以暂缺，签订承接确认书前必须补齐。",
    ),
    ("source", "权力来源层级", 16, False, "从下拉框选择。"),
    ("municipal_department", "市直部门", 22, False, "来源为市直下放的，填下放该事项的市直部门。"),
    ("transition_months", "过渡期（月）", 12, False, "文件规定为 6 个月；填别的数也按文件执行。"),
    ("department", "赋权部门", 22, False, "可以不填；填写的应是申报部门。"),
    ("office", "承办机构", 18, False, "部门内承办的科室、股室或所属单位。"),
)
_LAST_COLUMNS = (
    ("remarks", "备注", 24, False, "需要说明的其他情况。"),
    ("decline_reason", "不认领原因", 24, False, "有街道不宜承接的，写明原因。"),
)


def build_template(
    types: Sequence[str], streets: Sequence[str], sources: Sequence[str], department_name: str
) -> bytes:
    """An .xlsx that reads back without faults once filled in; empty, it has no rows. Its example is on the notes."""
    book = Workbook()
    sheet: Worksheet = book.active
    sheet.title = TABLE_SHEET
    columns = (
        *_COLUMNS,
        *((name, name, 12, False, "建议由该街道承接的打√，否则留空。") for name in streets),
        *_LAST_COLUMNS,
    )
    choices = book.create_sheet(CHOICES_SHEET)
    notes = book.create_sheet(NOTES_SHEET)
    _table(sheet, columns)
    _choices(book, choices, sheet, columns, {"type": types, "source": sources}, streets)
    _notes(notes, columns, types, sources, department_name)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _table(sheet: Worksheet, columns: Sequence[tuple[str, str, int, bool, str]]) -> None:
    for index, (_, label, width, must, _) in enumerate(columns, 1):
        cell = sheet.cell(1, index, f"{label}（必填）" if must else label)
        cell.font = Font(_FONT, 11, bold=True)
        cell.fill = _MUST if must else _HEAD
        cell.border = _LINE
        cell.alignment = Alignment("center", "center", wrap_text=True)
        letter = get_column_letter(index)
        sheet.column_dimensions[letter].width = width
        # Text, so that Excel leaves numbers, dates and long codes as they are typed.
        sheet.column_dimensions[letter].number_format = "@"
    for row in range(2, 202):
        for index in range(1, len(columns) + 1):
            cell = sheet.cell(row, index)
            cell.number_format = "@"
            cell.alignment = Alignment(vertical="center", wrap_text=True)
            cell.border = _LINE
            cell.font = Font(_FONT, 11)
    sheet.row_dimensions[1].height = 32
    sheet.freeze_panes = "C2"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = "1:1"


def _choices(
    book: Workbook,
    choices: Worksheet,
    sheet: Worksheet,
    columns: Sequence[tuple[str, str, int, bool, str]],
    lists: dict[str, Sequence[str]],
    streets: Sequence[str],
) -> None:
    """Dropdowns, fed from a hidden sheet because a list inside a rule may have 255 characters only."""
    choices.sheet_state = "hidden"
    keys = [column[0] for column in columns]
    for place, (name, words) in enumerate([*lists.items(), ("tick", ["√"])], 1):
        for row, word in enumerate(words, 1):
            choices.cell(row, place, word)
        letter = get_column_letter(place)
        reference = f"{quote_sheetname(CHOICES_SHEET)}!${letter}$1:${letter}${max(len(words), 1)}"
        book.defined_names[f"list_{name}"] = DefinedName(f"list_{name}", attr_text=reference)
        rule = DataValidation("list", formula1=f"=list_{name}", allow_blank=True)
        rule.errorStyle = "stop" if name == "type" else "warning"
        rule.errorTitle, rule.error = "不在选项内", "从下拉框里选择。"
        targets = streets if name == "tick" else [name]
        for target in targets:
            column = get_column_letter(keys.index(target) + 1)
            rule.add(f"{column}2:{column}{_LAST_ROW}")
        if targets:
            sheet.add_data_validation(rule)


def _notes(
    notes: Worksheet,
    columns: Sequence[tuple[str, str, int, bool, str]],
    types: Sequence[str],
    sources: Sequence[str],
    department_name: str,
) -> None:
    lines = [
        ("填报说明", True),
        (f"申报部门：{department_name}", False),
        (f"一、在“{TABLE_SHEET}”工作表中填写，一行一项；列的顺序可以调整，列名不要改。", False),
        ("二、带“必填”的列缺少内容时整本不能导入；名称、依据、部门都相同的两行算重复。", False),
        (f"三、事项类型：{'、'.join(types)}。", False),
        (f"四、权力来源层级：{'、'.join(sources)}。", False),
        ("五、下面的例子只作参考，不会导入。", False),
    ]
    for row, (text, strong) in enumerate(lines, 1):
        cell = notes.cell(row, 1, text)
        cell.font = Font(_FONT, 14 if strong else 11, bold=strong)
    row = len(lines) + 2
    for index, title in enumerate(("列名", "是否必填", "怎么填", "例子"), 1):
        cell = notes.cell(row, index, title)
        cell.font, cell.fill, cell.border = Font(_FONT, 11, bold=True), _HEAD, _LINE
    examples = {
        "number": "1",
        "name": "（例）擅自占用城市道路的处罚",
        "type": types[0] if types else "",
        "basis": "《城市道路管理条例》第二十七条、第四十二条",
        "duties": "街道负责巡查、立案、决定和执行；部门负责指导和重大复杂案件办理",
        "source": sources[0] if sources else "",
        "transition_months": "6",
        "department": department_name,
    }
    for key, label, _, must, how in columns:
        row += 1
        for index, text in enumerate((label, "必填" if must else "", how, examples.get(key, "")), 1):
            cell = notes.cell(row, index, text)
            cell.font, cell.border = Font(_FONT, 11), _LINE
            cell.alignment = Alignment(vertical="center", wrap_text=True)
    for letter, width in zip("ABCD", (18, 10, 60, 50), strict=True):
        notes.column_dimensions[letter].width = width
