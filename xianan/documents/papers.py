"""The papers told from a row, as a panel of its page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from xianan.acts import Noun

from .models import Document, DocumentSource


def papers_of(noun: Noun[Any], *kinds: str) -> None:
    """Let the page of a noun list the papers of these kinds that were told from the row, those put aside too.

    For kinds that whoever sees the row may read. One query.
    """

    @noun.panels.fill
    def panel(row: Any) -> tuple[str, Mapping[str, Any]] | None:
        told = DocumentSource.objects.filter(object_type=row._meta.label_lower, object_id=row.pk)
        papers = Document.objects.filter(kind__in=kinds, pk__in=told.values("document")).order_by("-pk")
        found = list(papers)
        return ("documents/_told.html", {"papers": found}) if found else None
