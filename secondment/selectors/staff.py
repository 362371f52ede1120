"""Who served where, as other parts of the app ask it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from empowerment.selectors.pairs import pairs_in_force
from secondment.choices import SecondmentState
from secondment.models import Person, Secondment
from secondment.rules.coverage import Span
from xianan.core import clock
from xianan.organizations.models import District, Organization
from xianan.policy.late import Entry, reading

REGISTERED = Entry("starts_on", "registered_at")
ARRIVED = Entry("arrived_on", "arrival_confirmed_at")
MOVED = Entry("membership_on", "membership_at")
EXTENDED = Entry("extended_from", "extended_at")
ENDED = Entry("ended_on", "ended_at")
ENTRIES = {
    "registered": REGISTERED,
    "arrived": ARRIVED,
    "moved": MOVED,
    "extended": EXTENDED,
    "ended": ENDED,
}
"""The days of a service that somebody enters."""


def as_entered(rows: QuerySet[Secondment]) -> QuerySet[Secondment]:
    """Read with each service which of its days were entered late."""
    return reading(rows, *ENTRIES.values())


@dataclass(frozen=True, slots=True)
class Stretch:
    """The part of a secondment that lies in a year: first and last day inclusive, ``days`` from one to the other."""

    secondment: Secondment
    person: Person
    organization: Organization
    street: Organization
    first: dt.date
    last: dt.date
    days: int


def served_in(district: District | int, year: int) -> list[Stretch]:
    """Return who has served in a year, by department, street and first day; one query.

    A secondment counts from its confirmed arrival to its last day, or to today while it goes on.
    """
    first_day, last_day = dt.date(year, 1, 1), dt.date(year, 12, 31)
    today = clock.today()
    rows = (
        Secondment.objects.filter(
            Q(ended_on__isnull=True) | Q(ended_on__gte=first_day),
            district=district,
            state__in=(SecondmentState.SERVING, SecondmentState.ENDED),
            arrived_on__lte=min(last_day, today),
            planned_until__gte=first_day,
        )
        .select_related("person__organization", "organization", "street")
        .order_by("organization__display_order", "street__display_order", "arrived_on", "pk")
    )
    found = []
    for row in rows:
        assert row.arrived_on is not None
        first, last = max(row.arrived_on, first_day), min(last_of(row), last_day, today)
        if first <= last:
            found.append(
                Stretch(row, row.person, row.organization, row.street, first, last, (last - first).days + 1)
            )
    return found


def last_of(row: Secondment) -> dt.date:
    """Return the last day on which a secondment counts: its end, or the end of the term if that came before."""
    return min(row.ended_on, row.planned_until) if row.ended_on else row.planned_until


def days_of(row: Secondment) -> Span:
    """Return the days that a secondment takes of a person's time, arrived or not."""
    return Span(row.starts_on, last_of(row))


def types_in(organization: int, street: Organization, on: dt.date) -> frozenset[str]:
    """Return the types of the department's powers in a street on a day, today's for a day that is past."""
    pairs = pairs_in_force(
        street.district_id, max(on, clock.today()), organizations=[organization], streets=[street.pk]
    )
    found = pairs.get((organization, street.pk))
    return found.types if found else frozenset()


def is_leaving(days: int, on: dt.date | None = None) -> Q:
    """Return the condition of services whose term ends within ``days`` from a day (today)."""
    day = on or clock.today()
    return Q(
        state=SecondmentState.SERVING,
        planned_until__gte=day,
        planned_until__lte=day + dt.timedelta(days=days),
    )


def unsettled(on: dt.date | None = None) -> Q:
    """Return the condition of services whose term has run out without return or extension."""
    return Q(state=SecondmentState.SERVING, planned_until__lt=on or clock.today())
