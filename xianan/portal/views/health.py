"""Whether the portal can do its work, for the machine that watches it."""

from __future__ import annotations

from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from xianan.celery import app


@never_cache
@require_safe
def health(request: HttpRequest) -> JsonResponse:
    """200 when database and broker answer, else 503; says which, and nothing else."""
    parts = {"database": _database(), "broker": _broker()}
    return JsonResponse(parts, status=200 if all(parts.values()) else 503)


def _database() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True


def _broker() -> bool:
    try:
        with app.connection_for_write(connect_timeout=2) as link:
            link.ensure_connection(max_retries=1, interval_start=0, interval_step=0, timeout=3)
    except Exception:
        # Each transport has faults of its own.
        return False
    return True
