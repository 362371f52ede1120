"""Places, ties, what counts in the district's evaluation, totals with caps: exact values (P40, P43)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessment.rules.ranking import evaluation, places, ties, undecided
from assessment.rules.results import street_points
from assessment.snapshot import GroupLine, IndicatorLine


@pytest.mark.parametrize(
    ("totals", "decisions", "expected"),
    [
        ({1: 90_00, 2: 95_50, 3: 80_00}, {}, {2: 1, 1: 2, 3: 3}),
        ({1: 90_00, 2: 90_00, 3: 80_00}, {}, {1: 1, 2: 1, 3: 3}),
        ({1: 95_00, 2: 90_00, 3: 90_00}, {}, {1: 1, 2: 2, 3: 2}),
        ({1: 90_00, 2: 90_00, 3: 90_00}, {}, {1: 1, 2: 1, 3: 1}),
        ({1: 90_00, 2: 90_00, 3: 80_00}, {frozenset({1, 2}): None}, {1: 1, 2: 1, 3: 3}),
        ({1: 90_00, 2: 90_00, 3: 80_00}, {frozenset({1, 2}): [2, 1]}, {2: 1, 1: 2, 3: 3}),
        # A decision about other streets than those tied now says nothing.
        ({1: 90_00, 2: 90_00, 3: 90_00}, {frozenset({1, 2}): [2, 1]}, {1: 1, 2: 1, 3: 1}),
        ({1: 90_00, 2: 90_01}, {frozenset({1, 2}): [1, 2]}, {2: 1, 1: 2}),
        ({}, {}, {}),
    ],
)
def test_places_follow_the_totals_and_what_was_decided_about_ties(totals, decisions, expected) -> None:
    assert places(totals, decisions) == expected


def test_an_order_that_leaves_a_street_out_is_an_error() -> None:
    with pytest.raises(ValueError, match="each tied street once"):
        places({1: 1, 2: 1}, {frozenset({1, 2}): [1, 1]})


def test_a_tie_is_open_until_something_is_decided_about_exactly_its_streets() -> None:
    totals = {1: 90_00, 2: 90_00, 3: 80_00, 4: 80_00}
    assert ties(totals) == [(1, 2), (3, 4)]
    assert undecided(totals, {frozenset({1, 2}): None}) == [(3, 4)]
    assert undecided(totals, {frozenset({1, 3}): None}) == [(1, 2), (3, 4)]


@given(st.dictionaries(st.integers(1, 60), st.integers(0, 120_00), max_size=60))
def test_more_points_are_never_a_worse_place_and_places_count_who_is_ahead(totals) -> None:
    found = places(totals)
    for street, place in found.items():
        assert place == 1 + sum(other > totals[street] for other in totals.values())


@given(st.permutations([(1, 90_00), (2, 90_00), (3, 70_00), (4, 95_00)]))
def test_the_order_of_the_streets_is_irrelevant(rows) -> None:
    assert places(dict(rows), {frozenset({1, 2}): [2, 1]}) == {4: 1, 2: 2, 1: 3, 3: 4}


@pytest.mark.parametrize(
    ("total", "points", "expected"),
    [
        (100_00, 5, 5_00),
        (92_50, 5, 4_63),  # 4.625 rounds up
        (92_49, 5, 4_62),  # 4.6245
        (0, 5, 0),
        (10, 5, 1),  # 0.005
        (9, 5, 0),  # 0.0045
        (103_00, 5, 5_00),  # bonuses never lift it above the five points
        (88_00, 0, 0),
        (77_77, 100, 77_77),
    ],
)
def test_evaluation_points_are_the_share_of_the_total_rounded_half_up(total, points, expected) -> None:
    assert evaluation(total, points) == expected


def line(key: int, kind: str, points: int) -> IndicatorLine:
    return IndicatorLine(key, f"1.{key}", "指标", kind, points, "", "hand", 0, False)


GROUPS = [
    GroupLine("甲", 60_00, [line(1, "normal", 40_00), line(2, "normal", 20_00), line(3, "bonus", 5_00)]),
    GroupLine("乙", 40_00, [line(4, "normal", 40_00), line(5, "bonus", 5_00), line(6, "penalty", 9_00)]),
]


@pytest.mark.parametrize(
    ("points", "caps", "expected"),
    [
        ({1: 40_00, 2: 20_00, 3: 0, 4: 40_00, 5: 0, 6: 0}, (2_00, 3_00), ([60_00, 40_00], 100_00, 0, 0, 100_00)),
        ({1: 30_00, 2: 20_00, 3: 1_50, 4: 39_25, 5: 1_00, 6: 0}, (2_00, 3_00), ([50_00, 39_25], 89_25, 2_00, 0, 91_25)),
        ({1: 30_00, 2: 0, 3: 0, 4: 0, 5: 0, 6: 4_00}, (2_00, 3_00), ([30_00, 0], 30_00, 0, 3_00, 27_00)),
        ({1: 1_00, 2: 0, 3: 0, 4: 0, 5: 0, 6: 4_00}, (2_00, 3_00), ([1_00, 0], 1_00, 0, 3_00, 0)),
        ({1: 40_00, 2: 20_00, 3: 5_00, 4: 40_00, 5: 5_00, 6: 0}, (0, 0), ([60_00, 40_00], 100_00, 0, 0, 100_00)),
    ],
)  # fmt: skip
def test_points_add_up_by_group_with_bonus_and_penalty_up_to_their_caps(points, caps, expected) -> None:
    found = street_points(GROUPS, points, bonus_cap=caps[0], penalty_cap=caps[1])
    assert (found.groups, found.normal, found.bonus, found.penalty, found.total) == expected


@given(st.lists(st.integers(0, 9_00), min_size=6, max_size=6), st.integers(0, 10_00), st.integers(0, 10_00))
def test_the_total_is_the_sum_of_its_parts_and_never_below_zero(values, bonus_cap, penalty_cap) -> None:
    points = dict(enumerate(values, start=1))
    found = street_points(GROUPS, points, bonus_cap=bonus_cap, penalty_cap=penalty_cap)
    assert found.normal == sum(found.groups) == points[1] + points[2] + points[4]
    assert found.total == max(found.normal + found.bonus - found.penalty, 0)
    assert found.bonus <= bonus_cap and found.penalty <= penalty_cap
