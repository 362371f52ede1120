"""Reads of letters: what may be signed, what is still to be sent, and on what ground."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import (
    BigIntegerField,
    Case,
    CharField,
    Count,
    DateField,
    ExpressionWrapper,
    F,
    IntegerField,
    Min,
    Q,
    QuerySet,
    Value,
    When,
)

from empowerment.agreements.steps import AGREEMENT
from empowerment.choices import AgreementState, ClaimState, Decision, Legality, LineState
from empowerment.models import Agreement, Claim, FilingItem, Item
from empowerment.rules import missing_contents
from xianan.core import clock
from xianan.documents.models import Document
from xianan.jobs.choices import JobState
from xianan.jobs.models import Job
from xianan.organizations.models import District, Organization, active
from xianan.organizations.scope import Scope
from xianan.policy.choices import DocumentKey
from xianan.policy.models import PolicyVersion
from xianan.policy.selectors import version_in_force

from .claims import LIVE

KIND = "agreement"
JOB = "agreements.send"


def mine_to_sign(scope: Scope) -> Q:
    """Return the condition of letters whose turn it is for somebody to sign who has the right to."""
    may = scope.organization_ids("sign_agreement")
    return Q(state=AgreementState.SENT, organization__in=may) | Q(state=AgreementState.SIGNED, street__in=may)


def mine_first(scope: Scope) -> Case:
    """Return an expression that is 0 for letters the person is to sign now, else 1."""
    return Case(When(mine_to_sign(scope), then=Value(0)), default=Value(1), output_field=IntegerField())


def theirs_to_sign(scope: Scope) -> QuerySet[Agreement]:
    """Return the letters that wait for the head of a unit of the person's, who can't sign them."""
    may = scope.organization_ids("view_agreement") - scope.organization_ids("sign_agreement")
    return AGREEMENT.visible(scope).filter(
        Q(state=AgreementState.SENT, organization__in=may) | Q(state=AgreementState.SIGNED, street__in=may)
    )


def overdue(on: dt.date | None = None) -> Q:
    """Return the condition of letters that a party has not signed in time (P09)."""
    return Q(state__in=(AgreementState.SENT, AgreementState.SIGNED), sign_by__lt=on or clock.today())


def office_letters(scope: Scope) -> tuple[int, dt.date | None, int]:
    """Return how many letters of the district are overdue, since when, and how many pairs of department and
    street have something to cover, in one query.
    """
    late = (
        AGREEMENT.visible(scope)
        .filter(overdue())
        .order_by()
        .annotate(sort=Value("late", CharField()))
        .values("sort")
        .annotate(all=Count("pk"), since=Min("sign_by"))
        .values_list("sort", "all", "since")
    )
    pair = ExpressionWrapper(F("item__organization_id") * 10**9 + F("street_id"), BigIntegerField())
    ready = (
        claims_to_cover(scope.district_id)
        .order_by()
        .annotate(sort=Value("ready", CharField()))
        .values("sort")
        .annotate(all=Count(pair, distinct=True), since=Value(None, DateField()))
        .values_list("sort", "all", "since")
    )
    found = {sort: (count, since) for sort, count, since in late.union(ready, all=True)}
    count, since = found.get("late", (0, None))
    return count, since, found.get("ready", (0, None))[0]


def sent_by_job(district: District | int, pk: int) -> Q | None:
    """Return the condition of the letters that a finished job has sent, None for any other job."""
    job = Job.objects.filter(pk=pk, district=district, kind=JOB, state=JobState.DONE).first()
    return Q(pk__in=job.result.get("sent", [])) if job is not None else None


def letters_to_sign(scope: Scope) -> QuerySet[Agreement]:
    """Return the letters that wait for the person's signature."""
    return AGREEMENT.visible(scope).filter(mine_to_sign(scope))


# ---- What is to be sent ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Gap:
    """A claimed item that no letter can hold yet, with what it lacks."""

    item_id: int
    number: int
    name: str
    contents: tuple[str, ...]

    @property
    def lacking(self) -> str:
        return "、".join(self.contents)


@dataclass(frozen=True, slots=True)
class OtherTerm:
    """A claimed item for which the department's workbook named another transition than the policy's."""

    item_id: int
    name: str
    months: int


@dataclass(frozen=True, slots=True)
class Marked:
    """A claimed item with the standing mark, or with what 区司法局 noted when it cleared it."""

    item: Item
    name: str


@dataclass(slots=True)
class Pair:
    """A department and a street with the claimed items that no live letter holds."""

    organization: Organization
    street: Organization
    count: int = 0
    gaps: list[Gap] = field(default_factory=list)
    others: list[OtherTerm] = field(default_factory=list)
    marked: list[Marked] = field(default_factory=list)

    @property
    def key(self) -> str:
        return f"{self.organization.pk}-{self.street.pk}"

    @property
    def can_be_sent(self) -> bool:
        return self.count > 0 and not self.gaps


def claims_to_cover(district: District | int) -> QuerySet[Claim]:
    """Return the submitted, claimed items of a district that no live letter holds.

    Only where both parties exist: who ceased signs no letter.
    """
    return Claim.objects.filter(
        ~LIVE,
        active(at="street"),
        active(at="item__organization"),
        district=district,
        state=ClaimState.SUBMITTED,
        decision=Decision.CLAIMED,
        item__is_listed=True,
    )


def pairs_to_send(district: District | int, *, months: int) -> list[Pair]:
    """Return every department × street with something to cover, in protocol order. Five queries.

    ``months`` is the policy's transition; items whose passed proposal said otherwise are named.
    """
    rows = list(
        claims_to_cover(district)
        .order_by("item__number")
        .values_list(
            "item_id",
            "item__organization_id",
            "street_id",
            "entry__number",
            "entry__name",
            "entry__type_name",
            "entry__basis",
            "entry__duties",
        )
    )
    organizations = Organization.objects.in_bulk({key for row in rows for key in (row[1], row[2])})
    terms = other_terms({row[0] for row in rows}, months=months)
    marks = Item.objects.filter(pk__in={row[0] for row in rows}).exclude(legality=Legality.NONE).in_bulk()
    pairs: dict[tuple[int, int], Pair] = {}
    for item_id, department_id, street_id, number, name, type_name, basis, duties in rows:
        pair = pairs.setdefault(
            (department_id, street_id), Pair(organizations[department_id], organizations[street_id])
        )
        pair.count += 1
        lacking = missing_contents(
            name=name, type_name=type_name, basis=basis, duties=duties, transition_months=months
        )
        if lacking:
            pair.gaps.append(Gap(item_id, number, name, lacking))
        if item_id in terms:
            pair.others.append(OtherTerm(item_id, name, terms[item_id]))
        if item_id in marks:
            pair.marked.append(Marked(marks[item_id], name))
    return sorted(
        pairs.values(),
        key=lambda pair: (
            pair.organization.display_order,
            pair.organization.pk,
            pair.street.display_order,
            pair.street.pk,
        ),
    )


def other_terms(item_ids: Iterable[int], *, months: int) -> dict[int, int]:
    """Return {item: months} where the newest passed proposal named another transition than ``months``."""
    newest: dict[int, int | None] = dict(
        FilingItem.objects.filter(item_id__in=set(item_ids), state=LineState.PASSED)
        .order_by("pk")
        .values_list("item_id", "transition_months")
    )
    return {item: named for item, named in newest.items() if named is not None and named != months}


@dataclass(frozen=True, slots=True)
class Ground:
    """The policy document that letters rest on: the one in force, or the last one that was."""

    version: PolicyVersion
    in_force: bool


def ground(district: District | int, on: dt.date | None = None) -> Ground | None:
    """Return what a letter rests on, or None where no version has ever been in force (P44)."""
    day = on or clock.today()
    version = version_in_force(district, DocumentKey.PLAN, day)
    if version is not None:
        return Ground(version, True)
    last = (
        PolicyVersion.objects.filter(district=district, document=DocumentKey.PLAN, valid_from__lte=day)
        .order_by("-valid_from")
        .first()
    )
    return Ground(last, False) if last is not None else None


# ---- What other apps are told about a letter -------------------------------------------------------


def document_state(document: Document) -> tuple[str, str]:
    """Return (label, tone) of the letter behind a document, for anyone who checks it."""
    agreement = Agreement.objects.filter(document=document).first()
    if agreement is None:
        return "未登记", "grey"
    state = AgreementState(agreement.state)
    return str(state.label), state.tone


def may_read_document(scope: Scope, document: Document) -> bool:
    """Whether a person may open the file of a letter: whoever may see the letter."""
    return AGREEMENT.visible(scope).filter(document=document).exists()
