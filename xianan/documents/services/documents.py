"""Issuing a document and adding a party's signature. Callers write the log and check the right."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Model

from xianan.core import clock
from xianan.core.dates import chinese_date
from xianan.core.errors import DomainError
from xianan.core.identity import without_id_numbers
from xianan.core.locks import lock
from xianan.documents import registry, store
from xianan.documents.models import Document, DocumentFile, DocumentSignature
from xianan.documents.pdf import Place, render
from xianan.documents.rules import new_code, safe_name, sha256, sm3
from xianan.documents.selectors import active_certificate, mark_of, missing_parties, newest_file
from xianan.history.services import record

from . import sources as told
from .certificates import signer_for
from .sources import Source

if TYPE_CHECKING:
    from xianan.organizations.models import District, Organization, User


@dataclass(frozen=True, slots=True)
class Party:
    """One who is to sign: its key in the document (a, b), what it is called (甲方), and who it is."""

    key: str
    label: str
    organization: Organization

    def as_json(self) -> dict[str, Any]:
        return {
            "key": self.key,
            "label": self.label,
            "organization": self.organization.pk,
            "name": self.organization.formal_name,
        }


@dataclass(frozen=True, slots=True)
class Replacing:
    """Which papers a new one takes the place of, why, and what is other than in them, sentence by sentence."""

    documents: Sequence[Document]
    cause: str
    changes: Sequence[str] = ()

    def as_json(self) -> dict[str, Any]:
        return {
            "names": [row.number or f"《{row.title}》（核验码 {row.code_shown}）" for row in self.documents],
            "cause": self.cause.strip().rstrip("。"),
            "changes": list(self.changes),
        }


@transaction.atomic
def create_document(
    *,
    district: District,
    kind: str,
    title: str,
    template: str,
    data: Mapping[str, Any],
    sources: Sequence[Source],
    actor: User | None,
    replacing: Replacing | None = None,
    number: str = "",
    organization: Organization | None = None,
    parties: Iterable[Party] = (),
    unkept: Mapping[str, Any] | None = None,
) -> Document:
    """Render ``template`` from ``data`` (plain JSON) and register the PDF with a verification code.

    The template sees what ``context_of`` says. ``unkept`` takes the place of keys of ``data`` on the paper and is kept
    nowhere else: what only those may read who open the file. Identity numbers are masked in what is kept;
    a paper with one, and every paper of a private kind, is sealed.

    ``sources`` are the rows it is told from, at least one: when they are put right it is superseded. ``replacing``
    are papers it takes the place of; it names them, and they are superseded by it.

    The file is on the disk before the rows commit: a row without its file can't be, a file without a row
    is harmless. Errors: no_place when the template leaves a party nowhere to sign. Raises TypeError for
    data that is not JSON, ValueError without sources.
    """
    if not sources:
        raise ValueError(f"{kind} is told from nothing")
    content = json.loads(json.dumps(data, ensure_ascii=False))
    if replacing is not None and replacing.documents:
        content["replacing"] = replacing.as_json()
    signers = [party.as_json() for party in parties]
    code = new_code()
    whole = {**content, **(unkept or {})}
    kept, name = without_id_numbers(content), str(without_id_numbers(title))
    sealed = registry.is_private(kind) or (name, without_id_numbers(whole)) != (title, whole)
    context = context_of(whole, title=title, number=number, parties=signers)
    rendered = render(template, context, mark=mark_of(code))
    without = [party["label"] for party in signers if party["key"] not in rendered.places]
    if without:
        raise DomainError("no_place", f"模板没有为{'、'.join(without)}留出签署位置。")
    document = Document(
        district=district,
        organization=organization,
        kind=kind,
        number=number,
        title=name,
        code=code,
        template=template,
        data=kept,
        parties=signers,
        places={key: place.as_json() for key, place in rendered.places.items()},
        pages=rendered.pages,
        created_by=actor,
        created_at=clock.now(),
    )
    path = store.write(path_of(document, 1, "原件"), rendered.pdf, sealed=sealed)
    document.save(force_insert=True)
    _register(document, 1, "原件", path, rendered.pdf)
    told.keep(document, sources)
    if replacing is not None:
        told.supersede(replacing.documents, reason=replacing.cause, actor=actor, by=document)
    return document


def reprint(
    *,
    kind: str,
    data: Mapping[str, Any],
    sources: Sequence[Source],
    actor: User | None,
    organization: Organization | None = None,
    variant: Mapping[str, Any] | None = None,
    after: Sequence[Model] = (),
    cause: str,
    **paper: Any,
) -> Document:
    """Return the registered paper that tells just this, or issue a new one in place of those that tell otherwise.

    Takes what ``create_document`` takes; ``variant`` goes into its data and tells papers of the same sources
    apart; ``after`` are rows that the sources came in place of; a new paper names ``cause``. Called inside a
    transaction.
    """
    lock(sources[0].row)  # two who print at once get one paper
    variant = variant or {}
    alike, otherwise = told.told_alike(kind, sources, organization=organization, variant=variant, after=after)
    if alike is not None:
        return alike
    return create_document(
        kind=kind,
        sources=sources,
        actor=actor,
        organization=organization,
        replacing=Replacing(otherwise, cause) if otherwise else None,
        data={**data, **variant},
        **paper,
    )


def context_of(
    data: Mapping[str, Any], *, title: str, number: str, parties: list[dict[str, Any]]
) -> dict[str, Any]:
    """Return what a template sees: the keys of ``data`` and ``number``, ``parties`` and ``name`` (the title in
    the properties of the PDF), ``issued_on`` (today) and ``title`` unless ``data`` has its own or a ``letter``.
    """
    context = {"issued_on": chinese_date(clock.today()), "name": title, **data}
    if not data.get("letter"):
        context.setdefault("title", title)
    return {**context, "number": number, "parties": parties}


@transaction.atomic
def add_signature(
    document: Document,
    *,
    party: str,
    organization: Organization,
    actor: User,
    at: dt.datetime | None = None,
    reason: str = "",
) -> DocumentSignature:
    """Sign the newest version for ``party`` as ``organization`` at ``at`` (aware; now by default).

    Locks the document: of many at once exactly one takes effect. Errors: not_a_party, already_signed,
    no_certificate, file_damaged. The caller has checked that ``actor`` may sign for the organization.
    """
    document = lock(document)
    # A PDF knows whole seconds; the register says the same.
    moment = (at or clock.now()).replace(microsecond=0)
    _check_party(document, party, organization)
    certificate = active_certificate(organization.pk)
    if certificate is None or not certificate.not_before <= moment <= certificate.not_after:
        raise DomainError(
            "no_certificate", f"{organization.formal_name}没有有效的签署证书，须由区委编办先行签发。"
        )
    before = newest_file(document)
    pdf = _intact(before)
    signed = signer_for(certificate).sign_pdf(
        pdf,
        organization=organization.formal_name,
        signer_name=actor.name,
        party=party,
        place=Place(**document.places[party]),
        at=moment,
        reason=reason,
        # Who issues a paper alone has name and date printed on it already.
        alone=len(document.parties) == 1,
    )
    label = next(row["label"] for row in document.parties if row["key"] == party)
    sequence = before.sequence + 1
    path = store.write(path_of(document, sequence, f"{label}签署"), signed.pdf, sealed=before.sealed)
    file = _register(document, sequence, f"{label}签署", path, signed.pdf)
    return DocumentSignature.objects.create(
        document=document,
        file=file,
        party=party,
        organization=organization,
        organization_name=organization.formal_name,
        signer=actor,
        signer_name=actor.name,
        signed_at=moment,
        certificate=certificate,
        value_sha256=signed.value_sha256,
    )


def note_opening(file: DocumentFile, *, actor: User) -> None:
    """Write down that somebody opened a paper that is about people."""
    document = file.document
    record(document, "document.opened", f"查看{registry.label_of(document.kind)}", actor=actor)


def _check_party(document: Document, party: str, organization: Organization) -> None:
    row = next((row for row in document.parties if row["key"] == party), None)
    if row is None or row["organization"] != organization.pk:
        raise DomainError("not_a_party", f"{organization.formal_name}不是该文书的签署方。", status=403)
    if party not in {missing.key for missing in missing_parties(document)}:
        signature = document.signatures.get(party=party)
        raise DomainError(
            "already_signed",
            f"{row['label']}{row['name']}已由{signature.signer_name}签署，不需再次签署。",
        )


def _intact(file: DocumentFile) -> bytes:
    try:
        pdf = store.read(file.path)
    except OSError:
        raise DomainError("file_damaged", "文书原件读不出来，无法签署，请联系系统管理员。") from None
    if sha256(pdf) != file.sha256:
        raise DomainError("file_damaged", "文书原件与登记的摘要不一致，无法签署，请联系系统管理员。")
    return pdf


def path_of(document: Document, sequence: int, label: str) -> str:
    """Where a file lies: under its number, or kind and code. A title may name somebody."""
    local = document.created_at.astimezone(clock.ZONE)
    name = safe_name(document.number or f"{document.kind}-{document.code}")
    return f"{local.year}/{document.district.code}/{name}/{sequence}-{safe_name(label)}.pdf"


def _register(document: Document, sequence: int, label: str, path: str, pdf: bytes) -> DocumentFile:
    return DocumentFile.objects.create(
        document=document,
        sequence=sequence,
        label=label,
        path=path,
        sha256=sha256(pdf),
        sm3=sm3(pdf),
        size=len(pdf),
        created_at=clock.now(),
    )
