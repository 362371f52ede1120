"""Certificates of the district's authority and of its organizations. Callers write the log."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from functools import lru_cache
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from django.conf import settings
from django.db import transaction

from xianan.core import clock
from xianan.core.errors import DomainError
from xianan.core.locks import lock
from xianan.documents import keys
from xianan.documents.models import Certificate
from xianan.documents.signing import Identity, LocalSigner, Signer
from xianan.organizations.models import active

if TYPE_CHECKING:
    from xianan.organizations.models import District, Organization


@transaction.atomic
def ensure_certificates(
    district: District,
    *,
    valid_from: dt.datetime | None = None,
    organizations: Iterable[Organization] | None = None,
) -> list[Certificate]:
    """Give the district its authority and each active organization a certificate if it has none.

    Certificates are valid from ``valid_from`` (aware; now by default). Returns those issued. Running it
    again issues nothing.
    """
    district = lock(district)
    ensure_authority(district, valid_from=valid_from)
    wanted = organizations
    if wanted is None:
        wanted = district.organizations.filter(active())
    having = set(
        Certificate.objects.filter(district=district, is_active=True, organization__isnull=False).values_list(
            "organization_id", flat=True
        )
    )
    return [
        issue_certificate(organization, valid_from=valid_from)
        for organization in wanted
        if organization.pk not in having
    ]


@transaction.atomic
def ensure_authority(district: District, *, valid_from: dt.datetime | None = None) -> Certificate:
    """Return the district's authority, made the first time."""
    found = Certificate.objects.filter(district=district, organization=None, is_active=True).first()
    if found is not None:
        return found
    pair = keys.make_authority(district.name, valid_from=_whole_second(valid_from or clock.now()))
    return _store(district, None, pair)


@transaction.atomic
def issue_certificate(organization: Organization, *, valid_from: dt.datetime | None = None) -> Certificate:
    """Issue a certificate to an organization; the one it had rests, and what it signed stays valid.

    Errors: before_authority when ``valid_from`` lies before the authority's first day.
    """
    district = lock(organization.district)
    start = _whole_second(valid_from or clock.now())
    authority = ensure_authority(district, valid_from=start)
    if start < authority.not_before:
        raise DomainError("before_authority", "证书的生效时间早于本区签发证书的生效时间。")
    pair = keys.make_certificate(
        keys.Pair(load(authority), keys.unseal(authority.private_key, settings.FIELD_KEY)),
        organization.formal_name,
        district=district.name,
        unit_code=organization.credit_code,
        valid_from=start,
    )
    Certificate.objects.filter(organization=organization, is_active=True).update(is_active=False)
    return _store(district, organization, pair)


@transaction.atomic
def revoke_certificate(certificate: Certificate) -> Certificate:
    """Revoke a certificate from now on; letters signed before stay valid. Errors: revoked."""
    fresh = lock(certificate)
    if fresh.revoked_at is not None:
        raise DomainError("revoked", "该证书已经吊销。")
    fresh.revoked_at = clock.now()
    fresh.is_active = False
    fresh.save(update_fields=["revoked_at", "is_active"])
    return fresh


def signer_for(certificate: Certificate) -> Signer:
    """Return what signs with this certificate. The key is decrypted once a process."""
    authority = _issuer(certificate)
    return _local_signer(certificate.fingerprint, certificate.pk, authority.pk)


def load(certificate: Certificate) -> x509.Certificate:
    """Return the X.509 certificate of a row."""
    return x509.load_pem_x509_certificate(certificate.certificate.encode("ascii"))


def der(certificate: Certificate) -> bytes:
    """Return the certificate of a row in DER."""
    return load(certificate).public_bytes(serialization.Encoding.DER)


def _issuer(certificate: Certificate) -> Certificate:
    own = load(certificate)
    for authority in Certificate.objects.filter(district_id=certificate.district_id, organization=None):
        if keys.issued_by(own, load(authority)):
            return authority
    raise DomainError("no_authority", "找不到签发该证书的本区签发证书，无法签署。")


@lru_cache(maxsize=256)
def _local_signer(fingerprint: str, certificate_id: int, authority_id: int) -> LocalSigner:
    certificate = Certificate.objects.get(pk=certificate_id, fingerprint=fingerprint)
    authority = Certificate.objects.get(pk=authority_id)
    return LocalSigner(
        Identity(
            certificate=der(certificate),
            authority=der(authority),
            key=keys.unseal(certificate.private_key, settings.FIELD_KEY),
        )
    )


def _store(district: District, organization: Organization | None, pair: keys.Pair) -> Certificate:
    return Certificate.objects.create(
        district=district,
        organization=organization,
        serial=pair.serial,
        subject=organization.formal_name if organization else f"{district.name}赋权平台签发机构",
        fingerprint=pair.fingerprint,
        certificate=pair.certificate_pem,
        private_key=keys.seal(pair.key, settings.FIELD_KEY),
        not_before=pair.certificate.not_valid_before_utc,
        not_after=pair.certificate.not_valid_after_utc,
    )


def _whole_second(moment: dt.datetime) -> dt.datetime:
    # X.509 knows whole seconds, in UTC.
    return moment.astimezone(dt.UTC).replace(microsecond=0)
