"""Text that is encrypted at rest, and the index by which equal values are found.

The key is ``FIELD_KEY``, which lies outside the database. A blind index says only whether two values
are the same; nothing can be searched by part.
"""

from __future__ import annotations

import hashlib
import hmac
from typing import Any

from django.conf import settings
from django.core.exceptions import FieldError
from django.db import models

from .sealing import key_for, seal, unseal

_USE = "xianan.core.fields"
_INDEX_USE = "xianan.core.fields.index"


def blind_index(value: str) -> str:
    """Return what equal values share and nobody can turn back without the key: HMAC-SHA-256 in hex."""
    key = key_for(settings.FIELD_KEY, use=_INDEX_USE)
    return hmac.new(key, value.encode(), hashlib.sha256).hexdigest()


def label_of(model: type[models.Model], name: str) -> str:
    """Return what a field is called on pages and in the log."""
    return str(getattr(model._meta.get_field(name), "verbose_name", name))


class EncryptedTextField(models.TextField):  # type: ignore[type-arg]  # it takes none at run time
    """Text kept encrypted. It can't be looked up; keep a ``blind_index`` beside it where that is wanted."""

    def get_prep_value(self, value: Any) -> Any:
        if value in (None, ""):
            return value
        return seal(str(value).encode(), settings.FIELD_KEY, use=_USE).decode("ascii")

    def from_db_value(self, value: Any, *_: Any) -> Any:
        if value in (None, ""):
            return value
        try:
            return unseal(value.encode("ascii"), settings.FIELD_KEY, use=_USE).decode()
        except ValueError:
            raise ValueError(f"{self.name} was encrypted with another FIELD_KEY") from None

    def get_lookup(self, lookup_name: str) -> Any:
        if lookup_name == "isnull":
            return super().get_lookup(lookup_name)
        raise FieldError(f"{self.name} is encrypted and can't be looked up")

    def shown_in_log(self, value: Any) -> str:
        """What the history says of a value: that there is one."""
        return "（已填写，日志不记录内容）" if value else ""
