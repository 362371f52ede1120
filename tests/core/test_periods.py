"""Stretches of days that figures belong to."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xianan.core.periods import DAY, Period

D = dt.date


@pytest.mark.parametrize(
    ("period", "first", "last", "words"),
    [
        (Period.year(2026), D(2026, 1, 1), D(2026, 12, 31), "2026年"),
        (Period.quarter(2026, 3), D(2026, 7, 1), D(2026, 9, 30), "2026年三季度"),
        (Period.month(2028, 2), D(2028, 2, 1), D(2028, 2, 29), "2028年2月"),
        (Period.day(D(2026, 5, 12)), D(2026, 5, 12), D(2026, 5, 12), "2026年5月12日"),
        (Period.year_to(D(2026, 5, 12)), D(2026, 1, 1), D(2026, 5, 12), "2026年1月1日至2026年5月12日"),
        (Period.year_to(D(2026, 3, 31)), D(2026, 1, 1), D(2026, 3, 31), "2026年一季度"),
    ],
)
def test_a_period_has_a_first_and_a_last_day_and_a_name(period, first, last, words) -> None:
    assert (period.first, period.last, str(period)) == (first, last, words)


@pytest.mark.parametrize(
    "made",
    [
        lambda: Period(D(2026, 2, 1), D(2026, 1, 31)),
        lambda: Period.quarter(2026, 0),
        lambda: Period.quarter(2026, 5),
        lambda: Period.month(2026, 13),
    ],
)
def test_what_is_no_period_is_refused(made) -> None:
    with pytest.raises(ValueError):
        made()


@given(st.dates(D(2000, 1, 1), D(2100, 12, 30)))
def test_months_and_quarters_follow_one_another_and_fill_their_year(day) -> None:
    month, quarter = Period.month(day.year, day.month), Period.quarter(day.year, (day.month + 2) // 3)
    for period in (month, quarter, Period.year(day.year), Period.year_to(day), Period.day(day)):
        assert period.holds(day)
        assert not period.holds(period.first - DAY) and not period.holds(period.last + DAY)
    assert quarter.first <= month.first and month.last <= quarter.last
    following = month.last + DAY
    assert Period.month(following.year, following.month).first == following
