"""Shapes of real workbooks, one by one."""

from __future__ import annotations

import pytest

from tests.empowerment.workbook.builder import DEPARTMENT, check, csv_bytes, xls, xlsx
from xianan.core.spreadsheet import UnreadableWorkbook
from xianan.imports.report import Report

NAME, BASIS, DUTIES = "擅自占用城市道路的处罚", "《城市道路管理条例》第二十七条", "街道负责巡查；部门负责指导"


def of(rows, merged=(), **more) -> Report:
    return check(xlsx(rows, merged, **more), "申报.xlsx")


def cells(faults) -> set[str]:
    return {fault.cell for fault in faults}


def unknown(report: Report) -> set[str]:
    return {fault.cell for fault in report.warnings if fault.code == "unknown_column"}


def test_a_list_with_both_the_new_and_the_old_body_takes_the_old_one_as_department() -> None:
    report = of(
        [
            ["序号", "赋权事项", "权力类型", "法律法规依据", "责任主体", "原实施主体"],
            [1, NAME, "行政处罚", BASIS, "街道办事处", DEPARTMENT],
        ]
    )
    assert report.columns == {"number": "A", "name": "B", "type": "C", "basis": "D", "department": "F"}
    assert unknown(report) == {"E1"}
    assert not report.errors


def test_a_body_that_is_a_street_is_no_department() -> None:
    rows = [["赋权事项", "权力类型", "法律法规依据", "责任主体"], [NAME, "行政处罚", BASIS, "温泉街道办事处"]]
    report = of(rows)
    assert "department" not in report.columns
    assert unknown(report) == {"D1"}


def test_a_list_of_streets_in_one_column_under_the_word_used_for_towns() -> None:
    report = of(
        [
            ["序号", "赋权事项名称", "原行使部门", "赋权范围", "赋权事项的执法依据", "赋权街镇", "类型"],
            [1, NAME, DEPARTMENT, "全部", BASIS, "温泉街道、浮山", "处罚"],
            [2, NAME + "乙", DEPARTMENT, "全部", BASIS, "全部街道", "处罚"],
            [3, NAME + "丙", DEPARTMENT, "全部", BASIS, "三个街道", "处罚"],
            [4, NAME + "丁", DEPARTMENT, "全部", BASIS, "横沟桥镇", "处罚"],
            [5, NAME + "戊", DEPARTMENT, "全部", BASIS, "浮山和永安", "处罚"],
        ]
    )
    assert report.member_columns == {"温泉街道": "F", "浮山街道": "F", "永安街道": "F"}
    everyone = ("温泉街道", "浮山街道", "永安街道")
    assert [line.values["streets"] for line in report.lines] == [
        ("温泉街道", "浮山街道"), everyone, everyone, (), ("浮山街道", "永安街道"),
    ]  # fmt: skip
    assert [fault.cell for fault in report.warnings if fault.code == "tick"] == ["F5"]
    assert unknown(report) == {"D1"}


def test_the_filing_unit_above_and_the_scope_beside_do_not_disturb() -> None:
    report = of(
        [
            ["行政执法事项目录"],
            ["行政执法部门名称（公章）：区城市管理执法局", "", "", "", "填表时间：2026年11月"],
            ["序号", "事项名称", "行政执法职权类型", "执法依据", "承办机构", "执法范围", "备注"],
            [1, NAME, "行政处罚", BASIS, "执法大队", "全区", ""],
        ]
    )
    assert report.header_row == 3
    assert report.columns == {
        "number": "A", "name": "B", "type": "C", "basis": "D", "office": "E", "remarks": "G",
    }  # fmt: skip
    assert unknown(report) == {"F3"}


def test_a_tick_column_that_names_no_street_is_not_guessed() -> None:
    report = of(
        [
            [
                "序号",
                "权力类型",
                "所属部门",
                "规范服务事项名称",
                "服务依据",
                "县级",
                "镇级",
                "村级",
                "认领（打√）",
                "不认领原因",
            ],
            [1, "行政确认", DEPARTMENT, NAME, BASIS, "√", "√", "", "√", ""],
        ]
    )
    assert report.columns == {
        "number": "A", "name": "D", "type": "B", "basis": "E", "department": "C", "decline_reason": "J",
    }  # fmt: skip
    assert report.member_columns == {}
    assert unknown(report) == {"F1", "G1", "H1", "I1"}


def test_an_old_list_with_offices_and_liability() -> None:
    report = check(
        xls(
            [
                ["序号", "职权名称", "职权类别", "实施依据", "责任事项", "追责情形", "承办机构"],
                [1, NAME, "行政处罚", BASIS, DUTIES, "不履行职责的", "法规股"],
            ]
        ),
        "旧表.xls",
    )
    assert report.columns["duties"] == "E"
    assert report.columns["office"] == "G"
    assert unknown(report) == {"F1"}
    assert [fault.value for fault in report.warnings if fault.code == "unknown_column"] == ["追责情形"]


def test_group_headers_above_all_columns_belong_to_the_header() -> None:
    report = of(
        [
            ["咸安区赋权事项申报表"],
            ["事项基本信息", "", "", "", "", "承接意向", "", ""],
            ["序号", "名称", "类型", "依据", "职责分工", "温泉", "浮山", "永安"],
            [1, NAME, "处罚", BASIS, DUTIES, "√", "", "√"],
        ],
        [(0, 0, 0, 7), (1, 0, 1, 4), (1, 5, 1, 7)],
    )
    assert report.header_row == 2
    assert report.member_columns == {"温泉街道": "F", "浮山街道": "G", "永安街道": "H"}
    assert report.lines[0].values["streets"] == ("温泉街道", "永安街道")


def test_a_header_of_three_lines() -> None:
    report = of(
        [
            ["申报表"],
            ["序号", "赋权事项", "", "", "承接街道", "", ""],
            ["", "事项名称", "法律依据", "事项类型", "打√", "", ""],
            ["", "", "", "", "温泉街道", "浮山街道", "永安街道"],
            [1, NAME, BASIS, "处罚", "√", "√", ""],
        ],
        [(1, 0, 3, 0), (1, 1, 1, 3), (2, 1, 3, 1), (2, 2, 3, 2), (2, 3, 3, 3), (1, 4, 1, 6), (2, 4, 2, 6)],
    )
    assert report.header_row == 2
    assert report.columns == {"number": "A", "name": "B", "basis": "C", "type": "D"}
    assert report.member_columns == {"温泉街道": "E", "浮山街道": "F", "永安街道": "G"}
    assert (report.rows, report.errors) == (1, [])


@pytest.mark.parametrize(
    "words",
    [
        ("温泉街道", "浮山街道", "永安街道"),
        ("承接街道（温泉）", "承接街道（浮山）", "承接街道（永安）"),
        ("是否温泉街道承接", "是否浮山街道承接", "是否永安街道承接"),
        ("温泉街道办事处", "浮山街道办事处", "永安街道办事处"),
        ("温 泉", "浮\n山", "永　安"),
        ("咸安区温泉街道", "咸安区浮山街道", "咸安区永安街道"),
        ("温泉（打√）", "浮山（打√）", "永安（打√）"),
    ],
)
def test_street_columns_are_known_by_any_of_their_names(words) -> None:
    report = of([["名称", "类型", "依据", *words], [NAME, "处罚", BASIS, "√", "否", "是"]])
    assert report.member_columns == {"温泉街道": "D", "浮山街道": "E", "永安街道": "F"}
    assert report.lines[0].values["streets"] == ("温泉街道", "永安街道")


def test_a_street_of_another_district_is_named() -> None:
    report = of([["名称", "类型", "依据", "温泉街道", "横沟桥镇"], [NAME, "处罚", BASIS, "√", "√"]])
    assert [(f.cell, f.message) for f in report.warnings if f.code == "unknown_column"] == [
        ("E1", "“横沟桥镇”不是本区的街道，本列不导入")
    ]


def test_seven_streets_of_a_second_district() -> None:
    streets = [f"{name}街道" for name in ("和平", "新和平", "东城", "西城", "南湖", "北山", "中心")]
    rows = [
        ["名称", "类型", "依据", *[s[:-2] for s in streets]],
        [NAME, "处罚", BASIS, *"√", "", "√", "", "是", "", "1"],
    ]
    report = check(xlsx(rows), "a.xlsx", streets=streets)
    assert report.member_columns == dict(zip(streets, "DEFGHIJ", strict=True))
    assert report.lines[0].values["streets"] == ("和平街道", "东城街道", "南湖街道", "中心街道")
    listed = check(
        xlsx([["名称", "类型", "依据", "承接街道"], [NAME, "处罚", BASIS, "新和平、和平和南湖"]]),
        "a.xlsx",
        streets=streets,
    )
    assert listed.lines[0].values["streets"] == ("和平街道", "新和平街道", "南湖街道")


def test_a_tick_merged_over_all_streets_counts_for_each() -> None:
    rows = [["名称", "类型", "依据", "温泉", "浮山", "永安"], [NAME, "处罚", BASIS, "√", "", ""]]
    report = of(rows, [(1, 3, 1, 5)])
    assert report.lines[0].values["streets"] == ("温泉街道", "浮山街道", "永安街道")


def test_text_merged_over_several_fields_stays_in_the_first() -> None:
    report = of([["名称", "类型", "依据"], [NAME, "处罚", ""]], [(1, 1, 1, 2)])
    assert cells(report.errors) == {"C2"}


def test_a_merged_block_with_an_unknown_type_is_one_fault_and_all_its_rows_are_faulty() -> None:
    rows = [["名称", "类型", "依据"], *([f"{NAME}{n}", "行政奖励" if not n else "", BASIS] for n in range(4))]
    report = of(rows, [(1, 1, 4, 1)])
    assert [(f.cell, f.value) for f in report.errors] == [("B2", "行政奖励")]
    assert (report.rows, report.faulty) == (4, 4)


def test_rows_that_are_no_data_are_named_and_the_rest_is_read_on() -> None:
    report = of(
        [
            ["申报表"],
            ["序号", "名称", "类型", "依据", "职责边界"],
            ["1", "2", "3", "4", "5"],
            ["一、行政处罚（共2项）"],
            [1, NAME, "处罚", BASIS, DUTIES],
            ["小计", "1项"],
            ["申报表"],
            ["序号", "名称", "类型", "依据", "职责边界"],
            [2, "合计用工备案", "其他", "《劳动合同法》第七条", DUTIES],
            [3, "负责人：变更登记", "其他", "《公司法》第七条", DUTIES],
            [4],
            ["", "", "", "", "", "见附件"],
            ["合计", "", "", "共3项"],
            ["填表人：", "张×", "", "审核人：", "李×"],
            ["", "合计", "", "", ""],
            ["说明：以上事项经局党组会议研究"],
            ["2026年11月23日"],
        ],
        [(0, 0, 0, 4), (3, 0, 3, 4)],
    )
    assert [line.row for line in report.lines] == [5, 9, 10]
    assert not report.errors
    assert [item.row for item in report.ignored] == [3, 4, 6, 7, 8, 11, 12, 13, 14, 15, 16, 17]
    assert report.ignored[0].reason == "栏次"
    assert report.ignored[1].text == "一、行政处罚（共2项）"


@pytest.mark.parametrize(
    ("row", "wrong"),
    [
        (["", "合计", "", "", ""], None),
        (["", "累计3次以上违法的处罚", "处罚", "", DUTIES], {"D2"}),
        (["", "合计10人以上登记", "", "《条例》第七条", DUTIES], {"C2"}),
        (["", "说明：应当公开的事项核准", "", "《条例》第七条", DUTIES], {"C2"}),
        (["", NAME, "", "", ""], {"C2", "D2"}),
        (["", "", "处罚", "《条例》第七条", ""], {"B2"}),
        (["5", "", "", "", DUTIES], {"B2", "C2", "D2"}),
        (["", "审批", "审批", "", ""], {"D2"}),
    ],
)
def test_a_real_row_is_never_taken_for_a_total_or_a_signature(row, wrong) -> None:
    report = of([["序号", "名称", "类型", "依据", "职责边界"], row])
    if wrong is None:
        assert report.rows == 0
        assert [item.reason for item in report.ignored] == ["合计行"]
    else:
        assert report.rows == 1
        assert cells(report.errors) == wrong


def aside(report: Report) -> list[tuple[str, str]]:
    return [(fault.cell, fault.value) for fault in report.unsure]


@pytest.mark.parametrize("write", [xlsx, xls])
def test_numbered_names_whose_type_and_basis_are_merged_are_items(write) -> None:
    rows = [
        ["事项名称", "事项类型", "设定依据", "职责边界"],
        ["（一）" + NAME, "行政处罚", BASIS, DUTIES],
        ["（二）擅自挖掘城市道路的处罚", "", "", ""],
        ["三、未设置明显标志的处罚", "", "", ""],
        ["第四节课后看护的检查", "行政检查", BASIS, DUTIES],
    ]
    report = check(write(rows, [(1, 1, 3, 1), (1, 2, 3, 2), (1, 3, 3, 3)]), f"a.{write.__name__}")
    assert (report.rows, report.new, report.errors, report.ignored) == (4, 4, [], [])
    assert report.lines[2].values["basis"] == BASIS


@pytest.mark.parametrize(
    "name",
    [
        "对用人单位：未依法签订合同的处罚",
        "填报单位：未按时备案的处罚",
        "备注：违规经营的处罚",
        "说明：未公开收费标准的处罚",
        "附件一、违规经营的处罚",
        "※占道经营的处罚",
        "合计面积超标的处罚",
        "12项",
        "2026年11月",
        "联系电话",
        "合计",
    ],
)
def test_a_row_with_all_that_is_required_is_an_item_whatever_its_name_looks_like(name: str) -> None:
    for basis in ("第6条", BASIS):
        report = of([["事项名称", "事项类型", "设定依据"], [name, "处罚", basis]])
        assert (report.rows, [f.code for f in report.errors], report.ignored) == (1, [], [])


@pytest.mark.parametrize(
    ("row", "wrong"),
    [
        ([2, "审批单位：区城管局的许可", "行政许可", "", DUTIES], {"D2"}),
        ([3, "备注：代履行", "行政强制", "", ""], {"D2"}),
        ([3, "备注：代履行", "", "", ""], {"C2", "D2"}),
        (["", "填表人：变更备案", "其他", "", ""], {"D2"}),
    ],
)
def test_a_row_with_a_type_or_a_number_is_an_item_that_lacks_something(row, wrong) -> None:
    report = of([["序号", "名称", "类型", "依据", "职责边界"], row])
    assert (report.rows, cells(report.errors), report.unsure) == (1, wrong, [])


def test_what_is_set_aside_with_text_in_a_required_column_is_named_first() -> None:
    report = of(
        [
            ["序号", "名称", "类型", "依据"],
            [1, NAME, "处罚", BASIS],
            ["", "第三章 只写了名称", "", ""],
            ["", "对摊贩负责人：占道的处罚", "", ""],
            ["", "填表人", "张×", "审核人"],
            ["", "合计", "1项", ""],
            ["", "合计", "详见附页", ""],
            ["序号", "名称", "类型", "依据"],
            ["填表人：李×", "", "", ""],
        ]
    )
    assert report.rows == 1
    assert aside(report) == [
        ("B3", "第三章 只写了名称"), ("B4", "对摊贩负责人：占道的处罚"), ("B5", "填表人"), ("B7", "合计"),
    ]  # fmt: skip
    assert report.warnings[:4] == report.unsure
    assert "第 3 行没有作为事项读取（分组标题）" in report.unsure[0].message


def test_another_table_below_is_said_and_not_mixed_in() -> None:
    report = of(
        [
            ["序号", "名称", "类型", "依据"],
            [1, NAME, "处罚", BASIS],
            [],
            ["事项类型", "序号", "设定依据", "事项名称"],
            ["处罚", 1, BASIS, "另一事项"],
        ]
    )
    assert [line.row for line in report.lines] == [2]
    assert [item.row for item in report.ignored] == [4, 5]
    assert [fault.message for fault in report.unsure] == ["第 4 至 5 行是另一张表，没有读取"]


def test_the_filled_sheet_is_taken_and_the_others_are_named() -> None:
    head = ["序号", "名称", "类型", "依据"]
    report = of(
        [head, [1, NAME, "处罚", BASIS], [2, NAME + "乙", "处罚", BASIS]],
        title="申报",
        before=[
            ("填报说明", [head, [1, "例子", "处罚", BASIS], [2, "例子二", "处罚", BASIS]], ()),
            ("空表", [head], ()),
        ],
        after=[
            ("第二批", [head, [1, "另一项", "处罚", BASIS]], ()),
            ("旧", [head, [1, "x", "处罚", BASIS]], ()),
        ],
        hidden=("旧",),
    )
    assert report.sheet == "申报"
    assert report.rows == 2
    assert [f.value for f in report.warnings if f.code.startswith("other_sheet")] == ["第二批", "旧"]


def test_a_missing_column_is_one_fault_at_the_header() -> None:
    report = of([["表"], ["", "序号", "名称", "依据"], ["", 1, NAME, BASIS], ["", 2, NAME + "乙", BASIS]])
    assert [(f.cell, f.column, f.value) for f in report.errors] == [("B2", "事项类型", "")]
    assert (report.rows, report.faulty) == (2, 2)


def test_the_column_whose_values_are_types_is_the_type() -> None:
    rows = [["名称", "事项类型", "权力类型", "依据"], [NAME, "依申请", "处罚", BASIS]]
    report = of(rows)
    assert report.columns["type"] == "C"
    assert unknown(report) == {"B1"}


def test_the_giving_department_is_municipal_or_the_district_s_by_its_name() -> None:
    city = of([["名称", "类型", "依据", "下放部门"], [NAME, "处罚", BASIS, "市住房和城乡建设局"]])
    assert city.columns["municipal_department"] == "D"
    district = of([["名称", "类型", "依据", "下放部门"], [NAME, "处罚", BASIS, DEPARTMENT]])
    assert district.columns["department"] == "D"


def test_a_column_without_a_name_is_not_dropped_silently() -> None:
    report = of([["名称", "类型", "依据", ""], [NAME, "处罚", BASIS, "紧急"]])
    assert [(f.cell, f.value) for f in report.warnings if f.code == "unknown_column"] == [("D1", "")]


def test_a_header_that_starts_far_down_and_to_the_right() -> None:
    report = of([[]] * 29 + [["", "", "", "名称", "类型", "依据"], ["", "", "", NAME, "", BASIS]])
    assert report.header_row == 30
    assert cells(report.errors) == {"E31"}


def test_two_header_lines_in_csv_without_merging() -> None:
    content = csv_bytes(
        [
            ["填报单位：区城市管理执法局"],
            ["序号", "名称", "类型", "依据", "承接街道（打√）", "", "", "备注"],
            ["", "", "", "", "温泉", "浮山", "永安", ""],
            ["1", NAME, "处罚", BASIS, "√", "", "是", ""],
        ],
        encoding="gbk",
    )
    report = check(content, "申报.csv")
    assert report.header_row == 2
    assert report.member_columns == {"温泉街道": "E", "浮山街道": "F", "永安街道": "G"}
    assert report.lines[0].values["streets"] == ("温泉街道", "永安街道")


@pytest.mark.parametrize("write", [xlsx, xls])
def test_a_table_whose_header_has_no_second_line_keeps_its_first_row(write) -> None:
    rows = [
        ["名称", "类型", "依据", "承接街道"],
        [NAME, "处罚", BASIS, "温泉"],
        [NAME + "乙", "处罚", BASIS, "浮山"],
    ]
    report = check(write(rows), "a.xlsx" if write is xlsx else "a.xls")
    assert (report.header_row, report.rows) == (1, 2)
    assert [line.values["streets"] for line in report.lines] == [("温泉街道",), ("浮山街道",)]


@pytest.mark.parametrize(("count", "refused"), [(20_000, False), (20_001, True)])
def test_twenty_thousand_rows_are_read_and_one_more_is_refused(count: int, refused: bool) -> None:
    content = csv_bytes(
        [["名称", "类型", "依据"], *([f"第{n}项事项", "处罚", f"《条例》第{n}条"] for n in range(count))]
    )
    if refused:
        with pytest.raises(UnreadableWorkbook, match="超过 20,000 行"):
            check(content, "申报.csv")
    else:
        assert check(content, "申报.csv").rows == count


def test_a_file_without_the_table_is_told_which_columns_were_looked_for() -> None:
    with pytest.raises(UnreadableWorkbook) as refusal:
        of([["关于填报的通知"], ["各部门："], ["请于月底前报送"]])
    assert refusal.value.code == "no_header"
    assert all(word in refusal.value.message for word in ("事项名称", "事项类型", "设定依据", "职责边界"))
