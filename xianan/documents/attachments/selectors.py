"""Reading attachments. Removed ones are in none of the answers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import QuerySet

from xianan.documents import store
from xianan.documents.models import Attachment
from xianan.documents.rules import sha256

from . import Slot, owner_of


def attachments_of(row: models.Model, slot: str | None = None) -> QuerySet[Attachment]:
    """Return the files of a row, or of one of its slots, in the order they came."""
    kind = ContentType.objects.get_for_model(row)
    rows = Attachment.objects.filter(content_type=kind, object_id=row.pk, removed_at__isnull=True)
    if slot is not None:
        rows = rows.filter(slot=slot)
    return rows.select_related("uploaded_by", "organization").order_by("id")


def attachments_of_many(rows: Iterable[models.Model]) -> dict[int, list[Attachment]]:
    """Return the files of rows of one model by their ids, in one query; every row has its list."""
    wanted = list(rows)
    found: dict[int, list[Attachment]] = {row.pk: [] for row in wanted}
    if not wanted:
        return found
    kind = ContentType.objects.get_for_model(wanted[0])
    files = Attachment.objects.filter(
        content_type=kind, object_id__in=list(found), removed_at__isnull=True
    ).select_related("uploaded_by", "organization")
    for file in files.order_by("id"):
        found[file.object_id].append(file)
    return found


def missing_slots(row: models.Model) -> list[Slot]:
    """Return the required slots of a row that hold nothing, in one query."""
    kind = ContentType.objects.get_for_model(row)
    filled = set(
        Attachment.objects.filter(content_type=kind, object_id=row.pk, removed_at__isnull=True).values_list(
            "slot", flat=True
        )
    )
    return [slot for slot in owner_of(row).slots if slot.required and slot.key not in filled]


def attachment_bytes(attachment: Attachment) -> bytes:
    """Return the bytes of a file, decrypted and held against its digest.

    Raises OSError when the file is gone, was sealed with another FIELD_KEY or is not what was stored.
    """
    data = store.read(attachment.path)
    if sha256(data) != attachment.sha256:
        raise OSError(f"{attachment.path} is not what was stored")
    return data


def row_of(attachment: Attachment) -> Any:
    """Return the row that a file belongs to, or None when it is gone or nobody registered its model."""
    return row_at(
        f"{attachment.content_type.app_label}.{attachment.content_type.model}", attachment.object_id
    )


def row_at(label: str, pk: int) -> Any:
    """Return the row of a registered model, or None."""
    try:
        model = owner_of(label).model
    except KeyError:
        return None
    return model._default_manager.filter(pk=pk).first()
