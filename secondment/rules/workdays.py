"""Counting working days. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable


def after_working_days(start: dt.date, days: int, is_working: Callable[[dt.date], bool]) -> dt.date:
    """Return the working day that is ``days`` working days after ``start``; the start is not counted."""
    day = start
    while days > 0:
        day += dt.timedelta(days=1)
        days -= is_working(day)
    return day
