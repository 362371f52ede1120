"""Reading documents."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.apps import apps
from django.conf import settings
from django.db.models import Model, Q, QuerySet
from django.urls import reverse

from xianan.history.registry import object_kind

from . import store
from .models import Certificate, Document, DocumentFile, DocumentSource
from .pdf import Mark
from .rules import normalise_code, show_code

NAMED = 10
"""So many rows of a kind are named where a paper tells what it was told from."""


@dataclass(frozen=True, slots=True)
class MissingParty:
    """Who has not signed yet."""

    key: str
    label: str
    organization: str


def by_code(text: str) -> Document | None:
    """Return the document with this verification code however it was typed, or None."""
    code = normalise_code(text)
    if not code:
        return None
    return Document.objects.select_related("district").filter(code=code).first()


def told_from(rows: Iterable[Model], *, kinds: Collection[str] = ()) -> QuerySet[Document]:
    """Return the documents told from any of these rows, of some kinds or of all, that no other takes the place of.

    That is those in force, and those put aside for which nothing was issued yet.
    """
    keys: dict[str, list[int]] = {}
    for row in rows:
        keys.setdefault(row._meta.label_lower, []).append(row.pk)
    where = Q(pk__in=[])
    for object_type, pks in keys.items():
        where |= Q(object_type=object_type, object_id__in=pks)
    found = Document.objects.filter(
        superseded_by=None, pk__in=DocumentSource.objects.filter(where).values("document")
    )
    return found.filter(kind__in=kinds) if kinds else found


def sources_of(document: Document) -> tuple[list[tuple[str, list[str]]], int]:
    """Return what a document was told from as (noun, names), and how many rows beyond those named."""
    keys: dict[str, list[int]] = {}
    for object_type, pk in document.sources.order_by("pk").values_list("object_type", "object_id"):
        keys.setdefault(object_type, []).append(pk)
    found, more = [], 0
    for object_type, pks in keys.items():
        kind = object_kind(object_type)
        if kind is None:
            found.append((str(apps.get_model(object_type)._meta.verbose_name), [f"{len(pks)} 项"]))
            continue
        shown = kind.show(pks[:NAMED])
        found.append((kind.noun, [shown[pk].text for pk in pks[:NAMED] if pk in shown]))
        more += max(len(pks) - NAMED, 0)
    return found, more


def newest_file(document: Document) -> DocumentFile:
    """Return the latest version of the document's file."""
    return document.files.order_by("-sequence")[0]


def file_bytes(file: DocumentFile) -> bytes:
    """Return the bytes of one version. Raises OSError when the file is gone."""
    return store.read(file.path)


def missing_parties(document: Document, *, up_to: DocumentFile | None = None) -> list[MissingParty]:
    """Return who is still to sign, in order; with ``up_to``, as of that version."""
    signed = document.signatures.all()
    if up_to is not None:
        signed = signed.filter(file__sequence__lte=up_to.sequence)
    present = set(signed.values_list("party", flat=True))
    return [
        MissingParty(party["key"], party["label"], party["name"])
        for party in document.parties
        if party["key"] not in present
    ]


def active_certificate(organization_id: int) -> Certificate | None:
    """Return the certificate the organization signs with now, or None."""
    return (
        Certificate.objects.select_related("district")
        .filter(organization_id=organization_id, is_active=True)
        .first()
    )


def mark_of(code: str) -> Mark:
    """Return what is printed at the end of a document so that it can be checked."""
    base = public_address()
    return Mark(
        code=show_code(code),
        page=f"{base}{reverse('documents:verify')}",
        address=f"{base}{reverse('documents:verify-code', args=[code])}",
    )


def public_address() -> str:
    """Return the portal's address as people outside reach it, without a slash at the end.

    ``PUBLIC_URL`` when it is set; else the first trusted origin, else the first host.
    """
    given = settings.PUBLIC_URL or next(iter(settings.CSRF_TRUSTED_ORIGINS), "")
    if given:
        return str(given).rstrip("/")
    return f"https://{settings.ALLOWED_HOSTS[0].lstrip('.')}"
