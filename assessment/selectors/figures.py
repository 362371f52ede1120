"""What the measures say of every street on a day, and the points that come of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from assessment.choices import NoneDue
from assessment.models import Cycle, Indicator, Reading
from assessment.rules.scoring import MEASURED, measured, none_due_words
from xianan.core import clock
from xianan.core.dates import chinese_date
from xianan.core.periods import Period
from xianan.policy.measures import Figure, Measure, compute, measures

from .scores import Cell, counts_as, indicators_of, street_ids, with_rulings


@dataclass(frozen=True, slots=True)
class Measured:
    """A figure of one street for one indicator; ``points`` in hundredths."""

    numerator: int
    denominator: int
    link: str
    points: int | None
    """None where nothing was due and what that comes to is not known yet."""
    read_on: dt.date
    counts_as: str = ""
    """What it counts because nothing was due, a value of NoneDue; "" where something was."""
    applies: bool = True
    """Whether a version of the document was in force on the day; else it is 不适用 and counts as nothing due."""


def known() -> dict[str, Measure]:
    """Return the measures that speak of streets, by key."""
    return {row.key: row for row in measures(about="street")}


def figures(cycle: Cycle, on: dt.date, *, streets: Iterable[int] | None = None) -> dict[Cell, Measured]:
    """Return what every measured indicator says of the year up to a day: once for all streets.

    A street of which a measure says nothing owed nothing, 0 of 0; what that counts is said elsewhere. An
    indicator whose measure is not registered any more is left out, and the cycle stays incomplete.
    """
    registered = known()
    indicators = [
        row for row in indicators_of(cycle).filter(mode__in=MEASURED) if row.measure_key in registered
    ]
    wanted = [registered[key] for key in {row.measure_key for row in indicators}]
    counted = compute(wanted, cycle.district, Period.year_to(on))
    places = street_ids(cycle) if streets is None else list(streets)
    return {
        (street, row.pk): _measured(row, counted[row.measure_key].of(street), on)
        for row in indicators
        for street in places
    }


def _measured(indicator: Indicator, figure: Figure, on: dt.date) -> Measured:
    return Measured(
        figure.numerator,
        figure.denominator,
        figure.link,
        points_of(indicator, figure.numerator, figure.denominator),
        on,
        "" if figure.denominator else indicator.none_due,
        figure.applies,
    )


def points_of(indicator: Indicator, numerator: int, denominator: int) -> int | None:
    """Return the points that a measured indicator comes to, in hundredths.

    Where nothing was due all of them if the scheme says so; else None, for others decide it.
    """
    if not denominator and indicator.none_due != NoneDue.FULL:
        return None
    return measured(
        indicator.mode,
        points=indicator.points,
        per_count=indicator.per_count,
        numerator=numerator,
        denominator=denominator,
    )


def recomputed(reading: Reading) -> int:
    """Return the points of a kept reading computed again from its figures."""
    return points_of(reading.indicator, reading.numerator, reading.denominator) or 0


def kept(cycle: Cycle, street: int | None = None) -> dict[Cell, Measured]:
    """Return the readings that are kept, of one street or of all."""
    rows = with_rulings(Reading.objects.filter(cycle=cycle)).select_related("indicator")
    if street is not None:
        rows = rows.filter(street=street)
    return {(row.street_id, row.indicator_id): _kept(row) for row in rows}


def _kept(row: Reading) -> Measured:
    """What the rest of a group bears is nobody's to tell before all of it is scored."""
    how = counts_as(row, row.indicator)
    points = {"": row.points, NoneDue.FULL: row.indicator.points}.get(how)
    return Measured(row.numerator, row.denominator, row.link, points, row.read_on, how)


def shown(measure_key: str, figure: Measured, registered: Mapping[str, Measure]) -> str:
    """Return a figure in words: 确认书已签署 15/17 份; where nothing was due or judged, what that counts."""
    measure = registered.get(measure_key)
    label, unit = (measure.label, measure.unit) if measure is not None else ("取数", "")
    if not figure.applies:
        return f"{label}：不适用，{chinese_date(figure.read_on)}没有施行中的文件"
    if not figure.denominator:
        return f"{label}：{none_due_words(figure.counts_as)}"
    return f"{label} {figure.numerator}/{figure.denominator} {unit}".strip()


def cut_off(cycle: Cycle, today: dt.date | None = None) -> dt.date:
    """Return the day as of which a year is measured: today, and never after the year's last day (P36)."""
    return min(today or clock.today(), dt.date(cycle.year, 12, 31))
