"""A department's workbook held against its draft and the list, and its rows written into the draft (P01)."""

from __future__ import annotations

import hashlib
from typing import Any

from xianan.core.spreadsheet import Table
from xianan.imports.report import CHANGED, FAULTY, NEW, UNCHANGED, CheckedLine, Fault, Report
from xianan.organizations.models import User

from ..choices import Source
from ..models import Filing, FilingItem, Item
from ..models.item import CONTENT_FIELDS
from ..rules import content_key
from ..selectors.comparison import street_names, transition_months, type_words
from ..workbook.columns import COLUMNS
from .rows import LineResource, dataset_of

_FIELDS = [column.key for column in COLUMNS if column.key not in ("number", "department")]


def base_of(filing: Filing) -> str:
    """Return a digest of everything a workbook of this filing is compared with."""
    organization = filing.organization
    texts = [name for name in CONTENT_FIELDS if name != "type"]
    lines = FilingItem.objects.filter(filing=filing).order_by("pk")
    items = Item.objects.filter(organization=organization, is_listed=True).order_by("pk")
    digest = hashlib.blake2b(digest_size=32)
    for rows in (
        lines.values_list(
            "pk", "item_id", "type_id", "transition_months", "proposed_streets", "decline_reason", *texts
        ),
        items.values_list("pk", "type_id", *texts),
    ):
        for row in rows.iterator(chunk_size=2000):
            digest.update(repr(row).encode())
        digest.update(b"\x1e")
    words = (type_words(organization), street_names(organization), transition_months(organization))
    digest.update(repr(words).encode())
    return digest.hexdigest()


def write_lines(filing: Filing, report: Report, *, actor: User) -> dict[str, Any]:
    """Write the rows of a checked workbook into its draft, inside the caller's transaction.

    Rows that are on the list as they stand are not filed again; they are named in what is returned.
    """
    columns = [name for name in _FIELDS if name in report.columns]
    streets = bool(report.member_columns)
    listed = [line for line in report.lines if line.outcome == UNCHANGED and _match(line)[0] == "item"]
    left_out = {line.row for line in listed}
    rows = [_row(line, columns, streets) for line in report.lines if line.row not in left_out]
    result = LineResource(filing, actor).import_data(
        dataset_of(rows, columns, with_streets=streets), raise_errors=True
    )
    return {
        "new": result.totals["new"],
        "changed": result.totals["update"],
        "unchanged": result.totals["skip"],
        "listed": [[line.row, line.values["name"]] for line in listed],
    }


def refuse_twins(table: Table, report: Report) -> None:
    """Add a fault for rows that differ only in a department which is not kept."""
    first: dict[str, CheckedLine] = {}
    for line in report.lines:
        name, basis = line.values.get("name"), line.values.get("basis")
        if line.outcome == FAULTY or not name or not basis:
            continue
        twin = first.setdefault(content_key(name, basis), line)
        if twin is not line:
            row = next(row for row in table.rows if row.number == line.row)
            column = table.columns["name"]
            report.errors.append(
                Fault(
                    table.cell(row, column), "事项名称", row.values["name"],
                    f"与第 {twin.row} 行重复（都按申报部门处理，名称＋依据相同）", f"duplicate {line.row}",
                    line.row, f"删除第 {twin.row} 行和第 {line.row} 行中的一行", "", "name",
                )
            )  # fmt: skip
            line.outcome = FAULTY


def _match(line: CheckedLine) -> tuple[str, int]:
    kind, _, key = (line.match or "").partition(":")
    return kind, int(key or 0)


def _row(line: CheckedLine, columns: list[str], streets: bool) -> list[Any]:
    kind, key = _match(line)
    values = line.values
    words = {**dict(Source.choices), "": ""}
    return [
        key if kind == "line" else None,
        key if kind == "item" and line.outcome in (CHANGED, NEW) else None,
        *(words[values[name] or ""] if name == "source" else values[name] for name in columns),
        *([values.get("streets", ())] if streets else []),
    ]
