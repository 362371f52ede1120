import calendar
import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xianan.core.dates import add_months, chinese_date, days_left, full_years, last_day_of_secondment

DAYS = st.dates(dt.date(1990, 1, 1), dt.date(2090, 12, 31))
MONTHS = st.integers(min_value=0, max_value=120)


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        ("2026-08-31", 6, "2027-02-28"),
        ("2027-08-31", 6, "2028-02-29"),
        ("2026-08-30", 6, "2027-02-28"),
        ("2026-11-23", 6, "2027-05-23"),
        ("2026-12-01", 1, "2027-01-01"),
        ("2026-11-30", 1, "2026-12-30"),
        ("2028-02-29", 12, "2029-02-28"),
        ("2026-03-31", 0, "2026-03-31"),
    ],
)
def test_a_term_of_months_ends_on_this_day(start: str, months: int, end: str) -> None:
    assert add_months(dt.date.fromisoformat(start), months) == dt.date.fromisoformat(end)


@given(DAYS, MONTHS)
def test_a_term_ends_in_the_month_that_many_months_later(start: dt.date, months: int) -> None:
    end = add_months(start, months)
    assert (end.year * 12 + end.month) - (start.year * 12 + start.month) == months


@given(DAYS, MONTHS)
def test_a_term_ends_on_the_same_day_or_on_the_last_one_of_a_shorter_month(
    start: dt.date, months: int
) -> None:
    end = add_months(start, months)
    last = calendar.monthrange(end.year, end.month)[1]
    assert end.day == start.day or (end.day == last and last < start.day)


@given(DAYS, DAYS, MONTHS)
def test_who_starts_later_never_ends_earlier(one: dt.date, other: dt.date, months: int) -> None:
    first, second = sorted((one, other))
    assert add_months(first, months) <= add_months(second, months)


@given(DAYS, MONTHS, MONTHS)
def test_a_longer_term_never_ends_earlier(start: dt.date, one: int, other: int) -> None:
    assert add_months(start, min(one, other)) <= add_months(start, max(one, other))


def test_days_left_are_none_on_the_day_itself_and_negative_after_it() -> None:
    day = dt.date(2026, 11, 23)
    assert [days_left(day, day + dt.timedelta(days=n)) for n in (-2, 0, 3)] == [2, 0, -3]


def test_a_date_is_written_without_leading_noughts() -> None:
    assert chinese_date(dt.date(2026, 1, 5)) == "2026年1月5日"


@pytest.mark.parametrize(
    ("start", "months", "last"),
    [
        ("2026-12-01", 12, "2027-11-30"),
        ("2027-03-01", 12, "2028-02-29"),
        ("2028-02-29", 12, "2029-02-28"),
        ("2026-08-31", 6, "2027-02-28"),
        ("2026-01-15", 12, "2027-01-14"),
    ],
)
def test_a_service_counts_its_first_day(start: str, months: int, last: str) -> None:
    """P12: 下沉时间不少于1年."""
    assert last_day_of_secondment(dt.date.fromisoformat(start), months) == dt.date.fromisoformat(last)


@pytest.mark.parametrize(
    ("born", "on", "years"),
    [
        ("1975-12-01", "2026-11-30", 50),
        ("1975-12-01", "2026-12-01", 51),
        ("1976-02-29", "2027-02-27", 50),
        ("1976-02-29", "2027-02-28", 50),
        ("1976-02-29", "2027-03-01", 51),
        ("1976-02-29", "2028-02-28", 51),
        ("1976-02-29", "2028-02-29", 52),
    ],
)
def test_the_birthday_completes_a_year(born: str, on: str, years: int) -> None:
    """P12: 满51周岁, also for those born on 29 February."""
    assert full_years(dt.date.fromisoformat(born), dt.date.fromisoformat(on)) == years
