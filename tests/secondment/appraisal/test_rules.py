"""Weights, total, ladder, cap and the street that scores, by exact tables and properties (P30, P32)."""

import datetime as dt
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secondment.rules import appraisal as rules
from secondment.rules.appraisal import Served, Thresholds

LIMITS = Thresholds(9000, 7500, 6000)
scores = st.integers(0, 10000)
share = st.integers(0, 100)


@pytest.mark.parametrize(
    ("street", "department", "shares", "expected"),
    [
        (9250, 8800, (60, 40), 9070),
        (10000, 10000, (60, 40), 10000),
        (0, 0, (60, 40), 0),
        (0, 10000, (60, 40), 4000),
        # 0.6 × 91.25 + 0.4 × 88.75 = 90.25 exactly
        (9125, 8875, (60, 40), 9025),
        # 60 × 1 = 60, 40 × 0: 0.60 of a hundredth rounds up to one
        (1, 0, (60, 40), 1),
        (0, 1, (60, 40), 0),
        # exactly half a hundredth goes up
        (1, 0, (50, 50), 1),
        (8333, 7777, (60, 40), 8111),
        (9999, 1, (100, 0), 9999),
        (None, 8800, (60, 40), None),
        (9250, None, (60, 40), None),
        (None, None, (60, 40), None),
    ],
)
def test_the_total_weighs_both_sides_and_a_missing_side_is_never_zero(street, department, shares, expected):
    assert rules.total(street, department, shares) == expected


def test_the_line_of_the_calculation_shows_scores_shares_and_total():
    assert rules.calculation(9250, 8800, (60, 40)) == "92.50×60% + 88.00×40% = 90.70"
    assert rules.calculation(9250, None, (60, 40)) == ""


@pytest.mark.parametrize("shares", [(60, 41), (0, 0), (-10, 110)])
def test_shares_that_do_not_total_a_hundred_are_refused(shares):
    with pytest.raises(ValueError, match="shares"):
        rules.total(1, 1, shares)


@given(scores, scores, share)
def test_the_total_lies_between_both_sides(street, department, part):
    found = rules.total(street, department, (part, 100 - part))
    assert min(street, department) <= found <= max(street, department)
    exact = Fraction(street * part + department * (100 - part), 100)
    assert abs(found - exact) <= Fraction(1, 2)


@given(scores, scores, scores, share)
def test_a_better_score_never_lowers_the_total_or_the_grade(street, department, other, part):
    low, high = sorted((street, other))
    worse, better = (rules.total(one, department, (part, 100 - part)) for one in (low, high))
    assert worse <= better
    order = rules.LADDER.index
    assert order(rules.computed_grade(worse, LIMITS)) <= order(rules.computed_grade(better, LIMITS))


@given(st.lists(st.integers(0, 2000), max_size=12), st.randoms())
def test_the_order_of_items_is_irrelevant_to_a_sides_score(items, chance):
    shuffled = items[:]
    chance.shuffle(shuffled)
    assert rules.side_score(shuffled) == rules.side_score(items)


@given(st.data())
def test_scores_within_a_faultless_table_never_exceed_a_hundred(data):
    cuts = sorted(data.draw(st.sets(st.integers(1, 9999), min_size=1, max_size=8)))
    points = [b - a for a, b in zip([0, *cuts], [*cuts, 10000], strict=True)]
    assert rules.items_fault(points, "街道") == ""
    given_ = [data.draw(st.integers(0, most)) for most in points]
    assert 0 <= rules.side_score(given_) <= rules.FULL


@pytest.mark.parametrize(
    ("score", "grade"),
    [
        (10000, "excellent"), (9000, "excellent"), (8999, "competent"), (7500, "competent"),
        (7499, "basic"), (6000, "basic"), (5999, "failed"), (0, "failed"),
    ],
)  # fmt: skip
def test_the_grade_follows_the_thresholds(score, grade):
    assert rules.computed_grade(score, LIMITS) == grade


@pytest.mark.parametrize(
    ("score", "capped", "lowered", "grade"),
    [
        (9500, False, "", "excellent"),
        (9500, True, "", "basic"),
        (7600, True, "", "basic"),
        (6100, True, "", "basic"),
        (5000, True, "", "failed"),
        (9500, False, "competent", "competent"),
        (9500, True, "competent", "basic"),
        (9500, True, "failed", "failed"),
        # A lowering that the score has fallen below since never raises.
        (5000, False, "competent", "failed"),
    ],
)
def test_cap_and_lowering_only_lower(score, capped, lowered, grade):
    assert rules.final_grade(score, LIMITS, is_capped=capped, lowered_to=lowered) == grade


@pytest.mark.parametrize(
    ("score", "capped", "lowered", "grade"),
    [
        (9500, False, "", "pending"),
        (5000, False, "", "pending"),
        (9500, False, "failed", "pending"),
        # A cap has settled what another open demand could only settle alike.
        (9500, True, "", "basic"),
        (9500, True, "failed", "failed"),
    ],
)
def test_p32_an_open_demand_leaves_the_grade_open_unless_another_has_capped_it(score, capped, lowered, grade):
    found = rules.final_grade(score, LIMITS, is_capped=capped, lowered_to=lowered, is_pending=True)
    assert found == grade
    assert rules.grade_word("pending", "civil") == rules.grade_word("pending", "institution") == "待定"


@given(scores, st.booleans(), st.sampled_from(["", "competent", "basic", "failed"]))
def test_a_form_takes_a_place_of_excellent_exactly_when_it_is_or_may_come_out_so(score, is_capped, lowered):
    """Whatever becomes of an open demand: the place is taken if the best of its outcomes is 优秀."""
    computed = rules.computed_grade(score, LIMITS)
    best = rules.final_grade(score, LIMITS, is_capped=is_capped, lowered_to=lowered)
    taken = rules.holds_place(computed, is_capped=is_capped, lowered_to=lowered)
    assert taken == (best == "excellent")


@given(scores, scores, st.booleans(), st.sampled_from(["", *rules.LADDER]))
def test_the_cap_is_monotone_and_never_raises(one, other, is_capped, lowered):
    order = rules.LADDER.index
    low, high = sorted((one, other))
    grades = [
        rules.final_grade(score, LIMITS, is_capped=is_capped, lowered_to=lowered) for score in (low, high)
    ]
    assert order(grades[0]) <= order(grades[1])
    for score, grade in zip((low, high), grades, strict=True):
        assert order(grade) <= order(rules.computed_grade(score, LIMITS))
        if is_capped:
            assert order(grade) <= order("basic")


def test_both_ladders_have_words_of_their_own():
    civil = [rules.grade_word(grade, "civil") for grade in rules.LADDER]
    institution = [rules.grade_word(grade, "institution") for grade in rules.LADDER]
    assert civil == ["不称职", "基本称职", "称职", "优秀"]
    assert institution == ["不合格", "基本合格", "合格", "优秀"]
    assert rules.grade_word("", "civil") == ""


@pytest.mark.parametrize(
    ("points", "fault"),
    [
        ([6000, 4000], ""),
        ([6000, 3950], "街道评分表合计 99.50 分，须为 100 分，还差 0.50 分"),
        ([6000, 4001], "街道评分表合计 100.01 分，须为 100 分，多出 0.01 分"),
        ([], "街道评分表没有评分项目"),
    ],
)
def test_a_table_totals_exactly_a_hundred_points(points, fault):
    assert rules.items_fault(points, "街道") == fault


def test_a_side_with_an_item_not_scored_has_no_score():
    assert rules.side_score([3000, None, 2000]) is None
    assert rules.side_score([3000, 0, 2000]) == 5000


@pytest.mark.parametrize(
    ("people", "share", "most"), [(10, 20, 2), (9, 20, 1), (4, 20, 0), (0, 20, 0), (37, 15, 5), (5, 100, 5)]
)
def test_the_share_of_excellent_is_rounded_down(people, share, most):
    assert rules.most_excellent(people, share) == most


DAY = dt.date


def served(key: int, street: int, first: dt.date, last: dt.date) -> Served:
    return Served(key, street, first, last)


def test_the_street_with_most_days_scores_and_of_equals_the_later_one():
    long = served(1, 10, DAY(2026, 1, 1), DAY(2026, 7, 31))
    short = served(2, 20, DAY(2026, 8, 1), DAY(2026, 12, 31))
    assert rules.scoring_service([short, long]) is long
    first = served(3, 10, DAY(2026, 1, 1), DAY(2026, 3, 31))
    later = served(4, 20, DAY(2026, 4, 1), DAY(2026, 6, 29))
    assert first.days == later.days == 90
    assert rules.scoring_service([later, first]) is later


def test_services_in_one_street_add_up_and_the_last_of_them_stands():
    one = served(1, 10, DAY(2026, 1, 1), DAY(2026, 3, 1))
    between = served(2, 20, DAY(2026, 3, 2), DAY(2026, 6, 1))
    again = served(3, 10, DAY(2026, 6, 2), DAY(2026, 8, 1))
    assert rules.scoring_service([one, between, again]) is again


@pytest.mark.parametrize(
    ("first", "last", "part"),
    [
        (DAY(2025, 6, 1), DAY(2027, 5, 31), (DAY(2026, 1, 1), DAY(2026, 12, 31))),
        (DAY(2026, 12, 31), DAY(2027, 5, 31), (DAY(2026, 12, 31), DAY(2026, 12, 31))),
        (DAY(2025, 1, 1), DAY(2025, 12, 31), None),
        (DAY(2027, 1, 1), DAY(2027, 12, 31), None),
    ],
)
def test_a_service_counts_in_a_year_by_its_days_within(first, last, part):
    assert rules.within(first, last, 2026) == part


@pytest.mark.parametrize(
    ("typed", "value"), [("18", 1800), (" 18.5 ", 1850), ("18.25", 1825), ("0", 0), ("30", 3000), ("", None)]
)
def test_points_are_read_as_hundredths(typed, value):
    assert rules.read(typed, most=3000) == value


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("30.01", "不在 0 至 30.00"),
        ("-1", "不在 0"),
        ("1.234", "两位小数"),
        ("优", "不是分数"),
        ("NaN", "两位小数"),
        ("1e9", "不在"),
    ],
)
def test_what_is_no_score_is_refused_in_words(typed, words):
    with pytest.raises(ValueError, match=words):
        rules.read(typed, most=3000)


def test_thresholds_must_rise():
    with pytest.raises(ValueError, match="rise"):
        Thresholds(9000, 9000, 6000)
