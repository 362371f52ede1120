"""Keys derived from FIELD_KEY: what is secret at rest is encrypted with one of its own for each purpose."""

from __future__ import annotations

import base64
import hashlib
from functools import lru_cache

from cryptography.fernet import Fernet


@lru_cache(maxsize=8)
def fernet(secret: str, salt: bytes) -> Fernet:
    """Return the cipher for a purpose. The salt keeps what is sealed for one from being opened as another's."""
    # FIELD_KEY may be typed by a person: scrypt makes guessing dear. Once a process: 50 ms.
    derived = hashlib.scrypt(secret.encode(), salt=salt, n=2**14, r=8, p=1, dklen=32)
    return Fernet(base64.urlsafe_b64encode(derived))
