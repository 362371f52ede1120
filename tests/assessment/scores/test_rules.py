"""How points come about (P37, P38): exact values, and what holds whatever the values."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessment.rules import scoring
from assessment.rules.points import parse_points, short_points, show_points, sum_words
from assessment.rules.scheme import code_order, indicator_faults

POINTS = st.integers(1, 100_00)
EVENTS = st.lists(st.tuples(st.integers(1, 20_00), st.integers(1, 9)), max_size=8)


@pytest.mark.parametrize(
    ("points", "done", "owed", "comes_to"),
    [
        (10_00, 17, 17, 10_00),
        (10_00, 15, 17, 8_82),
        (10_00, 14, 17, 8_24),
        (10_00, 0, 17, 0),
        (10_00, 0, 0, 10_00),
        (10_00, 18, 17, 10_00),
        (5_00, 1, 3, 1_67),
        (1, 1, 2, 1),
    ],
)
def test_a_ratio_gives_its_share_rounded_half_up_and_all_where_nothing_was_owed(points, done, owed, comes_to):
    assert scoring.by_ratio(points, done, owed) == comes_to


@pytest.mark.parametrize(
    ("points", "each", "done", "owed", "comes_to"),
    [
        (5_00, 50, 3, 3, 5_00),
        (5_00, 50, 1, 3, 4_00),
        (5_00, 50, 0, 11, 0),
        (5_00, 50, 0, 0, 5_00),
        (5_00, 20, 9, 4, 5_00),
    ],
)
def test_a_count_takes_its_rate_off_for_each_that_is_missing_to_zero(points, each, done, owed, comes_to):
    assert scoring.by_count(points, each, done, owed) == comes_to


@pytest.mark.parametrize(
    ("base", "events", "comes_to"),
    [(8_00, [], 8_00), (8_00, [(1_00, 2)], 6_00), (8_00, [(4_00, 1), (1_00, 5)], 0), (8_82, [(50, 1)], 8_32)],
)
def test_events_take_off_to_zero_and_no_lower(base, events, comes_to):
    assert scoring.scored("normal", points=8_82, base=base, deductions=events) == comes_to


@pytest.mark.parametrize(
    ("given_points", "lead", "by_lead", "comes_to"),
    [
        ([7_00, 8_00], None, False, 7_50),
        ([7_00, 8_01], None, False, 7_51),
        ([7_00, 8_00], 7_00, True, 7_00),
        ([7_00, 8_00], None, True, 7_50),
        ([5_00, 5_00, 6_00], None, False, 5_33),
    ],
)
def test_two_scorers_come_to_the_mean_or_to_what_the_lead_gave(given_points, lead, by_lead, comes_to):
    assert scoring.consolidated(given_points, lead=lead, by_lead=by_lead) == comes_to


@pytest.mark.parametrize(
    ("bonuses", "penalties", "comes_to"),
    [([], [], 90_00), ([1_00, 3_00], [], 92_00), ([], [5_00], 87_00), ([9_00], [9_00], 89_00)],
)
def test_bonus_and_penalty_count_up_to_their_caps(bonuses, penalties, comes_to):
    found = scoring.total(
        [50_00, 40_00], bonuses=bonuses, penalties=penalties, bonus_cap=2_00, penalty_cap=3_00
    )
    assert found == comes_to


def test_a_penalty_item_adds_events_up_and_a_forgery_takes_all_of_it():
    events = [(1_00, 2), (50, 1)]
    assert scoring.scored("penalty", points=5_00, base=0, deductions=events) == 2_50
    assert scoring.scored("penalty", points=5_00, base=0, deductions=[(3_00, 2)]) == 5_00
    assert scoring.scored("penalty", points=5_00, base=0, deductions=(), forged=True) == 5_00


@given(
    points=POINTS,
    base=st.integers(0, 200_00),
    events=EVENTS,
    forged=st.booleans(),
    kind=st.sampled_from(["normal", "bonus", "penalty"]),
)
def test_no_indicator_comes_above_its_points_or_below_zero(points, base, events, forged, kind):
    assert 0 <= scoring.scored(kind, points=points, base=base, deductions=events, forged=forged) <= points


@given(base=POINTS, events=EVENTS, data=st.data())
def test_the_order_of_events_does_not_matter(base, events, data):
    other = data.draw(st.permutations(events))
    one = scoring.scored("normal", points=base, base=base, deductions=events)
    assert one == scoring.scored("normal", points=base, base=base, deductions=other)


@given(points=POINTS, events=EVENTS, extra=st.tuples(st.integers(1, 20_00), st.integers(1, 9)))
def test_one_more_event_never_gives_points(points, events, extra):
    before = scoring.scored("normal", points=points, base=points, deductions=events)
    assert scoring.scored("normal", points=points, base=points, deductions=[*events, extra]) <= before


@given(points=POINTS, events=EVENTS)
def test_forgery_costs_the_whole_indicator(points, events):
    assert scoring.scored("normal", points=points, base=points, deductions=events, forged=True) == 0


@given(points=POINTS, rate=POINTS, owed=st.integers(0, 500), data=st.data())
def test_a_measure_stays_between_zero_and_its_points_and_never_falls_with_more_done(points, rate, owed, data):
    done = data.draw(st.integers(0, owed))
    for mode in ("ratio", "count"):
        less = scoring.measured(
            mode, points=points, per_count=rate, numerator=max(done - 1, 0), denominator=owed
        )
        more = scoring.measured(mode, points=points, per_count=rate, numerator=done, denominator=owed)
        assert 0 <= less <= more <= points


@given(st.lists(POINTS, min_size=1, max_size=5))
def test_the_mean_lies_between_the_lowest_and_the_highest(each):
    assert min(each) <= scoring.consolidated(each, lead=None, by_lead=False) <= max(each)


@given(st.integers(0, 1000_00))
def test_points_are_read_back_as_they_are_shown(points):
    assert parse_points(short_points(points)) == points == parse_points(show_points(points))


@pytest.mark.parametrize(
    ("typed", "points"),
    [("4", 4_00), ("0.5", 50), (" 4.25 ", 4_25), ("１０", 10_00), ("7.5分", 7_50), ("0", 0)],
)
def test_points_are_typed_as_people_write_them(typed, points):
    assert parse_points(typed) == points


@pytest.mark.parametrize("typed", ["", "四", "-1", "0.125", "1,5", "1e3", "99999"])
def test_what_is_no_score_is_refused_with_the_rule(typed):
    with pytest.raises(ValueError, match=r"不是分数|超过"):
        parse_points(typed)


@pytest.mark.parametrize(
    ("total", "words"),
    [
        (100_00, "合计 100.00 分"),
        (98_50, "合计 98.50 分，还差 1.50 分"),
        (101_00, "合计 101.00 分，超出 1.00 分"),
    ],
)
def test_the_sum_says_what_is_missing_to_a_hundred(total, words):
    assert sum_words(total, scoring.FULL) == words


def test_codes_are_ordered_by_their_numbers():
    assert sorted(["3.10", "3.2", "10.1", "3.1"], key=code_order) == ["3.1", "3.2", "3.10", "10.1"]


SOUND = {
    "code": "1.1", "name": "领导机构", "kind": "normal", "points": 4_00, "rule": "缺一扣 1", "evidence": "",
    "methods": ["papers"], "mode": "hand", "measure_key": "", "per_count": 0, "with_deductions": False, "none_due": "full",
}  # fmt: skip


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"code": ""}, "code"),
        ({"code": "1" * 11}, "code"),
        ({"points": 0}, "points"),
        ({"methods": []}, "methods"),
        ({"mode": "ratio"}, "measure_key"),
        ({"mode": "ratio", "measure_key": "nonsense"}, "measure_key"),
        ({"measure_key": "known"}, "measure_key"),
        ({"mode": "count", "measure_key": "known"}, "per_count"),
        ({"mode": "count", "measure_key": "known", "per_count": 5_00}, "per_count"),
        ({"per_count": 50}, "per_count"),
        ({"none_due": "spread"}, "none_due"),
        ({"mode": "deductions", "with_deductions": True}, "with_deductions"),
        ({"kind": "bonus", "mode": "deductions"}, "mode"),
        ({"kind": "penalty", "mode": "ratio", "measure_key": "known"}, "mode"),
    ],
)
def test_an_indicator_that_can_not_be_scored_is_refused_at_its_field(change, field):
    assert indicator_faults(SOUND, measures=["known"]) == []
    assert [fault.field for fault in indicator_faults({**SOUND, **change}, measures=["known"])] == [field]


# ---- Nothing due -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("full", "others", "points"),
    [
        (10_00, [(20_00, 20_00)], 10_00),
        (10_00, [(0, 20_00)], 0),
        (10_00, [(19_00, 20_00), (6_00, 10_00)], 8_33),
        (5_00, [(1, 3)], 1_67),
        (5_00, [], 5_00),
    ],
)
def test_p38_what_is_not_counted_is_borne_by_the_rest_of_its_group(full, others, points) -> None:
    assert scoring.spread(full, others) == points


@given(
    st.integers(1, 40_00),
    st.lists(st.tuples(st.integers(0, 40_00), st.integers(1, 40_00)).map(sorted).map(tuple), max_size=6),
    st.randoms(),
)
def test_what_is_borne_lies_within_its_points_and_order_does_not_matter(full, others, random) -> None:
    borne = scoring.spread(full, others)
    assert 0 <= borne <= full
    mixed = list(others)
    random.shuffle(mixed)
    assert scoring.spread(full, mixed) == borne
    if others:
        # Spread in proportion beforehand, the rest would have come to the same, but for the rounding.
        base = sum(most for _, most in others)
        exact = sum(points * (base + full) / base for points, _ in others)
        assert abs(sum(points for points, _ in others) + borne - exact) <= 0.5 + 1e-6 * exact
