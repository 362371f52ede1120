from .certificate import Certificate
from .document import Document, DocumentFile, DocumentSignature
from .number import NumberSequence

__all__ = ["Certificate", "Document", "DocumentFile", "DocumentSignature", "NumberSequence"]
