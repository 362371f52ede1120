"""Personnel proposals of a street, and what department and 组织部 answer (P48)."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from secondment.choices import AnswerState, ProposalKind, ProposalState, SecondmentState, Verdict
from secondment.deadlines.appraisal import PROPOSAL_ANSWER
from secondment.flows.proposal import ANSWER, ANSWER_OFFICE, PROPOSAL
from secondment.models import Proposal, ProposalAnswer, Secondment
from xianan.core import clock
from xianan.core.errors import DomainError, NotAllowed
from xianan.core.flow import lock
from xianan.deadlines.calendar import calendar_of
from xianan.deadlines.services import Due, close, open_many
from xianan.history.services import differences, record
from xianan.organizations.choices import Duty
from xianan.organizations.models import User
from xianan.organizations.scope import scope_of
from xianan.organizations.selectors import office
from xianan.policy.choices import DocumentKey
from xianan.policy.selectors import parameter

SERVED = (SecondmentState.SERVING, SecondmentState.ENDED)


@transaction.atomic
def draft_proposal(*, secondment: Secondment, kind: str, text: str, actor: User) -> Proposal:
    """Draft a proposal of the street where somebody serves or served. Errors: not_allowed, not_served, required."""
    scope_of(actor).require("draft_proposal", secondment.street, label="起草人事建议")
    if secondment.state not in SERVED:
        raise DomainError("not_served", "该人员尚未到岗，不能提出人事建议。", field="secondment")
    row = Proposal.objects.create(
        district_id=secondment.district_id,
        street=secondment.street,
        organization=secondment.organization,
        person=secondment.person,
        secondment=secondment,
        drafted_by=actor,
        **_clean(kind, text),
    )
    record(row, "proposal.drafted", "起草", actor=actor, organization=row.street)
    return row


@transaction.atomic
def change_proposal(proposal: Proposal, *, kind: str, text: str, actor: User) -> Proposal:
    """Change a draft. Errors: wrong_state, not_allowed, required."""
    new = _clean(kind, text)
    fresh = lock(proposal)
    PROPOSAL.refuse_unless_possible(fresh, "edit", scope_of(actor))
    changes = differences(fresh, new)
    fresh = PROPOSAL.take(fresh, "edit", scope_of(actor), **new)
    if changes:
        record(fresh, "proposal.changed", "修改", actor=actor, organization=fresh.street, changes=changes)
    return fresh


def _clean(kind: str, text: str) -> dict[str, Any]:
    if kind not in ProposalKind.values:
        raise DomainError("required", "未选择建议事项。", field="kind")
    if not text.strip():
        raise DomainError("required", "未填写建议内容。", field="text")
    return {"kind": kind, "text": text.strip()[:2000]}


@transaction.atomic
def delete_proposal(proposal: Proposal, *, actor: User) -> None:
    """Delete a draft. Errors: wrong_state, not_allowed."""
    fresh = lock(proposal)
    PROPOSAL.refuse_unless_possible(fresh, "delete", scope_of(actor))
    record(fresh, "proposal.deleted", "删除草稿", actor=actor, organization=fresh.street)
    fresh.delete()


@transaction.atomic
def send_proposal(proposal: Proposal, *, actor: User) -> Proposal:
    """Send a proposal to the department and 区委组织部; both owe an answer. Errors: wrong_state, not_allowed, no_office."""
    fresh = lock(proposal)
    PROPOSAL.refuse_unless_possible(fresh, "send", scope_of(actor))
    party = office(fresh.district, Duty.PARTY_ORGANIZATION)
    if party is None:
        raise DomainError("no_office", "机构中没有区委组织部，请先由区委编办设立。")
    calendar = calendar_of(fresh.district_id)
    days = int(parameter(fresh.district, DocumentKey.PLAN, "proposal_days"))
    due_on = calendar.working_days_after(clock.today(), days)
    fresh = PROPOSAL.take(
        fresh, "send", scope_of(actor), sent_by=actor, sent_at=clock.now(), answer_by=due_on
    )
    answers = ProposalAnswer.objects.bulk_create(
        ProposalAnswer(
            district_id=fresh.district_id, proposal=fresh, organization=organization, is_office=is_office
        )
        for organization, is_office in ((fresh.organization, False), (party, True))
    )
    open_many(PROPOSAL_ANSWER, [Due(row, row.organization, due_on, f"答复{fresh}") for row in answers])
    record(
        fresh, "proposal.sent", PROPOSAL["send"].done, actor=actor, organization=fresh.street,
        changes={"答复截止": (None, due_on)},
    )  # fmt: skip
    return fresh


@transaction.atomic
def withdraw_proposal(proposal: Proposal, *, reason: str, actor: User) -> Proposal:
    """Take a proposal back before both have answered, with the reason. Errors: wrong_state, not_allowed, reason_missing."""
    fresh = PROPOSAL.take(
        proposal, "withdraw", scope_of(actor), reason=reason, withdrawn_reason=reason.strip()[:300]
    )
    open_ones = list(fresh.answers.select_for_update(of=("self",)).filter(state=AnswerState.OPEN))
    ProposalAnswer.objects.filter(pk__in=[row.pk for row in open_ones]).update(state=AnswerState.VOID)
    close(PROPOSAL_ANSWER, open_ones, outcome="withdrawn")
    record(
        fresh, "proposal.withdrawn", PROPOSAL["withdraw"].done,
        actor=actor, organization=fresh.street, reason=reason,
    )  # fmt: skip
    return fresh


@transaction.atomic
def answer_proposal(answer: ProposalAnswer, *, verdict: str, text: str, actor: User) -> ProposalAnswer:
    """Answer for one addressee; with the second answer the proposal is answered.

    Errors: wrong_state, not_allowed, required (fields verdict, text).
    """
    if verdict not in Verdict.values:
        raise DomainError("required", "未选择答复意见。", field="verdict")
    if not text.strip():
        raise DomainError("required", "未填写答复内容。", field="text")
    proposal = lock(answer.proposal)
    flow, scope = ANSWER_OFFICE if answer.is_office else ANSWER, scope_of(actor)
    if (
        answer.is_office
        and scope.can("advise_proposal", answer)
        and actor.organization_id != answer.organization_id
    ):
        raise NotAllowed(
            f"人事建议由{answer.organization}以本单位名义答复，{actor.organization}不能代为答复。"
        )
    fresh = flow.take(
        answer, "answer", scope,
        verdict=verdict, text=text.strip()[:600], answered_by=actor, answered_at=clock.now(),
    )  # fmt: skip
    close(PROPOSAL_ANSWER, [fresh], outcome="answered")
    if not proposal.answers.filter(state=AnswerState.OPEN).exists():
        Proposal.objects.filter(pk=proposal.pk, state=ProposalState.SENT).update(state=ProposalState.ANSWERED)
    record(
        proposal,
        "proposal.answered",
        f"{fresh.organization}答复：{Verdict(verdict).label}",
        actor=actor,
        organization=fresh.organization,
        reason=fresh.text,
    )
    return fresh
