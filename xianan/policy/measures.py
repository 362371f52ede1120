"""The registry of measures: a figure about organizations on a date, with the rows behind it.

Dashboards, the clause ledger and automatic indicators read figures here and nowhere else, so that
nothing is counted twice in two ways.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from xianan.organizations.models import District


@dataclass(frozen=True, slots=True)
class Figure:
    """What was counted for one organization: ``numerator`` of ``denominator``, and the list behind it."""

    numerator: int
    denominator: int
    link: str = ""

    @property
    def percent(self) -> float | None:
        """The share in percent, or None where there is nothing to count against."""
        return 100 * self.numerator / self.denominator if self.denominator else None


Compute = Callable[[District, dt.date], Mapping[int, Figure]]


@dataclass(frozen=True, slots=True)
class Measure:
    """A registered measure. ``compute`` returns {organization id: Figure} in a constant number of queries."""

    key: str
    label: str
    clause: str
    unit: str
    target: int | None
    """Percent to be reached, None where no clause sets one."""
    about: str
    """Kind of organization it speaks of: street or department."""
    compute: Compute


_measures: dict[str, Measure] = {}


def register(measure: Measure) -> Measure:
    """Add a measure. Raises ValueError when the key is taken by another."""
    if _measures.get(measure.key, measure) != measure:
        raise ValueError(f"measure {measure.key} is registered twice")
    _measures[measure.key] = measure
    return measure


def measure(key: str) -> Measure:
    """Return a registered measure. Raises KeyError."""
    return _measures[key]


def measures(*, clause: str = "", about: str = "") -> list[Measure]:
    """Return the registered measures, by clause and key."""
    return sorted(
        (
            row
            for row in _measures.values()
            if (not clause or row.clause == clause) and (not about or row.about == about)
        ),
        key=lambda row: (row.clause, row.key),
    )


def total(figures: Mapping[int, Figure]) -> Figure:
    """Return the sum over all organizations, without a link."""
    return Figure(
        sum(figure.numerator for figure in figures.values()),
        sum(figure.denominator for figure in figures.values()),
    )
