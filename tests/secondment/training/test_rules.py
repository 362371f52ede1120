"""Quarters, plans, codes and figures of training, by exact dates (P14)."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secondment.rules.training import (
    CODE_LENGTH,
    CODE_LETTERS,
    Attended,
    Cell,
    Quarter,
    Span,
    Standing,
    StreetCell,
    average,
    cell_of,
    clean_code,
    code_refusal,
    code_window,
    hundredths,
    mean_score,
    names_in,
    next_year,
    plan_due,
    quarter_of,
    quarters_between,
    quarters_of,
    short_quarters,
    short_words,
    street_cell,
)

D = dt.date
Q3 = Quarter(2026, 3)
days = st.dates(dt.date(2020, 1, 1), dt.date(2040, 12, 31))


@pytest.mark.parametrize(
    ("day", "quarter", "first", "last"),
    [
        (D(2026, 1, 1), Quarter(2026, 1), D(2026, 1, 1), D(2026, 3, 31)),
        (D(2026, 3, 31), Quarter(2026, 1), D(2026, 1, 1), D(2026, 3, 31)),
        (D(2026, 4, 1), Quarter(2026, 2), D(2026, 4, 1), D(2026, 6, 30)),
        (D(2026, 9, 30), Quarter(2026, 3), D(2026, 7, 1), D(2026, 9, 30)),
        (D(2026, 12, 31), Quarter(2026, 4), D(2026, 10, 1), D(2026, 12, 31)),
        (D(2028, 2, 29), Quarter(2028, 1), D(2028, 1, 1), D(2028, 3, 31)),
    ],
)
def test_a_quarter_has_its_days(day, quarter, first, last) -> None:
    found = quarter_of(day)
    assert (found, found.first, found.last) == (quarter, first, last)


def test_a_year_has_four_quarters_and_no_fifth() -> None:
    assert [str(quarter) for quarter in quarters_of(2026)] == [
        "2026年一季度",
        "2026年二季度",
        "2026年三季度",
        "2026年四季度",
    ]
    assert Quarter(2026, 4).next == Quarter(2027, 1)
    with pytest.raises(ValueError, match="no quarter 5"):
        Quarter(2026, 5)


@given(days)
def test_every_day_lies_in_exactly_one_quarter_of_its_year(day: dt.date) -> None:
    assert [quarter for quarter in quarters_of(day.year) if quarter.holds(day)] == [quarter_of(day)]
    assert quarter_of(day).next.first == quarter_of(day).last + dt.timedelta(days=1)


@pytest.mark.parametrize(
    ("first", "last", "owed"),
    [
        (D(2026, 9, 30), None, True),
        (D(2026, 10, 1), None, False),
        (D(2025, 1, 1), None, True),
        (D(2025, 1, 1), D(2026, 6, 30), False),
        (D(2025, 1, 1), D(2026, 7, 1), True),
        (D(2026, 8, 1), D(2026, 8, 2), True),
    ],
)
def test_p14_a_quarter_is_owed_if_any_day_of_it_has_a_power_in_force(first, last, owed) -> None:
    assert Span(first, last).owes(Q3) is owed


@given(days, st.none() | days, days)
def test_a_quarter_is_owed_exactly_when_one_of_its_days_is_in_the_span(first, last, day) -> None:
    quarter = quarter_of(day)
    length = (quarter.last - quarter.first).days + 1
    by_day = any(
        first <= one and (last is None or one <= last)
        for one in (quarter.first + dt.timedelta(days=number) for number in range(length))
    )
    # A span that is reversed has no day at all.
    if last is None or first <= last:
        assert Span(first, last).owes(quarter) is by_day


def test_a_year_is_owed_with_any_of_its_quarters() -> None:
    assert Span(D(2026, 12, 31)).owes_year(2026)
    assert not Span(D(2027, 1, 1)).owes_year(2026)
    assert not Span(D(2024, 1, 1), D(2025, 12, 31)).owes_year(2026)


def test_quarters_between_two_days_are_all_of_them() -> None:
    assert quarters_between(D(2025, 12, 31), D(2026, 4, 1)) == [
        Quarter(2025, 4),
        Quarter(2026, 1),
        Quarter(2026, 2),
    ]
    assert quarters_between(D(2026, 4, 1), D(2026, 3, 31)) == []


@pytest.mark.parametrize(
    ("until", "first", "due"),
    [
        ("01-31", D(2025, 5, 1), D(2026, 1, 31)),
        ("02-15", D(2025, 5, 1), D(2026, 2, 15)),
        ("01-31", D(2026, 1, 1), D(2026, 1, 31)),
        ("01-31", D(2026, 1, 2), D(2026, 2, 1)),
        ("01-31", D(2026, 6, 5), D(2026, 7, 5)),
    ],
)
def test_the_plan_is_due_by_the_parameter_or_thirty_days_after_the_first_power(until, first, due) -> None:
    assert plan_due(2026, until, first) == due


@pytest.mark.parametrize("until", ["", "一月", "13-01", "02-30"])
def test_a_parameter_that_is_no_day_is_no_day(until) -> None:
    with pytest.raises(ValueError):
        plan_due(2026, until, D(2025, 1, 1))


@pytest.mark.parametrize(
    ("owed", "held", "planned", "needed", "today", "made_up", "cell"),
    [
        (False, 0, [], 1, D(2026, 8, 1), 0, Cell(Standing.NOT_OWED)),
        (False, 2, [], 1, D(2026, 8, 1), 0, Cell(Standing.NOT_OWED, 2)),
        (True, 1, [], 1, D(2026, 8, 1), 0, Cell(Standing.HELD, 1)),
        (True, 3, [], 1, D(2027, 8, 1), 0, Cell(Standing.HELD, 3)),
        (True, 0, [], 0, D(2026, 8, 1), 0, Cell(Standing.HELD)),
        # over
        (True, 0, [], 1, D(2026, 9, 30), 0, Cell(Standing.UNPLANNED, 0, 1, urgent=True)),
        (True, 0, [], 1, D(2026, 10, 1), 0, Cell(Standing.MISSING, 0, 1)),
        (True, 1, [], 2, D(2026, 10, 1), 0, Cell(Standing.MISSING, 1, 1)),
        (True, 0, [D(2026, 9, 1)], 1, D(2026, 10, 1), 0, Cell(Standing.MISSING, 0, 1, D(2026, 9, 1))),
        (True, 0, [], 1, D(2026, 12, 1), 1, Cell(Standing.MADE_UP, 0, 1)),
        (True, 0, [], 2, D(2026, 12, 1), 1, Cell(Standing.MISSING, 0, 2)),
        # running
        (True, 0, [D(2026, 8, 9)], 1, D(2026, 8, 9), 0, Cell(Standing.PLANNED, 0, 1, D(2026, 8, 9))),
        (True, 0, [D(2026, 8, 9)], 1, D(2026, 8, 10), 0, Cell(Standing.UNRECORDED, 0, 1, D(2026, 8, 9))),
        (True, 0, [D(2026, 8, 9), D(2026, 9, 9)], 1, D(2026, 8, 10), 0, Cell(Standing.PLANNED, 0, 1, D(2026, 9, 9))),
        (True, 0, [D(2026, 9, 9)], 2, D(2026, 8, 10), 0, Cell(Standing.UNPLANNED, 0, 2)),
        (True, 1, [D(2026, 9, 9)], 2, D(2026, 8, 10), 0, Cell(Standing.PLANNED, 1, 1, D(2026, 9, 9))),
        (True, 0, [], 1, D(2026, 8, 30), 0, Cell(Standing.UNPLANNED, 0, 1)),
        (True, 0, [], 1, D(2026, 8, 31), 0, Cell(Standing.UNPLANNED, 0, 1, urgent=True)),
        # to come
        (True, 0, [], 1, D(2026, 6, 30), 0, Cell(Standing.COMING, 0, 1)),
        (True, 0, [D(2026, 9, 9)], 1, D(2026, 6, 30), 0, Cell(Standing.PLANNED, 0, 1, D(2026, 9, 9))),
    ],
)  # fmt: skip
def test_p14_how_the_third_quarter_stands(owed, held, planned, needed, today, made_up, cell) -> None:
    found = cell_of(Q3, owed=owed, held=held, planned=planned, needed=needed, today=today, made_up=made_up)
    assert found == cell


@given(st.integers(0, 4), st.lists(days, max_size=4), st.integers(0, 4), days, st.booleans())
def test_a_quarter_that_was_not_held_is_never_shown_as_held(held, planned, needed, today, owed) -> None:
    found = cell_of(Q3, owed=owed, held=held, planned=planned, needed=needed, today=today)
    assert (found.standing is Standing.HELD) == (owed and held >= needed)
    if found.standing in (Standing.MISSING, Standing.MADE_UP):
        assert today > Q3.last
    if found.standing is Standing.PLANNED:
        assert found.planned_on is not None and found.planned_on >= today


@pytest.mark.parametrize(
    ("owed", "attended", "held", "planned", "today", "cell"),
    [
        (True, 1, 1, [], D(2026, 8, 1), StreetCell(Attended.ATTENDED, 1, 1)),
        (True, 1, 2, [], D(2026, 8, 1), StreetCell(Attended.PARTLY, 1, 2)),
        (True, 0, 1, [D(2026, 9, 1)], D(2026, 8, 1), StreetCell(Attended.ABSENT, 0, 1)),
        (False, 1, 1, [], D(2026, 8, 1), StreetCell(Attended.ATTENDED, 1, 1)),
        (True, 0, 0, [D(2026, 9, 1)], D(2026, 8, 1), StreetCell(Attended.PLANNED, planned_on=D(2026, 9, 1))),
        (True, 0, 0, [], D(2026, 8, 1), StreetCell(Attended.COMING)),
        (True, 0, 0, [], D(2026, 10, 1), StreetCell(Attended.NOT_HELD)),
        (False, 0, 0, [], D(2026, 10, 1), StreetCell(Attended.NOT_OWED)),
    ],
)  # fmt: skip
def test_p14_held_is_the_departments_figure_and_attended_the_streets(
    owed, attended, held, planned, today, cell
) -> None:
    found = street_cell(Q3, owed=owed, attended=attended, held=held, planned=planned, today=today)
    assert found == cell


@pytest.mark.parametrize(
    ("span", "planned", "needed", "today", "words"),
    [
        (Span(D(2025, 5, 1)), [], 1, D(2026, 1, 10), "一季度缺 1 场、二季度缺 1 场、三季度缺 1 场、四季度缺 1 场"),
        (Span(D(2025, 5, 1)), [D(2026, 2, 1), D(2026, 5, 1), D(2026, 8, 1)], 1, D(2026, 1, 10), "四季度缺 1 场"),
        (Span(D(2025, 5, 1)), [D(2026, 8, 1)], 2, D(2026, 7, 2), "三季度缺 1 场、四季度缺 2 场"),
        (Span(D(2026, 8, 1)), [D(2026, 8, 9), D(2026, 11, 1)], 1, D(2026, 1, 10), ""),
        (Span(D(2026, 8, 1)), [], 1, D(2026, 12, 31), "四季度缺 1 场"),
        (Span(D(2025, 1, 1), D(2026, 3, 31)), [D(2026, 3, 1)], 1, D(2026, 1, 10), ""),
        (None, [], 1, D(2026, 1, 10), ""),
        (Span(D(2025, 5, 1)), [], 0, D(2026, 1, 10), ""),
    ],
)  # fmt: skip
def test_p14_a_plan_names_the_owed_quarters_it_leaves_short(span, planned, needed, today, words) -> None:
    assert (
        short_words(short_quarters(span, 2026, planned, needs=lambda quarter: needed, today=today)) == words
    )


@given(days)
def test_a_copied_session_keeps_weekday_and_quarter(day: dt.date) -> None:
    found = next_year(day)
    assert found.weekday() == day.weekday()
    assert quarter_of(found) == Quarter(day.year + 1, quarter_of(day).number)


@pytest.mark.parametrize(
    ("day", "later"),
    [(D(2026, 3, 10), D(2027, 3, 9)), (D(2026, 1, 1), D(2027, 1, 7)), (D(2028, 2, 29), D(2029, 2, 27))],
)
def test_a_year_later_is_the_same_weekday(day, later) -> None:
    assert next_year(day) == later


DAY = D(2026, 11, 23)


@pytest.mark.parametrize(
    ("now", "refusal"),
    [
        ((23, 7, 59, 59), "签到尚未开始，2026年11月23日 08:00 起可以签到。"),
        ((23, 8, 0, 0), ""),
        ((23, 12, 30, 0), ""),
        ((23, 12, 30, 1), "签到已于2026年11月23日 12:30 截止，由举办单位按签到表补登。"),
        ((24, 9, 0, 0), "签到已于2026年11月23日 12:30 截止，由举办单位按签到表补登。"),
        ((22, 9, 0, 0), "签到尚未开始，2026年11月23日 08:00 起可以签到。"),
    ],
)
def test_a_code_is_good_from_an_hour_before_to_an_hour_after(now, refusal) -> None:
    day, hour, minute, second = now
    moment = dt.datetime.combine(D(2026, 11, day), dt.time(hour, minute, second))
    assert code_refusal(DAY, dt.time(9), dt.time(11, 30), moment) == refusal


def test_a_code_stays_within_the_day_of_the_session() -> None:
    opens, closes = code_window(DAY, dt.time(0, 20), dt.time(23, 40))
    assert (opens.date(), closes.date()) == (DAY, DAY)
    assert (opens.time(), closes.hour, closes.minute) == (dt.time(0, 0), 23, 59)


@given(st.text(CODE_LETTERS, min_size=CODE_LENGTH, max_size=CODE_LENGTH))
def test_a_code_is_read_however_it_is_typed(code: str) -> None:
    assert clean_code(f" {code[:3].lower()}-{code[3:]} ") == code


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("张×\n李×", ["张×", "李×"]),
        ("张×\r\n\r\n 李 × \n张×", ["张×", "李 ×", "张×"]),
        ("张×、李×，王×；赵×\t钱×", ["张×", "李×", "王×", "赵×", "钱×"]),
        ("\u3000张×\u3000", ["张×"]),
        (" \n ", []),
    ],
)
def test_names_are_read_from_what_is_pasted(text, names) -> None:
    assert names_in(text) == names


@pytest.mark.parametrize(
    ("values", "mean"),
    [
        ([], None),
        ([5], 500),
        ([5, 4], 450),
        ([5, 4, 4], 433),
        ([5, 5, 4], 467),
        ([1, 2, 2, 2, 2, 2, 2, 2], 188),
    ],
)
def test_ratings_are_averaged_to_hundredths(values, mean) -> None:
    assert average(values) == mean


@pytest.mark.parametrize(
    ("values", "mean", "words"),
    [([], None, ""), ([9250], 9250, "92.50"), ([9250, 8001], 8626, "86.26"), ([0, 1], 1, "0.01"), ([10000], 10000, "100.00")],
)  # fmt: skip
def test_scores_are_averaged_to_hundredths(values, mean, words) -> None:
    assert mean_score(values) == mean
    assert hundredths(mean_score(values)) == words
