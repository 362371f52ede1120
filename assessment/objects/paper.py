"""Papers in the log, and their documents at the public check."""

from __future__ import annotations

from collections.abc import Sequence

from django.urls import reverse

from xianan.documents.models import Document
from xianan.documents.registry import register_kind
from xianan.history.registry import ObjectKind, Shown, register_object
from xianan.organizations.scope import Scope

from ..choices import PaperState
from ..models import Paper, ResultVersion
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


def _state(document: Document) -> tuple[str, str]:
    paper = Paper.objects.select_related("version").get(document=document)
    later = ResultVersion.objects.filter(cycle=paper.cycle_id, number__gt=paper.version.number)
    last = later.order_by("-number").values_list("number", flat=True).first()
    return (f"已签发，考核结果已有第{last}版", "amber") if last is not None else ("已签发", "green")


register_object(ObjectKind("assessment.paper", "考核文书", _papers))
register_kind(DOCUMENT, label="考核文书", may_read=_may_read, state=_state)
