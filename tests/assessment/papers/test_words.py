"""What the papers say, word for word (P40)."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from assessment.choices import PaperKind
from assessment.rules.paper_blocks import ProblemRow, total_chart
from assessment.rules.paper_words import (
    EDITABLE,
    cause_words,
    comparison_lines,
    first_words,
    ground,
    numeral,
    problem_lines,
    ranking_lines,
    tie_lines,
    title_of,
)
from assessment.rules.papers import Material, annexes, blocks
from assessment.snapshot import EventLine, GivenLine, TieLine
from tests.assessment.papers.support import GROUPS, cell, snapshot

RULE = GROUPS[1].indicators[0]
LOST = ((), ((1_00, 2, "超期办理"),), ((50, 1, "缺送达回证"), (2_00, 1, "证据不足")))


def text(found) -> str:
    return "\n".join(str(block) for block in found)


@pytest.mark.parametrize(
    ("number", "words"),
    [(1, "一"), (3, "三"), (10, "十"), (11, "十一"), (20, "二十"), (40, "四十"), (99, "九十九")],
)
def test_places_are_written_as_offices_write_them(number, words):
    assert numeral(number) == words


def test_the_results_stand_in_order_with_two_decimals():
    assert ranking_lines(snapshot(LOST)) == [
        "第一名：温泉街道，得分100.00分。",
        "第二名：浮山街道，得分98.00分。",
        "第三名：永安街道，得分97.50分。",
    ]


def test_shared_places_say_so_and_name_the_decision():
    tie = TieLine(100_00, [1, 2], True, True, "赋权承接同分", dt.date(2027, 1, 10))
    found = snapshot(((), (), LOST[2]), decisions=[tie])
    assert ranking_lines(found)[:2] == [
        "并列第一名：温泉街道，得分100.00分。",
        "并列第一名：浮山街道，得分100.00分。",
    ]
    assert ranking_lines(found)[2] == "第三名：永安街道，得分97.50分。"
    assert tie_lines(found) == [
        "温泉街道、浮山街道得分同为100.00分，经考核工作领导小组审定，名次并列（赋权承接同分）。"
    ]
    ordered = TieLine(100_00, [2, 1], True, False, "赋权承接高者先", dt.date(2027, 1, 10))
    found = snapshot(((), (), LOST[2]), decisions=[ordered])
    assert ranking_lines(found)[0] == "第一名：浮山街道，得分100.00分。"
    assert "依次排定名次" in tie_lines(found)[0]


def test_the_ground_names_document_number_and_what_it_goes_on_under():
    found = snapshot()
    assert ground(found) == "根据《深化街道管理体制改革工作考核办法》（咸办发〔2026〕5号）"
    found = snapshot(policy_reference="", policy_ground="区委常委会会议纪要")
    assert ground(found) == "根据《深化街道管理体制改革工作考核办法》及区委常委会会议纪要"


def test_problems_are_told_by_group_with_points_and_cause():
    assert problem_lines(snapshot(LOST)) == [
        "赋权承接工作方面：浮山街道执法规范扣2分（超期办理）；永安街道执法规范扣2.5分（缺送达回证；证据不足）。"
    ]
    assert problem_lines(snapshot()) == []


def test_causes_name_amount_and_times():
    assert cause_words(RULE, cell(2, 40_00, LOST[1])) == "超期办理（扣1分×2）"
    assert cause_words(RULE, cell(2, 40_00, (), "方案没有时限。")) == "方案没有时限。"


def test_what_two_scorers_took_off_alike_is_told_once_and_what_one_took_off_twice_is_told_twice():
    said = ("超期办理", "1号案卷")
    events = [EventLine(pk, 1_00, 1, *said) for pk in (1, 2, 3)]
    scorers = [
        GivenLine(name, "编办", False, None, 38_00, "", "", False, own)
        for name, own in (("甲", events[:2]), ("乙", events[2:]))
    ]
    found = replace(cell(2, 40_00), points=38_50, scorers=scorers, deductions=events)
    assert [event.pk for event in found.told] == [1, 2]
    assert cause_words(RULE, found) == "超期办理（扣1分）；超期办理（应扣1分，实扣0.5分）"


def test_a_year_is_compared_street_by_street():
    before = snapshot((LOST[2], (), ()), year=2025, names=("温泉街道", "浮山街道", "永安街道"))
    found = comparison_lines(snapshot(LOST), before)
    assert found[0] == "温泉街道得分100.00分，比上一年度提高2.50分；名次由第三名变为第一名。"
    assert found[1] == "浮山街道得分98.00分，比上一年度下降2.00分；名次由第一名变为第二名。"
    assert comparison_lines(snapshot(), None) == ["2025年度没有考核结果，不作比较。"]


def test_the_notice_goes_from_ground_to_annex_in_the_order_offices_use():
    practice = Material(practices=[("温泉街道", "一窗受理")])
    found = blocks(PaperKind.NOTICE, snapshot(LOST), practice, {"demands": "按期整改。\n\n加强监督。"})
    heads = [block["text"] for block in found if block["kind"] == "heading"]
    assert heads == ["一、考核结果", "二、主要做法", "三、存在问题", "四、下一步工作要求"]
    said = [block["text"] for block in found if block["kind"] == "paragraph"]
    assert said[0] == (
        "根据《深化街道管理体制改革工作考核办法》（咸办发〔2026〕5号），考核工作领导小组组织考核组对3个街道"
        "2026年度街道管理体制改革工作进行了考核。现将结果通报如下。"
    )
    assert "温泉街道：一窗受理。" in said and said[-2:] == ["按期整改。", "加强监督。"]
    assert found[-1] == {"kind": "annex", "lines": ["考核得分表"]}
    table = annexes(PaperKind.NOTICE, snapshot(LOST), practice)[0]
    assert [row[1] for row in table["rows"]] == ["温泉街道", "浮山街道", "永安街道"] and table["wide"]


def test_a_street_reads_its_own_place_losses_and_problems_alone():
    rows = [
        ProblemRow("浮山街道", "2.1 执法规范", "超期办理", "整改", "", "", "2027年3月1日", "待整改"),
        ProblemRow("永安街道", "2.1 执法规范", "证据不足", "整改", "", "", "2027年3月1日", "待整改"),
    ]
    found = blocks(PaperKind.STREET, snapshot(LOST), Material(problems=rows), {"demands": "整改。"}, street=2)
    assert "你街道得分98.00分，在3个街道中列第二名，计入全区年度综合考评4.90分。" in text(found)
    assert "超期办理（扣1分×2）" in text(found) and "证据不足" not in text(found)
    own = annexes(PaperKind.STREET, snapshot(LOST), Material(problems=rows), street="浮山街道")
    assert "超期办理" in text(own) and "证据不足" not in text(own)
    full = blocks(PaperKind.STREET, snapshot(LOST), Material(), {"demands": "整改。"}, street=1)
    assert "各项指标均得满分。" in text(full)
    with pytest.raises(KeyError):
        blocks(PaperKind.STREET, snapshot(LOST), Material(), {}, street=9)


def test_the_report_of_the_year_has_charts_comparison_and_annexes():
    rows = [ProblemRow("浮山街道", "2.1", "超期", "整改", "", "", "2027年3月1日", "已销号")]
    material = Material(previous=snapshot(year=2025), problems=rows, closed=1)
    found = blocks(PaperKind.ANNUAL, snapshot(LOST), material, first_words(PaperKind.ANNUAL, snapshot()))
    assert [block["caption"] for block in found if block["kind"] == "chart"] == [
        "图1　各街道总分（分）",
        "图2　各考评项目得分率（%）",
    ]
    assert "3个街道平均得分98.50分，最高100.00分（温泉街道），最低97.50分（永安街道）。" in text(found)
    assert "已列入整改清单1个问题，其中1个已验收销号。" in text(found)
    assert "2025年度" in total_chart(snapshot(LOST), material.previous)
    assert len(annexes(PaperKind.ANNUAL, snapshot(LOST), material)) == 2


def test_the_filing_report_names_organization_results_and_evaluation():
    found = text(blocks(PaperKind.FILING, snapshot(LOST), Material(), {"closing": "请备案。"}))
    assert "考核工作领导小组由区政府常务副区长陈××任组长，考核组由2人组成。" in found
    assert "按总分的5%计入，满分5分：温泉街道5.00分；浮山街道4.90分；永安街道4.88分。" in found
    assert "结果于2027年1月20日公布。" in found


def test_many_streets_stand_below_each_other_and_their_indicators_by_sixes():
    names = [f"第{n}街道" for n in range(40)]
    found = blocks(PaperKind.TABLE, snapshot([()] * 40, names=names), Material(), {})
    assert len(found[0]["rows"]) == 40 and found[0]["fill_in"]
    assert [len(block["columns"]) - 2 for block in found[1:]] == [6] * 6 + [4]
    few = blocks(PaperKind.TABLE, snapshot(LOST), Material(), {})
    assert len(few) == 1 and few[0]["fill_in"] == ["填表人", "审核人", "单位负责人（盖章）", "日期"]


@pytest.mark.parametrize("kind", PaperKind.values)
def test_every_paper_has_a_title_and_first_words_for_all_that_can_be_edited(kind):
    assert "2026年度" in title_of(kind, snapshot(), "温泉街道")
    assert set(first_words(kind, snapshot())) == {key for key, _ in EDITABLE.get(kind, ())}
