"""Papers whose source was put right: marked, and everybody who has one told."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence

from django.db import transaction
from django.db.models import Model
from django.urls import reverse

from xianan.deadlines.choices import NoticeKind
from xianan.documents import registry
from xianan.documents.models import Document
from xianan.documents.selectors import told_from
from xianan.documents.services.sources import name_of, supersede
from xianan.organizations.models import User

from .notices import notify_organizations

NAMED = 5


@transaction.atomic
def put_aside(
    rows: Iterable[Model], *, reason: str, actor: User | None, kinds: Collection[str] = ()
) -> list[Document]:
    """Supersede every paper told from any of these rows, of some kinds or of all, and tell who has one.

    What takes its place names it when it is issued (``Replacing``).
    """
    found = supersede(list(told_from(rows, kinds=kinds)), reason=reason, actor=actor)
    tell_superseded(found, reason=reason, actor=actor)
    return found


def tell_superseded(documents: Sequence[Document], *, reason: str, actor: User | None) -> None:
    """Tell each organization once a kind which of the papers it has are superseded, and why."""
    for kind in sorted({row.kind for row in documents}):
        held: dict[int, list[Document]] = defaultdict(list)
        own = [row for row in documents if row.kind == kind]
        holders = registry.holders_of(kind, own)
        for document in own:
            for organization in sorted(holders.get(document.pk, ())):
                held[organization].append(document)
        alike: dict[tuple[int, ...], list[int]] = defaultdict(list)
        for organization, papers in held.items():
            alike[tuple(row.pk for row in papers)].append(organization)
        for organizations in alike.values():
            _tell(held[organizations[0]], organizations, reason=reason, actor=actor)


def _tell(papers: list[Document], organizations: list[int], *, reason: str, actor: User | None) -> None:
    names = "、".join(name_of(row) for row in papers[:NAMED])
    more = f"等 {len(papers)} 份" if len(papers) > NAMED else ""
    notify_organizations(
        organizations,
        district_id=papers[0].district_id,
        kind=NoticeKind.WORK,
        title=f"{registry.label_of(papers[0].kind)}已被替代：{names}{more}",
        text=f"原因：{reason.rstrip('。')}。不再据此办理，以新版为准。",
        url=reverse("documents:document", args=[papers[0].pk]),
        sender=actor,
    )
