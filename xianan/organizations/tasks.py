"""Rights follow the calendar: a role that begins or ends takes effect without anybody touching it."""

from __future__ import annotations

from celery import shared_task

from .services import grants


@shared_task(name="xianan.organizations.tasks.sync_grants", acks_late=True)
def sync_grants() -> None:
    """Make the grants equal to the role assignments in force today."""
    grants.sync_grants()
