"""A street's personnel proposals, and what department and 区委组织部 answer (P48)."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Prefetch, Q, QuerySet

from secondment.choices import AnswerState as A
from secondment.choices import ProposalKind, SecondmentState, Verdict
from secondment.choices import ProposalState as P
from secondment.deadlines.appraisal import PROPOSAL_ANSWER
from secondment.models import Secondment
from secondment.proposals.model import Proposal, ProposalAnswer
from xianan.acts import DISTRICT, Noun, Permit, Wording, longest_of, note
from xianan.core import clock
from xianan.core.errors import DomainError, NotAllowed
from xianan.core.locks import lock
from xianan.core.parties import Other, by
from xianan.core.texts import PLAIN, written
from xianan.deadlines.calendar import calendar_of
from xianan.deadlines.services import Due, close, open_many
from xianan.history.services import record
from xianan.organizations.choices import Duty
from xianan.organizations.models import User
from xianan.organizations.scope import Scope, scope_of
from xianan.organizations.selectors import office
from xianan.policy.choices import DocumentKey
from xianan.policy.selectors import parameter
from xianan.ui.todos import Wait

SERVED = (SecondmentState.SERVING, SecondmentState.ENDED)


def _sees(rows: QuerySet[Proposal], scope: Scope) -> QuerySet[Proposal]:
    """A draft is the street's alone."""
    own = Q(street__in=scope.organization_ids("view_proposal"))
    return scope.filter(rows, "view_proposal", "street", "organization").filter(~Q(state=P.DRAFT) | own)


def _with_answers(rows: QuerySet[Proposal]) -> QuerySet[Proposal]:
    answers = ProposalAnswer.objects.select_related("organization", "answered_by")
    return rows.prefetch_related(Prefetch("answers", answers))


PROPOSAL: Noun[Proposal] = Noun(
    model=Proposal,
    label="人事建议",
    word="人事建议",
    states=P,
    view="view_proposal",
    parties=("street", "organization"),
    page="secondment:proposal",
    begun="proposal.drafted",
    joins=("person", "street", "organization", "drafted_by", "sent_by"),
    also=_with_answers,
    sees=_sees,
)
_STREET = Other("代表街道提出这项建议", by("drafted_by", "sent_by"))
_ANSWERED = by("answered_by")
_ADDRESSEE = Other(
    "代表收文单位答复", lambda row: [who for line in row.answers.all() for who in _ANSWERED(line)]
)


# ---- The street --------------------------------------------------------------------------------------


@transaction.atomic
def draft_proposal(*, secondment: Secondment, kind: str, text: str, actor: User) -> Proposal:
    """Draft a proposal of the street where somebody serves or served.

    Errors: not_allowed, not_served, required, too_long (fields kind, text).
    """
    scope_of(actor).require("draft_proposal", secondment.street, label="起草人事建议")
    if secondment.state not in SERVED:
        raise DomainError("not_served", "该人员尚未到岗，不能提出人事建议。", field="secondment")
    row = Proposal(
        district_id=secondment.district_id, street=secondment.street, organization=secondment.organization,
        person=secondment.person, secondment=secondment, drafted_by=actor,
    )  # fmt: skip
    _fill(row, kind, text)
    row.save(force_insert=True)
    record(row, PROPOSAL.begun, "起草", actor=actor, organization=row.street)
    return row


def _fill(row: Proposal, kind: str, text: str) -> None:
    if kind not in ProposalKind.values:
        raise DomainError("required", "未选择建议事项。", field="kind")
    row.kind = kind
    row.text = written("建议内容", text, longest_of(Proposal.text), field="text", required=True, codes=PLAIN)


@PROPOSAL.step(
    "change", "修改人事建议", P.DRAFT, "", right="draft_proposal", by="street", behalf="street", action="proposal.changed",
    tells=(Proposal.kind, Proposal.text), wording=Wording(button="保存修改", offer="修改建议", done="修改", said="已保存。"),
)  # fmt: skip
def change_proposal(row: Proposal, *, kind: str, text: str, actor: User) -> None:
    """Change a draft. Errors: required, too_long (fields kind, text)."""
    _fill(row, kind, text)


DELETING = PROPOSAL.permit("删除草稿", P.DRAFT, right="draft_proposal", by="street")


@transaction.atomic
def delete_proposal(proposal: Proposal, *, actor: User) -> None:
    """Delete a draft; the log alone keeps that there was one. Errors: not_allowed, wrong_state."""
    row = DELETING.hold(proposal, actor=actor)
    record(row, "proposal.deleted", DELETING.label, actor=actor, organization=row.street)
    row.delete()


@PROPOSAL.step(
    "send", "提出人事建议", P.DRAFT, P.SENT, right="send_proposal", by="street", behalf="street",
    waits=Wait(action="审阅并提出"), action="proposal.sent", stamp=(Proposal.sent_by, Proposal.sent_at), tells=(Proposal.answer_by,),
    wording=Wording(done="提出人事建议，送派出部门和区委组织部", said="已送派出部门和区委组织部。"),
)  # fmt: skip
def send_proposal(row: Proposal, *, actor: User) -> None:
    """Send a proposal to the department and 区委组织部; both owe an answer. Errors: no_office."""
    party = office(row.district, Duty.PARTY_ORGANIZATION)
    if party is None:
        raise DomainError("no_office", "机构中没有区委组织部，请先由区委编办设立。")
    days = int(parameter(row.district, DocumentKey.PLAN, "proposal_days"))
    row.answer_by = due_on = calendar_of(row.district_id).working_days_after(clock.today(), days)
    lines = ProposalAnswer.objects.bulk_create(
        ProposalAnswer(district_id=row.district_id, proposal=row, organization=each, is_office=is_office)
        for each, is_office in ((row.organization, False), (party, True))
    )
    open_many(PROPOSAL_ANSWER, [Due(line, line.organization, due_on, f"答复{row}") for line in lines])


@PROPOSAL.step(
    "withdraw", "撤回人事建议", P.SENT, P.WITHDRAWN, right="send_proposal", by="street", behalf="street", others=(_ADDRESSEE,),
    action="proposal.withdrawn", asks=(note("reason", "理由", to=Proposal.withdrawn_reason, required=True, logged=True),),
    wording=Wording(button="撤回人事建议", offer="撤回建议…", style="refuse", said="已撤回。"),
)  # fmt: skip
def withdraw_proposal(row: Proposal, *, reason: str, actor: User) -> None:
    """Take a proposal back before both have answered; nobody owes an answer any more."""
    open_ones = list(row.answers.select_for_update(of=("self",)).filter(state=A.OPEN))
    ProposalAnswer.objects.filter(pk__in=[line.pk for line in open_ones]).update(state=A.VOID)
    close(PROPOSAL_ANSWER, open_ones, outcome="withdrawn")


# ---- Its addressees ----------------------------------------------------------------------------------

_ANSWER = "答复人事建议"
ANSWERING = PROPOSAL.permit(_ANSWER, P.SENT, right="answer_proposal", by="organization")
ADVISING = PROPOSAL.permit(_ANSWER, P.SENT, right="advise_proposal", by=DISTRICT)


def permit_of(line: ProposalAnswer) -> Permit[Proposal]:
    """Return who answers for this addressee."""
    return ADVISING if line.is_office else ANSWERING


@transaction.atomic
def answer_proposal(line: ProposalAnswer, *, verdict: str, text: str, actor: User) -> ProposalAnswer:
    """Answer for one addressee; with the second answer the proposal is answered.

    Errors: not_allowed, wrong_state, same_person, required, too_long (fields verdict, text).
    """
    if verdict not in Verdict.values:
        raise DomainError("required", "未选择答复意见。", field="verdict")
    text = written(
        "答复内容", text, longest_of(ProposalAnswer.text), field="text", required=True, codes=PLAIN
    )
    proposal, line = permit_of(line).hold(line.proposal, actor=actor), lock(line)
    if line.is_office and actor.organization_id != line.organization_id:
        raise NotAllowed(f"人事建议由{line.organization}以本单位名义答复，{actor.organization}不能代为答复。")
    if line.state != A.OPEN:
        state = line.get_state_display()
        raise DomainError(
            "wrong_state", f"答复现在是“{state}”，不能{_ANSWER}。可能已有人先行办理，刷新页面查看最新情况。"
        )
    scope_of(actor).refuse_same_person(_STREET.who(proposal), _STREET.done, _ANSWER)
    line.state, line.verdict, line.text = A.ANSWERED, verdict, text
    line.answered_by, line.answered_at = actor, clock.now()
    line.save()
    close(PROPOSAL_ANSWER, [line], outcome="answered")
    if not proposal.answers.filter(state=A.OPEN).exists():
        Proposal.objects.filter(pk=proposal.pk, state=P.SENT).update(state=P.ANSWERED)
    record(
        proposal, "proposal.answered", f"{line.organization}答复：{line.get_verdict_display()}",
        actor=actor, organization=line.organization, reason=text,
    )  # fmt: skip
    return line
