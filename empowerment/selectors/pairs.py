"""Which departments have powers in force in which streets on a day, and of which types (P11, P12)."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Count

from empowerment.rules import merged
from empowerment.selectors.periods import periods
from xianan.core import clock
from xianan.organizations.models import active


@dataclass(frozen=True, slots=True)
class PairInForce:
    """The powers of a department in a street: how many, the names of their types.

    ``since`` is the first day of the time in which it has had any there without a day between.
    """

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
    rows = periods(known).filter(
        active(day, "organization"), active(day, "street"), district=district, valid_from__lte=day
    )
    if organizations is not None:
        rows = rows.filter(organization__in=organizations)
    if streets is not None:
        rows = rows.filter(street__in=streets)
    counted = (
        rows.order_by()
        .values_list(
            "organization_id", "street_id", "empowerment__line__type_name", "valid_from", "valid_until"
        )
        .annotate(powers=Count("pk"))
    )
    spans: dict[tuple[int, int], list[tuple[dt.date, dt.date]]] = defaultdict(list)
    powers: Counter[tuple[int, int]] = Counter()
    types: dict[tuple[int, int], set[str]] = defaultdict(set)
    for organization, street, name, first, last, count in counted:
        pair = organization, street
        spans[pair].append((first, last or dt.date.max))
        if last is None or last >= day:
            powers[pair] += count
            types[pair].add(name)
    return {
        pair: PairInForce(
            *pair,
            count,
            frozenset(types[pair]),
            next(one for one, last in merged(spans[pair]) if last >= day),
        )
        for pair, count in powers.items()
    }
