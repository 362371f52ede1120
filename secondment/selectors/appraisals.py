"""Reads of years, forms and sides: who may see what, who owes what, how many are 优秀 (P30)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Count, Prefetch, Q, QuerySet

from secondment.choices import Grade, RoundState, Side, SideState
from secondment.deadlines.appraisal import APPRAISAL_SCORE
from secondment.models import Appraisal, AppraisalRound, AppraisalSide
from secondment.rules.appraisal import most_excellent
from xianan.core import clock
from xianan.deadlines.models import Deadline
from xianan.history.models import Entry
from xianan.history.selectors import acts_of
from xianan.organizations.models import Organization
from xianan.organizations.scope import Scope


def rounds(scope: Scope) -> QuerySet[AppraisalRound]:
    """Return the years of the district for whoever may see any form."""
    rows = AppraisalRound.objects.filter(district_id=scope.district_id)
    return rows if scope.holds("view_appraisal") else rows.none()


def visible(scope: Scope) -> QuerySet[Appraisal]:
    """Return the forms a person may see: of the own department or street, or of the district."""
    return scope.filter(Appraisal.objects.all(), "view_appraisal", "organization", "street")


def with_sides(rows: QuerySet[Appraisal]) -> QuerySet[Appraisal]:
    """Return forms with what a list needs of them; two queries for any number."""
    return rows.select_related(
        "round", "person", "organization", "street", "cap", "pends_on"
    ).prefetch_related(Prefetch("sides", AppraisalSide.objects.select_related("organization")))


def with_own_count(rows: QuerySet[AppraisalRound], scope: Scope) -> QuerySet[AppraisalRound]:
    """Add to each year how many forms of it a person sees, and of how many a side lacks."""
    mine = Q(appraisals__is_current=True)
    if not scope.whole_district("view_appraisal"):
        own = scope.organization_ids("view_appraisal")
        mine &= Q(appraisals__organization__in=own) | Q(appraisals__street__in=own)
    return rows.annotate(
        forms=Count("appraisals", filter=mine, distinct=True),
        complete=Count("appraisals", filter=mine & Q(appraisals__total__isnull=False), distinct=True),
        excellent=Count("appraisals", filter=mine & Q(appraisals__grade=Grade.EXCELLENT), distinct=True),
    )


# ---- What a side may see -----------------------------------------------------------------------------


def side_of(form: Appraisal, side: str) -> AppraisalSide:
    """Return one side of a form; sides are prefetched in lists."""
    return next(row for row in form.sides.all() if row.side == side)


def sees_scores(scope: Scope, form: Appraisal, side: AppraisalSide) -> bool:
    """Whether a person may see what a side has scored.

    One's own always; the other's only when it has been submitted and one's own has been too, so that
    neither side follows the other. Offices of the district see what has been submitted.
    """
    if side.organization_id in scope.organization_ids("view_appraisal"):
        return True
    if side.state == SideState.DRAFT:
        return False
    if scope.whole_district("view_appraisal"):
        return True
    own = [row for row in form.sides.all() if row.organization_id in scope.organization_ids("view_appraisal")]
    return bool(own) and all(row.state != SideState.DRAFT for row in own)


def due_dates(forms: Iterable[Appraisal]) -> dict[int, dt.date]:
    """Return {form: the day by which both sides score it}: the year's, of a corrected version its own.

    No query unless a corrected version is among them, then two.
    """
    rows = list(forms)
    found = {form.pk: form.round.due_on for form in rows}
    corrected = [form.pk for form in rows if form.version > 1]
    if corrected:
        sides = dict(AppraisalSide.objects.filter(appraisal__in=corrected).values_list("pk", "appraisal_id"))
        days = Deadline.objects.filter(kind=APPRAISAL_SCORE, object_id__in=list(sides))
        for side, day in days.order_by("due_on").values_list("object_id", "due_on"):
            found[sides[side]] = day
    return found


SCORING = ("appraisal.scored", "appraisal.submitted", "appraisal.signed")
"""The entries of a form's log by which it is known who has acted for a side."""


def scorers(form: Appraisal) -> QuerySet[Entry, int | None]:
    """Return the accounts that have scored or signed for a side of a form, in any version of it."""
    versions = Appraisal.objects.filter(round=form.round_id, person=form.person_id).values_list(
        "pk", flat=True
    )
    return acts_of(Appraisal, list(versions), *SCORING).values_list("actor_id", flat=True).distinct()


# ---- Who owes what -----------------------------------------------------------------------------------


@dataclass(slots=True)
class Progress:
    """How far one organization has come with one side of a year."""

    organization: Organization
    side: Side
    draft: int = 0
    submitted: int = 0
    signed: int = 0
    missing: list[tuple[int, str]] = field(default_factory=list)
    """Form id and name of those it has yet to score."""
    late: int = 0

    @property
    def all(self) -> int:
        return self.draft + self.submitted + self.signed

    @property
    def scored(self) -> int:
        return self.submitted + self.signed


def progress(round_: AppraisalRound, scope: Scope) -> list[Progress]:
    """Return for each organization and side what is scored, signed off and missing; a fixed number of queries."""
    rows = AppraisalSide.objects.filter(appraisal__round=round_, appraisal__is_current=True)
    if not scope.whole_district("view_appraisal"):
        own = scope.organization_ids("view_appraisal")
        rows = rows.filter(Q(appraisal__organization__in=own) | Q(appraisal__street__in=own))
    sides = list(
        rows.select_related("organization", "appraisal__person").order_by(
            "-side", "organization__display_order", "organization_id", "appraisal_id"
        )
    )
    for row in sides:
        row.appraisal.round = round_
    dues = due_dates(row.appraisal for row in sides if row.state == SideState.DRAFT)
    found: dict[tuple[int, str], Progress] = {}
    for row in sides:
        line = found.setdefault((row.organization_id, row.side), Progress(row.organization, Side(row.side)))
        setattr(line, row.state, getattr(line, row.state) + 1)
        if row.state == SideState.DRAFT:
            line.missing.append((row.appraisal_id, row.appraisal.person.name))
            line.late += dues[row.appraisal_id] < clock.today()
    return list(found.values())


@dataclass(frozen=True, slots=True)
class Excellence:
    """How many places of 优秀 are taken, ``pending`` of them by forms that are 待定, and how many there are."""

    name: str
    people: int
    excellent: int
    pending: int
    most: int

    @property
    def over(self) -> int:
        return max(self.excellent - self.most, 0)


PLACE = Q(computed_grade=Grade.EXCELLENT, cap__isnull=True, lowered_to="")
"""The forms that take a place of 优秀, as ``rules.appraisal.holds_place`` has it."""


def excellence(round_: AppraisalRound) -> tuple[Excellence, list[Excellence]]:
    """Return the share of 优秀 of the district, and of each department; one query."""
    rows = list(
        Appraisal.objects.filter(round=round_, is_current=True)
        .order_by("organization__display_order", "organization_id")
        .values_list("organization__name")
        .annotate(
            people=Count("pk"),
            excellent=Count("pk", filter=PLACE),
            pending=Count("pk", filter=PLACE & Q(grade=Grade.PENDING)),
        )
    )
    share = round_.excellent_share
    people, count, pending = (sum(row[place] for row in rows) for place in (1, 2, 3))
    return (
        Excellence("全区", people, count, pending, most_excellent(people, share)),
        [
            Excellence(name, all_, some, open_, most_excellent(all_, share))
            for name, all_, some, open_ in rows
        ],
    )


# ---- What waits --------------------------------------------------------------------------------------


def sides_to_score(scope: Scope) -> QuerySet[AppraisalSide]:
    """Return the sides that the person's units have yet to score."""
    own = scope.organization_ids("score_appraisal")
    return AppraisalSide.objects.filter(
        organization__in=own, state=SideState.DRAFT, appraisal__is_current=True, appraisal__locked_at=None
    )


def sides_to_sign(scope: Scope) -> QuerySet[AppraisalSide]:
    """Return the sides that the person has yet to sign off."""
    own = scope.organization_ids("sign_appraisal")
    return AppraisalSide.objects.filter(
        organization__in=own, state=SideState.SUBMITTED, appraisal__is_current=True, appraisal__locked_at=None
    )


def rounds_to_close(scope: Scope) -> QuerySet[AppraisalRound]:
    """Return the years of which every form is signed off, for those who close them."""
    if not scope.whole_district("manage_appraisal"):
        return AppraisalRound.objects.none()
    unsigned = AppraisalSide.objects.filter(appraisal__is_current=True).exclude(state=SideState.SIGNED)
    return (
        AppraisalRound.objects.filter(district_id=scope.district_id, state=RoundState.OPEN)
        .exclude(pk__in=unsigned.values("appraisal__round_id"))
        .order_by("-year")
    )


def corrections_to_finish(scope: Scope) -> QuerySet[Appraisal]:
    """Return the corrected versions of which both sides are signed off, for those who finish them."""
    if not scope.whole_district("manage_appraisal"):
        return Appraisal.objects.none()
    unsigned = AppraisalSide.objects.filter(appraisal__version__gt=1).exclude(state=SideState.SIGNED)
    return (
        Appraisal.objects.filter(
            district_id=scope.district_id, is_current=True, version__gt=1, locked_at__isnull=True
        )
        .exclude(pk__in=unsigned.values("appraisal_id"))
        .select_related("person", "round")
        .order_by("pk")
    )


def scored_by(on: dt.date, district_id: int) -> tuple[int | None, dict[Side, dict[int, tuple[int, int]]]]:
    """Return the newest year's appraisal that had begun by a day, and {side: {organization: (scored, owed)}}.

    Two queries; None before the first.
    """
    newest = (
        AppraisalRound.objects.filter(district_id=district_id, started_at__date__lte=on)
        .order_by("-year")
        .values_list("pk", flat=True)
        .first()
    )
    found: dict[Side, dict[int, tuple[int, int]]] = {side: {} for side in Side}
    if newest is None:
        return None, found
    rows = (
        AppraisalSide.objects.filter(appraisal__round=newest, appraisal__is_current=True)
        .order_by()
        .values_list("side", "organization_id")
        .annotate(owed=Count("pk"), scored=Count("pk", filter=Q(submitted_at__date__lte=on)))
    )
    for side, organization, owed, scored in rows:
        found[Side(side)][organization] = scored, owed
    return newest, found
