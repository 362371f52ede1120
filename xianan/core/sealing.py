"""Encrypting what lies on disk or in a column with FIELD_KEY.

Each use derives a key of its own from the secret, so that what was sealed for one opens for no other.
"""

from __future__ import annotations

import base64
import hashlib
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken


def seal(data: bytes, secret: str, *, use: str) -> bytes:
    """Return ``data`` encrypted and authenticated, in base64: a third longer."""
    return _cipher(secret, use).encrypt(data)


def unseal(sealed: bytes, secret: str, *, use: str) -> bytes:
    """Return what was sealed. Raises ValueError for another secret, another use or changed bytes."""
    try:
        return _cipher(secret, use).decrypt(sealed)
    except InvalidToken:
        raise ValueError("sealed with another FIELD_KEY, or damaged") from None


@lru_cache(maxsize=16)
def key_for(secret: str, *, use: str) -> bytes:
    """Return the 32 bytes that belong to one use of the secret."""
    # FIELD_KEY may be typed by a person: scrypt makes guessing dear. Once a process: 50 ms.
    return hashlib.scrypt(secret.encode(), salt=use.encode(), n=2**14, r=8, p=1, dklen=32)


@lru_cache(maxsize=16)
def _cipher(secret: str, use: str) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(key_for(secret, use=use)))
