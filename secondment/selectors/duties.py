"""Which departments owe training when, how often they have held it, and which streets took part (P14)."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db.models import Count, F, Max, Q, QuerySet

from empowerment.selectors.spans import given
from secondment.choices import SessionState
from secondment.models import QuarterDuty, Session
from secondment.rules.training import Quarter, Span, quarter_of
from xianan.core import clock
from xianan.organizations.models import District
from xianan.policy.choices import DocumentKey
from xianan.policy.selectors import parameters

PER_QUARTER = 1
PLAN_UNTIL = "01-31"


def figures_of(district: District | int, on: dt.date | None = None) -> tuple[int, str]:
    """Return (sessions a quarter, month and day by which the plan is due), as the policy says on a day."""
    values = parameters(district, DocumentKey.PLAN, on)
    return int(values.get("trainings_per_quarter", PER_QUARTER)), str(
        values.get("training_plan_until", PLAN_UNTIL)
    )


def spans(district: District | int, on: dt.date | None = None) -> dict[int, Span]:
    """Return {department: the time in which it has had powers in force in any street}; at most two queries.

    Departments stand by their keys, so that what is opened for them is opened in the same order everywhere.
    A department whose powers have all ended goes on owing to the end of the last quarter that was opened
    while it had some.
    """
    first: dict[int, dt.date] = {}
    left: set[int] = set()
    for row in given(district, on or clock.today()):
        first[row.department] = min(row.first, first.get(row.department, row.first))
        if row.in_force:
            left.add(row.department)
    ended = first.keys() - left
    last = _last_opened(ended) if ended else {}
    return {
        key: Span(day, None if key in left else last.get(key, quarter_of(day).last))
        for key, day in sorted(first.items())
    }


def street_spans(district: District | int, street: int, on: dt.date | None = None) -> dict[int, Span]:
    """Return {department: the time in which this street has had powers of it}; at most two queries."""
    rows = [row for row in given(district, on or clock.today()) if row.street == street]
    ended = {row.department for row in rows if not row.in_force}
    last = _last_opened(ended) if ended else {}
    return {
        row.department: Span(
            row.first, None if row.in_force else last.get(row.department, quarter_of(row.first).last)
        )
        for row in rows
    }


def _last_opened(departments: Iterable[int]) -> dict[int, dt.date]:
    rows = (
        QuarterDuty.objects.filter(organization__in=list(departments))
        .order_by()
        .values_list("organization_id")
        .annotate(last=Max(F("year") * 10 + F("quarter")))
    )
    return {key: Quarter(last // 10, last % 10).last for key, last in rows}


def counting() -> QuerySet[Session]:
    """Return the sessions that count: not those of a plan that is still being drawn up."""
    return Session.objects.exclude(plan__state="draft")


def held_days(
    district: District | int, first: dt.date, last: dt.date, organizations: Iterable[int] | None = None
) -> dict[int, list[dt.date]]:
    """Return {department: days of its held sessions}, without those that make up for an earlier quarter."""
    rows = counting().filter(
        district=district, state=SessionState.HELD, held_on__range=(first, last), makes_up=None
    )
    if organizations is not None:
        rows = rows.filter(organization__in=list(organizations))
    found: dict[int, list[dt.date]] = defaultdict(list)
    for key, day in rows.order_by().values_list("organization_id", "held_on"):
        if day is not None:
            found[key].append(day)
    return found


def made_up(duties: Iterable[QuarterDuty]) -> dict[int, int]:
    """Return {duty: sessions held later in its place}."""
    rows = Session.objects.filter(makes_up__in=list(duties), state=SessionState.HELD)
    return dict(rows.order_by().values_list("makes_up_id").annotate(Count("pk")))


def missed(organization: int, today: dt.date | None = None) -> QuerySet[QuarterDuty]:
    """Return the past quarters of a department whose date is still open: those a session may make up for."""
    now = quarter_of(today or clock.today())
    open_ones = _open_duties(organization)
    return QuarterDuty.objects.filter(
        Q(year__lt=now.year) | Q(year=now.year, quarter__lt=now.number),
        organization=organization,
        pk__in=open_ones,
    ).order_by("year", "quarter")


def _open_duties(organization: int) -> QuerySet[Any, Any]:
    from secondment.deadlines.training import TRAINING_QUARTER
    from xianan.deadlines.models import Deadline

    return Deadline.objects.filter(
        kind=TRAINING_QUARTER, organization=organization, closed_at__isnull=True
    ).values("object_id")
