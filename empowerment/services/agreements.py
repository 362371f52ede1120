"""The confirmation letters: signed by both and so in effect, refused or withdrawn (P09, P13)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction

from empowerment.choices import AgreementState, PeriodSource
from empowerment.deadlines import SIGN, TRANSITION_END
from empowerment.flows import AGREEMENT, AGREEMENT_OFFICE, AGREEMENT_STREET
from empowerment.models import Agreement, Empowerment
from empowerment.rules import transition_until
from empowerment.services.periods import restate
from empowerment.services.powers import transition_due
from xianan.core import clock
from xianan.core.dates import chinese_date
from xianan.core.errors import DomainError, NotAllowed
from xianan.core.flow import Flow, lock
from xianan.core.texts import written
from xianan.deadlines.services import close, open_many
from xianan.documents.services import add_signature
from xianan.history.services import build, record, record_many
from xianan.organizations.models import Organization, User
from xianan.organizations.scope import scope_of
from xianan.organizations.services.confirmation import confirm_password

from .sending import DEPARTMENT, STREET, ask_to_sign, create_letter, figure, send_letters

__all__ = ["create_letter", "refuse", "send_letters", "sign", "withdraw"]


def sign(agreement: Agreement, *, actor: User, password: str) -> Agreement:
    """Sign for the party whose turn it is, the department first; the second signature takes effect.

    The password is asked again, and wrong tries are counted whatever becomes of the letter. With the
    second signature every item is in force and in transition from that day (P13). Errors:
    wrong_password and locked (field password), wrong_state, no_certificate, not_allowed.
    """
    scope = scope_of(actor)
    if not any(scope.can("sign_agreement", agreement, party) for party in ("organization", "street")):
        raise NotAllowed("您没有“签署承接确认书”的权限。")
    confirm_password(actor, password)
    return _sign(agreement, actor=actor)


@transaction.atomic
def _sign(agreement: Agreement, *, actor: User) -> Agreement:
    fresh = lock(agreement)
    flow, name = _turn(fresh, "sign", actor)
    at = clock.now()
    today = clock.local_date(at)
    if flow is AGREEMENT:
        # Each side has the same number of days from when it is its turn.
        sign_by = max(
            fresh.sign_by,
            today + dt.timedelta(days=int(figure(fresh.district, "signing_days"))),
        )
        fresh = flow.take(fresh, name, scope_of(actor), sign_by=sign_by)
        party, organization = DEPARTMENT, fresh.organization
    else:
        fresh = flow.take(fresh, name, scope_of(actor), effective_on=today)
        party, organization = STREET, fresh.street
    add_signature(
        fresh.document, party=party, organization=organization, actor=actor, at=at, reason=f"签署{fresh}"
    )
    close(SIGN, [fresh], outcome="signed")
    if flow is AGREEMENT:
        ask_to_sign(fresh, fresh.street, fresh.sign_by)
        changes: dict[str, Any] = {"签署截止": (None, fresh.sign_by)}
    else:
        until = _take_effect(fresh, actor=actor)
        changes = {"生效日期": (None, today), "过渡期至": (None, until)}
    record(
        fresh,
        f"agreement.{name}",
        flow[name].done,
        actor=actor,
        organization=organization,
        changes=changes,
    )
    return fresh


def _take_effect(agreement: Agreement, *, actor: User) -> dt.date:
    """Put every line in force from the agreement's effective day; return the last day of transition."""
    effective_on = agreement.effective_on
    assert effective_on is not None
    until = transition_until(effective_on, agreement.transition_months)
    lines = list(agreement.lines.filter(is_live=True).select_related("item"))
    powers = Empowerment.objects.bulk_create(
        [
            Empowerment(
                district_id=agreement.district_id,
                item=line.item,
                organization=agreement.organization,
                street=agreement.street,
                agreement=agreement,
                line=line,
                effective_on=effective_on,
                transition_until=transition_until(effective_on, line.transition_months),
            )
            for line in lines
        ],
        batch_size=500,
    )
    restate(powers, PeriodSource.LETTER)
    open_many(TRANSITION_END, [transition_due(power) for power in powers])
    record_many(
        [
            build(
                line.item,
                "item.empower",
                f"赋予{agreement.street}，过渡期至{chinese_date(until)}",
                actor=actor,
                organization=agreement.street,
                changes={"承接确认书": (None, agreement.number), "生效日期": (None, effective_on)},
            )
            for line in lines
        ]
    )
    return until


@transaction.atomic
def refuse(agreement: Agreement, *, actor: User, reason: str) -> Agreement:
    """Refuse to sign, for the party whose turn it is. The number stays in the register.

    Errors: reason_missing, reason_long (field reason), wrong_state, not_allowed.
    """
    written("理由", reason, 500)
    fresh = lock(agreement)
    flow, name = _turn(fresh, "refuse", actor)
    organization = fresh.organization if flow is AGREEMENT else fresh.street
    fresh = flow.take(fresh, name, scope_of(actor), reason=reason, ended_reason=reason.strip())
    return _end(fresh, f"agreement.{name}", flow[name].done, actor, reason, organization)


@transaction.atomic
def withdraw(agreement: Agreement, *, actor: User, reason: str) -> Agreement:
    """Take back a letter that is not in force; its items can be sent anew, its number stays taken.

    Errors: reason_missing, reason_long (field reason), wrong_state, not_allowed.
    """
    written("理由", reason, 500)
    fresh = AGREEMENT_OFFICE.take(
        lock(agreement), "withdraw", scope_of(actor), reason=reason, ended_reason=reason.strip()
    )
    return _end(
        fresh, "agreement.withdraw", AGREEMENT_OFFICE["withdraw"].done, actor, reason, actor.organization
    )


def _end(
    agreement: Agreement, action: str, label: str, actor: User, reason: str, organization: Organization
) -> Agreement:
    agreement.lines.filter(is_live=True).update(is_live=False)
    close(SIGN, [agreement], outcome=agreement.state)
    record(agreement, action, label, actor=actor, organization=organization, reason=reason)
    return agreement


def _turn(agreement: Agreement, verb: str, actor: User) -> tuple[Flow, str]:
    """Return the flow and step of the party whose turn it is, refusing whoever came too late or early."""
    scope = scope_of(actor)
    if agreement.state == AgreementState.SENT:
        if not scope.can("sign_agreement", agreement, "organization") and scope.can(
            "sign_agreement", agreement, "street"
        ):
            raise DomainError("not_your_turn", f"确认书由甲方{agreement.organization}先行签署，现尚未签署。")
        return AGREEMENT, f"{verb}_department"
    if agreement.state == AgreementState.SIGNED:
        if not scope.can("sign_agreement", agreement, "street") and scope.can(
            "sign_agreement", agreement, "organization"
        ):
            raise DomainError(
                "wrong_state", f"甲方{agreement.organization}已经签署，现待乙方签署。刷新页面可查看最新情况。"
            )
        return AGREEMENT_STREET, f"{verb}_street"
    # The flow says in which state the letter is, or that the actor lacks the right.
    side = "department" if scope.can("sign_agreement", agreement, "organization") else "street"
    return (AGREEMENT if side == "department" else AGREEMENT_STREET), f"{verb}_{side}"
