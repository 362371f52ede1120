"""What can be said about a file that somebody hands in (P09).

valid: the bytes are a registered document, every signature on it holds and everybody has signed. incomplete:
the same, but somebody is still to sign. superseded: the same, but the register has something newer: the file
signed further, or another paper in its place. altered: it carries a signature of our authority but is none of
these. invalid: the rest.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

from asn1crypto import x509 as asn1_x509
from cryptography.x509.oid import NameOID
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from xianan.core import clock

from .choices import Verdict
from .found import Found, find
from .keys import fingerprint
from .models import Certificate, Document, DocumentFile, DocumentSignature
from .rules import sha256
from .selectors import MissingParty, missing_parties
from .services.certificates import der, load
from .services.sources import name_of
from .signing import run_alone


@dataclass(frozen=True, slots=True)
class SignatureFact:
    """One signature as the register knows it; empty where the register doesn't."""

    organization: str
    signer: str
    signed_at: dt.datetime | None
    party: str = ""

    def as_json(self) -> dict[str, str | None]:
        return {
            "organization": self.organization,
            "signer": self.signer,
            "signed_at": self.signed_at.astimezone(clock.ZONE).isoformat() if self.signed_at else None,
        }


@dataclass(frozen=True, slots=True)
class Newer:
    """What holds instead of a file: its words (with the number where there is one) and since when."""

    words: str
    on: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Verification:
    """The verdict on a file. ``document`` is the register's, also for an altered copy of it."""

    verdict: Verdict
    signatures: tuple[SignatureFact, ...] = ()
    document: Document | None = None
    file: DocumentFile | None = None
    missing: tuple[MissingParty, ...] = field(default=())
    newer: Newer | None = None
    """What holds instead: the file as signed further since, or the paper that replaced the document."""

    def as_json(self) -> dict[str, Any]:
        """Return what ``verify_document --json`` prints."""
        return {"verdict": self.verdict.value, "signatures": [each.as_json() for each in self.signatures]}


def verify(data: bytes) -> Verification:
    """Judge a file. Never raises for anything the bytes may hold."""
    file = (
        DocumentFile.objects.select_related("document__district", "document__superseded_by")
        .filter(sha256=sha256(data))
        .first()
    )
    authorities = list(Certificate.objects.filter(organization=None))
    if file is not None:
        expected = list(
            file.document.signatures.filter(file__sequence__lte=file.sequence).select_related("certificate")
        )
        if _holds(data, expected, authorities):
            missing = tuple(missing_parties(file.document, up_to=file))
            newer = _newer(file)
            return Verification(
                verdict=Verdict.SUPERSEDED if newer else Verdict.INCOMPLETE if missing else Verdict.VALID,
                signatures=tuple(_fact(row, file.document) for row in expected),
                document=file.document,
                file=file,
                missing=missing,
                newer=newer,
            )
    found, carries = find(data, [load(authority) for authority in authorities])
    if not carries:
        return Verification(verdict=Verdict.INVALID)
    rows = {
        row.value_sha256: row
        for row in DocumentSignature.objects.filter(
            value_sha256__in=[each.value_sha256 for each in found]
        ).select_related("document__district")
    }
    facts = tuple(_known_or_bare(each, rows.get(each.value_sha256)) for each in found)
    document = next((row.document for row in rows.values()), None)
    return Verification(verdict=Verdict.ALTERED, signatures=facts, document=document)


def _holds(data: bytes, expected: list[DocumentSignature], authorities: list[Certificate]) -> bool:
    """Whether the file's signatures are exactly the expected ones and each of them holds."""
    try:
        return run_alone(lambda: _signatures_hold(data, expected, authorities))
    except Exception:
        return False


def _signatures_hold(data: bytes, expected: list[DocumentSignature], authorities: list[Certificate]) -> bool:
    reader = PdfFileReader(BytesIO(data))
    embedded = list(reader.embedded_signatures)
    if len(embedded) != len(expected) or reader.xrefs.total_revisions != len(expected) + 1:
        return False
    known = {row.certificate.fingerprint: row.certificate for row in expected}
    roots = [asn1_x509.Certificate.load(der(authority)) for authority in authorities]
    for position, signature in enumerate(embedded, start=1):
        certificate = known.get(fingerprint(signature.signer_cert.dump()))
        at = signature.self_reported_timestamp
        if certificate is None or at is None:
            return False
        if certificate.revoked_at is not None and certificate.revoked_at <= at:
            return False
        # As of the signing: what has expired or was revoked since stays what it was.
        context = ValidationContext(
            trust_roots=roots, moment=at, allow_fetching=False, revocation_mode="soft-fail"
        )
        status = validate_pdf_signature(signature, context)
        if not status.bottom_line:
            return False
        if position == len(embedded) and status.coverage != SignatureCoverageLevel.ENTIRE_FILE:
            return False
    return True


def _newer(file: DocumentFile) -> Newer | None:
    document = file.document
    if document.superseded_at is not None:
        by = document.superseded_by
        return Newer(name_of(by), clock.local_date(by.created_at)) if by is not None else Newer("尚未出具")
    later = document.files.filter(sequence__gt=file.sequence).order_by("-sequence").first()
    if later is None:
        return None
    words = f"{document.number}（{later.label}）" if document.number else f"{later.label}的版本"
    return Newer(words, clock.local_date(later.created_at))


def _fact(row: DocumentSignature, document: Document) -> SignatureFact:
    label = next((party["label"] for party in document.parties if party["key"] == row.party), "")
    return SignatureFact(row.organization_name, row.signer_name, row.signed_at, label)


def _known_or_bare(found: Found, row: DocumentSignature | None) -> SignatureFact:
    if row is not None:
        return _fact(row, row.document)
    # The certificate is our authority's word; the name and the time in a broken file are nobody's.
    names = found.certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    return SignatureFact(str(names[0].value) if names else "", "", None)
