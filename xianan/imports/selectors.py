"""Reads of uploaded workbooks that owners share."""

from __future__ import annotations

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import QuerySet

from .choices import UploadState
from .models import Upload


def uploads_of(owner: models.Model, kind: str = "") -> QuerySet[Upload]:
    """Return the workbooks of an owner, the youngest first."""
    content_type = ContentType.objects.get_for_model(type(owner))
    rows = Upload.objects.filter(content_type=content_type, object_id=owner.pk).order_by("-id")
    return rows.filter(kind=kind) if kind else rows


def importing(owner: models.Model, kind: str = "") -> Upload | None:
    """Return the workbook of the owner that a job is importing; its own writes wait for that.

    One whose job was stopped or has failed holds up nothing.
    """
    rows = uploads_of(owner, kind).filter(state=UploadState.IMPORTING)
    return next((row for row in rows.select_related("job") if row.is_running), None)
