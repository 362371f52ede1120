"""Which of the department's items a row is about, and what it would change in it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from empowerment.choices import Source
from xianan.core.spreadsheet import fold, key

from .columns import LABELS, SEPARATE, STREETS_LABEL
from .report import CHANGED, FAULTY, NEW, UNCHANGED, CheckedLine, Difference, ExistingItem

_COMPARED = (
    "name", "type", "basis", "duties", "source", "municipal_department", "transition_months", "office", "remarks",
    "decline_reason", "streets",
)  # fmt: skip


def match_lines(lines: Sequence[CheckedLine], existing: Sequence[ExistingItem]) -> None:
    """Set outcome, match and differences of all lines that have no fault.

    A row is about the item of the same name and basis, or else about the only one of the same name. No
    item is matched twice: a row that names it exactly goes first, a faulty one too.
    """
    exact: dict[tuple[str, str], ExistingItem] = {}
    by_name: dict[str, list[ExistingItem]] = {}
    for item in existing:
        same = (key(item.name), key(item.basis))
        if same not in exact:
            exact[same] = item
            by_name.setdefault(same[0], []).append(item)
    taken: set[str] = set()
    waiting: list[tuple[CheckedLine, str]] = []
    for line in lines:
        name = line.keys[0]
        found = exact.get(line.keys) if name else None
        if line.outcome == FAULTY:
            if found:
                taken.add(found.key)
        elif found and found.key not in taken:
            taken.add(found.key)
            _compare(line, found)
        else:
            waiting.append((line, name))
    for line, name in waiting:
        same_name = by_name.get(name, [])
        if len(same_name) == 1 and same_name[0].key not in taken:
            taken.add(same_name[0].key)
            _compare(line, same_name[0])
        else:
            line.outcome = NEW


def _compare(line: CheckedLine, item: ExistingItem) -> None:
    """Compare what both sides have; a column that the file lacks leaves what is there."""
    line.match = item.key
    old_values: dict[str, Any] = {"name": item.name, "basis": item.basis, **item.values}
    for name in _COMPARED:
        if name not in line.values or name not in old_values:
            continue
        if old_values[name] == line.values[name]:
            continue
        old, new = _plain(name, old_values[name]), _plain(name, line.values[name])
        if old != new:
            label = LABELS.get(name, STREETS_LABEL)
            line.differences.append(Difference(name, label, _shown(name, old), _shown(name, new)))
    line.outcome = CHANGED if line.differences else UNCHANGED


def _plain(name: str, value: Any) -> str:
    if value is None:
        return ""
    if name == "streets":
        return "、".join(sorted(value))
    if isinstance(value, str):
        return fold(value, separate=name in SEPARATE)
    return str(value)


def _shown(name: str, value: str) -> str:
    if name == "source" and value in Source.values:
        return str(Source(value).label)
    return value
