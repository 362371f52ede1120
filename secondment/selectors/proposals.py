"""Reads of proposals, opinions and personal files (P33, P48)."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from secondment.choices import AnswerState, OpinionState, ProposalState, SecondmentState
from secondment.models import Person, Proposal, ProposalAnswer, Secondment, StreetOpinion
from xianan.organizations.models import Organization
from xianan.organizations.scope import Scope


def proposals(scope: Scope) -> QuerySet[Proposal]:
    """Return the proposals a person may see: a street's own, and of others what was sent."""
    rows = Proposal.objects.filter(district_id=scope.district_id)
    own = scope.organization_ids("view_proposal")
    sent = ~Q(state=ProposalState.DRAFT)
    if scope.whole_district("view_proposal"):
        return rows.filter(sent | Q(street__in=own))
    return rows.filter(Q(street__in=own) | (Q(organization__in=own) & sent))


def may_be_proposed(scope: Scope) -> QuerySet[Secondment]:
    """Return the services a person may make a proposal about: those in the own street."""
    return (
        Secondment.objects.filter(
            street__in=scope.organization_ids("draft_proposal"),
            state__in=(SecondmentState.SERVING, SecondmentState.ENDED),
        )
        .select_related("person", "organization", "street")
        .order_by("state", "organization__display_order", "pk")
    )


def may_answer(scope: Scope, answer: ProposalAnswer) -> bool:
    """Whether a person answers for this addressee."""
    if answer.state != AnswerState.OPEN:
        return False
    if answer.is_office:
        # 人社局 holds the right too, but nobody answers in the name of another organization.
        return scope.can("advise_proposal", answer) and scope.organization.pk == answer.organization_id
    return scope.can("answer_proposal", answer, "organization")


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


def opinions_owed(scope: Scope) -> QuerySet[StreetOpinion]:
    """Return the opinions that a street was asked for and its head has yet to give."""
    return StreetOpinion.objects.filter(
        street__in=scope.organization_ids("give_opinion"), state=OpinionState.ASKED
    )


# ---- Personal files ----------------------------------------------------------------------------------


def people(scope: Scope) -> QuerySet[Person]:
    """Return the people whose file a person may see: sent by the own department, or serving in the own street."""
    rows = Person.objects.filter(district_id=scope.district_id)
    if scope.whole_district("view_personal_file"):
        return rows
    own = scope.organization_ids("view_personal_file")
    there = Secondment.objects.filter(
        street__in=own, state__in=(SecondmentState.REGISTERED, SecondmentState.SERVING, SecondmentState.ENDED)
    )
    return rows.filter(Q(organization__in=own) | Q(pk__in=there.values("person_id")))


def streets_of(person: Person) -> QuerySet[Organization]:
    """Return the streets where somebody serves or served."""
    there = Secondment.objects.filter(
        person=person, state__in=(SecondmentState.SERVING, SecondmentState.ENDED)
    )
    return Organization.objects.filter(pk__in=there.values("street_id"))
