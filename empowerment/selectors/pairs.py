"""Which departments have powers in force in which streets on a day, and of which types (P11, P12)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Count, Min

from empowerment.selectors.periods import holders
from xianan.core import clock
from xianan.organizations.models import active


@dataclass(frozen=True, slots=True)
class PairInForce:
    """The powers of a department in a street: how many, the names of their types, since which day."""

    organization: int
    street: int
    powers: int
    types: frozenset[str]
    since: dt.date


def pairs_in_force(
    district: int,
    on: dt.date | None = None,
    *,
    known: dt.datetime | None = None,
    organizations: Collection[int] | None = None,
    streets: Collection[int] | None = None,
) -> dict[tuple[int, int], PairInForce]:
    """Return {(department, street): its powers in force on a day (today)}, in one query.

    Only between those that both exist on it; as it is known now, or was known at a moment.
    """
    day = on or clock.today()
    rows = holders(day, known).filter(active(day, "organization"), active(day, "street"), district=district)
    if organizations is not None:
        rows = rows.filter(organization__in=organizations)
    if streets is not None:
        rows = rows.filter(street__in=streets)
    found: dict[tuple[int, int], PairInForce] = {}
    counted = (
        rows.order_by()
        .values_list("organization_id", "street_id", "empowerment__line__type_name")
        .annotate(powers=Count("pk"), since=Min("empowerment__effective_on"))
    )
    for organization, street, name, powers, since in counted:
        old = found.get((organization, street))
        found[organization, street] = PairInForce(
            organization,
            street,
            powers + (old.powers if old else 0),
            frozenset({name}) | (old.types if old else frozenset()),
            min(since, old.since) if old else since,
        )
    return found
