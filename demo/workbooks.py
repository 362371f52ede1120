"""Workbooks as departments have them, made of the district's own items: for who wants to try an upload."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from functools import cache

import openpyxl
from openpyxl.styles import Alignment, Border, Font, Side

from empowerment.imports import template_of
from empowerment.workbook.template import TABLE_SHEET
from xianan.core import clock
from xianan.core.dates import chinese_date
from xianan.imports.samples import Sample
from xianan.organizations.models import Organization
from xianan.organizations.selectors import streets
from xianan.portal.loading.district import DEFAULT_FOLDER
from xianan.portal.loading.tables import Row, read

COLUMNS = ("赋权部门", "事项名称", "事项类型", "设定依据", "职责边界", "权力来源层级", "市直部门", "承办机构")
MOST = 20


@cache
def _items() -> tuple[Row, ...]:
    return tuple(read(DEFAULT_FOLDER / "items.csv", COLUMNS))


def _rows(department: Organization) -> list[Row]:
    return [row for row in _items() if row["赋权部门"] == department.name][:MOST]


def filings(department: Organization) -> Sequence[Sample]:
    """Return three filings of a department: a faultless one, one with the usual faults, one of an old table."""
    rows = _rows(department)
    if not rows:
        return ()
    name = department.name
    made: Sequence[tuple[str, str, Callable[[], bytes]]] = (
        (f"{name}-按模板填写.xlsx", "没有错误", lambda: _template(department, rows)),
        (f"{name}-原始报表.xlsx", "有四处错误", lambda: _report(department, rows)),
        (f"{name}-旧版表格.csv", "列名不同", lambda: _old_table(rows)),
    )
    return [Sample(*each) for each in made]


def _template(department: Organization, rows: Sequence[Row]) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(template_of(department)))
    sheet = book[TABLE_SHEET]
    columns = {str(cell.value).removesuffix("（必填）"): cell.column for cell in sheet[1] if cell.value}
    for number, row in enumerate((row for row in rows if row["设定依据"]), 1):
        for header, value in {"序号": number, **{name: row[name] for name in COLUMNS}}.items():
            if header in columns:
                sheet.cell(number + 1, columns[header], value or None)
    return _saved(book)


def _report(department: Organization, rows: Sequence[Row]) -> bytes:
    """A table as an office draws it: title, two lines of headers, a type over many rows, totals and signatures."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "申报表"
    names = [row.short_name or row.name for row in streets(department.district_id)]
    heads = ["序号", "权力类型", "赋权事项名称", "法律法规依据", "职责边界", "备注"]
    width = len(heads) + len(names)
    sheet.append([f"街道赋权事项申报表（{department.name}）"])
    sheet.append([f"填报单位：{department.name}（盖章）　　填报时间：{chinese_date(clock.today())}"])
    sheet.append([*heads, "承接街道（打√）"])
    sheet.append([None] * len(heads) + names)
    table = [
        [row["事项类型"], row["事项名称"], row["设定依据"] or "《湖北省行政执法条例》", row["职责边界"], None]
        for row in rows
    ]
    table.sort(key=lambda line: str(line[0]))
    # What is filled in by hand goes wrong by hand: no name, a type that isn't one, no basis, a row twice.
    table += [
        ["行政处罚", None, "《湖北省行政执法条例》第十二条", None, "名称漏填"],
        ["行政奖励", f"{department.name}年度先进集体的奖励", "《湖北省行政执法条例》第十三条", None, None],
        ["行政检查", "对职责范围内经营单位的日常检查", None, None, "依据待补"],
        [*table[0][:4], "重复"],
    ]
    first = sheet.max_row + 1
    for number, line in enumerate(table, 1):
        sheet.append([number, *line, *("√" for _ in names)])
    for column in range(1, len(heads) + 1):
        sheet.merge_cells(start_row=3, end_row=4, start_column=column, end_column=column)
    sheet.merge_cells(start_row=3, end_row=3, start_column=len(heads) + 1, end_column=width)
    _merge_types(sheet, first, first + len(rows) - 1)
    sheet.append(["合计", None, f"共{len(table)}项"])
    sheet.append(["填表人：张×　　审核人：李×　　联系电话：0715-8888888"])
    for bottom in (1, 2, sheet.max_row):
        sheet.merge_cells(start_row=bottom, end_row=bottom, start_column=1, end_column=width)
    thin = Side(style="thin")
    for cells in sheet.iter_rows(min_row=3, max_row=sheet.max_row - 1, max_col=width):
        for cell in cells:
            cell.border = Border(left=thin, right=thin, top=thin, bottom=thin)
            cell.alignment = Alignment(wrap_text=True, vertical="center")
    sheet["A1"].font, sheet["A1"].alignment = Font(size=16, bold=True), Alignment(horizontal="center")
    for letter, size in zip("ABCDEF", (6, 10, 34, 40, 40, 12), strict=True):
        sheet.column_dimensions[letter].width = size
    return _saved(book)


def _merge_types(sheet: openpyxl.worksheet.worksheet.Worksheet, first: int, last: int) -> None:
    begin = first
    for line in range(first + 1, last + 2):
        if line > last or sheet.cell(line, 2).value != sheet.cell(begin, 2).value:
            if line - begin > 1:
                sheet.merge_cells(start_row=begin, end_row=line - 1, start_column=2, end_column=2)
            begin = line


def _old_table(rows: Sequence[Row]) -> bytes:
    file = io.StringIO(newline="")
    table = csv.writer(file)
    table.writerow(["编号", "职权名称", "职权类别", "实施依据", "责任事项", "承办机构"])
    for number, row in enumerate((row for row in rows if row["设定依据"]), 1):
        table.writerow(
            [number, *(row[name] for name in ("事项名称", "事项类型", "设定依据", "职责边界", "承办机构"))]
        )
    return file.getvalue().encode("gb18030")


def _saved(book: openpyxl.Workbook) -> bytes:
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()
