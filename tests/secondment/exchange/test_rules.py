"""How far upward study and guidance have come, and which periods overlap (P10)."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secondment.rules.exchange import Phase, overlaps, phase_of, report_due

D = dt.date
START, END = D(2026, 9, 1), D(2026, 11, 30)
days = st.dates(dt.date(2020, 1, 1), dt.date(2030, 12, 31))


@pytest.mark.parametrize(
    ("state", "today", "phase"),
    [
        ("planned", D(2026, 8, 31), Phase.COMING),
        ("planned", START, Phase.ONGOING),
        ("planned", END, Phase.ONGOING),
        ("planned", D(2026, 12, 1), Phase.TO_REPORT),
        ("planned", D(2026, 12, 15), Phase.TO_REPORT),
        ("planned", D(2026, 12, 16), Phase.LATE),
        ("reported", D(2026, 12, 16), Phase.REPORTED),
        ("cancelled", START, Phase.CANCELLED),
    ],
)
def test_the_phase_follows_from_the_dates(state, today, phase) -> None:
    assert phase_of(state, START, END, report_due(END), today) is phase


def test_a_report_is_due_fifteen_days_after_the_end() -> None:
    assert report_due(D(2026, 11, 30)) == D(2026, 12, 15)
    assert report_due(D(2028, 2, 20), 10) == D(2028, 3, 1)


@pytest.mark.parametrize(
    ("one", "other", "said"),
    [
        ((1, 5), (5, 9), True),
        ((1, 5), (6, 9), False),
        ((5, 9), (1, 5), True),
        ((6, 9), (1, 5), False),
        ((1, 9), (3, 4), True),
        ((3, 3), (3, 3), True),
    ],
)
def test_periods_with_a_day_in_common_overlap(one, other, said) -> None:
    period = lambda pair: tuple(D(2026, 9, day) for day in pair)  # noqa: E731
    assert overlaps(period(one), period(other)) is said


@given(days, st.integers(0, 40), days, st.integers(0, 40))
def test_overlapping_is_having_a_day_in_common(start, length, other, other_length) -> None:
    span = lambda first, size: {first + dt.timedelta(days=number) for number in range(size + 1)}  # noqa: E731
    common = span(start, length) & span(other, other_length)
    end = lambda first, size: first + dt.timedelta(days=size)  # noqa: E731
    assert overlaps((start, end(start, length)), (other, end(other, other_length))) is bool(common)
