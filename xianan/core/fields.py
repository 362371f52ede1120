"""Text that is encrypted at rest, and the index by which equal values are found.

The key is ``FIELD_KEY``, which lies outside the database. A blind index says only whether two values
are the same; nothing can be searched by part.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from functools import lru_cache
from typing import Any

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.core.exceptions import FieldError
from django.db import models

_SALT = b"xianan.core.fields"


@lru_cache(maxsize=4)
def _keys(secret: str) -> tuple[Fernet, bytes]:
    # FIELD_KEY may be typed by a person: scrypt makes guessing dear. Once a process: 50 ms.
    derived = hashlib.scrypt(secret.encode(), salt=_SALT, n=2**14, r=8, p=1, dklen=64)
    return Fernet(base64.urlsafe_b64encode(derived[:32])), derived[32:]


def blind_index(value: str) -> str:
    """Return what equal values share and nobody can turn back without the key: HMAC-SHA-256 in hex."""
    _, key = _keys(settings.FIELD_KEY)
    return hmac.new(key, value.encode(), hashlib.sha256).hexdigest()


class EncryptedTextField(models.TextField):  # type: ignore[type-arg]
    """Text kept encrypted. It can't be looked up; keep a ``blind_index`` beside it where that is wanted."""

    def get_prep_value(self, value: Any) -> Any:
        if value in (None, ""):
            return value
        return _keys(settings.FIELD_KEY)[0].encrypt(str(value).encode()).decode("ascii")

    def from_db_value(self, value: Any, *_: Any) -> Any:
        if value in (None, ""):
            return value
        try:
            return _keys(settings.FIELD_KEY)[0].decrypt(value.encode("ascii")).decode()
        except InvalidToken:
            raise ValueError(f"{self.name} was encrypted with another FIELD_KEY") from None

    def get_lookup(self, lookup_name: str) -> Any:
        if lookup_name == "isnull":
            return super().get_lookup(lookup_name)
        raise FieldError(f"{self.name} is encrypted and can't be looked up")

    def shown_in_log(self, value: Any) -> str:
        """What the history says of a value: that there is one."""
        return "（已填写，日志不记录内容）" if value else ""
