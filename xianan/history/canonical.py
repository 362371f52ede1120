"""One spelling for one content: what a digest is taken over must not depend on who wrote it down."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal
from typing import Any

from django.db import models


def plain(value: Any) -> Any:
    """Return ``value`` as JSON types, so that it reads the same from memory and from the database.

    Moments become UTC ISO text with microseconds, dates ISO text, decimals text, model rows their
    primary key, sets sorted lists. Raises TypeError for anything else.
    """
    if value is None or isinstance(value, bool | int | str):
        return str(value) if isinstance(value, models.Choices) else value
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).isoformat(timespec="microseconds")
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    if isinstance(value, float):
        return repr(value)
    if isinstance(value, models.Model):
        return value.pk
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, set | frozenset):
        return sorted(plain(item) for item in value)
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    raise TypeError(f"{type(value).__name__} has no canonical form")


def canonical_bytes(value: Any) -> bytes:
    """Return the canonical JSON of ``value``: sorted keys, no spaces, UTF-8."""
    return json.dumps(plain(value), ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
