from .certificates import ensure_certificates, issue_certificate, revoke_certificate
from .documents import Party, add_signature, create_document
from .numbers import take_number

__all__ = [
    "Party",
    "add_signature",
    "create_document",
    "ensure_certificates",
    "issue_certificate",
    "revoke_certificate",
    "take_number",
]
