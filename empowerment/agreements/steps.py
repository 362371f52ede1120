"""The confirmation letters: signed by both and so in effect, refused or withdrawn (P09, P13)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from empowerment.agreements.model import Agreement
from empowerment.choices import AgreementState as A
from empowerment.choices import PeriodSource
from empowerment.deadlines import SIGN, TRANSITION_END
from empowerment.models import Empowerment
from empowerment.powers.steps import transition_due
from empowerment.rules import transition_until
from empowerment.services.periods import restate
from xianan.acts import DISTRICT, Changes, Noun, Step, Wording, note
from xianan.core import clock
from xianan.core.dates import chinese_date
from xianan.core.errors import DomainError, NotAllowed
from xianan.core.parties import Other
from xianan.deadlines.services import close, open_deadline, open_many
from xianan.documents.services import add_signature
from xianan.history.selectors import actors
from xianan.history.services import build, record_many
from xianan.organizations.models import District, Organization, User
from xianan.organizations.scope import Scope, scope_of
from xianan.organizations.services.confirmation import confirm_password
from xianan.policy.choices import DocumentKey
from xianan.policy.selectors import parameter

DEPARTMENT, STREET = "a", "b"
RIGHT = "sign_agreement"

AGREEMENT: Noun[Agreement] = Noun(
    model=Agreement,
    label="承接确认书",
    word="承接确认书",
    states=A,
    view="view_agreement",
    parties=("organization", "street"),
    page="empowerment:agreement",
    begun="agreement.send",
    joins=("organization", "street", "item_list", "policy", "document", "sent_by"),
)


def _claimed(row: Agreement) -> Iterable[int | None]:
    lines = row.lines.filter(is_live=True).order_by()
    return lines.values_list("claim__submitted_by_id", flat=True).distinct()


def _signed_first(row: Agreement) -> Iterable[int]:
    return actors(row, "agreement.sign_department")


_DEPARTMENT: dict[str, Any] = {
    "right": RIGHT, "by": "organization", "behalf": "organization", "others": (Other("代表乙方提交认领结果", _claimed),),
}  # fmt: skip
_STREET: dict[str, Any] = {
    "right": RIGHT, "by": "street", "behalf": "street", "others": (Other("以甲方名义签署", _signed_first),),
}  # fmt: skip


# ---- Signing -----------------------------------------------------------------------------------------


def figure(district: District, key: str) -> Any:
    """Return a figure of the policy document that letters rest on."""
    return parameter(district, DocumentKey.PLAN, key)


def ask_to_sign(row: Agreement, party: Organization, sign_by: dt.date) -> None:
    """Open the deadline of the party whose turn it is; the row shows the working day it falls on."""
    row.sign_by = open_deadline(SIGN, row, organization=party, due_on=sign_by, title=row.number).due_on


def _seal(row: Agreement, party: str, organization: Organization, actor: User) -> dt.date:
    """Put the signature of a party onto the letter; return the day."""
    at = clock.now()
    add_signature(
        row.document, party=party, organization=organization, actor=actor, at=at, reason=f"签署{row}"
    )
    close(SIGN, [row], outcome="signed")
    return clock.local_date(at)


@AGREEMENT.step(
    "sign_department", "以甲方名义签署", A.SENT, A.SIGNED, wording=Wording(done="甲方签署"), **_DEPARTMENT
)
def sign_department(row: Agreement, *, actor: User) -> Changes:
    """Sign for the department. Each side has the same number of days from when it is its turn."""
    today = _seal(row, DEPARTMENT, row.organization, actor)
    days = int(figure(row.district, "signing_days"))
    ask_to_sign(row, row.street, max(row.sign_by, today + dt.timedelta(days=days)))
    return {"签署截止": (None, row.sign_by)}


@AGREEMENT.step(
    "sign_street", "以乙方名义签署", A.SIGNED, A.EFFECTIVE, wording=Wording(done="乙方签署，确认书生效"), **_STREET
)  # fmt: skip
def sign_street(row: Agreement, *, actor: User) -> Changes:
    """Sign for the street: every item is in force and in transition from that day (P13)."""
    row.effective_on = _seal(row, STREET, row.street, actor)
    until = _take_effect(row, row.effective_on, actor=actor)
    return {"生效日期": (None, row.effective_on), "过渡期至": (None, until)}


def _take_effect(row: Agreement, effective_on: dt.date, *, actor: User) -> dt.date:
    """Put every line in force from the letter's effective day; return the last day of transition."""
    until = transition_until(effective_on, row.transition_months)
    lines = list(row.lines.filter(is_live=True).select_related("item"))
    powers = Empowerment.objects.bulk_create(
        [
            Empowerment(
                district_id=row.district_id,
                item=line.item,
                organization=row.organization,
                street=row.street,
                agreement=row,
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
    told: Changes = {"承接确认书": (None, row.number), "生效日期": (None, effective_on)}
    label = f"赋予{row.street}，过渡期至{chinese_date(until)}"
    record_many(
        [
            build(line.item, "item.empower", label, actor=actor, organization=row.street, changes=told)
            for line in lines
        ]
    )
    return until


# ---- Ending ------------------------------------------------------------------------------------------


_ASKED = (note("reason", "理由", to=Agreement.ended_reason, required=True, logged=True),)


def _end(row: Agreement, state: A) -> None:
    """Its items can be sent anew, its number stays taken."""
    row.lines.filter(is_live=True).update(is_live=False)
    close(SIGN, [row], outcome=state)


def _refusing(done: str) -> Wording:
    return Wording(
        done=done,
        button="拒绝签署这份确认书",
        style="refuse",
        said=lambda row: f"已拒绝签署 {row.number}，理由已送区委编办。",
        after=("拒签后确认书作废，文号保留", "理由送区委编办和对方，事项可重新发送"),
    )


@AGREEMENT.step(
    "refuse_department", "拒绝签署", A.SENT, A.REFUSED, asks=_ASKED, wording=_refusing("甲方拒签"), **_DEPARTMENT
)  # fmt: skip
def refuse_department(row: Agreement, *, actor: User, reason: str) -> None:
    """Refuse to sign for the department."""
    _end(row, A.REFUSED)


@AGREEMENT.step("refuse_street", "拒绝签署", A.SIGNED, A.REFUSED, asks=_ASKED, wording=_refusing("乙方拒签"), **_STREET)  # fmt: skip
def refuse_street(row: Agreement, *, actor: User, reason: str) -> None:
    """Refuse to sign for the street."""
    _end(row, A.REFUSED)


@AGREEMENT.step(
    "withdraw", "撤回确认书", (A.SENT, A.SIGNED), A.WITHDRAWN, right="send_agreement", by=DISTRICT, asks=_ASKED,
    wording=Wording(
        done="撤回",
        button="撤回这份确认书",
        style="refuse",
        said=lambda row: f"已撤回 {row.number}，其中的事项可重新发送。",
        after=("撤回后确认书作废，文号保留，双方不能再签署", "事项可重新发送"),
    ),
)  # fmt: skip
def withdraw(row: Agreement, *, actor: User, reason: str) -> None:
    """Take back a letter that is not in force."""
    _end(row, A.WITHDRAWN)


# ---- Whose turn it is --------------------------------------------------------------------------------


def turn(row: Agreement, scope: Scope, department: Step[Agreement, Any], street: Step[Agreement, Any]) -> Step[Agreement, Any]:  # fmt: skip
    """Return the step of the party whose turn it is. Errors: not_your_turn for whoever comes too early,
    wrong_state for whoever comes too late; any other refusal is the step's.
    """
    first, second = department.allows(row, scope), street.allows(row, scope)
    if row.state == A.SENT and second and not first:
        raise DomainError("not_your_turn", f"确认书由甲方{row.organization}先行签署，现尚未签署。")
    if row.state == A.SIGNED and first and not second:
        raise DomainError(
            "wrong_state", f"甲方{row.organization}已经签署，现待乙方签署。刷新页面可查看最新情况。"
        )
    if row.state in (A.SENT, A.SIGNED):
        return department if row.state == A.SENT else street
    return department if first else street


def sign(row: Agreement, *, actor: User, password: str) -> Agreement:
    """Sign for the party whose turn it is, the department first; the second signature takes effect.

    The password is asked again, and wrong tries are counted whatever becomes of the letter. Errors:
    wrong_password and locked (field password), not_your_turn, no_certificate, those of the step.
    """
    scope = scope_of(actor)
    if not any(step.allows(row, scope) for step in (sign_department, sign_street)):
        raise NotAllowed("您没有“签署承接确认书”的权限。")
    confirm_password(actor, password)
    return turn(_fresh(row), scope, sign_department, sign_street)(row, actor=actor)


def refuse(row: Agreement, *, actor: User, reason: str) -> Agreement:
    """Refuse to sign, for the party whose turn it is. The number stays in the register."""
    step = turn(_fresh(row), scope_of(actor), refuse_department, refuse_street)
    return step(row, actor=actor, reason=reason)


def _fresh(row: Agreement) -> Agreement:
    return AGREEMENT.rows().get(pk=row.pk)
