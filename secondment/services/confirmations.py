"""What streets say to sessions that were entered after their quarter: asked, confirmed, denied (P14)."""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction
from django.urls import reverse

from secondment.choices import ConfirmationState
from secondment.flows.training import CONFIRMATION
from secondment.models import Session, StreetConfirmation
from secondment.selectors.proof import has_sheet
from xianan.core import clock
from xianan.core.dates import chinese_date
from xianan.core.flow import lock
from xianan.core.texts import written
from xianan.deadlines.choices import NoticeKind
from xianan.deadlines.services.notices import notify_organizations
from xianan.history.services import record
from xianan.organizations.models import User
from xianan.organizations.scope import scope_of

from .duties import settle

LONGEST_REASON = 300


def ask_streets(session: Session, *, actor: User, changed: Collection[int] = ()) -> None:
    """Ask every street with people on the list of a late session; one whose list has ``changed`` anew.

    A street of which nobody is left is asked no more. In the transaction of the caller, who has locked
    the session. Streets are told while no signed sheet answers for them.
    """
    if not session.needs_proof:
        return
    present = set(session.attendances.filter(present=True).values_list("street_id", flat=True))
    rows = {row.street_id: row for row in session.confirmations.select_for_update(of=("self",))}
    session.confirmations.exclude(street__in=present).delete()
    session.confirmations.filter(street__in=present & set(changed)).update(
        state=ConfirmationState.ASKED,
        asked_at=clock.now(),
        answered_by=None,
        answered_at=None,
        denied_reason="",
    )
    StreetConfirmation.objects.bulk_create(
        [
            StreetConfirmation(district_id=session.district_id, session=session, street_id=key)
            for key in sorted(present - rows.keys())
        ]
    )
    settle(session.district, [session.organization_id])
    told = present - (rows.keys() - set(changed))
    if told and not has_sheet(session):
        _tell(
            session, told, "待确认", actor,
            f"{session.organization}在季度结束后补登，核对本街道参训名单后确认或不予确认。",
        )  # fmt: skip


@transaction.atomic
def confirm(row: StreetConfirmation, *, actor: User) -> StreetConfirmation:
    """Say for a street that its people were there: from now on the session counts.

    Errors: not_allowed, wrong_state, same_person, guard (the signed sheet is there).
    """
    return _answer(row, "confirm", actor, "")


@transaction.atomic
def deny(row: StreetConfirmation, *, reason: str, actor: User) -> StreetConfirmation:
    """Say for a street that the list is not right; the holder of the session puts it right or proves it.

    Errors: not_allowed, wrong_state, same_person, reason_missing, reason_long (field reason), guard.
    """
    return _answer(row, "deny", actor, written("理由", reason, LONGEST_REASON))


def _answer(row: StreetConfirmation, step: str, actor: User, reason: str) -> StreetConfirmation:
    session = lock(row.session)
    fresh = CONFIRMATION.take(
        row, step, scope_of(actor), reason=reason,
        answered_by=actor, answered_at=clock.now(), denied_reason=reason,
    )  # fmt: skip
    label = CONFIRMATION[step].label
    record(
        session, f"session.{step}", f"{fresh.street}{label}",
        actor=actor, organization=fresh.street, reason=reason,
    )  # fmt: skip
    settle(session.district, [session.organization_id])
    _tell(session, {session.organization_id}, f"{fresh.street}{label}", actor, reason)
    return fresh


def _tell(session: Session, organizations: Collection[int], words: str, actor: User, text: str) -> None:
    notify_organizations(
        organizations,
        district_id=session.district_id,
        kind=NoticeKind.WORK,
        title=f"{chinese_date(session.day)}的培训“{session.title}”：{words}",
        text=text,
        url=reverse("secondment:session", args=[session.pk]),
        sender=actor,
    )
