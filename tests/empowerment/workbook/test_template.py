"""The template: what it offers, and that it reads back."""

from __future__ import annotations

import io

import openpyxl
import pytest

from empowerment.workbook.columns import LABELS
from empowerment.workbook.template import build_template
from tests.empowerment.workbook.builder import DEPARTMENT, STREETS, TYPES, check

SOURCES = ("省指导清单", "市直下放", "区直")
ROW = {
    "事项名称": "占道处罚", "事项类型": "行政处罚", "设定依据": "《条例》第一条", "职责边界": "街道负责巡查",
    "权力来源层级": "区直", "过渡期（月）": "6", "赋权部门": DEPARTMENT, "温泉街道": "√",
}  # fmt: skip


@pytest.fixture
def book() -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(build_template(TYPES, STREETS, SOURCES, DEPARTMENT)))


def saved(book: openpyxl.Workbook) -> bytes:
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def fill(book: openpyxl.Workbook, *rows: dict[str, str]) -> bytes:
    sheet = book["申报表"]
    heads = {str(cell.value).removesuffix("（必填）"): cell.column for cell in sheet[1]}
    for number, row in enumerate(rows, 2):
        for label, text in row.items():
            sheet.cell(number, heads[label], text)
    return saved(book)


def test_the_empty_template_has_no_rows_and_says_so(book) -> None:
    report = check(saved(book), "模板.xlsx")
    assert (report.rows, report.errors, report.ignored) == (0, [], [])
    assert [fault.code for fault in report.warnings] == ["no_rows"]


def test_every_column_of_the_template_is_known(book) -> None:
    report = check(saved(book), "模板.xlsx")
    assert set(report.columns) == set(LABELS)
    assert set(report.member_columns) == set(STREETS)


def test_a_filled_template_has_neither_errors_nor_warnings(book) -> None:
    report = check(fill(book, ROW, {**ROW, "事项名称": "另一项"}), "模板.xlsx")
    assert (report.rows, report.new, report.errors, report.warnings) == (2, 2, [], [])
    assert report.lines[0].values["streets"] == ("温泉街道",)


def test_types_sources_and_ticks_are_chosen_from_lists(book) -> None:
    rules = book["申报表"].data_validations.dataValidation
    found = {str(rule.formula1): {str(area) for area in rule.sqref.ranges} for rule in rules}
    assert found == {
        "=list_type": {"C2:C2001"},
        "=list_source": {"F2:F2001"},
        "=list_tick": {"K2:K2001", "L2:L2001", "M2:M2001"},
    }
    assert [cell.value for cell in book["选项"]["A"]][: len(TYPES)] == list(TYPES)
    assert book["选项"].sheet_state == "hidden"
    assert book.active.title == "申报表"


def test_required_columns_are_marked_and_the_head_stays_in_view(book) -> None:
    heads = [str(cell.value) for cell in book["申报表"][1]]
    assert [head for head in heads if "必填" in head] == [
        "事项名称（必填）",
        "事项类型（必填）",
        "设定依据（必填）",
    ]
    assert book["申报表"].freeze_panes == "C2"
    assert book["申报表"]["A2"].number_format == "@"


def test_another_district_gets_its_own_streets_and_types() -> None:
    streets = [f"第{n}街道" for n in "一二三四五六七"]
    book = openpyxl.load_workbook(io.BytesIO(build_template(["行政许可"], streets, SOURCES, "区林业局")))
    filled = fill(book, {"事项名称": "甲", "事项类型": "行政许可", "设定依据": "乙", "第三街道": "√"})
    report = check(filled, "模板.xlsx", streets=streets, types=["行政许可"], department_name="区林业局")
    assert report.errors == []
    assert report.lines[0].values["streets"] == ("第三街道",)
