"""Papers in the log, and their documents at the public check."""

from __future__ import annotations

from collections.abc import Sequence

from django.urls import reverse

from xianan.core import clock
from xianan.documents.models import Document
from xianan.documents.registry import Newer, register_kind
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
    last = _later(Paper.objects.select_related("version").get(document=document))
    return (f"已签发，考核结果已有第{last.number}版", "amber") if last is not None else ("已签发", "green")


def _later(paper: Paper) -> ResultVersion | None:
    later = ResultVersion.objects.filter(cycle=paper.cycle_id, number__gt=paper.version.number)
    return later.defer("data").order_by("-number").first()


def _newer(document: Document) -> Newer | None:
    """The paper of the corrected result; until it is signed off, that result."""
    paper = Paper.objects.select_related("version").get(document=document)
    signed = Paper.objects.filter(
        cycle=paper.cycle_id,
        kind=paper.kind,
        street=paper.street_id,
        state=PaperState.SIGNED,
        version__number__gt=paper.version.number,
    )
    issued = signed.order_by("-version__number").first()
    if issued is not None and issued.signed_at is not None:
        return Newer(issued.number, issued.signed_at.astimezone(clock.ZONE).date())
    last = _later(paper)
    if last is None:
        return None
    return Newer(f"考核结果第{last.number}版（更正）", last.published_at.astimezone(clock.ZONE).date())


register_object(ObjectKind("assessment.paper", "考核文书", _papers))
register_kind(DOCUMENT, label="考核文书", may_read=_may_read, state=_state, newer=_newer)
