"""Reads of deadlines that other apps share."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import QuerySet

from .models import Deadline


def open_for(organization_ids: Collection[int]) -> QuerySet[Deadline]:
    """Return the open deadlines that these organizations owe, the nearest first."""
    return (
        Deadline.objects.filter(organization_id__in=organization_ids, closed_at__isnull=True)
        .select_related("organization")
        .order_by("due_on", "id")
    )
