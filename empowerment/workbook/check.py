"""Every row of a filing's table checked, every fault found at once (P01, P02, P06, P08, P09, P13)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from empowerment.choices import Source
from xianan.core.spreadsheet import Column, Row, Table, address, fold, key

from .columns import ALL_WORDS, LABELS, MAX_LENGTHS, STREETS_LABEL, street_words
from .matching import match_lines
from .report import FAULTY, CheckedLine, ExistingItem, Fault, OtherItem, Report
from .types import TypeWords, find_source, read_months, read_tick

_REQUIRED = ("name", "type", "basis")
_SEPARATE = frozenset({"basis", "duties", "remarks", "decline_reason"})
_NOTHING = frozenset({"", "/", "-", "--", "---", "\\", "无", "暂无", "空", "—", "——", "*", "?", "待定", "待补"})
_CELL_ERROR = re.compile(r"#(?:NULL!|DIV/0!|VALUE!|REF!|NAME\?|NUM!|N/A|SPILL!|CALC!|GETTING_DATA)")
_SPLIT = re.compile(r"[、,，;；/\s+&和及与]+")
_SEVERAL = re.compile(r"(?:全区)?([\d一二三四五六七八九十]+)个?(?:街道|镇街|街镇|街道办事处)")

_REMEDIES = {
    "name": "补填名称，或删除此行",
    "type": "补填事项类型；同类事项合并单元格时请合并到本行",
    "basis": "补填法律条款到条、款、项；确无依据的不得申报",
}


def check_rows(
    table: Table,
    *,
    department_name: str,
    department_aliases: Sequence[str] = (),
    types: Mapping[str, Sequence[str]] | Sequence[str],
    streets: Mapping[str, Sequence[str]] | Sequence[str],
    existing: Sequence[ExistingItem] = (),
    other_items: Sequence[OtherItem] = (),
    transition_months: int = 6,
) -> Report:
    """Check a table against the rules and against what the department has; touches no database.

    `types` and `streets` are names, or names with further words for them. `existing` are the department's
    own items (newest draft first), `other_items` those of other departments. Errors keep a row out,
    warnings do not.
    """
    return _Check(
        table,
        (department_name, *department_aliases),
        TypeWords(types),
        streets,
        other_items,
        transition_months,
    ).run(existing)


class _Check:
    def __init__(
        self,
        table: Table,
        department: Sequence[str],
        types: TypeWords,
        streets: Mapping[str, Sequence[str]] | Sequence[str],
        other_items: Sequence[OtherItem],
        months: int,
    ) -> None:
        self.table = table
        self.columns = table.columns
        self.department = department
        self.own_names = {key(form) for name in department if name for form in (name, name.removeprefix("区"))}
        self.own_endings = tuple(key(name) for name in department if len(name) > 3 and name.startswith("区"))
        self.types = types
        self.streets = tuple(streets)
        self.street_keys = {key(word): name for name, words in street_words(streets).items() for word in words}
        self.others: dict[str, list[OtherItem]] = {}
        for item in other_items:
            self.others.setdefault(key(item.name), []).append(item)
        self.months = months
        self.errors: dict[tuple[str, str], Fault] = {}
        self.warnings: dict[tuple[str, str], Fault] = {}
        self.listing = self._usable_listing()
        self.seen: dict[tuple[str, str, str], int] = {}

    def run(self, existing: Sequence[ExistingItem]) -> Report:
        self._check_columns()
        lines = [self._line(row) for row in self.table.rows]
        match_lines(lines, existing)
        street_columns = {name: column.letter for name, column in self.table.members.items()}
        if self.listing:
            street_columns = dict.fromkeys(self.streets, self.listing.letter)
        return Report(
            sheet=self.table.sheet,
            header_row=self.table.header_row,
            last_header_row=self.table.last_header_row,
            columns={name: column.letter for name, column in self.columns.items()},
            street_columns={name: street_columns[name] for name in self.streets if name in street_columns},
            rows=len(lines),
            ignored=self.table.ignored,
            errors=_in_order(self.errors),
            warnings=_in_order(self.warnings),
            lines=lines,
            headers={name: column.header for name, column in self.columns.items()}
            | {name: column.header for name, column in self.table.members.items()},
        )

    # Faults

    def _add(
        self, kind: dict[tuple[str, str], Fault], column: Column, label: str, code: str, message: str, **more: Any
    ) -> None:
        """A fault of a whole column, at its header cell."""
        value = more.pop("value", column.header)
        kind.setdefault((column.cell, code), Fault(column.cell, label, value, message, code, **more))

    def _at(
        self, kind: dict[tuple[str, str], Fault], row: Row, name: str, code: str, message: str, remedy: str, context: str = ""
    ) -> None:
        """A fault of one cell; a merged block has it once."""
        column = self.columns[name]
        cell = self.table.cell(row, column)
        kind.setdefault(
            (cell, code),
            Fault(cell, LABELS[name], row.values[name], message, code, row.number, remedy, context, name),
        )

    # Columns

    def _usable_listing(self) -> Column | None:
        """The column that lists streets by name; one that only has ticks doesn't say which street."""
        column = self.table.listing
        if column is None:
            return None
        texts = [row.listing for row in self.table.rows if row.listing]
        return column if not texts or any(self._listed(text) for text in texts) else None

    def _check_columns(self) -> None:
        first = self.table.first_cell
        for name in _REQUIRED:
            if name not in self.columns:
                self._add(
                    self.errors, first, LABELS[name], f"no_{name}", f"表中没有“{LABELS[name]}”列，每行都缺少必填内容",
                    value="", remedy=f"增加“{LABELS[name]}”列并逐行填写", field=name,
                )
        for name, message, remedy in (
            ("duties", "表中没有“职责边界”列，各行均未写明部门与街道的职责；签订确认书前须补齐", "增加“职责边界”列，或导入后逐项补填"),
            ("source", "表中没有“权力来源层级”列，各行均未写明来源", "增加“权力来源层级”列：省指导清单、市直下放或区直"),
        ):
            if name not in self.columns:
                self._add(self.warnings, first, LABELS[name], f"no_{name}", message, value="", remedy=remedy, field=name)
        for column, name in self.table.rivals:
            used = self.columns[name]
            self._add(
                self.warnings, column, column.header, "rival_column",
                f"不能识别的列：“{LABELS[name]}”已取自 {used.letter} 列（{fold(used.header)}），本列不导入",
                remedy="需要导入本列的，请删去另一列或改列名",
            )
        for column in self.table.unknown:
            header = fold(column.header)
            if not header:
                message = f"{column.letter} 列没有列名，列中的内容不导入"
            elif re.search(r"(?:街道|镇|乡)$", header):
                message = f"“{header}”不是本区的街道，本列不导入"
            else:
                message = f"不能识别的列“{header}”，本列不导入"
            self._add(self.warnings, column, column.header, "unknown_column", message, remedy="不需要的可以保留；需要导入的请改列名")
        if self.table.listing and not self.listing:
            self._add(
                self.warnings, self.table.listing, self.table.listing.header, "unknown_column",
                "本列没有写明是哪个街道，不导入", remedy="每个街道各设一列打√，或在本列写街道名称",
            )
        if not self.table.rows:
            self._add(
                self.warnings, first, first.header, "no_rows", "表头下面没有数据行，没有可以导入的事项", remedy="请逐行填写事项后重新上传"
            )
        for name in self.table.other_sheets:
            self._add(
                self.warnings, first, "工作表", f"other_sheet {name}",
                f"只读取了工作表“{self.table.sheet}”，工作表“{name}”里也有事项，没有读取",
                value=name, remedy="请把各表合并到一张工作表，或另存后分次上传",
            )
        for number in self.table.other_tables:
            cell = address(number - 1, 0)
            self.warnings[cell, "other_table"] = Fault(
                cell, "工作表", "", f"第 {number} 行起是另一张表，没有读取", "other_table", number, "请把另一张表另存后分次上传"
            )

    # Rows

    def _line(self, row: Row) -> CheckedLine:
        """Check one row of data; it is faulty when it adds an error or shares the cell of one."""
        values: dict[str, Any] = {}
        faulty = any(name not in self.columns for name in _REQUIRED)
        for name in self.columns:
            text = fold(row.values[name], separate=name in _SEPARATE)
            if text[:1] == "#" and _CELL_ERROR.fullmatch(text):
                required = name in _REQUIRED
                self._at(
                    self.errors if required else self.warnings, row, name, "formula",
                    f"单元格公式出错（{text}），没有取到内容", "改为直接填写的文字",
                )
                faulty |= required
                text = ""
            values[name] = text
        context = f"本行事项：{values['name']}" if values.get("name") else f"依据：{values.get('basis', '')}"
        faulty |= self._required(row, values, context)
        faulty |= self._lengths(row, values, context)
        faulty |= self._duplicate(row, values)
        self._optional(row, values, context)
        values.update(self._proposed(row, context))
        return CheckedLine(row.number, values, FAULTY if faulty else "")

    def _required(self, row: Row, values: dict[str, Any], context: str) -> bool:
        faulty = False
        for name in _REQUIRED:
            if name not in values:
                continue
            if values[name] in _NOTHING:
                values[name] = ""
                faulty = True
                if (self.table.cell(row, self.columns[name]), "formula") not in self.errors:
                    self._at(
                        self.errors, row, name, "missing", f"缺少必填内容：{LABELS[name]}", _REMEDIES[name],
                        context if name != "name" or values.get("basis") else "",
                    )
            elif name == "type":
                found = self.types.find(values[name])
                if found is None:
                    faulty = True
                    self._at(
                        self.errors, row, name, "unknown_type",
                        f"“{values[name]}”不在事项类型字典内（{'、'.join(self.types.names)}）",
                        "改为字典内的类型，或请区委编办增列类型", context,
                    )
                else:
                    values[name] = found
        return faulty

    def _lengths(self, row: Row, values: dict[str, Any], context: str) -> bool:
        faulty = False
        for name, longest in MAX_LENGTHS.items():
            text = values.get(name, "")
            if len(text) > longest:
                faulty = True
                self._at(
                    self.errors, row, name, "too_long", f"{LABELS[name]}有 {len(text)} 字，超过 {longest} 字的上限",
                    "缩短文字，详细内容放在附件", context if name != "name" else "",
                )
        return faulty

    def _duplicate(self, row: Row, values: dict[str, Any]) -> bool:
        if not values.get("name") or not values.get("basis"):
            return False
        department = values.get("department", "")
        same = (key(values["name"]), key(values["basis"]), "" if self._is_own(department) else key(department))
        first = self.seen.setdefault(same, row.number)
        if first == row.number:
            return False
        self._at(
            self.errors, row, "name", f"duplicate {row.number}", f"与第 {first} 行重复（名称＋依据＋部门相同）",
            f"删除第 {first} 行和第 {row.number} 行中的一行",
        )
        return True

    def _optional(self, row: Row, values: dict[str, Any], context: str) -> None:
        if "duties" in values and values["duties"] in _NOTHING:
            values["duties"] = ""
            self._at(self.warnings, row, "duties", "no_duties", "没有填写职责边界，签订确认书前须补齐", "写明街道负责什么、部门负责什么", context)
        if "source" in values:
            self._source(row, values, context)
        if values.get("municipal_department") in _NOTHING:
            values["municipal_department"] = ""
        if values.get("source") == Source.CITY and not values.get("municipal_department"):
            self._at(
                self.warnings, row, "municipal_department" if "municipal_department" in self.columns else "source",
                "no_municipal", f"市直下放的事项没有写明市直部门；对接部门按{self.department[0]}处理",
                "补填下放该事项的市直部门", context,
            )
        if "transition_months" in values:
            self._transition(row, values, context)
        if "department" in values:
            text = values["department"]
            if not self._is_own(text):
                self._at(
                    self.warnings, row, "department", "other_department",
                    f"写的是“{text}”，申报部门是{self.department[0]}，按申报部门处理", "核对本行是否应由本部门申报", context,
                )
        for item in self.others.get(key(values.get("name", "")), ()) if values.get("name") else ():
            alike = "名称、依据相同" if key(item.basis) == key(values.get("basis", "")) else "名称相同、依据不同"
            self._at(
                self.warnings, row, "name", f"elsewhere {row.number} {item.department}",
                f"{item.department}已申报同一事项（{alike}）", f"与{item.department}核对由谁申报",
            )

    def _source(self, row: Row, values: dict[str, Any], context: str) -> None:
        text = values["source"]
        found = find_source(text)
        values["source"] = found or ""
        if text in _NOTHING:
            self._at(self.warnings, row, "source", "no_source", "没有填写权力来源层级", "填写省指导清单、市直下放或区直", context)
        elif found is None:
            self._at(
                self.warnings, row, "source", "unknown_source", f"“{text}”不是省指导清单、市直下放或区直，按未填写处理",
                "改为省指导清单、市直下放或区直", context,
            )

    def _transition(self, row: Row, values: dict[str, Any], context: str) -> None:
        text = values["transition_months"]
        months = read_months(text)
        values["transition_months"] = months
        if text in _NOTHING or months == self.months:
            return
        what = f"过渡期写的是 {months} 个月" if months is not None else f"过渡期“{text}”不是月数"
        self._at(
            self.warnings, row, "transition_months", "transition",
            f"{what}，文件规定为 {self.months} 个月，按 {self.months} 个月执行", f"改为 {self.months}，或留空", context,
        )

    def _is_own(self, text: str) -> bool:
        """Whether a department cell is empty or names the department that files, in full or in short."""
        if text in _NOTHING:
            return True
        word = re.sub(r"[(（][^()（）]*(?:章|填报)[^()（）]*[)）]$", "", text)
        word = key(word)
        return word in self.own_names or word.endswith(self.own_endings)

    # Streets

    def _listed(self, text: str) -> tuple[str, ...] | None:
        """Streets that a text names; None when it says something else."""
        folded = fold(text)
        if key(folded) in {key(word) for word in ALL_WORDS}:
            return self.streets
        if (match := _SEVERAL.fullmatch(folded)) and read_months(match[1]) == len(self.streets):
            return self.streets
        parts = [part for part in _SPLIT.split(text.strip()) if part]
        found = {self.street_keys.get(key(fold(part))) for part in parts}
        if None in found or not found:
            return None
        return tuple(name for name in self.streets if name in found)

    def _proposed(self, row: Row, context: str) -> dict[str, Any]:
        """The streets proposed in this row, or nothing when the file has no column for them."""
        if self.listing:
            text = row.listing
            found = () if fold(text) in _NOTHING else self._listed(text)
            if found is None:
                self._tick_fault(row, self.listing, STREETS_LABEL, text, "写的不是本区街道的名称，按没有承接街道处理", context)
            return {"streets": found or ()}
        if not self.table.members:
            return {}
        chosen = []
        for name in self.streets:
            text = row.members.get(name, "")
            ticked = read_tick(text) if text else False
            if ticked is None:
                column = self.table.members[name]
                self._tick_fault(row, column, name, text, f"“{fold(text)}”看不出是否承接，按不承接处理", context)
            elif ticked:
                chosen.append(name)
        return {"streets": tuple(chosen)}

    def _tick_fault(self, row: Row, column: Column, label: str, value: str, message: str, context: str) -> None:
        cell = self.table.cell(row, column)
        self.warnings.setdefault(
            (cell, "tick"),
            Fault(cell, label, value, message, "unknown_tick", row.number, "承接的打√，不承接的留空", context, "streets"),
        )


def _in_order(faults: Mapping[tuple[str, str], Fault]) -> list[Fault]:
    def place(fault: Fault) -> tuple[int, int, str]:
        letters = fault.cell.rstrip("0123456789")
        return int(fault.cell[len(letters) :]), len(letters), letters

    return sorted(faults.values(), key=place)
