"""The working days of a district: the published table, replaced year by year by what was entered."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from functools import lru_cache

from holidays.countries.china import China, ChinaStaticHolidays

from .models import CalendarDay, CalendarYear
from .rules import Calendar, CalendarEntry

PUBLISHED = frozenset(ChinaStaticHolidays.special_public_holidays)
"""Years whose State Council notice the package knows; of later ones it only guesses the festivals."""


@lru_cache(maxsize=32)
def published(year: int) -> tuple[CalendarEntry, ...]:
    """Return the days of a year's notice as published, none for a year that is not known yet."""
    if year not in PUBLISHED:
        return ()
    table = China(years=year, language="zh_CN")
    found = []
    name = ""
    for day, label in sorted(table.items()):
        # A day off that is worked elsewhere carries no name of its own: it belongs to the holiday before.
        name = name if "调休" in label else label.split("（")[0].split(";")[0].strip()
        if day.year == year:
            found.append(CalendarEntry(day, False, (name or "休息日")[:20]))
    for day in sorted(table.weekend_workdays):
        if day.year == year:
            near = min(found, key=lambda entry: abs((entry.day - day).days), default=None)
            found.append(CalendarEntry(day, True, near.name if near else "调休"))
    return tuple(found)


def entered(district_id: int) -> frozenset[int]:
    """Return the years that somebody entered for a district; one query."""
    rows = CalendarYear.objects.filter(district_id=district_id)
    return frozenset(rows.values_list("year", flat=True))


def announced(district_id: int) -> frozenset[int]:
    """Return the years whose notice is known, published or entered; of others only the weekends are."""
    return PUBLISHED | entered(district_id)


def calendar_of(district_id: int, years: Iterable[int] = ()) -> Calendar:
    """Return the working days of a district, in two queries.

    A year that somebody entered stands for itself alone; others come from the published table. With
    ``years`` only the days of these are read.
    """
    wanted = set(years)
    own = entered(district_id)
    days = CalendarDay.objects.filter(district_id=district_id)
    if wanted:
        days = days.filter(year__year__in=wanted)
    exceptions: dict[dt.date, bool] = {}
    for year in PUBLISHED - own if not wanted else (PUBLISHED - own) & wanted:
        exceptions.update({entry.day: entry.is_working for entry in published(year)})
    exceptions.update(dict(days.values_list("day", "is_working")))
    return Calendar(exceptions, PUBLISHED | own)


def entries_of(district_id: int, year: int) -> tuple[CalendarYear | None, list[CalendarEntry]]:
    """Return what holds for a year: the row that was entered, if any, and its days or the published ones."""
    row = CalendarYear.objects.filter(district_id=district_id, year=year).first()
    if row is None:
        return None, list(published(year))
    return row, [CalendarEntry(day.day, day.is_working, day.name) for day in row.days.all()]
