"""What events really cost: exact values, never more than there was to lose (P38, P40)."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessment.rules.costs import lost, shared, told
from assessment.rules.paper_words import cause_words, reason
from assessment.snapshot import CellLine, EventLine, GivenLine, IndicatorLine, ReadingLine
from tests.assessment.papers.support import indicator
from xianan.core import clock


@pytest.mark.parametrize(
    ("cost", "taken", "shares"),
    [
        (15_00, [15_00], [15_00]),
        # 15.00 on an indicator of 10 points.
        (10_00, [15_00], [10_00]),
        (10_00, [3_00, 12_00], [3_00, 7_00]),
        (10_00, [12_00, 3_00], [10_00, 0]),
        (10_00, [5_00, 5_00, 5_00], [5_00, 5_00, 0]),
        (10_00, [1], [1]),
        (0, [3_00, 1_00], [0, 0]),
        (-1, [3_00], [0]),
        (1_00, [], []),
    ],
)
def test_events_share_in_order_what_was_lost_and_the_rest_costs_nothing(cost, taken, shares):
    assert shared(cost, taken) == shares


@given(st.integers(-5_00, 100_00), st.lists(st.integers(1, 40_00), max_size=8))
def test_no_share_is_more_than_the_event_and_together_they_are_what_was_lost(cost, taken):
    shares = shared(cost, taken)
    assert sum(shares) == min(max(cost, 0), sum(taken))
    assert all(0 <= share <= each for share, each in zip(shares, taken, strict=True))


TEN = indicator(1, "3.5", "执法规范", 10_00)
HAND, COUNT = replace(TEN, mode="hand"), replace(TEN, mode="count", with_deductions=True)
PENALTY = replace(TEN, kind="penalty")


def cell(*taken: tuple[int, int, str], points: int, base: int = 10_00, **more) -> CellLine:
    events = [
        EventLine(pk, amount, times, cause, "案卷") for pk, (amount, times, cause) in enumerate(taken, 1)
    ]
    scorer = GivenLine("王×", "编办", False, None, points, "", "", False, events)
    found = CellLine(1, points, points, base, False, True, None, [scorer], events, None, "")
    return replace(found, **more)


LATE, WRONG = (3_00, 1, "超期"), (4_00, 3, "乱罚")


@pytest.mark.parametrize(
    ("what", "row", "words"),
    [
        (TEN, cell(LATE, points=7_00), "超期（扣3分）"),
        (TEN, cell(WRONG, points=0), "乱罚（应扣4分×3，实扣10分）"),
        (TEN, cell(LATE, WRONG, points=0), "超期（扣3分）；乱罚（应扣4分×3，实扣7分）"),
        (TEN, cell(WRONG, LATE, points=0), "乱罚（应扣4分×3，实扣10分）；超期（应扣3分，不再扣分）"),
        # What a scorer or the measure did not give is no event's.
        (HAND, cell(LATE, points=2_00, base=5_00), "超期（扣3分）"),
        (COUNT, cell(LATE, points=0, base=1_00), "超期（应扣3分，实扣1分）"),
        (COUNT, cell(LATE, points=0, base=0), "超期（应扣3分，不再扣分）"),
        # Another scorer found nothing: the mean takes half.
        (TEN, cell(LATE, points=8_50), "超期（应扣3分，实扣1.5分）"),
        (PENALTY, cell(LATE, points=3_00, base=0), "超期（扣3分）"),
        (PENALTY, cell(WRONG, points=10_00, base=0), "乱罚（应扣4分×3，实扣10分）"),
        (PENALTY, cell(LATE, points=5_00, base=2_00), "超期（扣3分）"),
        # A figure that put the base right: the event still costs what it takes off.
        (HAND, cell(LATE, points=6_00, base=5_00, put_right="漏计"), "超期（扣3分）"),
        (HAND, cell(LATE, points=9_00, base=5_00, computed=2_00), "超期（应扣3分，不再扣分）"),
    ],
)
def test_causes_are_told_with_what_they_cost(what: IndicatorLine, row: CellLine, words: str):
    assert cause_words(what, row) == words
    assert sum(each.cost for each in told(what, row)) <= lost(what, row) <= what.points


def test_forgery_costs_all_and_is_the_only_cause():
    forged = cell(LATE, points=0, is_forged=True)
    forged = replace(
        forged,
        scorers=[replace(forged.scorers[0], is_forged=True, forged_note="台账造假"), forged.scorers[0]],
    )
    assert cause_words(TEN, forged) == "弄虚作假：台账造假" and reason(TEN, forged) == "弄虚作假"
    assert [row.cost for row in told(TEN, forged)] == [0]


def test_a_figure_that_took_more_than_the_scorers_says_why():
    taken = cell(points=8_00, computed=10_00, put_right="漏记一起超期")
    assert cause_words(TEN, taken) == "更正：漏记一起超期" and reason(TEN, taken) == "更正：漏记一起超期"
    given_back = cell(LATE, points=8_00, computed=5_00, put_right="申诉：部分属实")
    assert cause_words(TEN, given_back) == "超期（应扣3分，实扣2分）"


def test_the_measure_comes_first():
    reading = ReadingLine("确认书已签署", "份", 15, 17, clock.today(), 8_00)
    row = cell(LATE, points=5_00, base=8_00, reading=reading)
    assert cause_words(COUNT, row) == "确认书已签署15/17份；超期（扣3分）"
