"""Collecting faults by cell, each once."""

from __future__ import annotations

from xianan.core.spreadsheet import Column, Row, Table

from .columns import LABELS
from .report import Fault


class Faults:
    """Faults of one weight. The same fault of a merged block is kept once, at the cell that holds the text."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._found: dict[tuple[str, str], Fault] = {}

    def put(self, fault: Fault) -> None:
        self._found.setdefault((fault.cell, fault.code), fault)

    def has(self, cell: str, code: str) -> bool:
        return (cell, code) in self._found

    def column(
        self,
        column: Column,
        code: str,
        message: str,
        remedy: str,
        *,
        field: str = "",
        label: str = "",
        value: str = "",
    ) -> None:
        """A fault of a whole column or sheet, at its header cell."""
        self.put(Fault(column.cell, label, value, message, code, 0, remedy, "", field))

    def cell(self, row: Row, name: str, code: str, message: str, remedy: str, context: str = "") -> None:
        """A fault of one cell of a field."""
        column = self._table.columns[name]
        cell = self._table.cell(row, column)
        self.put(
            Fault(cell, LABELS[name], row.values[name], message, code, row.number, remedy, context, name)
        )

    def in_order(self) -> list[Fault]:
        return sorted(self._found.values(), key=_place)


def _place(fault: Fault) -> tuple[int, int, str]:
    letters = fault.cell.rstrip("0123456789")
    return int(fault.cell[len(letters) :]), len(letters), letters
