"""Good practice as papers print it (P40)."""

from __future__ import annotations

from django.db.models import QuerySet

from assessment.choices import PracticeState
from assessment.practices.model import Practice


def published(district: int, year: int) -> QuerySet[Practice]:
    """Return what was published of a year, street by street."""
    rows = Practice.objects.filter(district=district, year=year, state=PracticeState.PUBLISHED)
    return rows.select_related("street").order_by("street__display_order", "pk")
