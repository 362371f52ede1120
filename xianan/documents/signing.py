"""Signing a PDF: the port, and the local signer behind it.

``Signer`` is what the rest of the portal knows, so that the official seal platform can take over.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import hashlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from io import BytesIO
from typing import Any, Protocol, TypeVar

from asn1crypto import x509 as asn1_x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from pyhanko.pdf_utils import layout
from pyhanko.pdf_utils.content import ImportedPdfPage
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import fields, signers
from pyhanko.sign.signers.pdf_cms import PdfCMSSignedAttributes
from pyhanko.stamp import StaticStampStyle
from pyhanko_certvalidator.registry import SimpleCertificateStore

from .pdf import Place
from .stamp import stamp_pdf

RESERVED = 8192  # bytes of hexadecimal kept free for a signature; one of ours takes about 3,500
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Signed:
    """A signed PDF and the SHA-256 of the signature value, by which it is found again."""

    pdf: bytes
    value_sha256: str


@dataclass(frozen=True, slots=True)
class Identity:
    """The key object of an organization with its certificate and the authority's, both in DER."""

    certificate: bytes
    authority: bytes
    key: ec.EllipticCurvePrivateKey


class Signer(Protocol):
    """What puts an organization's signature on a PDF, as an incremental update that keeps all before it."""

    def sign_pdf(
        self,
        pdf: bytes,
        *,
        organization: str,
        signer_name: str,
        party: str,
        place: Place,
        at: dt.datetime,
        reason: str = "",
        alone: bool = False,
    ) -> Signed: ...


class LocalSigner:
    """Signs with a certificate of the district's own authority (PAdES baseline B, P-256, SHA-256)."""

    def __init__(self, identity: Identity) -> None:
        self._signer = _KeptKeySigner(identity)

    def sign_pdf(
        self,
        pdf: bytes,
        *,
        organization: str,
        signer_name: str,
        party: str,
        place: Place,
        at: dt.datetime,
        reason: str = "",
        alone: bool = False,
    ) -> Signed:
        """Sign for ``organization`` at ``at`` (aware), visibly on ``place``; the field is named by ``party``.

        ``alone`` puts nothing but the seal there.
        """
        picture = stamp_pdf(
            organization, signer_name, at, width=place.width, height=place.height, alone=alone
        )
        writer = _QuietWriter(BytesIO(pdf))
        field = fields.SigFieldSpec(
            sig_field_name=field_name(party),
            on_page=place.page,
            box=(place.x, place.y, place.x + place.width, place.y + place.height),  # type: ignore[arg-type]  # also takes parts of a point
        )
        metadata = signers.PdfSignatureMetadata(
            field_name=field_name(party),
            name=signer_name,
            location=organization,
            reason=reason or None,
            md_algorithm="sha256",
            subfilter=fields.SigSeedSubFilter.PADES,
        )
        pdf_signer = signers.PdfSigner(
            metadata, self._signer, stamp_style=_style(picture), new_field_spec=field
        )
        session = pdf_signer.init_signing_session(writer)
        # PAdES carries the time in /M of the signature dictionary, which the signature covers.
        session.system_time = at
        to_sign = session.prepare_tbs_document(None, bytes_reserved=RESERVED)
        digest, output = to_sign.digest_tbs_document()
        attributes = PdfCMSSignedAttributes(signing_time=at)
        run_alone(
            lambda: asyncio.run(
                to_sign.perform_signature(digest.document_digest, pdf_cms_signed_attrs=attributes)
            )
        )
        assert isinstance(output, BytesIO)
        signed = output.getvalue()
        return Signed(pdf=signed, value_sha256=newest_value_sha256(signed))


def field_name(party: str) -> str:
    """Return the name of a party's signature field."""
    return f"party-{party}"


def value_sha256(signer_info: Any) -> str:
    """Return the SHA-256 of the signature value in a CMS SignerInfo."""
    return hashlib.sha256(signer_info["signature"].native).hexdigest()


def newest_value_sha256(pdf: bytes) -> str:
    """Return the digest of the newest signature value of a signed PDF."""
    return value_sha256(PdfFileReader(BytesIO(pdf)).embedded_signatures[-1].signer_info)


def run_alone(function: Callable[[], T]) -> T:
    """Run what needs an event loop of its own, also where one runs already (a browser test)."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return function()
    with ThreadPoolExecutor(max_workers=1) as pool:
        return pool.submit(function).result()


class _KeptKeySigner(signers.Signer):
    """pyHanko's own signer parses the key at each signature; this one keeps the object."""

    def __init__(self, identity: Identity) -> None:
        self._key = identity.key
        registry = SimpleCertificateStore()
        registry.register(asn1_x509.Certificate.load(identity.authority))
        super().__init__(
            signing_cert=asn1_x509.Certificate.load(identity.certificate), cert_registry=registry
        )

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
        if digest_algorithm != "sha256":
            raise ValueError(f"unexpected digest {digest_algorithm}")
        return self._key.sign(data, ec.ECDSA(hashes.SHA256()))


class _QuietWriter(IncrementalPdfFileWriter):
    """Leaves the document's metadata alone: it would get the machine's time instead of the clock's."""

    def _update_meta(self) -> None:
        return


class _Picture(ImportedPdfPage):
    """A page imported from memory."""

    def __init__(self, pdf: bytes) -> None:
        super().__init__(BytesIO(pdf))
        self._pdf = pdf

    def render(self) -> bytes:
        writer = self._ensure_writer
        imported = writer.import_page_as_xobject(PdfFileReader(BytesIO(self._pdf)), page_ix=0)
        self.resources.xobject["/Stamp"] = imported
        left, bottom, right, top = imported.get_object()["/BBox"]
        self.box = layout.BoxConstraints(width=abs(right - left), height=abs(top - bottom))
        return b"/Stamp Do"


def _style(picture: bytes) -> StaticStampStyle:
    return StaticStampStyle(
        border_width=0,
        background=_Picture(picture),
        background_opacity=1.0,
        background_layout=layout.SimpleBoxLayoutRule(
            x_align=layout.AxisAlignment.ALIGN_MID,
            y_align=layout.AxisAlignment.ALIGN_MID,
            margins=layout.Margins.uniform(0),
        ),
    )
