"""What a version changes before it takes effect: the rooms above say what of theirs it would judge otherwise.

Each registers a function for the figures it reads. It is asked with the document as it will be and as it would be
without the version, and counts on the rows of today.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from xianan.core.periods import Period
from xianan.organizations.models import District

from .in_time import Document
from .measures import Figure, Kind, Measure, compute, measures
from .selectors import documents_in_time


@dataclass(frozen=True, slots=True)
class Foreseen:
    """A version that takes effect on a day: its document with it, and without it."""

    district: District
    day: dt.date
    before: Document
    after: Document

    def changes(self, key: str) -> bool:
        """Whether a figure is another one on the first day of the version."""
        return self.old(key) != self.new(key)

    @property
    def begins_anew(self) -> bool:
        """Whether nothing would be in force on the day without the version."""
        return self.before.in_force(self.day) is None

    def old(self, key: str) -> object:
        """Return the figure that would hold on the day without the version, None for none."""
        return self.before.holding(self.day).values.get(key)

    def new(self, key: str) -> object:
        """Return the figure that will hold on the day, None for none."""
        return self.after.holding(self.day).values.get(key)


@dataclass(frozen=True, slots=True)
class Effect:
    """What becomes of something: how many, in words that name them, and their list."""

    text: str
    count: int
    unit: str
    link: str = ""


Foresee = Callable[[Foreseen], Iterable[Effect]]

_registered: list[tuple[str, frozenset[str], bool, Foresee]] = []


def counted(words: str, count: int, unit: str, url: str) -> Iterator[Effect]:
    """Yield an effect on so many rows; on none it is none."""
    if count:
        yield Effect(words, count, unit, url)


def register(document: str, *keys: str, judges: bool = False) -> Callable[[Foresee], Foresee]:
    """Have a function asked when a version of ``document`` changes one of these figures.

    With ``judges`` also where nothing would be in force without it: what was 不适用 is judged then.
    """

    def keep(foresee: Foresee) -> Foresee:
        _registered.append((document, frozenset(keys), judges, foresee))
        return foresee

    return keep


@dataclass(frozen=True, slots=True)
class Shift:
    """A measure that a version changes: what it says of the district without the version and with it."""

    measure: Measure
    period: Period
    before: Figure
    after: Figure
    organizations: int
    """Of how many it says something else."""


def foreseen(district: District, document: str, version: int, day: dt.date) -> Foreseen:
    """Return what becomes of a document with a version that takes effect on a day; one query."""
    after = documents_in_time(district, document)[document]
    return Foreseen(district, day, after.without(version), after)


def effects(document: str, seen: Foreseen) -> list[Effect]:
    """Return what the rooms foresee, each counted on the rows of today; the queries grow with the rooms alone."""
    return [
        effect
        for named, keys, judges, foresee in _registered
        if named == document and (any(map(seen.changes, keys)) or (judges and seen.begins_anew))
        for effect in foresee(seen)
    ]


def shifts(document: str, seen: Foreseen) -> list[Shift]:
    """Return the measures that say something else with the version, by what is on record today.

    Stocks of the day it takes effect, flows of that whole year.
    """
    rows = [row for row in measures() if row.document == document]
    found = []
    for kind, period in ((Kind.STOCK, Period.day(seen.day)), (Kind.FLOW, Period.year(seen.day.year))):
        own = [row for row in rows if row.kind is kind]
        before, after = (
            compute(own, seen.district, period, documents={document: said})
            for said in (seen.before, seen.after)
        )
        for row in own:
            old, new = before[row.key], after[row.key]
            differing = {place for place in {*old, *new} if _said(old.of(place)) != _said(new.of(place))}
            if differing or old.applies != new.applies:
                found.append(Shift(row, period, old.total(), new.total(), len(differing)))
    return sorted(found, key=lambda shift: (shift.measure.clause, shift.measure.key))


def _said(figure: Figure) -> tuple[int, int, bool]:
    return figure.numerator, figure.denominator, figure.applies
