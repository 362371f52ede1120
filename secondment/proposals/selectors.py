"""What of proposals waits for whom (P48)."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from secondment.choices import AnswerState, ProposalState
from secondment.models import Secondment
from secondment.proposals.model import Proposal, ProposalAnswer
from secondment.proposals.steps import SERVED, permit_of
from xianan.organizations.scope import Scope


def may_be_proposed(scope: Scope) -> QuerySet[Secondment]:
    """Return the services a person may make a proposal about: those in the own street."""
    rows = Secondment.objects.filter(street__in=scope.organization_ids("draft_proposal"), state__in=SERVED)
    return rows.select_related("person", "organization", "street").order_by(
        "state", "organization__display_order", "pk"
    )


def may_answer(scope: Scope, line: ProposalAnswer) -> bool:
    """Whether a person answers for this addressee now."""
    # 人社局 holds the right too, but nobody answers in the name of another organization.
    own = not line.is_office or scope.organization.pk == line.organization_id
    return line.state == AnswerState.OPEN and own and permit_of(line).allows(line.proposal, scope)


def answers_owed(scope: Scope) -> QuerySet[ProposalAnswer]:
    """Return the answers that wait for a person."""
    wanted = Q(is_office=False, organization__in=scope.organization_ids("answer_proposal"))
    if scope.whole_district("advise_proposal"):
        wanted |= Q(is_office=True, organization=scope.organization, district_id=scope.district_id)
    return ProposalAnswer.objects.filter(wanted, state=AnswerState.OPEN)


def drafts_to_send(scope: Scope) -> QuerySet[Proposal]:
    """Return the drafts that wait for the head of the street."""
    return Proposal.objects.filter(
        street__in=scope.organization_ids("send_proposal"), state=ProposalState.DRAFT
    )
