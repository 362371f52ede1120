"""Which of the rows there are a line is about, and what it would change in it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from .report import CHANGED, FAULTY, NEW, UNCHANGED, CheckedLine, Difference, Existing


@dataclass(frozen=True)
class Compared:
    """A field that is compared: as texts that are equal when nothing changes, and as they are shown."""

    field: str
    label: str
    plain: Callable[[Any], str]
    shown: Callable[[Any], str] | None = None


def match_lines(
    lines: Sequence[CheckedLine],
    existing: Sequence[Existing],
    fields: Sequence[Compared],
    *,
    strict: bool = False,
) -> None:
    """Set outcome, match and differences of all lines that have no fault.

    A line is about the row with the same first key, or else about the only one with the same second, and
    so on; when `strict`, a later key counts only where one side lacks the earlier ones: two people of one
    name with different numbers are two. No row is matched twice: a line that names it exactly goes first,
    a faulty one too. Of rows with the same first key the earlier counts. A key with an empty first part
    is none.
    """
    exact: dict[tuple[str, ...], Existing] = {}
    unnamed: list[Existing] = []
    for row in existing:
        if _is_key(row.keys, 0):
            exact.setdefault(row.keys[0], row)
        else:
            unnamed.append(row)
    taken: set[str] = set()
    waiting: list[CheckedLine] = []
    for line in lines:
        found = exact.get(line.keys[0]) if _is_key(line.keys, 0) else None
        if line.outcome == FAULTY:
            if found:
                taken.add(found.key)
        elif found and found.key not in taken:
            taken.add(found.key)
            _compare(line, found, fields)
        else:
            waiting.append(line)
    depth = 1
    while waiting and any(len(line.keys) > depth for line in waiting):
        by_key: dict[tuple[str, ...], list[Existing]] = {}
        for row in (*exact.values(), *unnamed):
            if _is_key(row.keys, depth):
                by_key.setdefault(row.keys[depth], []).append(row)
        left: list[CheckedLine] = []
        for line in waiting:
            same = by_key.get(line.keys[depth], []) if _is_key(line.keys, depth) else []
            if strict:
                same = [row for row in same if not _differ(line.keys, row.keys, depth)]
            if len(same) == 1 and same[0].key not in taken:
                taken.add(same[0].key)
                _compare(line, same[0], fields)
            else:
                left.append(line)
        waiting, depth = left, depth + 1
    for line in waiting:
        line.outcome = NEW


def _is_key(keys: tuple[tuple[str, ...], ...], depth: int) -> bool:
    return len(keys) > depth and bool(keys[depth]) and bool(keys[depth][0])


def _differ(one: tuple[tuple[str, ...], ...], other: tuple[tuple[str, ...], ...], depth: int) -> bool:
    """Whether both have a key before `depth` that is not the same."""
    return any(_is_key(one, n) and _is_key(other, n) and one[n] != other[n] for n in range(depth))


def _compare(line: CheckedLine, row: Existing, fields: Sequence[Compared]) -> None:
    """Compare what both sides have; a column that the file lacks leaves what is there."""
    line.match = row.key
    for compared in fields:
        name = compared.field
        if name not in line.values or name not in row.values:
            continue
        old, new = row.values[name], line.values[name]
        if old == new:
            continue
        before, after = compared.plain(old), compared.plain(new)
        if before != after:
            shown = (compared.shown(old), compared.shown(new)) if compared.shown else (before, after)
            line.differences.append(Difference(name, compared.label, *shown))
    line.outcome = CHANGED if line.differences else UNCHANGED
