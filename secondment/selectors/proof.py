"""Which held sessions count: those entered within their quarter, and later ones that something proves (P14).

A proof is the signed sheet, for everybody on the list, or the word of a street, for its own people; for
its department the session counts with either. A proof is there from the moment it came: ``known`` asks
what counted at a moment.
"""

from __future__ import annotations

import datetime as dt
from typing import Any, TypeVar

from django.db.models import Case, Exists, Model, OuterRef, Q, QuerySet, When

from secondment.choices import ConfirmationState
from secondment.models import Attendance, Session, StreetConfirmation
from xianan.documents.models import Attachment
from xianan.policy.late import Entry

M = TypeVar("M", bound=Model)
SHEET = "sheet"
HELD = Entry("held_on", "recorded_at")
"""Of sessions, and of names on a list that are read with the day of their session."""


def sheet(session: str = "pk", known: dt.datetime | None = None) -> Exists:
    """Return whether the signed sheet of a session is there; ``session`` names it in the outer query."""
    rows = Attachment.objects.filter(
        content_type__app_label=Session._meta.app_label,
        content_type__model=Session._meta.model_name,
        object_id=OuterRef(session),
        slot=SHEET,
    )
    if known is None:
        return Exists(rows.filter(removed_at=None))
    return Exists(rows.filter(Q(removed_at=None) | Q(removed_at__gt=known), uploaded_at__lte=known))


def attended(street: Any, session: str = "pk") -> Exists:
    """Return whether somebody of a street (its key or an ``OuterRef``) was present."""
    return Exists(Attendance.objects.filter(session=OuterRef(session), street=street, present=True))


def proven(known: dt.datetime | None = None) -> Q:
    """Return the condition of sessions that count: nothing has to prove them, or something does."""
    return Q(needs_proof=False) | Q(sheet(known=known)) | Q(_confirmed("pk", known=known))


def proven_for(street: Any, session: str = "pk") -> Q:
    """Return the condition of sessions that count for a street whose people are on the list.

    ``street`` is its key or an ``OuterRef``; ``session`` names the session in the query asked about.
    """
    needs = "needs_proof" if session == "pk" else f"{session}__needs_proof"
    return Q(**{needs: False}) | Q(sheet(session)) | Q(_confirmed(session, street=street))


def told_for(rows: QuerySet[M], street: Any, session: str = "pk") -> QuerySet[M]:
    """Leave out rows of sessions whose list names people of a street that nothing proves; the rest say ``present``.

    ``street`` and ``session`` as of ``proven_for``.
    """
    told: Any = rows.annotate(present=attended(street, session))
    return told.exclude(Q(present=True) & ~proven_for(street, session))


def _confirmed(session: str, *, known: dt.datetime | None = None, street: Any = None) -> Exists:
    """Whether a street has confirmed it of whose people somebody is still on the list."""
    rows = StreetConfirmation.objects.filter(
        attended(OuterRef("street"), "session"),
        session=OuterRef(session),
        state=ConfirmationState.CONFIRMED,
    )
    if street is not None:
        rows = rows.filter(street=street)
    return Exists(rows.filter(answered_at__lte=known) if known is not None else rows)


def with_proof(rows: QuerySet[Session], known: dt.datetime | None = None) -> QuerySet[Session]:
    """Read with each session whether it counts, as ``counts``."""
    return rows.annotate(counts=Case(When(proven(known), then=True), default=False))


def has_sheet(session: Session) -> bool:
    """Whether the signed sheet of a session is there now."""
    return Session.objects.filter(sheet(), pk=session.pk).exists()


def unanswered() -> QuerySet[StreetConfirmation]:
    """Return the questions that a street has not answered and that no sheet has made needless."""
    return StreetConfirmation.objects.filter(state=ConfirmationState.ASKED).exclude(sheet("session"))
