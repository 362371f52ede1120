"""What migrations of the apps above say of documents that were issued before sources were kept."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

BATCH = 1000


def note_sources(apps: Any, found: Iterable[tuple[int, str, int]]) -> None:
    """Keep (document, model label, row): what was told of the row is not known any more."""
    source = apps.get_model("documents", "DocumentSource")
    source.objects.bulk_create(
        [source(document_id=key, object_type=label, object_id=row, digest="") for key, label, row in found],
        batch_size=BATCH,
        ignore_conflicts=True,
    )


def note_superseded(apps: Any, key: int, *, at: Any, by: int | None, reason: str) -> None:
    """Mark one document as superseded, unless it is already."""
    apps.get_model("documents", "Document").objects.filter(pk=key, superseded_at=None).update(
        superseded_at=at, superseded_by=by, superseded_reason=reason[:500]
    )
