"""The piece of a workbook that is shown beside its faults: letters and row numbers as in the sheet."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from xianan.core.spreadsheet import Table, column_letter

from .privacy import mask
from .report import Report

MOST_ROWS = 60
MOST_COLUMNS = 6
MEMBER = "member"


def excerpt(
    table: Table, report: Report, *, always: Sequence[str], private: Collection[str] = ()
) -> dict[str, Any]:
    """Return the columns (letter, header, field) and rows (number, texts) around the first faults.

    Rows that are left out between two shown ones stand as number 0. Without faults it is the top of the
    table.
    """
    marked = {fault.field for fault in (*report.errors, *report.warnings)}
    chosen = [
        (column.index, name) for name, column in table.columns.items() if name in always or name in marked
    ]
    if len(chosen) > MOST_COLUMNS:
        errors = {fault.field for fault in report.errors}
        chosen = [(index, name) for index, name in chosen if name in always or name in errors]
    chosen += [(column.index, MEMBER) for column in table.members.values()]
    chosen.sort()
    wanted = _rows(table, report)
    origins = {row.number: row.origin for row in table.rows}
    shown: list[list[Any]] = []
    for number in wanted:
        if shown and number > shown[-1][0] + 1:
            shown.append([0, [""] * len(chosen)])
        texts = [
            mask(text) if name in private else text
            for index, name in chosen
            for text in [_text(table, origins[number], number, index)]
        ]
        shown.append([number, texts])
    headers = {column.index: column.header for column in (*table.columns.values(), *table.members.values())}
    return {
        "columns": [[column_letter(index), headers[index], name] for index, name in chosen],
        "rows": shown,
        "rows_in_all": len(table.rows),
        "columns_in_all": max((len(row) for row in table.grid), default=0),
    }


def _text(table: Table, origin: dict[int, int], number: int, index: int) -> str:
    """The text of a cell; of a merged block what its top cell holds."""
    cells = table.grid[origin.get(index, number - 1)]
    return cells[index] if index < len(cells) else ""


def _rows(table: Table, report: Report) -> list[int]:
    numbers = [row.number for row in table.rows]
    if not numbers:
        return []
    faults = [fault.row for fault in report.errors if fault.row] or [
        fault.row for fault in report.warnings if fault.row
    ]
    if not faults:
        return numbers[:5]
    known = set(numbers)
    wanted: set[int] = set()
    for number in faults:
        around = {number - 1, number, number + 1} & known
        if len(wanted | around) > MOST_ROWS:
            break
        wanted |= around
    return sorted(wanted)
