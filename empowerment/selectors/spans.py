"""In which times departments and streets have had powers between them."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet

from empowerment.models import Item
from empowerment.rules import merged
from empowerment.selectors.periods import periods
from xianan.organizations.models import District


@dataclass(frozen=True, slots=True)
class Given:
    """A time in which a department has had powers in a street, without a day between; ``last`` None if it goes on."""

    department: int
    street: int
    first: dt.date
    last: dt.date | None


def given(
    district: District | int, on: dt.date, *, street: int | None = None, known: dt.datetime | None = None
) -> list[Given]:
    """Return the times in which powers of departments have been in force in streets; one query.

    What begins after ``on`` is left out. Nothing is in force on a day on which one of the two does not exist.
    """
    rows = periods(known).filter(district=district, valid_from__lte=on)
    if street is not None:
        rows = rows.filter(street=street)
    days: dict[tuple[int, int], list[tuple[dt.date, dt.date]]] = defaultdict(list)
    told = rows.order_by().values_list(
        "organization_id", "street_id", "valid_from", "valid_until",
        "organization__active_from", "street__active_from",
        "organization__active_until", "street__active_until",
    )  # fmt: skip
    for department, taker, first, last, *there in told.distinct():
        begins = max(day for day in (first, *there[:2]) if day)
        ends = min((day for day in (last, *there[2:]) if day), default=dt.date.max)
        if begins <= ends and begins <= on:
            days[department, taker].append((begins, ends))
    return [
        Given(department, taker, first, None if last == dt.date.max else last)
        for (department, taker), found in sorted(days.items())
        for first, last in merged(found)
    ]


def listed_items(district: District | int, organizations: Iterable[int] | None = None) -> QuerySet[Item]:
    """Return the items on the list, of these departments or of all."""
    rows = Item.objects.filter(district=district, is_listed=True).order_by("number")
    return rows if organizations is None else rows.filter(organization__in=list(organizations))
