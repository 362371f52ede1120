"""Reading the log."""

from __future__ import annotations

from collections.abc import Collection
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


def newest_entry(row: models.Model) -> int:
    """Return the key of the newest entry of an object, 0 without any."""
    entries = Entry.objects.filter(object_type=row._meta.label_lower, object_id=row.pk)
    return entries.order_by("-pk").values_list("pk", flat=True).first() or 0


def actors(row: models.Model, *actions: str) -> set[int]:
    """Return the accounts that did any of these to an object, however long ago."""
    entries = Entry.objects.filter(object_type=row._meta.label_lower, object_id=row.pk, action__in=actions)
    return set(entries.filter(actor__isnull=False).order_by().values_list("actor_id", flat=True).distinct())


def acts_of(model: type[models.Model], ids: Collection[int], *actions: str) -> QuerySet[Entry]:
    """Return what was done of ``actions`` to any of these objects, for many at once."""
    return Entry.objects.filter(
        object_type=model._meta.label_lower, object_id__in=ids, action__in=actions
    ).order_by()


def handled_by(user: models.Model, *, actions: tuple[str, ...] = ()) -> QuerySet[Any, Any]:
    """Return the distinct objects a person has acted on, with the last act first.

    Each row: object_type, object_id, last (id of the newest entry).
    """
    entries = Entry.objects.filter(actor_id=user.pk)
    if actions:
        entries = entries.filter(action__in=actions)
    return entries.order_by().values("object_type", "object_id").annotate(last=Max("id")).order_by("-last")
