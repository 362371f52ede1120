"""Date arithmetic of the policy documents, in local dates (Asia/Shanghai)."""

from __future__ import annotations

import calendar
import datetime as dt


def add_months(start: dt.date, months: int) -> dt.date:
    """Return the last day of a term of ``months`` that starts on ``start`` (P13).

    The start day is not counted and the end day is inclusive; where the end month lacks the day,
    the term ends on that month's last day: 2026-08-31 + 6 months = 2027-02-28.
    """
    total = start.year * 12 + start.month - 1 + months
    year, month = divmod(total, 12)
    month += 1
    return dt.date(year, month, min(start.day, calendar.monthrange(year, month)[1]))


def last_day_of_secondment(start: dt.date, months: int) -> dt.date:
    """Return the last day of a service of ``months`` that counts its first day (P12).

    2026-12-01 + 12 months = 2027-11-30. Where the end month lacks the day, its last day ends the service:
    2028-02-29 + 12 months = 2029-02-28.
    """
    end = add_months(start, months)
    return end - dt.timedelta(days=1) if end.day == start.day else end


def full_years(born: dt.date, on: dt.date) -> int:
    """Return the age in full years (周岁) on a day: the birthday itself completes a year.

    Who was born on 29 February completes it on 1 March of a common year.
    """
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def days_left(due: dt.date, today: dt.date) -> int:
    """Return the days from ``today`` to ``due``: 0 on the day itself, negative once it is past."""
    return (due - today).days


def late_entry(event: dt.date | None, entered: dt.date | None, days: int) -> dt.date | None:
    """Return the day something was entered where that was more than ``days`` after it happened (补登).

    None for what was entered in time or beforehand, and for what has not happened or been entered.
    """
    if event is None or entered is None or (entered - event).days <= days:
        return None
    return entered


def chinese_date(day: dt.date) -> str:
    """Return a date as the documents write it: 2026年11月23日."""
    return f"{day.year}年{day.month}月{day.day}日"
