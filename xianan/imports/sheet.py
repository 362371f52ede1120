"""The declarative layer: a kind that says its columns and gets check, template and export from them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.conf import settings

from xianan.core.spreadsheet import Members, Schema, Table, find_table, read_workbook
from xianan.organizations.models import User

from .checking import NUMBER, Check, CheckRow, Column
from .registry import ImportKind, O
from .report import CHANGED, NEW, CheckedLine, Existing, Report
from .template import build

__all__ = ["CheckRow", "Column", "SheetKind"]


class SheetKind(ImportKind[O]):
    """A kind whose lines are the fields of one row each, all of them told by `columns`."""

    identity: tuple[tuple[str, ...], ...] = ()
    """Fields by which a line finds the row it is about; later ones count where the earlier are not filled."""
    title: str = ""
    """The name of the sheet in the template; the label if empty."""

    # ---- What a kind says ------------------------------------------------------------------------------

    def columns(self, owner: O) -> Sequence[Column]:
        """Return the columns, in the order of the template."""
        raise NotImplementedError

    def existing(self, owner: O) -> Sequence[Existing]:
        """Return the rows there are, with values as the parsers give them."""
        raise NotImplementedError

    def check_row(self, row: CheckRow, owner: O) -> None:
        """Judge a row by more than its cells, with ``row.error`` and ``row.warn``."""

    def check_rows(self, rows: Sequence[CheckRow], owner: O) -> None:
        """Judge what needs all rows at once, or a query for all of them."""

    def write(self, owner: O, lines: Sequence[CheckedLine], *, actor: User) -> None:
        """Write new and changed lines, in the order of the file; ``line.match`` is a key of ``existing``."""
        raise NotImplementedError

    def members(self, owner: O) -> Members | None:
        """Return the columns that stand side by side, one for each member; `checker` reads them."""
        return None

    def checker(self, table: Table, owner: O) -> Check:
        """Return what checks a table; a kind with rules of its own for columns and twins returns its own."""
        return _Checker(self, table, owner)

    # ---- What it gets ----------------------------------------------------------------------------------

    def read(self, data: bytes, filename: str, owner: O) -> Table:
        columns = _numbered(self.columns(owner))
        schema = Schema([column.field for column in columns], self.members(owner))
        return find_table(read_workbook(data, filename), schema)

    def check(self, table: Table, owner: O) -> Report:
        return self.checker(table, owner).report(self.existing(owner))

    def base(self, owner: O) -> str:
        digest = hashlib.blake2b(key=settings.FIELD_KEY.encode()[:64], digest_size=32)
        for row in self.existing(owner):
            digest.update(repr((row.key, sorted(row.values.items()))).encode())
        for column in self.columns(owner):
            digest.update(repr((column.key, column.required, tuple(column.parser.words))).encode())
        return digest.hexdigest()

    def apply(self, owner: O, report: Report, *, actor: User) -> dict[str, Any]:
        self.write(owner, [line for line in report.lines if line.outcome in (NEW, CHANGED)], actor=actor)
        return {"new": report.new, "changed": report.changed, "unchanged": report.unchanged}

    def labels(self, owner: O) -> Mapping[str, str]:
        return {column.key: column.label for column in _numbered(self.columns(owner))}

    def private_fields(self, owner: O) -> frozenset[str]:
        return self.private | {column.key for column in self.columns(owner) if column.private}

    def show_values(self, owner: O) -> Callable[[str, Any], str]:
        parsers = {column.key: column.parser for column in self.columns(owner)}
        return lambda name, value: parsers[name].show(value)

    def template(self, owner: O) -> bytes:
        return self._workbook(owner, [])

    def export(self, owner: O) -> bytes:
        """Return the rows there are in the shape of the template; it reads back without a change.

        Private fields stand in it in full: whoever offers it judges the right and writes the log.
        """
        return self._workbook(owner, self.existing(owner))

    def _workbook(self, owner: O, rows: Sequence[Existing]) -> bytes:
        columns = _numbered(self.columns(owner))
        texts = [
            [
                str(number) if column is NUMBER else column.parser.show(row.values.get(column.key))
                for column in columns
            ]
            for number, row in enumerate(rows, 1)
        ]
        return build(
            self.title or self.label,
            [column.in_template for column in columns],
            notes=(f"{self.label}（{self.organization_of(owner)}）",),
            unit=self.unit,
            rows=texts,
        )


class _Checker(Check):
    """The check of a kind that only says its columns."""

    def __init__(self, kind: SheetKind[Any], table: Table, owner: Any) -> None:
        self.noun, self.identity = kind.noun, kind.identity
        super().__init__(table, kind.columns(owner), shown=kind.shown)
        self._kind, self._owner = kind, owner

    def judge(self, rows: Sequence[CheckRow]) -> None:
        for row in rows:
            self._kind.check_row(row, self._owner)
        self._kind.check_rows(rows, self._owner)


def _numbered(columns: Sequence[Column]) -> Sequence[Column]:
    """Columns with one that numbers the rows, which a kind need not name."""
    return columns if any(column.key == NUMBER.key for column in columns) else (NUMBER, *columns)
