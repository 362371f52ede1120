"""Reads of claims: what a person may see, how far a street has come, what the filing proposed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet

from empowerment.choices import ClaimState, Decision, LineState
from empowerment.models import AgreementLine, Claim, FilingItem
from xianan.organizations.models import Organization
from xianan.organizations.scope import Scope

LIVE = Exists(AgreementLine.objects.filter(claim=OuterRef("pk"), is_live=True))
"""Whether a claim stands in a letter that was neither refused nor withdrawn."""


@dataclass(frozen=True, slots=True)
class Desk:
    """How far a street has come with what it was asked.

    ``fingerprint`` changes with every decision: a submit that was pressed on an older page shows it.
    """

    total: int
    claimed: int
    declined: int
    deferred: int
    pending: int
    ready: int
    """Decided but not submitted."""
    fingerprint: str

    @property
    def decided(self) -> int:
        return self.total - self.pending


def fingerprint(count: int, newest: dt.datetime | None) -> str:
    """Return a mark of the decisions that wait for being submitted."""
    return f"{count}-{newest.timestamp():.6f}" if newest else "0"


def desk(street: Organization | int) -> Desk:
    """Return the counts of a street's claims in one query."""
    waiting = Q(state=ClaimState.OPEN) & ~Q(decision=Decision.PENDING)
    counts = {decision: Count("pk", filter=Q(decision=decision)) for decision in Decision.values}
    found = (
        Claim.objects.filter(street=street, item__is_listed=True)
        .order_by()
        .aggregate(
            total=Count("pk"),
            ready=Count("pk", filter=waiting),
            newest=Max("decided_at", filter=waiting),
            **counts,
        )
    )
    newest = found.pop("newest")
    return Desk(**found, fingerprint=fingerprint(found["ready"], newest))


def proposed_streets(item_ids: Collection[int]) -> dict[int, list[str]]:
    """Return {item: streets ticked in the filing that brought it onto the list}, in one query."""
    return dict(
        FilingItem.objects.filter(item_id__in=item_ids, state=LineState.PASSED)
        .order_by("pk")
        .values_list("item_id", "proposed_streets")
    )


def is_proposed(street: Organization, names: Collection[object]) -> bool:
    """Whether a filing's ticks name this street, however they call it."""
    known = {street.pk, str(street.pk), street.name, street.short_name, street.full_name, street.code}
    return any(name in known for name in names if name)


def pending_claims(scope: Scope) -> QuerySet[Claim]:
    """Return the claims that wait for a decision of the person's own streets."""
    return Claim.objects.filter(
        street__in=scope.organization_ids("decide_claim") | scope.organization_ids("submit_claim"),
        state=ClaimState.OPEN,
        decision=Decision.PENDING,
        item__is_listed=True,
    )


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits in one street: to be decided, and decided but not submitted."""

    street: Organization
    pending: int
    ready: int


def waiting(street_ids: Collection[int]) -> list[Waiting]:
    """Return what waits in these streets, in two queries at most."""
    if not street_ids:
        return []
    undecided = Q(decision=Decision.PENDING)
    rows = (
        Claim.objects.filter(street__in=street_ids, state=ClaimState.OPEN, item__is_listed=True)
        .order_by()
        .values("street_id")
        .annotate(pending=Count("pk", filter=undecided), ready=Count("pk", filter=~undecided))
    )
    found = {row["street_id"]: row for row in rows}
    return [
        Waiting(street, found[street.pk]["pending"], found[street.pk]["ready"])
        for street in Organization.objects.filter(pk__in=found)
    ]
