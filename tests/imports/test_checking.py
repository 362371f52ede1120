"""The check of a sheet by itself, without a kind and without a database: what a subclass may say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tests.empowerment.workbook.builder import csv_bytes
from xianan.core.spreadsheet import Schema, find_table, read_workbook
from xianan.imports.checking import NUMBER, Check, CheckRow, Column
from xianan.imports.parsers import Doubt, Text, Wrong
from xianan.imports.report import Existing, Report


class Said(Text):
    """Text that is doubted when it is ``perhaps``, and wrong but kept when it is ``never``."""

    bears_formula = True

    def read(self, text: str) -> str:
        if text == "perhaps":
            raise Doubt("unsure", "不确定", "核对", kept="maybe")
        if text == "never":
            raise Wrong("never", "不可以", "改正", kept=text)
        return super().read(text)


COLUMNS = (
    Column("name", "名称", Said(), required=True, remedy="写上名称"),
    Column("note", "说明", Said()),
    Column("place", "地点", Said(), absent=("没有地点列", "增加地点列")),
)


class Places(Check):
    noun = "事项"
    identity = (("name",),)
    passed_over = ("办理状态",)

    def unread(self, header: str) -> str:
        return f"不收“{header}”" if header == "天气" else ""

    def judge(self, rows: Sequence[CheckRow]) -> None:
        for row in rows:
            if row.texts.get("note") == "perhaps":
                row.warn("note", "seen", f"值为{row['note']}", "核对")


class ByNote(Places):
    """Tells rows apart by their notes as well, and bears twins."""

    strict = False

    def keys(self, values: Mapping[str, Any]) -> tuple[tuple[str, ...], ...]:
        return (values["name"], values["note"]), (values["name"],)

    def twins(self, rows: Sequence[CheckRow]) -> None:
        pass


def of(*rows: Sequence[str], check: type[Check] = Places, existing: Sequence[Existing] = ()) -> Report:
    schema = Schema([column.field for column in (NUMBER, *COLUMNS)])
    table = find_table(read_workbook(csv_bytes(rows), "表.csv"), schema)
    return check(table, COLUMNS, shown=("name",)).report(existing)


HEAD = ("名称", "说明", "地点")


def faults(found: Sequence[Any]) -> list[tuple[str, str]]:
    return [(fault.cell, fault.code) for fault in found]


def test_a_doubt_keeps_nothing_out_and_a_wrong_cell_may_be_kept():
    report = of(HEAD, ("甲", "perhaps", "x"), ("乙", "never", "x"))
    assert faults(report.warnings) == [("B2", "unsure"), ("B2", "seen")]
    assert report.warnings[1].message == "值为maybe"
    assert faults(report.errors) == [("B3", "never")]
    assert [line.values["note"] for line in report.lines] == ["maybe", "never"]
    assert [line.outcome for line in report.lines] == ["new", "error"]


def test_a_broken_formula_is_borne_only_where_nothing_need_be_filled_in():
    report = of(HEAD, ("甲", "#REF!", "x"), ("#REF!", "y", "x"))
    assert faults(report.warnings) == [("B2", "formula")]
    assert faults(report.errors) == [("A3", "formula")]
    assert report.lines[0].values["note"] == ""


def test_a_column_says_what_is_missing_when_it_is_empty_or_not_there():
    report = of(("名称", "说明", "序号"), ("甲", "", "1"), ("", "y", "2"))
    assert [(fault.cell, fault.message, fault.remedy) for fault in report.errors] == [
        ("A3", "缺少必填内容：名称", "写上名称")
    ]
    assert [(fault.code, fault.message) for fault in report.warnings] == [("no_place", "没有地点列")]
    assert "place" not in report.lines[0].values


def test_headers_may_be_passed_over_or_refused_in_words():
    report = of((*HEAD, "天气", "办理状态"), ("甲", "y", "x", "晴", "已办"))
    assert [(fault.cell, fault.message) for fault in report.warnings] == [("D1", "不收“天气”")]


def test_a_subclass_says_by_what_rows_are_told_apart_and_whether_twins_are_refused():
    rows = (HEAD, ("甲", "一", "x"), ("甲", "二", "x"))
    assert faults(of(*rows).errors) == [("A3", "duplicate 3")]
    known = [Existing("1", {"name": "甲", "note": "二", "place": "x"})]
    report = of(*rows, check=ByNote, existing=known)
    assert [(line.match, line.outcome) for line in report.lines] == [(None, "new"), ("1", "unchanged")]
