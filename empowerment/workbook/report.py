"""What the check of a workbook found, and its JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from xianan.core.spreadsheet import Ignored

NEW, CHANGED, UNCHANGED, FAULTY = "new", "changed", "unchanged", "error"


@dataclass(frozen=True)
class ExistingItem:
    """An item the department has: in its newest draft or on the current list.

    `values` holds folded texts by field, `source` as value of `Source`, `type` as the type's name,
    `streets` as a collection of street names. Fields that are not in it are not compared. Earlier items
    in a sequence win over later ones of the same name and basis.
    """

    key: str
    name: str
    basis: str
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class OtherItem:
    """An item that another department has filed or listed."""

    name: str
    basis: str
    department: str


@dataclass(frozen=True)
class Fault:
    """One fault at one cell. `row` is 1-based and 0 for a fault of a whole column or sheet.

    `value` stands as in the cell, `message` is the rule broken, `remedy` what to do, `context` says which
    row it is; `code` is stable.
    """

    cell: str
    column: str
    value: str
    message: str
    code: str
    row: int = 0
    remedy: str = ""
    context: str = ""
    field: str = ""


@dataclass(frozen=True)
class Difference:
    field: str
    label: str
    old: str
    new: str


@dataclass
class CheckedLine:
    """One row of data: what would be kept of it, and what it does to the department's items.

    `values` lacks the fields whose column the file lacks. `outcome` is new, changed, unchanged or error;
    `match` is the key of the existing item that the row would change.
    """

    row: int
    values: dict[str, Any]
    outcome: str = NEW
    differences: list[Difference] = field(default_factory=list)
    match: str | None = None
    #: What the row is told apart by: keys of name and basis.
    keys: tuple[str, str] = ("", "")


@dataclass
class Report:
    """Everything the check found. Rows in = new + changed + unchanged + faulty."""

    sheet: str
    header_row: int
    last_header_row: int
    columns: dict[str, str]
    street_columns: dict[str, str]
    rows: int
    ignored: Sequence[Ignored]
    errors: list[Fault]
    warnings: list[Fault]
    lines: list[CheckedLine]
    #: Header text as it stands, by field, and by street.
    headers: dict[str, str] = field(default_factory=dict)

    def count(self, outcome: str) -> int:
        return sum(1 for line in self.lines if line.outcome == outcome)

    @property
    def new(self) -> int:
        return self.count(NEW)

    @property
    def changed(self) -> int:
        return self.count(CHANGED)

    @property
    def unchanged(self) -> int:
        return self.count(UNCHANGED)

    @property
    def faulty(self) -> int:
        return self.count(FAULTY)


def report_json(report: Report) -> dict[str, Any]:
    """The report in the shape of the command line; `columns` has `streets` when there are street columns."""
    columns: dict[str, Any] = dict(report.columns)
    if report.street_columns:
        columns["streets"] = dict(report.street_columns)
    return {
        "header_row": report.header_row,
        "columns": columns,
        "rows": report.rows,
        "ignored": [{"row": item.row, "text": item.text, "reason": item.reason} for item in report.ignored],
        "new": report.new,
        "changed": report.changed,
        "unchanged": report.unchanged,
        "errors": [_fault_json(fault) for fault in report.errors],
        "warnings": [_fault_json(fault) for fault in report.warnings],
    }


def _fault_json(fault: Fault) -> dict[str, str]:
    return {"cell": fault.cell, "column": fault.column, "value": fault.value, "message": fault.message}
