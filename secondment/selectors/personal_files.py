"""Reads of opinions and personal files (P33)."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from secondment.choices import OpinionState, SecondmentState
from secondment.models import Person, Secondment, StreetOpinion
from xianan.organizations.models import Organization
from xianan.organizations.scope import Scope


def opinions_owed(scope: Scope) -> QuerySet[StreetOpinion]:
    """Return the opinions that a street was asked for and its head has yet to give."""
    return StreetOpinion.objects.filter(
        street__in=scope.organization_ids("give_opinion"), state=OpinionState.ASKED
    )


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
