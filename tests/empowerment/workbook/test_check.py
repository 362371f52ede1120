"""The rules for a row: what is an error, what is a warning, what is new, changed and unchanged."""

from __future__ import annotations

import pytest

from empowerment.workbook.report import OtherItem
from empowerment.workbook.types import TypeWords, find_source, read_months, read_tick
from tests.empowerment.workbook.builder import DEPARTMENT, TYPES, check, xlsx
from xianan.imports.report import Difference, Existing

HEAD = ["名称", "类型", "依据", "职责边界", "权力来源", "市直部门", "过渡期", "赋权部门", "备注"]
GOOD = ["占道处罚", "处罚", "《条例》第一条", "街道负责", "区直", "", "6", DEPARTMENT, ""]


FILLERS = (
    *("略", "（略）", "详见附件", "见附件1", "见附件。", "详见后附", "待补充", "依据待司法局核实", "待部门确认后补充"),
    *("同上", "同上。", "〃", "同左", "同上一行", "见上一行", "暂无法律依据", "暂无相关依据", "没有法律法规依据", "无明确依据"),
    *("34", "３４", "34.2", "1、2", "2026-11-25", "2026年11月25日", "2026/11/25", "11月25日", "……", "？？"),
)  # fmt: skip


def row(**change):
    return [change.get(name, value) for name, value in zip(HEAD, GOOD, strict=True)]


def of(*rows, head=HEAD, **more):
    return check(xlsx([head, *rows]), "申报.xlsx", **more)


def item(key="1", name="占道处罚", basis="《条例》第一条", **values):
    full = {"type": "行政处罚", "duties": "街道负责", "source": "district", "remarks": "", **values}
    return Existing(key, {"name": name, "basis": basis, **full})


def codes(faults):
    return [(fault.cell, fault.code) for fault in faults]


def test_a_complete_row_has_neither_error_nor_warning() -> None:
    report = of(row())
    assert (report.errors, report.warnings, report.new) == ([], [], 1)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"职责边界": ""}, ("D2", "no_duties")),
        ({"依据": "《城市绿化条例》"}, ("C2", "no_article")),
        ({"名称": "20261125"}, ("A2", "bare_name")),
        ({"名称": "2026年11月25日"}, ("A2", "bare_name")),
        ({"权力来源": ""}, ("E2", "no_source")),
        ({"权力来源": "上级"}, ("E2", "unknown_source")),
        ({"权力来源": "市直下放"}, ("F2", "no_municipal")),
        ({"过渡期": "3"}, ("G2", "transition")),
        ({"过渡期": "二十"}, ("G2", "transition")),
        ({"过渡期": "长期"}, ("G2", "transition")),
        ({"赋权部门": "区林业局"}, ("H2", "other_department")),
        ({"赋权部门": "市城市管理执法局"}, ("H2", "other_department")),
    ],
)
def test_what_should_be_looked_at_is_a_warning_and_keeps_nothing_out(change, expected) -> None:
    report = of(row(**change))
    assert codes(report.warnings) == [expected]
    assert (report.errors, report.new) == ([], 1)
    assert report.warnings[0].value == next(iter(change.values())) or expected[1] == "no_municipal"
    assert report.warnings[0].remedy


@pytest.mark.parametrize(
    "change",
    [
        {"权力来源": "市直下放", "市直部门": "市住建局"},
        {"过渡期": ""},
        {"过渡期": "六个月"},
        {"过渡期": "半年"},
        {"赋权部门": ""},
        {"赋权部门": "咸安区城市管理执法局"},
        {"赋权部门": "咸宁市咸安区城市管理执法局"},
        {"赋权部门": "城市管理执法局（盖章）"},
        {"赋权部门": "区城管局"},
    ],
)
def test_what_is_in_order_is_not_warned_of(change) -> None:
    assert of(row(**change), department_aliases=("区城管局",)).warnings == []


@pytest.mark.parametrize(
    ("change", "cell", "code"),
    [
        ({"名称": ""}, "A2", "missing"),
        ({"类型": "　"}, "B2", "missing"),
        ({"依据": "无"}, "C2", "missing"),
        ({"类型": "行政奖励"}, "B2", "unknown_type"),
        ({"名称": "长" * 301}, "A2", "too_long"),
        ({"备注": "长" * 501}, "I2", "too_long"),
        ({"名称": "#REF!"}, "A2", "formula"),
        ({"依据": "《条例》第" + "长" * 2000 + "条"}, "C2", "too_long"),
        *(({"依据": text}, "C2", "filler") for text in FILLERS),
        *(({"职责边界": text}, "D2", "filler") for text in (*FILLERS, "无", "/", "-", "暂无", "待定")),
        ({"名称": "1.7081E+17"}, "A2", "number_cell"),
        ({"备注": "1.7081E+17"}, "I2", "number_cell"),
    ],
)
def test_an_error_is_at_its_cell_with_its_value_and_a_remedy(change, cell, code) -> None:
    report = of(row(**change))
    assert codes(report.errors) == [(cell, code)]
    assert report.errors[0].value == next(iter(change.values())).strip("　")
    assert report.errors[0].message and report.errors[0].remedy
    assert (report.new, report.faulty) == (0, 1)


def test_a_type_that_the_office_added_is_known_with_its_synonyms() -> None:
    types = {**dict.fromkeys(TYPES, ()), "行政奖励": ("表彰",)}
    report = of(row(类型="表彰"), row(名称="乙", 类型="奖励类"), types=types)
    assert report.errors == []
    assert {line.values["type"] for line in report.lines} == {"行政奖励"}


def test_the_second_and_third_of_equal_rows_are_duplicates_of_the_first() -> None:
    same = row(名称="占道\n处罚 ", 依据="《条例》第 一 条。", 赋权部门="")
    report = of(row(), same, row(赋权部门="咸安区城市管理执法局"))
    assert codes(report.errors) == [("A3", "duplicate 3"), ("A4", "duplicate 4")]
    assert "第 2 行" in report.errors[1].message
    assert (report.new, report.faulty) == (1, 2)


@pytest.mark.parametrize(
    "basis",
    [
        "《城市绿化条例》第34条",
        "《条例》第三条，附件从略的部分见《办法》第二条",
        "《行政处罚法》第二十九条（无例外）",
        "第5条",
        "《突发事件应对法》第四条及附件二第7项",
    ],
)
def test_a_real_basis_is_no_filler(basis: str) -> None:
    report = of(row(依据=basis))
    assert (report.errors, report.warnings) == ([], [])


def test_what_stands_once_for_a_merged_block_is_no_ditto() -> None:
    rows = [HEAD, row(), row(名称="乙", 依据="", 职责边界=""), row(名称="丙", 依据="同上")]
    report = check(xlsx(rows, [(1, 2, 2, 2), (1, 3, 2, 3)]), "申报.xlsx")
    assert codes(report.errors) == [("C4", "filler")]


def test_a_duplicate_is_named_although_it_has_no_basis() -> None:
    report = of(row(), row(依据=""), row(名称="乙", 依据="略"), row(名称="乙 ", 依据=""))
    assert codes(report.errors) == [
        ("A3", "duplicate 3"), ("C3", "missing"), ("C4", "filler"), ("A5", "duplicate 5"), ("C5", "missing"),
    ]  # fmt: skip
    assert "与第 2 行重复（名称、部门相同，本行没有依据）" in report.errors[0].message


@pytest.mark.parametrize(
    "other",
    [
        {"依据": "《条例》第1条"},
        {"依据": "〈条例〉第一条"},
        {"依据": "《中华人民共和国条例》第一条"},
        {"名称": "占道行政处罚"},
        {"名称": "占道处罚（）"},
    ],
)
def test_items_that_differ_in_their_writing_alone_are_warned_of(other) -> None:
    report = of(row(), row(**other))
    assert (codes(report.warnings), report.errors, report.new) == ([("A3", "alike 3")], [], 2)
    assert "第 2 行" in report.warnings[0].message


def test_numbers_that_lost_digits_or_have_a_format_of_their_own_are_errors_in_text_columns() -> None:
    report = of(
        row(名称=123456789012345),
        row(名称="乙", 依据=(12, '"《条例》第"0"条"')),
        row(名称="丙", 备注=(5, "000")),
        row(名称="丁", 过渡期=(6, '0"个月"'), 职责边界=(0.5, "0%")),
    )
    assert codes(report.errors) == [("A2", "number_cell"), ("C3", "number_cell"), ("D5", "filler")]
    assert report.errors[0].value == "1.23457E+14" and "按文本重填" in report.errors[0].message
    assert report.errors[1].value == "《条例》第12条"
    assert report.lines[2].values["remarks"] == "005"
    assert report.warnings == []


def test_another_basis_or_another_department_makes_another_item() -> None:
    report = of(row(), row(依据="《条例》第二条"), row(赋权部门="区林业局"))
    assert report.errors == []


def test_the_same_item_with_nothing_changed_is_unchanged() -> None:
    report = of(row(名称=" 占道处罚"), existing=[item()])
    assert (report.new, report.changed, report.unchanged) == (0, 0, 1)
    assert report.lines[0].match == "1"


def test_differences_are_listed_field_by_field_in_words() -> None:
    report = of(row(类型="许可", 权力来源="省清单"), existing=[item()])
    assert report.lines[0].outcome == "changed"
    assert report.lines[0].differences == [
        Difference("type", "事项类型", "行政处罚", "行政许可"),
        Difference("source", "权力来源层级", "区直", "省指导清单"),
    ]


def test_the_only_item_of_the_same_name_is_the_same_with_another_basis() -> None:
    report = of(row(依据="《条例》第九条"), existing=[item()])
    assert [d.field for d in report.lines[0].differences] == ["basis"]


def test_one_of_two_items_of_a_name_is_not_guessed() -> None:
    report = of(row(依据="《条例》第九条"), existing=[item(), item("2", basis="《条例》第二条")])
    assert report.new == 1


def test_two_rows_never_change_the_same_item() -> None:
    report = of(row(依据="《条例》第九条"), row(依据="《条例》第八条"), existing=[item()])
    assert [line.match for line in report.lines] == ["1", None]
    exact = of(row(依据="《条例》第九条"), row(), existing=[item()])
    assert [line.outcome for line in exact.lines] == ["new", "unchanged"]


def test_the_draft_goes_before_the_list_when_both_have_the_item() -> None:
    report = of(row(), existing=[item("line:1", remarks="草稿"), item("item:1")])
    assert (report.lines[0].match, report.changed) == ("line:1", 1)


def test_a_column_that_the_file_lacks_leaves_what_is_there() -> None:
    existing = [item(duties="很多", remarks="有", streets=("温泉街道",), decline_reason="x", office="法规股")]
    report = of(["占道处罚", "处罚", "《条例》第一条"], head=["名称", "类型", "依据"], existing=existing)
    assert (report.changed, report.unchanged) == (0, 1)


def test_an_empty_cell_of_a_column_that_is_there_empties_the_field() -> None:
    report = of(row(), existing=[item(remarks="有")])
    assert report.lines[0].differences == [Difference("remarks", "备注", "有", "")]


def test_ticks_are_compared_as_sets_of_streets() -> None:
    head = ["名称", "类型", "依据", "永安", "温泉"]
    existing = [item(streets=("永安街道", "温泉街道"))]
    same = of(["占道处罚", "处罚", "《条例》第一条", "√", "是"], head=head, existing=existing)
    assert same.unchanged == 1
    less = of(["占道处罚", "处罚", "《条例》第一条", "", "是"], head=head, existing=existing)
    assert less.lines[0].differences == [Difference("streets", "承接街道", "永安街道、温泉街道", "温泉街道")]


def test_a_tick_that_says_neither_is_warned_of() -> None:
    report = of(["占道处罚", "处罚", "《条例》第一条", "待研究"], head=["名称", "类型", "依据", "温泉"])
    assert [(f.cell, f.column, f.value) for f in report.warnings if f.code == "tick"] == [
        ("D2", "温泉街道", "待研究")
    ]
    assert report.lines[0].values["streets"] == ()


def test_the_same_item_filed_elsewhere_is_warned_of_by_name() -> None:
    others = [
        OtherItem("占道处罚", "《条例》第一条", "区林业局"),
        OtherItem("别的", "《条例》第一条", "区林业局"),
    ]
    report = of(row(), other_items=others)
    assert codes(report.warnings) == [("A2", "elsewhere 2 区林业局")]
    assert "区林业局已申报同一事项" in report.warnings[0].message


def test_faulty_rows_change_nothing_but_hold_their_item() -> None:
    report = of(row(类型="行政奖励"), row(依据="《条例》第九条"), existing=[item()])
    assert [line.outcome for line in report.lines] == ["error", "new"]


@pytest.mark.parametrize("name", TYPES)
def test_a_type_is_known_without_its_prefix_and_with_a_suffix(name: str) -> None:
    words = TypeWords(TYPES)
    bare = name.removeprefix("行政")
    for text in (
        name,
        bare,
        f"{name}类",
        f"{bare}类",
        f" {name} ",
        f"一、{name}",
        f"1.{name}",
        f"{name}（含委托）",
        f"（二）{bare}",
    ):
        assert words.find(text) == name
    for text in ("", "行政", "类", "行政奖励", f"{name}、行政裁决"):
        assert words.find(text) is None


def test_sources_ticks_and_months_in_other_words() -> None:
    assert [find_source(t) for t in ("省级指导目录", "市直", "区级", "别处", "")] == [
        "guide",
        "city",
        "district",
        None,
        None,
    ]
    assert [read_tick(t) for t in ("√", "Ｙ", "是 ", "✓", "1", "", "×", "否", "——", "？")] == [True] * 5 + [
        False
    ] * 4 + [None]
    assert [read_months(t) for t in ("6", "６个月", "六个月", "十二", "二十四个月", "1年", "6.0", "", "长期")] == [
        6, 6, 6, 12, 24, 12, 6, None, None,
    ]  # fmt: skip
