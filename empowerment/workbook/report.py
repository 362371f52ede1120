"""What a department's workbook is compared with, and the JSON of the command line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from xianan.imports.report import Fault, Report


@dataclass(frozen=True)
class OtherItem:
    """An item that another department has filed or listed."""

    name: str
    basis: str
    department: str


def report_json(report: Report) -> dict[str, Any]:
    """The report in the shape of the command line; `columns` has `streets` when there are street columns."""
    columns: dict[str, Any] = dict(report.columns)
    if report.member_columns:
        columns["streets"] = dict(report.member_columns)
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
