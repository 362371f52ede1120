"""Which of the department's items a row is about, and what it would change in it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from empowerment.choices import Source
from xianan.core.spreadsheet import fold, key
from xianan.imports import matching
from xianan.imports.matching import Compared
from xianan.imports.report import CheckedLine, Existing

from .columns import LABELS, SEPARATE, STREETS_LABEL
from .report import ExistingItem

_COMPARED = (
    "name", "type", "basis", "duties", "source", "municipal_department", "transition_months", "office", "remarks",
    "decline_reason", "streets",
)  # fmt: skip


def match_lines(lines: Sequence[CheckedLine], existing: Sequence[ExistingItem]) -> None:
    """Set outcome, match and differences of all lines that have no fault.

    A row is about the item of the same name and basis, or else about the only one of the same name. No
    item is matched twice: a row that names it exactly goes first, a faulty one too.
    """
    rows = [
        Existing(
            item.key, {"name": item.name, "basis": item.basis, **item.values}, keys_of(item.name, item.basis)
        )
        for item in existing
    ]
    matching.match_lines(lines, rows, _FIELDS)


def keys_of(name: str, basis: str) -> tuple[tuple[str, ...], ...]:
    """Return what an item is told apart by: name and basis, else the name."""
    named = key(name)
    return (named, key(basis)), (named,)


def _plain(name: str) -> Callable[[Any], str]:
    separate = name in SEPARATE

    def plain(value: Any) -> str:
        if value is None:
            return ""
        if name == "streets":
            return "、".join(sorted(value))
        return fold(value, separate=separate) if isinstance(value, str) else str(value)

    return plain


def _source(value: Any) -> str:
    return str(Source(value).label) if value in Source.values else str(value or "")


_FIELDS = [
    Compared(name, LABELS.get(name, STREETS_LABEL), _plain(name), _source if name == "source" else None)
    for name in _COMPARED
]
