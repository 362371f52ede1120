"""Department × quarter: held, planned, missing; and the same for one street: attended or not (P14)."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, QuerySet

from secondment.choices import SessionState
from secondment.models import QuarterDuty, Session
from secondment.rules.training import (
    Attended,
    Cell,
    Needs,
    Quarter,
    Standing,
    StreetCell,
    cell_of,
    quarter_of,
    quarters_of,
    street_cell,
)
from secondment.selectors.proof import proven, told_for
from xianan.core import clock
from xianan.organizations.models import District, Organization, active
from xianan.organizations.selectors import every_department

from . import duties


@dataclass(frozen=True, slots=True)
class Row:
    """A department with its four quarters."""

    department: Organization
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class StreetRow:
    """A department with its four quarters as one street took part."""

    department: Organization
    cells: tuple[StreetCell, ...]


def focus(year: int, today: dt.date | None = None) -> Quarter:
    """Return the quarter that the figures of a year speak of: the running one, else the nearest to it."""
    day = today or clock.today()
    if year == day.year:
        return quarter_of(day)
    return Quarter(year, 4 if year < day.year else 1)


def of_year(
    district: District | int, year: int, today: dt.date | None = None, *, needs: Needs | None = None
) -> list[Row]:
    """Return the quarters of a year of every department there was in it; a fixed number of queries.

    Each is judged by the version of the document in force on its last day (P44).
    """
    day = today or clock.today()
    needs = needs or duties.needs(district)
    spans = duties.spans(district, day)
    quarters = quarters_of(year)
    held = duties.held_days(district, quarters[0].first, quarters[-1].last)
    planned = _planned(district, quarters)
    made_up = _made_up(district, year)
    rows = []
    for department in _there_in(district, year):
        span = spans.get(department.pk)
        cells = tuple(
            cell_of(
                quarter,
                owed=span is not None and span.owes(quarter),
                held=sum(quarter.holds(one) for one in held.counting.get(department.pk, ())),
                unproven=sum(quarter.holds(one) for one in held.unproven.get(department.pk, ())),
                planned=[one for one in planned.get(department.pk, ()) if quarter.holds(one)],
                needed=needs(quarter),
                today=day,
                made_up=made_up.get((department.pk, quarter.number), 0),
            )
            for quarter in quarters
        )
        rows.append(Row(department, cells))
    return rows


def of_street(
    district: District | int,
    street: int,
    year: int,
    today: dt.date | None = None,
    *,
    needs: Needs | None = None,
) -> list[StreetRow]:
    """Return every department's quarters of a year as a street took part; a fixed number of queries.

    A session is meant for a street that is invited, or that has powers of the department.
    """
    day = today or clock.today()
    spans, needs = duties.street_spans(district, street, day), needs or duties.needs(district)
    quarters = quarters_of(year)
    first, last = quarters[0].first, quarters[-1].last
    counted = duties.announced().filter(district=district)
    invited = Exists(Session.streets.through.objects.filter(session=OuterRef("pk"), organization=street))
    # Who is on the list of a session entered late counts once it is proven for the street.
    heard = counted.filter(proven(), state=SessionState.HELD, held_on__range=(first, last))
    sessions = (
        told_for(heard, street)
        .annotate(invited=invited)
        .order_by()
        .values_list("organization_id", "held_on", "invited", "present")
    )
    held: dict[tuple[int, Quarter], list[bool]] = defaultdict(list)
    for key, on, is_invited, is_present in sessions:
        assert on is not None
        quarter = quarter_of(on)
        owes = key in spans and spans[key].owes(quarter)
        if is_invited or is_present or owes:
            held[key, quarter].append(is_present)
    planned: dict[tuple[int, Quarter], list[dt.date]] = defaultdict(list)
    for key, on in (
        counted.filter(state=SessionState.PLANNED, planned_on__range=(first, last), streets=street)
        .order_by()
        .values_list("organization_id", "planned_on")
    ):
        planned[key, quarter_of(on)].append(on)
    return [
        StreetRow(
            department,
            tuple(
                street_cell(
                    quarter,
                    owed=department.pk in spans and spans[department.pk].owes(quarter),
                    attended=sum(held.get((department.pk, quarter), ())),
                    held=len(held.get((department.pk, quarter), ())),
                    planned=planned.get((department.pk, quarter), ()),
                    today=day,
                    applies=needs(quarter) is not None,
                )
                for quarter in quarters
            ),
        )
        for department in _there_in(district, year)
    ]


def _there_in(district: District | int, year: int) -> QuerySet[Organization]:
    return every_department(district).filter(active(dt.date(year, 1, 1), until=dt.date(year, 12, 31)))


def _planned(district: District | int, quarters: tuple[Quarter, ...]) -> dict[int, list[dt.date]]:
    found: dict[int, list[dt.date]] = defaultdict(list)
    rows = duties.announced().filter(
        district=district,
        state=SessionState.PLANNED,
        planned_on__range=(quarters[0].first, quarters[-1].last),
    )
    for key, on in rows.order_by().values_list("organization_id", "planned_on"):
        found[key].append(on)
    return found


def _made_up(district: District | int, year: int) -> dict[tuple[int, int], int]:
    rows = list(QuarterDuty.objects.filter(district=district, year=year))
    counts = duties.made_up(rows)
    return {(row.organization_id, row.quarter): counts.get(row.pk, 0) for row in rows}


__all__ = ["Attended", "Row", "Standing", "StreetRow", "focus", "of_street", "of_year"]
