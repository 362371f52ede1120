"""What somebody types as a text of some lines."""

from __future__ import annotations

from .errors import DomainError


def checked(text: str, longest: int, *, field: str, missing: str = "") -> str:
    """Return a text without what surrounds it.

    Errors, at the field: reason_missing (with ``missing`` as the sentence, if there is one) and reason_long.
    """
    text = text.strip()
    if missing and not text:
        raise DomainError("reason_missing", missing, field=field)
    if len(text) > longest:
        raise DomainError("reason_long", f"不超过 {longest} 字，现为 {len(text)} 字。", field=field)
    return text
