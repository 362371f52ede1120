"""Number cells are read as the sheet shows them, in new and old workbooks alike."""

from __future__ import annotations

import re

import pytest

from tests.core.spreadsheet.test_reader import rezip
from tests.empowerment.workbook.builder import xls, xlsx
from xianan.core.spreadsheet import DATE, LOST, NO_RESULT, OTHER, PERCENT, Sheet, read_workbook

CELLS = [
    (1708100001, "00000000000"),
    (0.92, "0%"),
    (46357, 'yyyy"年"m"月"d"日"'),
    (46357, "yyyy-mm-dd"),
    (17081000012, '0"号"'),
    170810000123456789,
    3.1,
    (3.1, "0.00"),
    12,
    (0.375, "h:mm"),
    (1234567, "#,##0"),
]
SHOWN = [
    *("01708100001", "92%", "2026年12月1日", "2026-12-01", "17081000012号", "1.7081E+17"),
    *("3.1", "3.10", "12", "9:00", "1,234,567"),
]


def one(data: bytes, name: str) -> Sheet:
    (sheet,) = read_workbook(data, name).sheets
    return sheet


@pytest.mark.parametrize("write", [xlsx, xls])
def test_a_number_is_read_as_it_is_shown(write) -> None:
    sheet = one(write([["头"], CELLS]), f"a.{write.__name__}")
    assert sheet.cells[1] == SHOWN
    kinds = {column: number.kind for (_, column), number in sheet.numbers.items()}
    assert {1: PERCENT, 2: DATE, 3: DATE, 4: OTHER, 5: LOST, 9: DATE}.items() <= kinds.items()
    assert 8 not in kinds
    assert sheet.numbers[1, 2].date == "2026-12-01"
    assert sheet.numbers[1, 0].number == "1708100001"


@pytest.mark.parametrize("write", [xlsx, xls])
def test_a_workbook_that_counts_from_1904_gives_the_same_days(write) -> None:
    rows = [["头"], [(44895, "yyyy/m/d"), 44895]]
    sheet = one(write(rows, from_1904=True), f"a.{write.__name__}")
    assert sheet.cells[1] == ["2026/12/1", "44895"]
    assert [sheet.numbers[1, column].date for column in (0, 1)] == ["2026-12-01", "2026-12-01"]


def test_formats_that_have_a_number_only_are_those_of_excel_in_chinese() -> None:
    def change(name: str, content: bytes) -> bytes:
        return re.sub(rb"<numFmts.*</numFmts>", b"", content).replace(b'numFmtId="164"', b'numFmtId="31"')

    sheet = one(rezip(xlsx([["头"], [(46357, "0.000")]]), change=change), "a.xlsx")
    assert sheet.cells[1] == ["2026年12月1日"]


def test_a_formula_without_a_saved_result_says_so_and_an_empty_result_is_empty() -> None:
    data = xlsx([["头"], ["甲", '="行政"&"处罚"'], ['=IF(A1="","",1)']])
    assert one(data, "a.xlsx").cells[1:] == [["甲", NO_RESULT], [NO_RESULT, ""]]

    def change(name: str, content: bytes) -> bytes:
        if name == "xl/worksheets/sheet1.xml":
            content = content.replace(b'<c r="A3">', b'<c r="A3" t="str">')
        return content

    assert one(rezip(data, change=change), "a.xlsx").cells[2] == ["", ""]


@pytest.mark.parametrize(
    ("text", "row"),
    [
        ('="001",="甲",=""\r\n', ["001", "甲", ""]),
        ('="甲,乙",="丙ab""c"""\r\n', ["甲,乙", '丙ab"c"']),
        ('"=""001""","说=""x""的话"\r\n', ["001", '说="x"的话']),
        ('="001";="甲"\r\n', ["001", "甲"]),
        ("\t001,\t甲,\t\r\n", ["001", "甲", ""]),
        ('"\t001","\t甲"\r\n', ["001", "甲"]),
        ("'001,甲\r\n", ["001", "甲"]),
        ("001,\t甲,乙\r\n\t2,丙,丁\r\n", ["001", "甲", "乙"]),
    ],
)
def test_what_guards_a_text_in_csv_from_excel_is_no_part_of_it(text: str, row: list[str]) -> None:
    cells = one(("序号,名称,x\r\n" + text).replace(",", ";" if ";" in text else ",").encode(), "a.csv").cells
    assert cells[1] == row + [""] * (len(cells[0]) - len(row))


def test_a_table_separated_by_tabs_keeps_its_empty_first_column_and_commas() -> None:
    data = "\t名称\t依据\r\n\t甲,\t乙\r\n\t丙\t丁\r\n".encode()
    assert one(data, "a.csv").cells[1] == ["", "甲,", "乙"]
