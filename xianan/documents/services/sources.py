"""What documents were told from, and what becomes of them when that is put right."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import models

from xianan.core import clock
from xianan.core.identity import without_id_numbers
from xianan.documents import registry
from xianan.documents.models import Document, DocumentSource
from xianan.documents.selectors import told_from
from xianan.history.canonical import canonical_bytes
from xianan.history.services import build, record_many

if TYPE_CHECKING:
    from xianan.organizations.models import Organization, User

LONGEST_REASON = 500


@dataclass(frozen=True, slots=True)
class Source:
    """A row that a document is told from, and what it tells of it as plain JSON types."""

    row: models.Model
    told: Any

    @property
    def digest(self) -> str:
        """SHA-256 over the canonical JSON of what is told, identity numbers masked."""
        return hashlib.sha256(canonical_bytes(without_id_numbers(self.told))).hexdigest()

    @property
    def key(self) -> tuple[str, int]:
        """How the row is known: model label and number."""
        return self.row._meta.label_lower, self.row.pk


def keep(document: Document, sources: Iterable[Source]) -> None:
    """Write down what a new document was told from."""
    DocumentSource.objects.bulk_create(
        DocumentSource(document=document, object_type=each.key[0], object_id=each.key[1], digest=each.digest)
        for each in sources
    )


def told_alike(
    kind: str,
    sources: Sequence[Source],
    *,
    organization: Organization | None,
    variant: Mapping[str, Any],
    after: Sequence[models.Model] = (),
) -> tuple[Document | None, list[Document]]:
    """Return the paper in force that tells exactly these sources as they are, and those to be replaced.

    Only papers of this kind and organization that are told from the first of the sources, ``after`` or both. ``variant``
    are keys of their data: a paper for another purpose is neither the same nor out of date.
    """
    alike: Document | None = None
    otherwise: list[Document] = []
    wanted = {(*each.key, each.digest) for each in sources}
    rows = told_from([sources[0].row, *after], kinds=(kind,)).filter(organization=organization)
    for document in rows.prefetch_related("sources").order_by("pk"):
        told = {(row.object_type, row.object_id, row.digest) for row in document.sources.all()}
        if told != wanted or document.superseded_at is not None:
            otherwise.append(document)
        elif all(document.data.get(key) == without_id_numbers(value) for key, value in variant.items()):
            alike = document
    return alike, otherwise


def supersede(
    documents: Collection[Document], *, reason: str, actor: User | None, by: Document | None = None
) -> list[Document]:
    """Mark documents as superseded, by another or by nothing yet; return those that were in force until now.

    What was superseded by nothing yet takes ``by``. The callers tell the readers.
    """
    rows = list(
        Document.objects.select_for_update(of=("self",))
        .filter(pk__in=[each.pk for each in documents], superseded_by=None)
        .order_by("pk")
    )
    now = clock.now()
    until_now = [row for row in rows if row.superseded_at is None]
    for row in until_now:
        row.superseded_at = now
        row.superseded_reason = str(without_id_numbers(reason.strip()))[:LONGEST_REASON]
    if by is not None:
        for row in rows:
            row.superseded_by = by
    Document.objects.bulk_update(rows, ["superseded_at", "superseded_by", "superseded_reason"])
    word = f"，由{name_of(by)}替代" if by is not None else ""
    record_many(
        build(
            row,
            "document.superseded",
            f"{registry.label_of(row.kind)}{name_of(row)}已被替代{word}",
            actor=actor,
            reason=reason,
        )
        for row in until_now
    )
    return until_now


def name_of(document: Document) -> str:
    """Return what a paper is called where its title may not be told: its number, else its code."""
    return document.number or f"核验码 {document.code_shown}"
