from .certificates import ensure_certificates, issue_certificate, revoke_certificate
from .documents import Party, Replacing, add_signature, create_document, reprint
from .numbers import take_number
from .sources import Source, supersede

__all__ = [
    "Party",
    "Replacing",
    "Source",
    "add_signature",
    "create_document",
    "ensure_certificates",
    "issue_certificate",
    "reprint",
    "revoke_certificate",
    "supersede",
    "take_number",
]
