"""Which streets a row proposes: a tick in a street's own column, or names in one column."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from xianan.core.spreadsheet import Column, Row, Table, fold, key
from xianan.imports.faults import Faults
from xianan.imports.report import Fault

from .columns import ALL_WORDS, STREETS_LABEL, street_words
from .types import read_months, read_tick

_BETWEEN = re.compile(r"[、,;/&+|.\s]|和|及|与|以及|三个|两个|各")
_SEVERAL = re.compile(r"(?:全区)?([\d一二两三四五六七八九十]+)个?(?:街道|镇街|街镇)(?:办事处)?")
_NONE = frozenset({"", "/", "-", "--", "无", "暂无", "空", "不承接", "均不承接"})
_REMEDY = "承接的打√，不承接的留空"


class Proposals:
    """Reads the proposed streets of a table's rows."""

    def __init__(
        self, table: Table, streets: Mapping[str, Sequence[str]] | Sequence[str], warnings: Faults
    ) -> None:
        self._table = table
        self._warnings = warnings
        self.names = tuple(streets)
        forms = {key(form): name for name, forms in street_words(streets).items() for form in forms}
        self._forms = sorted(forms.items(), key=lambda item: -len(item[0]))
        self._all = {key(form) for form in ALL_WORDS}
        self.listing = self._usable_listing()

    def columns(self) -> dict[str, str]:
        """Letters by street; every street has the letter of the column that lists them, if there is one."""
        if self.listing:
            return dict.fromkeys(self.names, self.listing.letter)
        members = self._table.members
        return {name: members[name].letter for name in self.names if name in members}

    def read(self, row: Row, context: str) -> tuple[str, ...] | None:
        """Streets proposed in a row, in the district's order; None when the file has no column for them."""
        if self.listing:
            return self._read_listing(row, self.listing, context)
        if not self._table.members:
            return None
        return tuple(
            name for name in self.names if name in self._table.members and self._ticked(row, name, context)
        )

    def _usable_listing(self) -> Column | None:
        """The column that lists streets; one that only has ticks doesn't say which street."""
        column = self._table.listing
        texts = [row.listing for row in self._table.rows if row.listing]
        return column if column and (not texts or any(self._listed(text) for text in texts)) else None

    def _read_listing(self, row: Row, column: Column, context: str) -> tuple[str, ...]:
        found = () if fold(row.listing) in _NONE else self._listed(row.listing)
        if found is None:
            self._warn(
                row, column, STREETS_LABEL, row.listing, "写的不是本区街道的名称，按没有承接街道处理", context
            )
        return found or ()

    def _listed(self, text: str) -> tuple[str, ...] | None:
        """Streets that a text names; None when it says anything else."""
        word = key(text)
        if word in self._all:
            return self.names
        if (match := _SEVERAL.fullmatch(word)) and read_months(match[1]) == len(self.names):
            return self.names
        found = set()
        for form, name in self._forms:
            if form in word:
                word = word.replace(form, "、")
                found.add(name)
        return (
            tuple(name for name in self.names if name in found)
            if found and not _BETWEEN.sub("", word)
            else None
        )

    def _ticked(self, row: Row, name: str, context: str) -> bool:
        text = row.members.get(name, "")
        ticked = read_tick(text) if text else False
        if ticked is None:
            message = f"“{fold(text)}”看不出是否承接，按不承接处理"
            self._warn(row, self._table.members[name], name, text, message, context)
        return bool(ticked)

    def _warn(self, row: Row, column: Column, label: str, value: str, message: str, context: str) -> None:
        cell = self._table.cell(row, column)
        self._warnings.put(
            Fault(cell, label, value, message, "tick", row.number, _REMEDY, context, "streets")
        )
