"""A division of duties that stands in two columns, one for the department and one for the street."""

from __future__ import annotations

import pytest

from tests.empowerment.workbook.builder import check, xlsx

NAME, BASIS = "擅自占用城市道路的处罚", "《城市道路管理条例》第二十七条"
GROUPED = ((0, 0, 1, 0), (0, 1, 1, 1), (0, 2, 1, 2), (0, 3, 0, 4))


def plain(*headers):
    return [["事项名称", "事项类型", "设定依据", *headers]]


def body(*duties, name=NAME):
    return [name, "行政处罚", BASIS, *duties]


def grouped(first, second, group="责任分工"):
    return [["事项名称", "事项类型", "设定依据", group, ""], ["", "", "", first, second]]


def duties(report):
    assert not report.errors
    return [line.values["duties"] for line in report.lines]


def of(rows, merged=()):
    return check(xlsx(rows, merged), "申报.xlsx")


@pytest.mark.parametrize("group", ["责任分工", "职责边界"])
@pytest.mark.parametrize(
    ("first", "second"), [("区直部门职责", "街道职责"), ("区直部门", "街道"), ("部门", "街道办事处")]
)
def test_both_halves_under_a_common_header_are_taken(first, second, group):
    report = of([*grouped(first, second, group), body("指导培训", "日常巡查。")], GROUPED)
    assert duties(report) == ["部门：指导培训；街道：日常巡查"]
    assert report.columns["duties"] == "D"
    assert "department" not in report.columns
    assert not [fault for fault in report.warnings if fault.code == "unknown_column"]


@pytest.mark.parametrize(
    ("first", "second"),
    [("部门职责", "街道职责"), ("主管部门责任", "承接街道责任"), ("部门职责边界", "街道职责边界")],
)
def test_both_halves_side_by_side_are_taken(first, second):
    report = of([*plain(first, second), body("指导培训", "日常巡查")])
    assert duties(report) == ["部门：指导培训；街道：日常巡查"]


def test_the_street_may_stand_first():
    report = of([*plain("街道职责", "部门职责"), body("日常巡查", "指导培训")])
    assert duties(report) == ["街道：日常巡查；部门：指导培训"]


def test_one_half_alone_stays_under_its_name_and_no_half_is_reported_at_its_cell():
    report = of(
        [
            *plain("部门职责", "街道职责"),
            body("", "日常巡查"),
            body("/", "无", name=NAME + "乙"),
            body("部门：指导", "", name=NAME + "丙"),
        ]
    )
    assert duties(report) == ["街道：日常巡查", "", "部门：指导"]
    assert [fault.cell for fault in report.warnings if fault.code == "no_duties"] == ["D3"]


def test_one_cell_across_both_halves_speaks_for_both():
    text = "部门负责指导，街道负责巡查"
    report = of([*plain("部门职责", "街道职责"), body(text, "")], [(1, 3, 1, 4)])
    assert duties(report) == [text]


def test_a_column_for_the_whole_goes_before_its_halves():
    report = of([*plain("部门职责", "街道职责", "职责边界"), body("指导", "巡查", "街道巡查，部门指导")])
    assert duties(report) == ["街道巡查，部门指导"]
    assert {fault.cell for fault in report.warnings if fault.code == "unknown_column"} == {"D1", "E1"}
