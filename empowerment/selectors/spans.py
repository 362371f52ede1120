"""Since when departments and streets have had powers between them, and whether any is still in force."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Min, Q, QuerySet

from empowerment.choices import PowerState
from empowerment.models import Empowerment, Item
from xianan.organizations.models import District, active


@dataclass(frozen=True, slots=True)
class Given:
    """What a department has given a street: the first day in force, and whether anything is left."""

    department: int
    street: int
    first: dt.date
    in_force: bool


def given(district: District | int, on: dt.date) -> list[Given]:
    """Return each pair of department and street with a power in force by ``on`` or before; one query.

    Nothing is left in force on a day on which one of the two does not exist.
    """
    left = ~Q(state=PowerState.ENDED) & active(on, "organization") & active(on, "street")
    rows = (
        Empowerment.objects.filter(district=district, effective_on__lte=on)
        .order_by()
        .values("organization_id", "street_id")
        .annotate(first=Min("effective_on"), left=Count("pk", filter=left))
    )
    return [Given(row["organization_id"], row["street_id"], row["first"], row["left"] > 0) for row in rows]


def listed_items(district: District | int, organizations: Iterable[int] | None = None) -> QuerySet[Item]:
    """Return the items on the list, of these departments or of all."""
    rows = Item.objects.filter(district=district, is_listed=True).order_by("number")
    return rows if organizations is None else rows.filter(organization__in=list(organizations))
