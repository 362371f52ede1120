"""What somebody types as a text: one check for every service."""

from __future__ import annotations

from .errors import DomainError

PLAIN = ("required", "too_long")
"""Codes of what is no reason and no note."""


def written(
    label: str,
    text: str,
    longest: int,
    *,
    field: str = "reason",
    required: bool | str = False,
    codes: tuple[str, str] | None = None,
) -> str:
    """Return a text without the blanks around it.

    ``required`` may be the sentence that is said of an empty one. Errors, at the field: ``codes``, by default
    <field>_missing and <field>_long.
    """
    text = text.strip()
    missing, long = codes or (f"{field}_missing", f"{field}_long")
    if required and not text:
        raise DomainError(missing, required if isinstance(required, str) else f"未填写{label}。", field=field)
    if len(text) > longest:
        raise DomainError(long, f"{label}不超过 {longest} 字，现为 {len(text)} 字。", field=field)
    return text
