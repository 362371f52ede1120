"""What a table holds: its columns, its rows, and everything that was not taken."""

from __future__ import annotations

from dataclasses import dataclass, field

from .cells import Number
from .schema import Schema
from .text import address, column_letter


@dataclass(frozen=True)
class Column:
    """A column of the table: 0-based index, header text as it stands, address of the header cell."""

    index: int
    header: str
    cell: str

    @property
    def letter(self) -> str:
        return column_letter(self.index)


@dataclass(slots=True)
class Row:
    """A row of data: 1-based number, raw text by field and by member, and where filled-down text comes from.

    `numbers` says what stands behind the text of a number cell that is more than its plain digits.
    """

    number: int
    values: dict[str, str]
    members: dict[str, str]
    listing: str = ""
    origin: dict[int, int] = field(default_factory=dict)
    numbers: dict[str, Number] = field(default_factory=dict)


@dataclass(frozen=True)
class Ignored:
    row: int
    text: str
    reason: str


@dataclass(frozen=True)
class SetAside:
    """A row that was not taken although it says something in a required column, whose key and text these are."""

    row: int
    field: str
    text: str
    reason: str


@dataclass
class Table:
    """What was found: the sheet, the columns by field key, the rows, and everything that was not taken."""

    sheet: str
    header_row: int
    last_header_row: int
    first_cell: Column
    columns: dict[str, Column]
    members: dict[str, Column]
    listing: Column | None
    unknown: list[Column]
    rivals: list[tuple[Column, str]]
    schema: Schema
    grid: list[list[str]]
    rows: list[Row] = field(default_factory=list)
    ignored: list[Ignored] = field(default_factory=list)
    #: The columns of a field that is divided among several, each with the name of its part.
    parts: dict[str, list[tuple[str, Column]]] = field(default_factory=dict)
    #: What is left out of `rows` and may be one after all.
    doubtful: list[SetAside] = field(default_factory=list)
    #: Header row and last row of each further table below.
    other_tables: list[tuple[int, int]] = field(default_factory=list)
    other_sheets: list[str] = field(default_factory=list)

    def cell(self, row: Row, column: Column) -> str:
        """Address of the cell that holds the row's text in a column: the top one of a merged block."""
        return address(row.origin.get(column.index, row.number - 1), column.index)
