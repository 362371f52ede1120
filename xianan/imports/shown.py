"""What the pages show of a check, as plain JSON to be kept with the upload."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from django.db import models

from xianan.core.identity import without_id_numbers
from xianan.core.spreadsheet import Table

from .excerpt import excerpt
from .privacy import masked
from .registry import ImportKind
from .report import CheckedLine, Report


def as_json(
    kind: ImportKind[Any], owner: models.Model, table: Table, found: Report, *, seconds: float
) -> dict[str, Any]:
    """Return a check for keeping; values of private fields are masked in it, identity numbers anywhere."""
    private = kind.private_fields(owner)
    report = masked(found, table, private)
    kept: dict[str, Any] = without_id_numbers(_plain(kind, owner, table, report, private))
    return {**kept, "seconds": seconds}


def _plain(
    kind: ImportKind[Any], owner: models.Model, table: Table, report: Report, private: frozenset[str]
) -> dict[str, Any]:
    numbers = [line.row for line in report.lines]
    show = kind.show_values(owner)
    return {
        "sheet": report.sheet,
        "header_row": report.header_row,
        "last_header_row": report.last_header_row,
        "columns": report.columns,
        "members": report.member_columns,
        "headers": report.headers,
        "parts": {
            name: [[column.letter, column.header] for _, column in found]
            for name, found in table.parts.items()
        },
        "rows": report.rows,
        "first_row": min(numbers, default=0),
        "last_row": max(numbers, default=0),
        "new": report.new,
        "changed": report.changed,
        "unchanged": report.unchanged,
        "faulty": report.faulty,
        "ignored": [[item.row, item.text, item.reason] for item in report.ignored],
        "errors": [asdict(fault) for fault in report.errors],
        "warnings": [asdict(fault) for fault in report.warnings],
        "lines": [_line_json(line, kind.shown, show) for line in report.lines],
        "excerpt": excerpt(table, report, always=kind.always or kind.shown, private=private),
    }


def _line_json(line: CheckedLine, shown: Sequence[str], show: Any) -> dict[str, Any]:
    found: dict[str, Any] = {
        "row": line.row,
        "outcome": line.outcome,
        "shown": [show(name, line.values.get(name, "")) for name in shown],
    }
    if line.match:
        found["match"] = line.match
    if line.differences:
        found["differences"] = [[d.label, d.old, d.new] for d in line.differences]
    return found
