"""Stretches of days that figures belong to. Pure."""

from __future__ import annotations

import calendar
import datetime as dt
from dataclasses import dataclass

from .dates import chinese_date

DAY = dt.timedelta(days=1)
WORDS = "一二三四"


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """The days from the first to the last, both inclusive. Raises ValueError when they are reversed."""

    first: dt.date
    last: dt.date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise ValueError(f"a period can't end on {self.last} before it begins on {self.first}")

    @classmethod
    def day(cls, day: dt.date) -> Period:
        """Return a single day."""
        return cls(day, day)

    @classmethod
    def month(cls, year: int, month: int) -> Period:
        """Return a month. Raises ValueError for a number that is none."""
        return cls(dt.date(year, month, 1), dt.date(year, month, calendar.monthrange(year, month)[1]))

    @classmethod
    def quarter(cls, year: int, number: int) -> Period:
        """Return a quarter, by number from 1. Raises ValueError for a number that is none."""
        return cls(cls.month(year, 3 * number - 2).first, cls.month(year, 3 * number).last)

    @classmethod
    def year(cls, year: int) -> Period:
        """Return a calendar year."""
        return cls(dt.date(year, 1, 1), dt.date(year, 12, 31))

    @classmethod
    def year_to(cls, day: dt.date) -> Period:
        """Return a year from its first day to a day in it."""
        return cls(dt.date(day.year, 1, 1), day)

    def holds(self, day: dt.date) -> bool:
        """Whether a day lies in it."""
        return self.first <= day <= self.last

    @property
    def days(self) -> tuple[dt.date, dt.date]:
        """First and last day, as a lookup ``__range`` takes them."""
        return self.first, self.last

    def __str__(self) -> str:
        first, last = self.first, self.last
        if first == last:
            return chinese_date(first)
        if self == Period.year(first.year):
            return f"{first.year}年"
        if self == Period.month(first.year, first.month):
            return f"{first.year}年{first.month}月"
        number = (first.month + 2) // 3
        if self == Period.quarter(first.year, number):
            return f"{first.year}年{WORDS[number - 1]}季度"
        return f"{chinese_date(first)}至{chinese_date(last)}"
