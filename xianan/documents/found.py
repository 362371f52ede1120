"""Finding signatures in bytes that may be damaged, and telling whose they are.

Nothing here raises on bad input: what can't be read is not found.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from asn1crypto import cms
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from pyhanko.pdf_utils.reader import PdfFileReader

from .keys import issued_by
from .signing import value_sha256

# Longer than any real letter's: a file made to keep the portal busy stops here.
MOST_SIGNATURES = 20
_CONTENTS = re.compile(rb"/Contents\s*<([0-9A-Fa-f\s]{200,})>")


@dataclass(frozen=True, slots=True)
class Found:
    """A signature whose structure could be read: its signer's certificate and the digest of its value."""

    certificate: x509.Certificate
    value_sha256: str


def find(pdf: bytes, authorities: Iterable[x509.Certificate]) -> tuple[list[Found], bool]:
    """Return the signatures made under ``authorities``, and whether the file carries any, however broken.

    A signature too broken to be read still counts when the authority's key stands in it (its
    identifier in both certificates, its public key in the authority's): one damaged byte can't hide all.
    """
    trusted = list(authorities)
    ours: dict[str, Found] = {}
    rest = bytearray(pdf.lower())
    for signed_data, span in (*_by_scanning(pdf), *_by_reading(pdf)):
        found = _examine(signed_data)
        if found is None:
            continue
        if any(issued_by(found.certificate, authority) for authority in trusted):
            ours.setdefault(found.value_sha256, found)
        elif span is not None and _holds_by_itself(signed_data, found.certificate):
            # Proven to be somebody else's, whatever it carries along.
            rest[span[0] : span[1]] = b" " * (span[1] - span[0])
    if ours:
        return list(ours.values()), True
    return [], any(mark in rest for mark in _marks(trusted))


def _by_scanning(pdf: bytes) -> Iterator[tuple[Any, tuple[int, int] | None]]:
    for match in list(_CONTENTS.finditer(pdf))[:MOST_SIGNATURES]:
        try:
            content = cms.ContentInfo.load(bytes.fromhex(match[1].decode("ascii")))
            yield content["content"], match.span(1)
        except Exception:
            continue


def _by_reading(pdf: bytes) -> Iterator[tuple[Any, tuple[int, int] | None]]:
    try:
        reader = PdfFileReader(BytesIO(pdf), strict=False)
        for signature in list(reader.embedded_regular_signatures)[:MOST_SIGNATURES]:
            yield signature.signed_data, None
    except Exception:
        return


def _examine(signed_data: Any) -> Found | None:
    try:
        info = signed_data["signer_infos"][0]
        wanted = info["sid"].chosen
        for choice in signed_data["certificates"]:
            certificate = choice.chosen
            if (
                certificate.serial_number == wanted["serial_number"].native
                and certificate.issuer == wanted["issuer"]
            ):
                return Found(x509.load_der_x509_certificate(certificate.dump()), value_sha256(info))
    except Exception:
        return None
    return None


def _holds_by_itself(signed_data: Any, certificate: x509.Certificate) -> bool:
    try:
        info = signed_data["signer_infos"][0]
        attributes = info["signed_attrs"].untag().dump()
        value = info["signature"].native
        algorithm = getattr(hashes, info["digest_algorithm"]["algorithm"].native.upper())()
        key = certificate.public_key()
        if isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(value, attributes, ec.ECDSA(algorithm))
        elif isinstance(key, rsa.RSAPublicKey):
            key.verify(value, attributes, padding.PKCS1v15(), algorithm)
        else:
            return False
    except (InvalidSignature, Exception):
        return False
    return True


def _marks(authorities: list[x509.Certificate]) -> Iterator[bytes]:
    for authority in authorities:
        identifier = authority.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
        yield identifier.digest.hex().encode("ascii")
        point = authority.public_key().public_bytes(
            serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
        )
        yield point.hex().encode("ascii")
