"""Which departments owe training when, how often they have held it, and which streets took part (P14)."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Q, QuerySet

from empowerment.selectors.spans import Given, given
from secondment.choices import SessionState
from secondment.models import QuarterDuty, Session
from secondment.rules.training import Needs, Quarter, Span, Spans, quarter_of
from secondment.selectors.proof import proven, with_proof
from xianan.core import clock
from xianan.organizations.models import District
from xianan.policy.choices import DocumentKey
from xianan.policy.in_time import Document
from xianan.policy.selectors import document_in_time

PER_QUARTER = 1
PLAN_UNTIL = "01-31"


def plan_until(policy: Document, on: dt.date) -> str | None:
    """Return month and day by which a plan that is opened on a day is due; None without a version in force."""
    figures = policy.in_force(on)
    return None if figures is None else str(figures.get("training_plan_until", PLAN_UNTIL))


def needs_of(policy: Document) -> Needs:
    """Return how many sessions quarters need: each by the version in force on its last day."""

    def needed(quarter: Quarter) -> int | None:
        figures = policy.in_force(quarter.last)
        return None if figures is None else int(figures.get("trainings_per_quarter", PER_QUARTER))

    return needed


def needs(district: District | int, known: dt.datetime | None = None) -> Needs:
    """Return how many sessions quarters need, as it is known now or was at a moment; one query, then two."""
    return needs_of(document_in_time(district, DocumentKey.PLAN, known=known))


def spans(
    district: District | int, on: dt.date | None = None, *, known: dt.datetime | None = None
) -> dict[int, Spans]:
    """Return {department: the times in which it has had powers in force in any street}; one query.

    Departments stand by their keys, so that what is opened for them is opened in the same order everywhere.
    """
    return _spans(given(district, on or clock.today(), known=known))


def street_spans(district: District | int, street: int, on: dt.date | None = None) -> dict[int, Spans]:
    """Return {department: the times in which this street has had powers of it}; one query."""
    return _spans(given(district, on or clock.today(), street=street))


def _spans(rows: Iterable[Given]) -> dict[int, Spans]:
    found: dict[int, list[Span]] = defaultdict(list)
    for row in rows:
        found[row.department].append(Span(row.first, row.last))
    return {
        key: Spans(tuple(sorted(parts, key=lambda part: part.first))) for key, parts in sorted(found.items())
    }


def announced() -> QuerySet[Session]:
    """Return the sessions that others know of: not those of a plan that is still being drawn up."""
    return Session.objects.exclude(plan__state="draft")


Days = dict[int, list[dt.date]]
"""Department → days of its sessions."""


@dataclass(frozen=True, slots=True)
class HeldDays:
    """The days of held sessions that count, and of those that nothing proves yet."""

    counting: Days = field(default_factory=lambda: defaultdict(list))
    unproven: Days = field(default_factory=lambda: defaultdict(list))


def held_days(
    district: District | int,
    first: dt.date,
    last: dt.date,
    organizations: Iterable[int] | None = None,
    *,
    known: dt.datetime | None = None,
) -> HeldDays:
    """Return the days of held sessions, without those that make up for an earlier quarter; one query.

    ``known``: as it stood at a moment, before which a session entered or proven later counts for nothing.
    """
    rows = announced().filter(
        district=district, state=SessionState.HELD, held_on__range=(first, last), makes_up=None
    )
    if organizations is not None:
        rows = rows.filter(organization__in=list(organizations))
    if known is not None:
        rows = rows.filter(recorded_at__lte=known)
    found = HeldDays()
    told: Any = with_proof(rows, known).order_by()
    for key, day, counts in told.values_list("organization_id", "held_on", "counts"):
        if day is not None:
            (found.counting if counts else found.unproven)[key].append(day)
    return found


def made_up(duties: Iterable[QuarterDuty]) -> dict[int, int]:
    """Return {duty: sessions held later in its place}."""
    rows = Session.objects.filter(proven(), makes_up__in=list(duties), state=SessionState.HELD)
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
