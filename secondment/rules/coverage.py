"""Whether a department covers a street on a day (P11). Pure.

Every question is answered from the same ``Facts``, for any day, past or to come; the order in which
they are given makes no difference.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from secondment.choices import CoverState
from xianan.core.dates import add_months
from xianan.policy.in_time import Steps

DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Span:
    """Days from the first to the last, both inclusive; without a last one it goes on."""

    first: dt.date
    last: dt.date | None = None

    def holds(self, day: dt.date) -> bool:
        """Whether ``day`` is among them."""
        return self.first <= day and (self.last is None or day <= self.last)


@dataclass(frozen=True, slots=True)
class Stay:
    """A secondment whose arrival the street has confirmed: from the arrival to the last day.

    ``contested`` are the days on which the street's demand for a replacement is open.
    """

    days: Span
    contested: tuple[Span, ...] = ()

    def counts(self, day: dt.date) -> bool:
        """Whether the person covers the street on ``day``."""
        return self.days.holds(day) and not any(span.holds(day) for span in self.contested)


@dataclass(frozen=True, slots=True)
class Waiver:
    """A confirmed exemption: why nobody is owed on these days."""

    days: Span
    state: CoverState


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a department and a street: since when powers are in force there, and who serves.

    ``awaited`` are registered services whose arrival is not confirmed yet.
    """

    owed_since: dt.date | None = None
    stays: tuple[Stay, ...] = ()
    awaited: tuple[Span, ...] = ()
    waivers: tuple[Waiver, ...] = ()


@dataclass(frozen=True, slots=True)
class Cell:
    """How a department covers a street on a day.

    ``people`` are there, ``missing`` more are owed, ``until`` is the last day on which it is enough when
    that day is near and nobody is registered to follow, ``awaited`` people are not confirmed yet.
    """

    state: CoverState
    people: int = 0
    missing: int = 0
    until: dt.date | None = None
    awaited: int = 0

    @property
    def is_owed(self) -> bool:
        """Whether the department owes people there."""
        return self.state in (CoverState.ENOUGH, CoverState.LEAVING, CoverState.MISSING)

    @property
    def is_covered(self) -> bool:
        return self.state in (CoverState.ENOUGH, CoverState.LEAVING)


def people(facts: Facts, day: dt.date) -> int:
    """Return how many people cover the street on a day."""
    return sum(stay.counts(day) for stay in facts.stays)


def cell(facts: Facts, *, on: dt.date, required: int | None, leaving_days: int) -> Cell:
    """Return how the street is covered on a day on which ``required`` people are owed.

    ``required`` is None where no document is in force on the day: then nothing is judged.

    It is 即将期满 when it is enough on the day itself, and on one of the ``leaving_days`` after it, counting
    those who are registered to come, it is not.
    """
    there = people(facts, on)
    coming = sum(span.last is None or span.last >= on for span in facts.awaited)
    if facts.owed_since is None or facts.owed_since > on:
        return Cell(CoverState.NONE, there, awaited=coming)
    waiver = _waiver(facts, on)
    if waiver is not None:
        return Cell(waiver.state, there, awaited=coming)
    if required is None:
        return Cell(CoverState.NOT_APPLICABLE, there, awaited=coming)
    if there < required:
        return Cell(CoverState.MISSING, there, required - there, awaited=coming)
    for step in range(1, leaving_days + 1):
        day = on + DAY * step
        if people(facts, day) + sum(span.holds(day) for span in facts.awaited) < required:
            return Cell(CoverState.LEAVING, there, until=day - DAY, awaited=coming)
    return Cell(CoverState.ENOUGH, there, awaited=coming)


def _waiver(facts: Facts, day: dt.date) -> Waiver | None:
    """Return the waiver of a day; of several a stationed agency goes before an exception."""
    found = [waiver for waiver in facts.waivers if waiver.days.holds(day)]
    return min(found, key=lambda waiver: waiver.state != CoverState.STATIONED, default=None)


def is_short(facts: Facts, day: dt.date, required: int | None) -> bool:
    """Whether people are owed and missing on a day."""
    if (
        required is None
        or facts.owed_since is None
        or day < facts.owed_since
        or _waiver(facts, day) is not None
    ):
        return False
    return people(facts, day) < required


def runs(days: Iterable[dt.date]) -> list[Span]:
    """Return days, given in order, as spans of days that follow each other."""
    found: list[Span] = []
    for day in days:
        if found and found[-1].last == day - DAY:
            found[-1] = Span(found[-1].first, day)
        else:
            found.append(Span(day, day))
    return found


def month_ends(first: dt.date, last: dt.date) -> list[dt.date]:
    """Return the last day of every month that has it from ``first`` to ``last``, both inclusive."""
    found, day = [], add_months(first.replace(day=1), 1) - DAY
    while day <= last:
        found.append(day)
        day = add_months(day + DAY, 1) - DAY
    return found


def gap_since(facts: Facts, *, on: dt.date, required: Steps) -> dt.date | None:
    """Return the first day of the gap that a day lies in, None where nobody is missing that day.

    The gap begins with the first letter, or when the last one to be counted left, or when an exemption
    ended, or with the version that asks for more; it goes back as long as it was never closed in between.
    Each day is judged by what was ``required`` on it.
    """
    if not is_short(facts, on, required.at(on)):
        return None
    # Between two of these days nothing changes.
    turns = sorted({day for day in (*_turns(facts), *required.turns) if day <= on}, reverse=True)
    since = on
    for turn in turns:
        if not is_short(facts, turn, required.at(turn)):
            return since
        since = turn
    return since


def _turns(facts: Facts) -> list[dt.date]:
    spans = [waiver.days for waiver in facts.waivers]
    for stay in facts.stays:
        spans += [stay.days, *stay.contested]
    found = [span.first for span in spans]
    found += [span.last + DAY for span in spans if span.last is not None and span.last < dt.date.max]
    if facts.owed_since is not None:
        found.append(facts.owed_since)
    return found
