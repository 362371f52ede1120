"""Sessions, plans and attendance as others read them: who sees what, what was trained where, who took part."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import TypeVar

from django.db.models import Avg, Case, Count, F, Min, Model, OuterRef, Q, QuerySet, When
from django.db.models.functions import Coalesce

from secondment.choices import SessionKind, SessionState, TrainingPlanState
from secondment.models import Attendance, Person, Session, StreetConfirmation
from secondment.rules.training import FEWEST_RATINGS
from secondment.selectors.proof import HELD, proven_for, unanswered, with_proof
from xianan.core import clock
from xianan.organizations.models import Organization
from xianan.organizations.scope import Scope
from xianan.policy.late import reading

M = TypeVar("M", bound=Model)
VIEW = "view_training"


def announced(rows: QuerySet[M], scope: Scope, *, state: str) -> QuerySet[M]:
    """Leave out plans that other departments are drawing up, or their sessions; ``state`` leads to that of the plan."""
    theirs = ~Q(organization__in=scope.organization_ids("plan_training"))
    return scope.filter(rows, VIEW).exclude(theirs, **{state: TrainingPlanState.DRAFT})


def as_entered(rows: QuerySet[Session]) -> QuerySet[Session]:
    """Read with each session whether it was entered late, and whether it counts.

    ``on_day`` is the day it was held, or else is planned for.
    """
    return reading(with_proof(rows.annotate(on_day=Coalesce("held_on", "planned_on"))), HELD)


def with_attendance(rows: QuerySet[Session]) -> QuerySet[Session]:
    """Add to each session people present, streets present, mean score and, of enough ratings, their mean."""
    present = Q(attendances__present=True)
    return rows.annotate(
        present_count=Count("attendances", filter=present),
        street_count=Count("attendances__street", filter=present, distinct=True),
        mean_score=Avg("attendances__score", filter=present),
        rating_count=Count("attendances__satisfaction", filter=present),
        mean_rating=Case(
            When(rating_count__gte=FEWEST_RATINGS, then=Avg("attendances__satisfaction", filter=present))
        ),
    )


def unrecorded(today: dt.date | None = None) -> Q:
    """Return the condition of sessions whose day is past and that nobody has recorded yet."""
    return Q(state=SessionState.PLANNED, planned_on__lt=today or clock.today()) & (
        Q(plan=None) | Q(plan__state=TrainingPlanState.SUBMITTED)
    )


def to_confirm(scope: Scope) -> QuerySet[StreetConfirmation]:
    """Return the sessions entered after their quarter that the person's street is asked about."""
    return unanswered().filter(
        street__in=scope.organization_ids("confirm_training"), district_id=scope.district_id
    )


def to_record(scope: Scope) -> QuerySet[Session]:
    """Return the sessions past their day that the person is to record: of the own department, and joint ones."""
    own = Q(organization__in=scope.organization_ids("plan_training")) & ~Q(kind=SessionKind.JOINT)
    held = own | Q(kind=SessionKind.JOINT) if scope.whole_district("hold_joint_training") else own
    return Session.objects.filter(held, unrecorded(), district_id=scope.district_id)


def sees_people(scope: Scope, session: Session) -> Q | None:
    """Return the condition of those on the list whose names and scores a person may read; None for nobody.

    The organization that holds the session reads all, a street and its 司法所 those of the street.
    """
    own = scope.organization
    if own.pk == session.organization_id:
        return Q()
    if own.kind in ("street", "station"):
        return Q(street__in=[key for key in (own.pk, own.parent_id) if key])
    return None


def trained(
    street: Organization | int, on: dt.date, items: Iterable[int] | None = None
) -> dict[int, dt.date]:
    """Return {item: first day} of the powers that people of a street were trained in by ``on``; one query.

    A power counts for a street when a held session that covered it had somebody of the street present, and,
    where it was entered late, is proven for the street (P14).
    """
    rows = Session.items.through.objects.filter(
        session__state=SessionState.HELD,
        session__held_on__lte=on,
        session__attendances__street=street,
        session__attendances__present=True,
    ).filter(proven_for(street.pk if isinstance(street, Organization) else street, "session"))
    if items is not None:
        rows = rows.filter(item__in=list(items))
    return dict(rows.order_by().values_list("item_id").annotate(first=Min("session__held_on")))


def attended_by(person: Person) -> QuerySet[Attendance]:
    """Return the held sessions that a seconded person took part in, youngest first (P33).

    Each with the day of its session (``held_on``), the moment its name was entered, and whether it counts for the street.
    """
    counts = Case(When(proven_for(OuterRef("street"), "session"), then=True), default=False)
    rows = Attendance.objects.filter(person=person, present=True, session__state=SessionState.HELD)
    return (
        reading(rows.annotate(held_on=F("session__held_on"), counts=counts), HELD)
        .select_related("session__organization", "street")
        .order_by("-session__held_on", "-pk")
    )
