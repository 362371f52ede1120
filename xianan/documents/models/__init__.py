from .attachment import Attachment
from .certificate import Certificate
from .document import Document, DocumentFile, DocumentSignature, DocumentSource
from .number import NumberSequence

__all__ = [
    "Attachment",
    "Certificate",
    "Document",
    "DocumentFile",
    "DocumentSignature",
    "DocumentSource",
    "NumberSequence",
]
