"""Papers in the log, and their documents at the public check."""

from __future__ import annotations

from collections.abc import Sequence

from django.urls import reverse

from xianan.documents.models import Document
from xianan.documents.registry import register_kind
from xianan.history.registry import ObjectKind, Shown, register_object
from xianan.organizations.scope import Scope

from ..choices import PaperState
from ..models import Paper
from ..selectors import papers
from ..services.papers import DOCUMENT


def _papers(keys: Sequence[int]) -> dict[int, Shown]:
    rows = Paper.objects.filter(pk__in=keys).select_related("street", "cycle")
    return {
        row.pk: Shown(
            f"{row.cycle.year}年度{row}",
            reverse("assessment:papers", args=[row.cycle_id]),
            str(row.get_state_display()),
            PaperState(row.state).tone,
        )
        for row in rows
    }


def _may_read(scope: Scope, document: Document) -> bool:
    return papers.visible(scope).filter(document=document).exists()


def _holders(documents: Sequence[Document]) -> dict[int, set[int]]:
    """The streets that read them, and 区委编办 that issued them."""
    issuers = {
        row.pk: {row.organization_id} if row.organization_id is not None else set() for row in documents
    }
    rows = Paper.objects.filter(document__in=issuers).select_related("cycle")
    return {
        row.document_id: {*papers.readers(row), *issuers[row.document_id]} for row in rows if row.document_id
    }


register_object(ObjectKind("assessment.paper", "考核文书", _papers))
register_kind(
    DOCUMENT, label="考核文书", may_read=_may_read, state=lambda _: ("已签发", "green"), holders=_holders
)
