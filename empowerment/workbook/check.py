"""A filing's rules beyond single cells, over the check of the import room (P01, P02, P06, P08, P09, P13)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from empowerment.choices import Source
from xianan.core.spreadsheet import Table, key
from xianan.imports.checking import Check, CheckRow
from xianan.imports.faults import UNKNOWN
from xianan.imports.matching import Compared

from ..fillers import bare_number, loose_basis, loose_name, names_article
from .cells import NAMED, SourceWord
from .columns import REVIEW_COLUMNS, STREETS_LABEL, columns_for
from .report import OtherItem
from .streets import Proposals
from .types import TypeWords

_STAMP = re.compile(r"[(（][^()（）]*(?:章|填报)[^()（）]*[)）]$")


class FilingCheck(Check):
    """One table of a department under check, and what the rules remember from row to row.

    `types` and `streets` are names, or names with further words for them; `other_items` are items of other
    departments. A row is about the item of the same name and basis, or else about the only one of the same
    name.
    """

    noun = "事项"
    strict = False
    passed_over = REVIEW_COLUMNS

    def __init__(
        self,
        table: Table,
        *,
        department_name: str,
        department_aliases: Sequence[str] = (),
        types: Mapping[str, Sequence[str]] | Sequence[str],
        streets: Mapping[str, Sequence[str]] | Sequence[str],
        other_items: Sequence[OtherItem] = (),
        transition_months: int = 6,
    ) -> None:
        super().__init__(table, columns_for(TypeWords(types), department_name, transition_months))
        self.proposals = Proposals(table, streets, self.warnings)
        if table.listing and not self.proposals.listing:
            column = table.listing
            message = "本列没有写明是哪个街道，不导入"
            remedy = "每个街道各设一列打√，或在本列写街道名称"
            self.warnings.column(column, UNKNOWN, message, remedy, label=column.header, value=column.header)
        department = (department_name, *department_aliases)
        self.department = department_name
        self.own_names = {
            key(form) for name in department if name for form in (name, name.removeprefix("区"))
        }
        self.own_endings = tuple(key(name) for name in department if len(name) > 3 and name.startswith("区"))
        self.others: dict[str, list[OtherItem]] = {}
        for item in other_items:
            self.others.setdefault(key(item.name), []).append(item)
        self.own: dict[str, bool] = {}
        self.seen: dict[tuple[str, ...], int] = {}
        self.named: dict[tuple[str, str], int] = {}
        self.alike: dict[tuple[str, str], int] = {}

    # ---- What a row is ---------------------------------------------------------------------------------

    def unread(self, header: str) -> str:
        return f"“{header}”不是本区的街道，本列不导入" if re.search(r"(?:街道|镇|乡)$", header) else ""

    def keys(self, values: Mapping[str, Any]) -> tuple[tuple[str, ...], ...]:
        named = key(values.get("name") or "")
        return (named, key(values.get("basis") or "")), (named,)

    def context(self, row: CheckRow, name: str) -> str:
        item, basis = row.texts.get("name", ""), row.texts.get("basis", "")
        # A name is told by itself, a missing one by the basis beside it; what was misread by its cell alone.
        if not row.texts or (name == "name" and not (basis and item in NAMED)):
            return ""
        return f"本行事项：{item}" if item else f"依据：{basis}"

    def members(self) -> dict[str, str]:
        return self.proposals.columns()

    def compared(self) -> list[Compared]:
        return [
            *super().compared(),
            Compared("streets", STREETS_LABEL, lambda names: "、".join(sorted(names or ()))),
        ]

    # ---- Its rules -------------------------------------------------------------------------------------

    def judge(self, rows: Sequence[CheckRow]) -> None:
        for row in rows:
            self._wording(row)
            self._optional(row)
            if not self._twin(row):
                self._alike(row)
            self._elsewhere(row)
            streets = self.proposals.read(row.raw, self.context(row, "streets"))
            if streets is not None:
                row.values["streets"] = streets

    def twins(self, rows: Sequence[CheckRow]) -> None:
        """Rows are judged by name, basis and department, beside those that only look alike."""

    def _wording(self, row: CheckRow) -> None:
        """A basis without an article; a number as a name."""
        if (basis := row["basis"]) and not names_article(basis):
            row.warn("basis", "no_article", "设定依据没有写到条", "补写到第几条、款、项")
        if (name := row["name"]) and (bare := bare_number(name)):
            message = f"事项名称“{name}”只是{bare}"
            row.warn("name", "bare_name", message, "核对是否填错了列，补写事项名称")

    def _optional(self, row: CheckRow) -> None:
        if row.texts.get("duties") == "":
            message = "没有填写职责边界，签订确认书前须补齐"
            row.warn("duties", "no_duties", message, "写明街道负责什么、部门负责什么")
        if "source" in row.texts and row.texts["source"] in NAMED:
            row.warn("source", "no_source", "没有填写权力来源层级", SourceWord.remedy)
        if row["source"] == Source.CITY and not row["municipal_department"]:
            name = "municipal_department" if "municipal_department" in self.table.columns else "source"
            message = f"市直下放的事项没有写明市直部门；对接部门按{self.department}处理"
            row.warn(name, "no_municipal", message, "补填下放该事项的市直部门")
        if not self._is_own(row.texts.get("department", "")):
            message = f"写的是“{row['department']}”，申报部门是{self.department}，按申报部门处理"
            row.warn("department", "other_department", message, "核对本行是否应由本部门申报")

    def _twin(self, row: CheckRow) -> bool:
        """Refuse a row of the same name, basis and department as an earlier one."""
        name, basis = row.keys[0]
        if not name:
            return False
        department = row.texts.get("department", "")
        owner = "" if self._is_own(department) else key(department)
        named = self.named.setdefault((name, owner), row.number)
        first = self.seen.setdefault((name, basis, owner), row.number) if basis else named
        if first == row.number:
            return False
        self.double(row, "name", first, "名称＋依据＋部门相同" if basis else "名称、部门相同，本行没有依据")
        return True

    def _alike(self, row: CheckRow) -> None:
        """Name an item that differs from an earlier one in nothing but its writing."""
        name, basis = row.keys[0]
        if not name or not basis:
            return
        first = self.alike.setdefault((loose_name(name), loose_basis(basis)), row.number)
        if first != row.number:
            message = f"疑似与第 {first} 行重复（名称、依据只是写法不同）"
            remedy = f"核对后第 {first} 行和第 {row.number} 行只留一行；不是同一事项的，可以保留"
            row.warn("name", f"alike {row.number}", message, remedy)

    def _elsewhere(self, row: CheckRow) -> None:
        name, basis = row.keys[0]
        for item in self.others.get(name, ()) if name else ():
            same = "名称、依据相同" if key(item.basis) == basis else "名称相同，依据不同"
            message = f"{item.department}已申报同一事项（{same}）"
            code = f"elsewhere {row.number} {item.department}"
            row.warn("name", code, message, f"与{item.department}核对由谁申报")

    def _is_own(self, text: str) -> bool:
        """Whether a department cell is empty or names the department that files, in full or in short."""
        if text not in self.own:
            word = key(_STAMP.sub("", text))
            self.own[text] = text in NAMED or word in self.own_names or word.endswith(self.own_endings)
        return self.own[text]
