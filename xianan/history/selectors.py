"""Reading the log."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Max, QuerySet

from .models import Entry


def timeline(*rows: models.Model) -> QuerySet[Entry]:
    """Return the entries of one object (or several taken together), newest first."""
    wanted = models.Q(pk__in=())
    for row in rows:
        wanted |= models.Q(object_type=row._meta.label_lower, object_id=row.pk)
    return Entry.objects.filter(wanted).select_related("organization").order_by("-id")


def handled_by(user: models.Model, *, actions: tuple[str, ...] = ()) -> QuerySet[Any, Any]:
    """Return the distinct objects a person has acted on, with the last act first.

    Each row: object_type, object_id, last (id of the newest entry).
    """
    entries = Entry.objects.filter(actor_id=user.pk)
    if actions:
        entries = entries.filter(action__in=actions)
    return entries.order_by().values("object_type", "object_id").annotate(last=Max("id")).order_by("-last")
