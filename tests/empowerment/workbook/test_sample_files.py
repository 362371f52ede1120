"""Four workbooks as departments send them, to the cell."""

from __future__ import annotations

from pathlib import Path

import pytest

from empowerment.workbook.report import report_json
from tests.empowerment.workbook.builder import check

FILES = Path(__file__).parent / "files"


def report_of(start: str):
    (path,) = FILES.glob(f"{start}-*")
    return check(path.read_bytes(), path.name, department_name=path.name.split("-")[1])


def places(faults) -> list[tuple[str, str, str]]:
    return [(fault.cell, fault.column, fault.value) for fault in faults if fault.code != "no_article"]


def without_article(report) -> list[str]:
    return [fault.cell for fault in report.warnings if fault.code == "no_article"]


def test_a_clean_template_has_only_the_missing_municipal_departments() -> None:
    report = report_of("01")
    assert report.columns == {
        "number": "A", "name": "B", "type": "C", "basis": "D", "duties": "E", "source": "F",
        "transition_months": "G", "remarks": "H",
    }  # fmt: skip
    assert (report.header_row, report.rows, report.new, report.errors) == (1, 7, 7, [])
    assert places(report.warnings) == [("F4", "权力来源层级", "市直下放"), ("F7", "权力来源层级", "市直下放")]
    assert without_article(report) == ["D7", "D8"]
    assert report.ignored == []
    assert {line.values["transition_months"] for line in report.lines} == {6}


def test_every_planted_fault_of_the_raw_report_is_found_at_its_cell() -> None:
    report = report_of("02")
    assert places(report.errors) == [
        ("D25", "设定依据", ""),
        ("B33", "事项类型", "行政奖励"),
        ("D33", "设定依据", ""),
        ("C34", "事项名称", "物业查验文件备案"),
        ("C35", "事项名称", ""),
        ("D36", "设定依据", ""),
    ]
    assert places(report.warnings) == [
        ("A3", "权力来源层级", ""),
        ("F33", "职责边界", ""),
        ("F35", "职责边界", ""),
        ("F36", "职责边界", ""),
    ]
    assert (report.header_row, report.last_header_row, report.rows) == (3, 4, 32)
    assert (report.new, report.changed, report.unchanged, report.faulty) == (27, 0, 0, 5)
    assert [(item.row, item.text.split()[0]) for item in report.ignored] == [
        (37, "合计"),
        (38, "填表人：张×"),
    ]


def test_the_raw_report_is_read_as_its_author_meant_it() -> None:
    report = report_of("02")
    lines = {line.row: line.values for line in report.lines}
    assert report.columns == {
        "number": "A", "type": "B", "name": "C", "basis": "D", "department": "E", "duties": "F", "remarks": "G",
        "decline_reason": "K",
    }  # fmt: skip
    assert report.member_columns == {"温泉街道": "H", "浮山街道": "I", "永安街道": "J"}
    assert lines[8]["name"] == "对在城市照明设施安全距离内擅自植树挖坑取土或者设置其他物体的行政处罚"
    assert [lines[row]["type"] for row in (5, 6, 7, 25, 26, 27, 32)] == [
        "其他行政权力", "其他行政权力", "行政处罚", "行政处罚", "行政征收", "行政许可", "行政许可",
    ]  # fmt: skip
    assert lines[31]["department"] == "区住房和城乡建设局"
    assert lines[9]["streets"] == ("温泉街道", "永安街道")
    assert lines[9]["decline_reason"] == "暂无执法力量"
    assert lines[7]["number"] == ""


def test_an_old_xls_with_other_words_everywhere() -> None:
    report = report_of("03")
    assert report.columns == {
        "number": "A",
        "name": "B",
        "type": "C",
        "basis": "D",
        "duties": "E",
        "office": "F",
    }
    assert (report.header_row, report.rows, report.new, report.errors, report.ignored) == (2, 4, 4, [], [])
    assert places(report.warnings) == [("A2", "权力来源层级", "")]
    assert report.lines[0].values["number"] == "001"


def test_a_report_without_street_columns() -> None:
    report = report_of("04")
    assert (report.header_row, report.rows, report.new, report.errors) == (3, 7, 7, [])
    assert report.member_columns == {}
    assert all("streets" not in line.values for line in report.lines)
    assert [item.row for item in report.ignored] == [11, 12]


@pytest.mark.parametrize("start", ["01", "02", "03", "04"])
def test_the_json_has_the_shape_of_the_contract(start: str) -> None:
    found = report_json(report_of(start))
    assert list(found) == [
        "header_row", "columns", "rows", "ignored", "new", "changed", "unchanged", "errors", "warnings",
    ]  # fmt: skip
    assert all(
        set(fault) == {"cell", "column", "value", "message"} for fault in found["errors"] + found["warnings"]
    )
    assert all(set(item) == {"row", "text", "reason"} for item in found["ignored"])
    assert ("streets" in found["columns"]) == (start == "02")
