"""Good practice and who may read it (P40)."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from assessment.choices import PracticeState
from assessment.models import Practice
from xianan.organizations.scope import Scope


def visible(scope: Scope) -> QuerySet[Practice]:
    """Return what a person may read: what is published, the own street's, and for 区委编办 what was sent in."""
    rows = Practice.objects.filter(district_id=scope.district_id).select_related("street")
    own = scope.organization_ids("view_own_assessment")
    may = Q(state=PracticeState.PUBLISHED) | Q(street__in=own)
    if scope.whole_district("publish_practice"):
        may |= ~Q(state=PracticeState.DRAFT)
    return rows.filter(may)


def published(district: int, year: int) -> QuerySet[Practice]:
    """Return what was published of a year, street by street."""
    rows = Practice.objects.filter(district=district, year=year, state=PracticeState.PUBLISHED)
    return rows.select_related("street").order_by("street__display_order", "pk")
