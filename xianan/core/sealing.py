"""Encrypting what lies on disk or in a column with FIELD_KEY.

Each use derives a key of its own from the secret, so that what was sealed for one opens for no other.
Short texts are Fernet tokens. A file is sealed piece by piece (AES-256-GCM, a key of its own, the last
piece marked), so that neither its size nor its number of readers costs memory.
"""

from __future__ import annotations

import base64
import hashlib
import io
import os
import secrets
from functools import lru_cache
from pathlib import Path
from typing import IO, Any

from cryptography.exceptions import InvalidTag
from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

HEAD = b"XASEAL1\n"
_FERNET = b"gAAAA"
_SALT, _TAG, _PIECE = 16, 16, 256 * 1024


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


# ---- Files -------------------------------------------------------------------------------------------


def seal_file(source: IO[bytes], target: IO[bytes], secret: str, *, use: str) -> None:
    """Write what ``source`` still holds to ``target``, sealed."""
    salt = secrets.token_bytes(_SALT)
    cipher = _file_cipher(secret, use, salt)
    target.write(HEAD + salt)
    number, piece = 0, source.read(_PIECE)
    while True:
        following = source.read(_PIECE)
        target.write(cipher.encrypt(_nonce(number, last=not following), piece, HEAD))
        if not following:
            return
        number, piece = number + 1, following


def open_file(source: IO[bytes], secret: str, *, use: str) -> IO[bytes]:
    """Return what a file holds, to be read from its begin: unsealed as far as it is read, or as it is.

    Which of the two, its first bytes say. Reading, and of a Fernet token this call, raises ValueError for
    another secret, another use, changed, missing and added bytes.
    """
    head = source.read(len(HEAD))
    if head == HEAD:
        return io.BufferedReader(_Unsealed(source, secret, use), _PIECE)
    if head.startswith(_FERNET):
        with source:
            return io.BytesIO(unseal(head + source.read(), secret, use=use))
    source.seek(0)
    return source


def seal_in_place(path: Path, secret: str, *, use: str) -> bool:
    """Seal a file that lies open, under its name; return whether it did."""
    with path.open("rb") as source:
        head = source.read(len(HEAD))
        if head == HEAD or head.startswith(_FERNET):
            return False
        source.seek(0)
        draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
        with draft.open("xb") as target:
            seal_file(source, target, secret, use=use)
            target.flush()
            os.fsync(target.fileno())
    draft.replace(path)
    return True


class _Unsealed(io.RawIOBase):
    """What ``seal_file`` wrote, one piece after the other; nothing is given out that was not checked."""

    def __init__(self, source: IO[bytes], secret: str, use: str) -> None:
        self._source = source
        self._cipher = _file_cipher(secret, use, source.read(_SALT))
        self._number = 0
        self._held = source.read(_PIECE + _TAG)
        self._plain = b""
        self._ended = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._plain and not self._ended:
            self._next()
        size = min(len(buffer), len(self._plain))
        buffer[:size] = self._plain[:size]
        self._plain = self._plain[size:]
        return size

    def _next(self) -> None:
        following = self._source.read(_PIECE + _TAG)
        self._ended = not following
        try:
            nonce = _nonce(self._number, last=self._ended)
            self._plain = self._cipher.decrypt(nonce, self._held, HEAD)
        except InvalidTag:
            self._ended = True
            raise ValueError("sealed with another FIELD_KEY, or damaged") from None
        self._number, self._held = self._number + 1, following

    def close(self) -> None:
        self._source.close()
        super().close()


def _file_cipher(secret: str, use: str, salt: bytes) -> AESGCM:
    derive = HKDF(algorithm=hashes.SHA256(), length=32, salt=salt, info=HEAD)
    return AESGCM(derive.derive(key_for(secret, use=use)))


def _nonce(number: int, *, last: bool) -> bytes:
    """Return what makes a piece stay in its place, and the last one the last."""
    return number.to_bytes(11, "big") + bytes([last])
