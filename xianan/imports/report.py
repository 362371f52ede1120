"""What the check of a workbook found: faults by cell, and what each line would do. Plain data."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from xianan.core.spreadsheet import Ignored

NEW, CHANGED, UNCHANGED, FAULTY = "new", "changed", "unchanged", "error"
#: Codes of warnings about what was not read and may be data after all; they stand first.
SET_ASIDE, OTHER_TABLE = "set_aside", "other_table"
UNSURE = frozenset({SET_ASIDE, OTHER_TABLE})


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


@dataclass(frozen=True)
class Existing:
    """A row there is, that lines are held against.

    `values` are as a check gives them; a field that is not in it is not compared. `keys` are what it is
    told apart by, the surest first; a `SheetKind` fills them in.
    """

    key: str
    values: Mapping[str, Any]
    keys: tuple[tuple[str, ...], ...] = ()


@dataclass
class CheckedLine:
    """One row of data: what would be kept of it, and what it does to the rows there are.

    `values` lacks the fields whose column the file lacks. `outcome` is new, changed, unchanged or error;
    `match` is the key of the existing row that the line would change. `keys` are as in `Existing`.
    """

    row: int
    values: dict[str, Any]
    outcome: str = NEW
    differences: list[Difference] = field(default_factory=list)
    match: str | None = None
    keys: tuple[tuple[str, ...], ...] = ()


@dataclass
class Report:
    """Everything the check found. Rows in = new + changed + unchanged + faulty."""

    sheet: str
    header_row: int
    last_header_row: int
    #: Letters by field, and by member of the group of columns that stand side by side.
    columns: dict[str, str]
    member_columns: dict[str, str]
    rows: int
    ignored: Sequence[Ignored]
    errors: list[Fault]
    warnings: list[Fault]
    lines: list[CheckedLine]
    #: Header text as it stands, by field and by member.
    headers: dict[str, str] = field(default_factory=dict)

    def count(self, outcome: str) -> int:
        return Counter(line.outcome for line in self.lines)[outcome]

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

    @property
    def unsure(self) -> list[Fault]:
        """Warnings about rows that were not read and may be data after all."""
        return [fault for fault in self.warnings if fault.code in UNSURE]


def summary(report: Report) -> str:
    """Return the counts of a check in one line."""
    return (
        f"数据 {report.rows} 行：新增 {report.new}、变更 {report.changed}、"
        f"无变化 {report.unchanged}、错误 {report.faulty}"
    )
