"""Which year a replacement for 不服从街道管理 caps, and how far a department may put its days off. Pure (P32)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

COMPLETION, DEMAND = "completion", "demand"
"""What 当年 means: the year in which the replacement is completed, or the year of the demand."""


@dataclass(frozen=True, slots=True)
class Demand:
    """A demand for 不服从街道管理 that stands: neither declined nor withdrawn.

    ``complete_by`` is the last day that a completion may count on, ``completed_on`` the day the successor
    arrived, None while it waits for that or for an answer. ``year`` says what 当年 means: COMPLETION or DEMAND.
    """

    key: int
    requested_on: dt.date
    complete_by: dt.date
    completed_on: dt.date | None = None
    year: str = COMPLETION

    @property
    def counts_on(self) -> dt.date | None:
        """The day whose year is capped: what a department puts off beyond the bound counts by the bound."""
        if self.completed_on is None:
            return None
        return self.requested_on if self.year == DEMAND else min(self.completed_on, self.complete_by)

    @property
    def years(self) -> range:
        """The years it may yet cap, or the one it caps."""
        day = self.counts_on
        if day is not None:
            return range(day.year, day.year + 1)
        last = self.requested_on if self.year == DEMAND else self.complete_by
        return range(self.requested_on.year, last.year + 1)


@dataclass(frozen=True, slots=True)
class Bearing:
    """What demands say of a person's grade of a year: the key of the one that caps it, else of one still open."""

    cap: int | None = None
    pends: int | None = None


def bearing(demands: Iterable[Demand], year: int) -> Bearing:
    """Return what a person's demands say of a year, in whatever order they come; of several the first made.

    A cap settles the year: no grade can come out lower for a second demand, so that one leaves nothing open.
    """
    found = sorted((row for row in demands if year in row.years), key=lambda row: (row.requested_on, row.key))
    cap = next((row.key for row in found if row.completed_on is not None), None)
    return Bearing(cap, next((row.key for row in found), None) if cap is None else None)


def latest(bound: dt.date, today: dt.date) -> dt.date:
    """Return the last day that may be named: the bound, or today for whoever answers only after it."""
    return max(bound, today)
