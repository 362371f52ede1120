"""Reading the ledger and the shelf."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from xianan.core import clock

from .models import Download


def downloads_of(user: Any) -> QuerySet[Download]:
    """Return what lies on a person's shelf and is not expired."""
    return Download.objects.filter(user_id=user.pk, expires_at__gte=clock.now())


def new_downloads(user: Any) -> QuerySet[Download]:
    """Return the files a person has not fetched yet."""
    return downloads_of(user).filter(fetched_at__isnull=True)
