"""人事建议表: the sheet of a proposal with both answers, registered with a verification code (P48)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction

from secondment.choices import AnswerState, ProposalState
from secondment.proposals.model import Proposal
from secondment.proposals.steps import PROPOSAL
from secondment.services.papers import CHANGED
from xianan.core import clock
from xianan.core.dates import chinese_date
from xianan.core.errors import DomainError
from xianan.documents.models import Document
from xianan.documents.papers import papers_of
from xianan.documents.registry import register_kind
from xianan.documents.services import Source, reprint
from xianan.history.services import record
from xianan.organizations.models import User
from xianan.organizations.scope import Scope

SHEET, TEMPLATE = "proposal_sheet", "secondment/print/proposal.html"


def _day(moment: dt.datetime | None) -> str:
    return chinese_date(clock.local_date(moment)) if moment else ""


def proposal_data(row: Proposal) -> dict[str, Any]:
    """Return the data of the printed sheet of a proposal with both answers."""
    return {
        "street": row.street.formal_name,
        "department": str(row.organization),
        "person": row.person.name,
        "post": row.person.post or row.secondment.post,
        "kind": row.get_kind_display(),
        "text": row.text,
        "sent_by": row.sent_by.name if row.sent_by else "",
        "sent_on": _day(row.sent_at),
        "answer_by": chinese_date(row.answer_by) if row.answer_by else "",
        "answers": [
            {
                "organization": str(line.organization),
                "verdict": line.get_verdict_display(),
                "text": line.text,
                "by": line.answered_by.name if line.answered_by else "",
                "on": _day(line.answered_at),
            }
            for line in row.answers.all()
        ],
    }


@transaction.atomic
def print_proposal(proposal: Proposal, *, actor: User) -> Document:
    """Issue the sheet of a proposal that was sent, with the answers there are. Errors: not_sent."""
    if proposal.state == ProposalState.DRAFT:
        raise DomainError("not_sent", "提出后才能印制人事建议表。")
    row = PROPOSAL.rows().select_related("secondment", "district").get(pk=proposal.pk)
    data = proposal_data(row)
    document = reprint(
        district=row.district, kind=SHEET, title=f"人事建议表：{row.person}", template=TEMPLATE,
        data={**data, "proposal": row.pk}, sources=[Source(row, data)], cause=CHANGED,
        actor=actor, organization=row.street,
    )  # fmt: skip
    record(row, "proposal.printed", "印制人事建议表", actor=actor)
    return document


def _may_read(scope: Scope, document: Document) -> bool:
    """Whoever sees the proposal."""
    return PROPOSAL.visible(scope).filter(pk=document.data.get("proposal")).exists()


def _state(document: Document) -> tuple[str, str]:
    """How a proposal stands today."""
    row = Proposal.objects.filter(pk=document.data.get("proposal")).first()
    if row is None:
        return "已登记", "grey"
    open_ones = row.answers.filter(state=AnswerState.OPEN).count()
    return (f"{open_ones} 个单位待答复", "amber") if open_ones else (row.get_state_display(), "green")


papers_of(PROPOSAL, SHEET)
register_kind(SHEET, label="人事建议表", may_read=_may_read, state=_state, private=True)
