"""Reading the tables that describe a district: CSV with Chinese headers, as a spreadsheet saves them."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TypeVar

from xianan.core.choices import ToneChoices

C = TypeVar("C", bound=ToneChoices)


class TableError(ValueError):
    """A table that can't be read, with file, row and reason in Chinese."""


class Row(dict[str, str]):
    """One row: header → text, and where it stands."""

    place: str = ""

    def text(self, header: str, *, needed: bool = False) -> str:
        """Return the text under ``header``. Raises TableError when it is needed and missing."""
        value = self[header].strip()
        if needed and not value:
            raise TableError(f"{self.place}：“{header}”不能为空。")
        return value

    def words(self, header: str) -> list[str]:
        """Return the words that a cell lists with 、 between them."""
        return [word.strip() for word in self[header].split("、") if word.strip()]

    def yes(self, header: str) -> bool:
        """Whether a cell says 是."""
        return self.text(header) == "是"

    def date(self, header: str) -> dt.date | None:
        """Return the date of a cell (2026-11-23), None when it is empty. Raises TableError."""
        value = self.text(header)
        if not value:
            return None
        try:
            return dt.date.fromisoformat(value.replace("/", "-"))
        except ValueError:
            raise TableError(f"{self.place}：“{header}”应写作 2026-11-23，现为“{value}”。") from None

    def needed_date(self, header: str) -> dt.date:
        """Return the date of a cell that must not be empty. Raises TableError."""
        value = self.date(header)
        if value is None:
            raise TableError(f"{self.place}：“{header}”不能为空。")
        return value

    def integer(self, header: str) -> int | None:
        """Return the whole number of a cell, None when it is empty. Raises TableError."""
        value = self.text(header)
        if not value:
            return None
        try:
            return int(value)
        except ValueError:
            raise TableError(f"{self.place}：“{header}”应为整数，现为“{value}”。") from None

    def choice(self, header: str, choices: type[C], *, needed: bool = True) -> str:
        """Return the value of the enumeration whose Chinese label the cell holds. Raises TableError."""
        label = self.text(header, needed=needed)
        if not label:
            return ""
        for value, known in choices.choices:
            if known == label:
                return str(value)
        known_labels = "、".join(str(known) for _, known in choices.choices)
        raise TableError(f"{self.place}：“{header}”没有“{label}”，应为：{known_labels}。")


def read(path: Path, headers: Iterable[str], optional: Iterable[str] = ()) -> Iterator[Row]:
    """Yield the rows of a table. Raises TableError when the file or one of ``headers`` is missing.

    A column of ``optional`` that is not there reads as empty.
    """
    absent = dict.fromkeys(optional, "")
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise TableError(f"{path.name}：无法读取（应为 UTF-8 编码的 CSV）：{error}") from None
    reader = csv.DictReader(text.splitlines())
    lacking = [header for header in headers if header not in (reader.fieldnames or ())]
    if lacking:
        raise TableError(f"{path.name}：缺少列“{'”“'.join(lacking)}”。")
    for number, values in enumerate(reader, 2):
        if not any((value or "").strip() for value in values.values() if isinstance(value, str)):
            continue
        row = Row(absent | {key: value or "" for key, value in values.items() if isinstance(key, str)})
        row.place = f"{path.name} 第 {number} 行"
        yield row
