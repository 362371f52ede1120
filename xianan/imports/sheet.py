"""The declarative layer: a kind that says its columns and gets check, template and export from them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.conf import settings

from xianan.core.spreadsheet import (
    Field,
    Number,
    Row,
    Schema,
    Table,
    find_table,
    fold,
    key,
    misread_text,
    read_workbook,
)
from xianan.organizations.models import User

from .faults import Faults
from .matching import Compared, match_lines
from .parsers import Parser, Text, Wrong
from .registry import ImportKind, O
from .report import CHANGED, FAULTY, NEW, CheckedLine, Existing, Report
from .template import TemplateColumn, build

NUMBER = Field("number", "序号", ("编号", "序", "No", "项次", "顺序号", "行号"), weak=("号",), serial=True)


@dataclass(frozen=True)
class Column:
    """One column of a sheet. A required one must be there and filled in every row.

    `synonyms`, `weak` and `patterns` are as in ``core.spreadsheet.Field``; `hint`, `example` and `width`
    (in characters) are for the template.
    """

    key: str
    label: str
    parser: Parser = field(default_factory=Text)
    synonyms: Sequence[str] = ()
    required: bool = False
    private: bool = False
    weak: Sequence[str] = ()
    patterns: Sequence[str] = ()
    hint: str = ""
    example: str = ""
    width: int = 16

    @property
    def field(self) -> Field:
        return Field(
            self.key, self.label, self.synonyms, self.weak, self.patterns,
            required=self.required, separate=self.parser.lines,
            fits=self.parser.fits if self.parser.tells else None,
        )  # fmt: skip

    def plain(self, value: Any) -> str:
        """Return a value as the text that is compared."""
        return fold(self.parser.show(value), separate=self.parser.lines)


class CheckRow:
    """One row while it is checked. A field is missing from `values` when the file lacks its column."""

    def __init__(self, row: Row, sheet: _Check) -> None:
        self.number = row.number
        self.values: dict[str, Any] = {}
        self.faulty = False
        self._row = row
        self._sheet = sheet

    def __getitem__(self, name: str) -> Any:
        return self.values.get(name)

    def get(self, name: str) -> Any:
        """Return the value of a field, None when it is missing, empty or faulty."""
        value = self.values.get(name)
        return None if value == "" else value

    def error(self, name: str, code: str, message: str, remedy: str) -> None:
        """Say what is wrong with a field: the file can't be imported."""
        self.faulty = True
        self._sheet.put(self._sheet.errors, self._row, name, code, message, remedy)

    def warn(self, name: str, code: str, message: str, remedy: str) -> None:
        """Say what should be looked at; it keeps nothing out."""
        self._sheet.put(self._sheet.warnings, self._row, name, code, message, remedy)


class SheetKind(ImportKind[O]):
    """A kind whose lines are the fields of one row each, all of them told by `columns`."""

    identity: tuple[tuple[str, ...], ...]
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

    # ---- What it gets ----------------------------------------------------------------------------------

    def read(self, data: bytes, filename: str, owner: O) -> Table:
        schema = Schema((NUMBER, *(column.field for column in self.columns(owner))))
        return find_table(read_workbook(data, filename), schema)

    def check(self, table: Table, owner: O) -> Report:
        columns = self.columns(owner)
        sheet = _Check(self, table, columns)
        rows = [sheet.row(row) for row in table.rows]
        for row in rows:
            self.check_row(row, owner)
        self.check_rows(rows, owner)
        lines = sheet.lines(rows)
        compared = [Compared(column.key, column.label, column.plain) for column in columns]
        match_lines(lines, self._with_keys(owner, columns), compared, strict=True)
        return Report(
            sheet=table.sheet,
            header_row=table.header_row,
            last_header_row=table.last_header_row,
            columns={name: column.letter for name, column in table.columns.items()},
            member_columns={},
            rows=len(lines),
            ignored=table.ignored,
            errors=sheet.errors.in_order(),
            warnings=sheet.warnings.in_order(),
            lines=lines,
            headers={name: column.header for name, column in table.columns.items()},
        )

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
        return {NUMBER.key: NUMBER.label, **{column.key: column.label for column in self.columns(owner)}}

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
        columns = self.columns(owner)
        texts = [
            [str(number), *(column.parser.show(row.values.get(column.key)) for column in columns)]
            for number, row in enumerate(rows, 1)
        ]
        return build(
            self.title or self.label,
            (TemplateColumn(NUMBER.key, NUMBER.label, 7, how="可以不填。"), *map(_in_template, columns)),
            notes=(f"{self.label}（{self.organization_of(owner)}）",),
            unit=self.unit,
            rows=texts,
        )

    def _with_keys(self, owner: O, columns: Sequence[Column]) -> list[Existing]:
        by_key = {column.key: column for column in columns}
        return [replace(row, keys=_keys(self.identity, by_key, row.values)) for row in self.existing(owner)]


def _in_template(column: Column) -> TemplateColumn:
    return TemplateColumn(
        column.key, column.label, column.width, column.required, column.hint, column.example,
        tuple(column.parser.words), strict=True,
    )  # fmt: skip


def _keys(
    identity: Sequence[Sequence[str]], columns: Mapping[str, Column], values: Mapping[str, Any]
) -> tuple[tuple[str, ...], ...]:
    """Return the key of each alternative; it is empty where one of its fields says nothing."""
    found = []
    for names in identity:
        parts = tuple(key(columns[name].plain(values.get(name))) for name in names)
        found.append(parts if all(parts) else ())
    return tuple(found)


class _Check:
    """The rules of the columns, and what they remember from row to row."""

    def __init__(self, kind: SheetKind[Any], table: Table, columns: Sequence[Column]) -> None:
        labels = {NUMBER.key: NUMBER.label, **{column.key: column.label for column in columns}}
        self.kind, self.table = kind, table
        self.by_key = {column.key: column for column in columns}
        self.columns = [column for column in columns if column.key in table.columns]
        self.missing = [c.key for c in columns if c.required and c.key not in table.columns]
        self.errors, self.warnings = Faults(table, labels), Faults(table, labels)
        for name in self.missing:
            self.errors.missing(name)
        self.warnings.unread(kind.noun)
        shown = [name for name in kind.shown if name in self.by_key and not self.by_key[name].private]
        self.naming = next((name for name in shown if name in table.columns), "")

    def row(self, row: Row) -> CheckRow:
        found = CheckRow(row, self)
        found.faulty = bool(self.missing)
        for column in self.columns:
            found.values[column.key] = self._read(
                found, column, row.values[column.key], row.numbers.get(column.key)
            )
        return found

    def _read(self, row: CheckRow, column: Column, raw: str, number: Number | None) -> Any:
        parser = column.parser
        text = fold(raw, separate=parser.lines)
        misread = misread_text(text, number if parser.keeps_text else None)
        if misread is not None and (parser.keeps_text or misread.code == "formula"):
            row.error(column.key, *misread)
        elif text in parser.nothing:
            if column.required:
                row.error(
                    column.key, "missing", f"缺少必填内容：{column.label}", f"补填{column.label}，或删除此行"
                )
        else:
            try:
                return parser.read(text if number is None else parser.cell(text, number))
            except Wrong as wrong:
                row.error(column.key, wrong.code, wrong.message, wrong.remedy)
        return parser.empty

    def put(self, faults: Faults, row: Row, name: str, code: str, message: str, remedy: str) -> None:
        """Keep a fault, at the cell of its field or, when the file lacks that column, at the row's first one."""
        named = fold(row.values.get(self.naming, "")) if self.naming else ""
        context = f"本行{self.kind.noun}：{named}" if named and name != self.naming else ""
        at = name if name in self.table.columns else next(iter(self.table.columns))
        faults.cell(row, at, code, message, remedy, context)

    def lines(self, rows: Sequence[CheckRow]) -> list[CheckedLine]:
        """Return the lines; one that names the same row as an earlier one is faulty."""
        seen: dict[tuple[int, tuple[str, ...]], int] = {}
        lines = []
        for row in rows:
            keys = _keys(self.kind.identity, self.by_key, row.values)
            own = next(((n, found) for n, found in enumerate(keys) if found), None)
            if own is not None:
                first = seen.setdefault(own, row.number)
                if first != row.number:
                    names = self.kind.identity[own[0]]
                    same = "＋".join(self.by_key[name].label for name in names)
                    row.error(
                        names[0], f"duplicate {row.number}", f"与第 {first} 行重复（{same}相同）",
                        f"第 {first} 行和第 {row.number} 行只留一行",
                    )  # fmt: skip
            lines.append(CheckedLine(row.number, row.values, FAULTY if row.faulty else NEW, keys=keys))
        return lines
