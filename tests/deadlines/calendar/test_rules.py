"""Working days: the published table, and the rules over any table."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xianan.deadlines.calendar import PUBLISHED, published
from xianan.deadlines.rules import (
    Calendar,
    CalendarEntry,
    HolidayLine,
    entry_faults,
    holiday_lines,
    standing,
)

DAYS = st.dates(dt.date(2026, 1, 1), dt.date(2028, 12, 31))
EXCEPTIONS = st.dictionaries(st.dates(dt.date(2027, 1, 1), dt.date(2027, 12, 31)), st.booleans(), max_size=40)


@given(EXCEPTIONS, DAYS)
def test_the_next_working_day_is_the_first_one_from_the_day_on(exceptions: dict, day: dt.date) -> None:
    calendar = Calendar(exceptions)
    found = calendar.next_working(day)
    assert found >= day
    assert calendar.is_working(found)
    assert not any(calendar.is_working(day + dt.timedelta(days=step)) for step in range((found - day).days))
    assert calendar.next_working(found) == found


@given(EXCEPTIONS, DAYS, st.integers(0, 40))
def test_a_later_day_never_moves_to_an_earlier_one(exceptions: dict, day: dt.date, more: int) -> None:
    calendar = Calendar(exceptions)
    assert calendar.next_working(day) <= calendar.next_working(day + dt.timedelta(days=more))


ENTRIES = st.lists(
    st.builds(
        CalendarEntry,
        st.dates(dt.date(2027, 1, 1), dt.date(2027, 12, 31)),
        st.booleans(),
        st.sampled_from(["元旦", "春节", "国庆节"]),
    ),
    unique_by=lambda entry: entry.day,
    max_size=30,
)


@given(ENTRIES)
def test_days_brought_into_lines_are_the_same_days_again(entries: list[CalendarEntry]) -> None:
    again = [entry for line in holiday_lines(entries) for entry in line.entries()]
    assert sorted(again, key=lambda entry: entry.day) == sorted(entries, key=lambda entry: entry.day)


@pytest.mark.parametrize(
    ("day", "working"),
    [
        ("2026-01-01", False),
        ("2026-01-02", False),  # a Friday off for Sunday the 4th
        ("2026-01-04", True),  # a Sunday that is worked
        ("2026-02-14", True),
        ("2026-02-23", False),
        ("2026-10-07", False),
        ("2026-10-10", True),
        ("2026-11-22", False),
        ("2026-11-23", True),
    ],
)
def test_the_days_of_2026_are_those_of_the_notice(day: str, working: bool) -> None:
    calendar = Calendar({entry.day: entry.is_working for entry in published(2026)}, PUBLISHED)
    assert calendar.is_working(dt.date.fromisoformat(day)) is working
    assert not calendar.is_estimate(dt.date.fromisoformat(day))


def test_a_day_off_for_another_bears_the_name_of_its_holiday() -> None:
    names = {entry.day: entry.name for entry in published(2026)}
    assert names[dt.date(2026, 1, 2)] == "元旦"
    assert names[dt.date(2026, 10, 10)] == "国庆节"


def test_of_a_year_not_announced_only_the_weekends_are_known() -> None:
    year = max(PUBLISHED) + 1
    assert published(year) == ()
    assert Calendar({}, PUBLISHED).is_estimate(dt.date(year, 10, 1))


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        (CalendarEntry(dt.date(2026, 12, 31), False, "元旦"), "不在 2027 年"),
        (CalendarEntry(dt.date(2027, 10, 8), True, "国庆节"), "本来就上班"),
        (CalendarEntry(dt.date(2027, 10, 1), False, " "), "未填写名称"),
    ],
)
def test_a_day_that_makes_no_sense_is_named_with_its_rule(entry: CalendarEntry, words: str) -> None:
    ((found, text),) = entry_faults(2027, [entry])
    assert found is entry
    assert words in text


def test_the_same_day_twice_is_a_fault() -> None:
    entry = HolidayLine("元旦", dt.date(2027, 1, 1), None).entries()[0]
    assert [text for _, text in entry_faults(2027, [entry, entry])] == ["2027-01-01 出现了两次。"]


@pytest.mark.parametrize(
    ("left", "words"), [(8, "正常"), (7, "临近"), (1, "临近"), (0, "今日"), (-2, "逾期 2 天")]
)
def test_how_a_date_stands_in_a_word(left: int, words: str) -> None:
    today = dt.date(2026, 11, 23)
    assert standing(today + dt.timedelta(days=left), today)[0] == words


@pytest.mark.parametrize(
    ("day", "count", "reached"),
    [
        (dt.date(2026, 11, 6), 0, dt.date(2026, 11, 6)),
        (dt.date(2026, 11, 6), 1, dt.date(2026, 11, 9)),
        (dt.date(2026, 11, 23), 10, dt.date(2026, 12, 7)),
        (dt.date(2026, 11, 28), 0, dt.date(2026, 11, 28)),
        # A Sunday that is worked counts, the festival does not (国庆 2026).
        (dt.date(2026, 9, 30), 1, dt.date(2026, 10, 8)),
    ],
)
def test_working_days_are_counted_from_the_next_day(day, count, reached) -> None:
    calendar = Calendar({entry.day: entry.is_working for entry in published(2026)}, PUBLISHED)
    assert calendar.working_days_after(day, count) == reached
