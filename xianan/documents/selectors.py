"""Reading documents."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse

from . import store
from .models import Certificate, Document, DocumentFile
from .pdf import Mark
from .rules import normalise_code, show_code


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
