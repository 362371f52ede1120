"""Demands for replacement: who sees them, and whose grade they cap (P32)."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Q, QuerySet

from secondment.choices import ReplacementKind, ReplacementState, SecondmentState
from secondment.models import Person, Replacement, Secondment
from xianan.organizations.scope import Scope

AGREED = (ReplacementState.ACCEPTED, ReplacementState.COMPLETED)
OPEN = (ReplacementState.REQUESTED, ReplacementState.DECLINED, ReplacementState.ACCEPTED)


def caps(people: Collection[int], year: int) -> dict[int, Replacement]:
    """Return {person id: the replacement that caps the grade of a year}, in one query (P32).

    Only 不服从街道管理 caps, once the department has agreed, in the year of the person's last day; of several
    the first one.
    """
    rows = (
        Replacement.objects.filter(
            secondment__person__in=people,
            kind=ReplacementKind.DISOBEDIENCE,
            state__in=AGREED,
            leaves_on__year=year,
        )
        .select_related("secondment__person", "organization", "street")
        .order_by("-leaves_on", "-pk")
    )
    return {row.secondment.person_id: row for row in rows}


def cap_of(person: Person, year: int) -> Replacement | None:
    """Return the replacement that caps a person's grade of a year, None where nothing does."""
    return caps([person.pk], year).get(person.pk)


def visible(scope: Scope) -> QuerySet[Replacement]:
    """Return the demands a person may see; a draft only within the street that writes it."""
    rows = scope.filter(
        Replacement.objects.select_related(
            "secondment__person", "organization", "street", "successor__person"
        ),
        "view_secondment",
        "organization",
        "street",
    )
    own = scope.organization_ids("draft_replacement")
    return rows.filter(~Q(state=ReplacementState.DRAFT) | Q(street__in=own))


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
