"""Certificates and keys: the district's authority, the organizations' certificates, keys at rest.

Pure cryptography: nothing here knows the database.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.fernet import InvalidToken
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from .sealing import fernet

AUTHORITY_YEARS = 30
CERTIFICATE_YEARS = 3
_YEAR = dt.timedelta(days=365)
_SALT = b"xianan.documents.keys"


@dataclass(frozen=True, slots=True)
class Pair:
    """A certificate and its private key."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    @property
    def certificate_pem(self) -> str:
        return self.certificate.public_bytes(serialization.Encoding.PEM).decode("ascii")

    @property
    def serial(self) -> str:
        return f"{self.certificate.serial_number:x}"

    @property
    def fingerprint(self) -> str:
        return fingerprint(self.certificate.public_bytes(serialization.Encoding.DER))


def fingerprint(der: bytes) -> str:
    """Return the SHA-256 of a certificate in DER, in lower-case hexadecimal."""
    return hashlib.sha256(der).hexdigest()


def make_authority(district: str, *, valid_from: dt.datetime) -> Pair:
    """Make the self-signed P-256 certificate by which a district's authority issues all others."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "CN"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, district),
            x509.NameAttribute(NameOID.COMMON_NAME, f"{district}赋权平台签发机构"),
        ]
    )
    public = key.public_key()
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(valid_from)
        .not_valid_after(valid_from + AUTHORITY_YEARS * _YEAR)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(authority=True), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
    )
    return Pair(builder.sign(key, hashes.SHA256()), key)


def make_certificate(
    authority: Pair, organization: str, *, district: str, unit_code: str = "", valid_from: dt.datetime
) -> Pair:
    """Make the P-256 certificate of an organization, ending with the authority at the latest."""
    key = ec.generate_private_key(ec.SECP256R1())
    names = [
        x509.NameAttribute(NameOID.COUNTRY_NAME, "CN"),
        x509.NameAttribute(NameOID.ORGANIZATION_NAME, district),
        x509.NameAttribute(NameOID.COMMON_NAME, organization[:64]),
    ]
    if unit_code:
        names.append(x509.NameAttribute(NameOID.ORGANIZATION_IDENTIFIER, unit_code))
    public = key.public_key()
    end = min(valid_from + CERTIFICATE_YEARS * _YEAR, authority.certificate.not_valid_after_utc)
    issuer = authority.certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name(names))
        .issuer_name(authority.certificate.subject)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(valid_from)
        .not_valid_after(end)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(authority=False), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(issuer), critical=False)
    )
    return Pair(builder.sign(authority.key, hashes.SHA256()), key)


def issued_by(certificate: x509.Certificate, authority: x509.Certificate) -> bool:
    """Whether the authority's key made this certificate; equal names prove nothing."""
    try:
        certificate.verify_directly_issued_by(authority)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


def seal(key: ec.EllipticCurvePrivateKey, secret: str) -> str:
    """Return the private key encrypted with ``secret`` (FIELD_KEY), fit for a text column."""
    plain = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return fernet(secret, _SALT).encrypt(plain).decode("ascii")


def unseal(sealed: str, secret: str) -> ec.EllipticCurvePrivateKey:
    """Return the private key. Raises ValueError when ``secret`` is not the one it was sealed with."""
    try:
        plain = fernet(secret, _SALT).decrypt(sealed.encode("ascii"))
    except InvalidToken:
        raise ValueError("the private key was sealed with another FIELD_KEY") from None
    key = serialization.load_pem_private_key(plain, password=None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise ValueError("not an elliptic curve key")
    return key


def _usage(*, authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not authority,
        content_commitment=not authority,
        key_cert_sign=authority,
        crl_sign=authority,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )
