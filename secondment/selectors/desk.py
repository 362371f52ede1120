"""What of seconded staff waits at a desk: read by the todos and by the numbers of the menu."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.db.models import CharField, Count, DateField, Min, Q, QuerySet, Value

from empowerment.selectors.pairs import pairs_in_force
from secondment.choices import ReplacementState, SecondmentState
from secondment.exemptions.steps import EXEMPTION
from secondment.models import Post, Replacement, Secondment
from secondment.rules.term import needs_certificate
from secondment.selectors.staff import unsettled
from xianan.documents.attachments.selectors import attachments_of_many
from xianan.organizations.scope import Scope

NOBODY = Q(pk__in=())


def secondments_waiting(scope: Scope) -> QuerySet[Secondment]:
    """Return the services a person has something to do about: confirm, agree to, settle after the term."""
    condition = NOBODY
    arriving = scope.organization_ids("confirm_arrival")
    if arriving:
        condition |= Q(state=SecondmentState.REGISTERED, street__in=arriving)
    if scope.whole_district("agree_exception"):
        condition |= Q(state=SecondmentState.APPROVAL)
    registering = scope.organization_ids("register_secondment")
    if registering:
        condition |= unsettled() & Q(organization__in=registering)
        condition |= Q(state=SecondmentState.REFUSED, organization__in=registering)
    return Secondment.objects.filter(condition, district_id=scope.district_id)


def without_scan(scope: Scope) -> list[Secondment]:
    """Return those of the own department who can't arrive for want of the scan of a certificate (P12).

    A workbook brings none. Judged by the powers in force today.
    """
    own = scope.organization_ids("register_secondment")
    if not own:
        return []
    coming = (SecondmentState.APPROVAL, SecondmentState.REGISTERED)
    rows = list(
        Secondment.objects.filter(organization__in=own, district_id=scope.district_id, state__in=coming)
        .select_related("person", "organization", "street")
        .order_by("starts_on", "pk")
    )
    if not rows:
        return []
    pairs = pairs_in_force(scope.district_id, organizations=list(own))
    files = attachments_of_many(rows)
    return [
        row
        for row in rows
        if (pair := pairs.get((row.organization_id, row.street_id)))
        and needs_certificate(pair.types)
        and not any(file.slot == "certificate" for file in files[row.pk])
    ]


def own_gaps(scope: Scope) -> QuerySet[Post]:
    """Return the posts for which a department of the person's is short of people."""
    return Post.objects.filter(
        district_id=scope.district_id,
        organization__in=scope.organization_ids("register_secondment"),
        gap_since__isnull=False,
    )


def replacements_waiting(scope: Scope) -> QuerySet[Replacement]:
    """Return the demands a person has something to do about.

    A head answers, a clerk or head names the successor, the street's head asks, insists or withdraws,
    and 区委编办 looks at what a street insists on.
    """
    answering, naming = (
        scope.organization_ids("answer_replacement"),
        scope.organization_ids("register_secondment"),
    )
    asking = scope.organization_ids("request_replacement")
    condition = Q(state=ReplacementState.REQUESTED, organization__in=answering)
    condition |= Q(state=ReplacementState.ACCEPTED, successor__isnull=True, organization__in=naming)
    condition |= Q(state__in=(ReplacementState.DRAFT, ReplacementState.DECLINED), street__in=asking)
    if scope.whole_district("agree_exception"):
        condition |= Q(state=ReplacementState.REQUESTED, insisted_on__isnull=False)
    return Replacement.objects.filter(condition, district_id=scope.district_id)


APPROVALS, INSISTED, EXEMPTIONS = "approvals", "insisted", "exemptions"


def office_waiting(scope: Scope) -> Iterator[tuple[str, int, dt.date | None]]:
    """Yield (sort, how many, the earliest date) of what 区委编办 has to decide, in one query."""
    here = {"district_id": scope.district_id}
    sorts = (
        (APPROVALS, Secondment.objects.filter(state=SecondmentState.APPROVAL, **here), Min("starts_on")),
        (
            INSISTED,
            Replacement.objects.filter(state=ReplacementState.REQUESTED, insisted_on__isnull=False, **here),
            Min("answer_by"),
        ),
        (EXEMPTIONS, EXEMPTION.waiting(scope, "confirm"), None),
    )
    first, *rest = [
        rows.order_by()
        .annotate(sort=Value(sort, CharField()))
        .values("sort")
        .annotate(all=Count("pk"), since=since or Value(None, DateField()))
        .values_list("sort", "all", "since")
        for sort, rows, since in sorts
    ]
    # Without a row to group some databases count nothing and say so.
    yield from (line for line in first.union(*rest, all=True) if line[1])
