"""Demands for replacement: whose grade they cap, and who may succeed (P32)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection

from django.db.models import Q, QuerySet

from secondment.choices import ReplacementKind, ReplacementState, SecondmentState
from secondment.models import Replacement, Secondment
from secondment.rules.replacement import Bearing, Demand, bearing

AGREED = (ReplacementState.ACCEPTED, ReplacementState.COMPLETED)
OPEN = (ReplacementState.REQUESTED, ReplacementState.DECLINED, ReplacementState.ACCEPTED)


STANDING = (ReplacementState.REQUESTED, *AGREED)
"""A demand that was declined or withdrawn releases the grade as it releases the person."""


def demand_of(row: Replacement) -> Demand | None:
    """Return a demand as the rules of the cap see it, None for one that can't cap anything."""
    if row.kind != ReplacementKind.DISOBEDIENCE or row.state not in STANDING:
        return None
    assert row.requested_on is not None and row.complete_by is not None
    return Demand(row.pk, row.requested_on, row.complete_by, row.completed_on, row.cap_year)


def year_words(row: Replacement) -> str:
    """Return what a demand that stands does to which year's grade, "" for one that can cap nothing."""
    demand = demand_of(row)
    if demand is None:
        return ""
    years = "、".join(str(year) for year in demand.years)
    if demand.completed_on is not None:
        late = "（逾期完成，按期限计算年度）" if demand.completed_on > demand.complete_by else ""
        return f"{years}年度考核不得评为称职（合格）及以上，限制计入{row.get_cap_year_display()}{late}。"
    return (
        f"{years}年度考核等次待定；完成替换的，当年考核不得评为称职（合格）及以上，"
        f"限制计入{row.get_cap_year_display()}。"
    )


def bearings(people: Collection[int], year: int) -> dict[int, tuple[Replacement | None, Replacement | None]]:
    """Return {person id: (the demand that caps the grade of a year, the one that keeps it 待定)} (P32).

    One query; whom no demand concerns is left out, and of the two at most one is there.
    """
    rows = Replacement.objects.filter(
        secondment__person__in=people,
        kind=ReplacementKind.DISOBEDIENCE,
        state__in=STANDING,
        requested_on__year__lte=year,
        complete_by__year__gte=year,
    ).select_related("secondment__person", "organization", "street")
    by_person: dict[int, dict[int, Replacement]] = defaultdict(dict)
    for row in rows:
        by_person[row.secondment.person_id][row.pk] = row
    found = {}
    for person, own in by_person.items():
        said = bearing(filter(None, map(demand_of, own.values())), year)
        if said != Bearing():
            found[person] = own.get(said.cap or 0), own.get(said.pends or 0)
    return found


def possible_successors(row: Replacement) -> QuerySet[Secondment]:
    """Return the department's services in this street that may be named as the successor's."""
    coming = Q(state__in=(SecondmentState.APPROVAL, SecondmentState.REGISTERED))
    if row.requested_on is not None:
        coming |= Q(state=SecondmentState.SERVING, arrived_on__gte=row.requested_on)
    taken = Replacement.objects.filter(state__in=AGREED, successor__isnull=False).exclude(pk=row.pk)
    return (
        Secondment.objects.filter(coming, organization=row.organization_id, street=row.street_id)
        .exclude(person=row.secondment.person_id)
        .exclude(pk__in=taken.values("successor"))
        .select_related("person")
        .order_by("starts_on", "pk")
    )
