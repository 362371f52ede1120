"""A table held against its columns: every cell read, every fault kept, every line matched. Knows no models.

A kind whose rules need more than single cells subclasses `Check`; `SheetKind` does so for a kind that only
says its columns.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from xianan.core.spreadsheet import Field, Number, Row, Table, fold, key

from .faults import Faults
from .matching import Compared, match_lines
from .parsers import Doubt, Parser, Text, Wrong
from .report import FAULTY, NEW, CheckedLine, Existing, Report
from .template import TemplateColumn


@dataclass(frozen=True)
class Column:
    """One column of a sheet. A required one must be there and filled in every row.

    `synonyms`, `weak`, `patterns`, `parts` and `serial` are as in ``core.spreadsheet.Field``; `hint`,
    `example` and `width` (in characters) are for the template. `remedy` is what to do about an empty cell
    of a required column; `absent` what is said when an optional one is not in the file, as message and
    remedy.
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
    parts: Sequence[tuple[str, str]] = ()
    serial: bool = False
    remedy: str = ""
    absent: tuple[str, str] | None = None

    @property
    def field(self) -> Field:
        return Field(
            self.key, self.label, self.synonyms, self.weak, self.patterns,
            required=self.required, separate=self.parser.lines, serial=self.serial,
            fits=self.parser.fits if self.parser.tells else None, parts=self.parts,
        )  # fmt: skip

    @property
    def in_template(self) -> TemplateColumn:
        return TemplateColumn(
            self.key, self.label, self.width, self.required, self.hint, self.example,
            tuple(self.parser.words), strict=self.parser.strict,
        )  # fmt: skip

    def plain(self, value: Any) -> str:
        """Return a value as the text that is compared."""
        return fold(self.parser.show(value), separate=self.parser.lines)


NUMBER = Column(
    "number", "序号", Text(), ("编号", "序", "No", "项次", "顺序号", "行号"), weak=("号",), serial=True,
    width=7, hint="可以不填。",
)  # fmt: skip
"""Numbers the rows; of a kind that doesn't name it among its columns it is passed over."""


class CheckRow:
    """One row while it is checked. A field is missing from `values` when the file lacks its column.

    `texts` are its cells as they stand, folded; one that was misread is empty. `raw` is the row of the
    table, `keys` what it is told apart by.
    """

    __slots__ = ("_check", "faulty", "keys", "number", "raw", "texts", "values")

    def __init__(self, raw: Row, check: Check) -> None:
        self.number = raw.number
        self.texts: dict[str, str] = {}
        self.values: dict[str, Any] = {}
        self.keys: tuple[tuple[str, ...], ...] = ()
        self.faulty = False
        self.raw = raw
        self._check = check

    def __getitem__(self, name: str) -> Any:
        return self.values.get(name)

    def get(self, name: str) -> Any:
        """Return the value of a field, None when it is missing, empty or faulty."""
        value = self.values.get(name)
        return None if value == "" else value

    def error(self, name: str, code: str, message: str, remedy: str) -> None:
        """Say what is wrong with a field: the file can't be imported."""
        self.faulty = True
        self._check.put(self._check.errors, self, name, code, message, remedy)

    def warn(self, name: str, code: str, message: str, remedy: str) -> None:
        """Say what should be looked at; it keeps nothing out."""
        self._check.put(self._check.warnings, self, name, code, message, remedy)


class Check:
    """One table under check: the rules of its columns, and what they remember from row to row."""

    noun: str = "数据"
    identity: Sequence[Sequence[str]] = ()
    """Fields by which a line finds the row it is about; later ones count where the earlier are not filled."""
    strict: bool = True
    """As in ``match_lines``."""
    passed_over: Collection[str] = ()
    """Headers that are not read and need no word."""

    def __init__(self, table: Table, columns: Sequence[Column], *, shown: Sequence[str] = ()) -> None:
        labels = {NUMBER.key: NUMBER.label, **{column.key: column.label for column in columns}}
        self.table, self.columns = table, columns
        self.by_key = {column.key: column for column in columns}
        self.errors, self.warnings = Faults(table, labels), Faults(table, labels)
        self._read = [column for column in columns if column.key in table.columns]
        self._missing = [c.key for c in columns if c.required and c.key not in table.columns]
        for name in self._missing:
            self.errors.missing(name)
        for column in columns:
            if column.absent and column.key not in table.columns:
                code, first = f"no_{column.key}", table.first_cell
                self.warnings.column(first, code, *column.absent, field=column.key, label=column.label)
        self.warnings.unread(self.noun, passed_over=self.passed_over, reason=self.unread)
        named = [name for name in shown if name in self.by_key and not self.by_key[name].private]
        self._naming = next((name for name in named if name in table.columns), "")

    # ---- What a subclass may say -----------------------------------------------------------------------

    def unread(self, header: str) -> str:
        """Return why a column of this header is not known; the usual sentence if empty."""
        return ""

    def context(self, row: CheckRow, name: str) -> str:
        """Return which row a fault of a field is in, in words."""
        named = fold(row.raw.values.get(self._naming, "")) if self._naming else ""
        return f"本行{self.noun}：{named}" if named and name != self._naming else ""

    def judge(self, rows: Sequence[CheckRow]) -> None:
        """Judge rows by more than their cells, with ``row.error`` and ``row.warn``."""

    def keys(self, values: Mapping[str, Any]) -> tuple[tuple[str, ...], ...]:
        """Return what a row is told apart by, the surest first; () where a field says nothing."""
        found = []
        for names in self.identity:
            parts = tuple(key(self.by_key[name].plain(values.get(name))) for name in names)
            found.append(parts if all(parts) else ())
        return tuple(found)

    def twins(self, rows: Sequence[CheckRow]) -> None:
        """Refuse a row that names the same thing as an earlier one."""
        seen: dict[tuple[int, tuple[str, ...]], int] = {}
        for row in rows:
            own = next(((n, found) for n, found in enumerate(row.keys) if found), None)
            if own is not None and (first := seen.setdefault(own, row.number)) != row.number:
                names = self.identity[own[0]]
                same = "＋".join(self.by_key[name].label for name in names)
                self.double(row, names[0], first, f"{same}相同")

    def compared(self) -> list[Compared]:
        """Return the fields that are compared with the rows there are."""
        return [Compared(column.key, column.label, column.plain) for column in self.columns]

    def members(self) -> dict[str, str]:
        """Return the letters of the columns that stand side by side, by member."""
        return {}

    # ---- What it does ----------------------------------------------------------------------------------

    def report(self, existing: Sequence[Existing]) -> Report:
        """Return everything that is found, once."""
        table = self.table
        rows = [self._row(row) for row in table.rows]
        self.judge(rows)
        self.twins(rows)
        lines = [
            CheckedLine(row.number, row.values, FAULTY if row.faulty else NEW, keys=row.keys) for row in rows
        ]
        known = [replace(row, keys=self.keys(row.values)) for row in existing]
        match_lines(lines, known, self.compared(), strict=self.strict)
        return Report(
            sheet=table.sheet,
            header_row=table.header_row,
            last_header_row=table.last_header_row,
            columns={name: column.letter for name, column in table.columns.items()},
            member_columns=self.members(),
            rows=len(lines),
            ignored=table.ignored,
            errors=self.errors.in_order(),
            warnings=self.warnings.in_order(),
            lines=lines,
            headers={name: col.header for name, col in (*table.columns.items(), *table.members.items())},
        )

    def put(self, faults: Faults, row: CheckRow, name: str, code: str, message: str, remedy: str) -> None:
        """Keep a fault, at the cell of its field or, when the file lacks that column, at the row's first one."""
        at = name if name in self.table.columns else next(iter(self.table.columns))
        faults.cell(row.raw, at, code, message, remedy, self.context(row, name))

    def double(self, row: CheckRow, name: str, first: int, same: str) -> None:
        """Refuse a row that is the same as the one of number `first`, in what `same` says."""
        remedy = f"第 {first} 行和第 {row.number} 行只留一行"
        row.error(name, f"duplicate {row.number}", f"与第 {first} 行重复（{same}）", remedy)

    def _row(self, raw: Row) -> CheckRow:
        row = CheckRow(raw, self)
        row.faulty = bool(self._missing)
        # All texts first: the reading of one cell may name the row by another.
        texts, misread, numbers = dict[str, str](), set[str](), raw.numbers
        for column in self._read:
            name = column.key
            texts[name] = text = fold(raw.values[name], separate=column.parser.lines)
            number = numbers.get(name) if numbers else None
            # Nearly no cell is worth a closer look.
            suspect = number is not None or text[:1] == "#" or "E+" in text
            if suspect and self._is_misread(row, column, text, number):
                misread.add(name)
                texts[name] = ""
        row.texts = texts
        for column in self._read:
            name = column.key
            row.values[name] = (
                column.parser.empty
                if name in misread
                else self._value(row, column, texts[name], numbers.get(name))
            )
        row.keys = self.keys(row.values)
        return row

    def _is_misread(self, row: CheckRow, column: Column, text: str, number: Number | None) -> bool:
        if (found := column.parser.misread(text, number)) is None:
            return False
        borne = found.code == "formula" and column.parser.bears_formula and not column.required
        tell = row.warn if borne else row.error
        tell(column.key, *found)
        return True

    def _value(self, row: CheckRow, column: Column, text: str, number: Number | None) -> Any:
        parser = column.parser
        if text in parser.nothing:
            if column.required:
                remedy = column.remedy or f"补填{column.label}，或删除此行"
                row.error(column.key, "missing", f"缺少必填内容：{column.label}", remedy)
            return parser.empty
        try:
            return parser.read(text if number is None else parser.cell(text, number))
        except Wrong as wrong:
            tell = row.warn if isinstance(wrong, Doubt) else row.error
            tell(column.key, wrong.code, wrong.message, wrong.remedy)
            return parser.empty if wrong.kept is None else wrong.kept
