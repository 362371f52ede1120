"""Every row of a filing's table checked, every fault found at once (P01, P02, P06, P08, P09, P13)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from empowerment.choices import Source
from xianan.core.spreadsheet import DATE, Misread, Row, Table, fold, key, misread_text
from xianan.imports.faults import Faults
from xianan.imports.report import FAULTY, CheckedLine, Report
from xianan.imports.words import NOTHING

from ..fillers import (
    REMEDIES,
    bare_number,
    filler,
    filler_message,
    loose_basis,
    loose_name,
    names_article,
)
from .column_checks import REQUIRED, check_columns
from .columns import LABELS, MAX_LENGTHS, SEPARATE
from .matching import keys_of, match_lines
from .report import ExistingItem, OtherItem
from .streets import Proposals
from .types import TypeWords, find_source, read_months

#: Columns of which the number counts, however it is shown.
_NUMBERS = frozenset({"number", "transition_months"})
_STAMP = re.compile(r"[(（][^()（）]*(?:章|填报)[^()（）]*[)）]$")
_REMEDIES = {
    "name": "补填名称，或删除此行",
    "type": "补填事项类型；整块同类的，合并单元格时要包括本行",
    "basis": "补填法律条款到条、款、项；确无依据的不得申报",
}
_CHOOSE_SOURCE = "填省指导清单、市直下放或区直"


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
    names = (department_name, *department_aliases)
    check = _Check(table, names, TypeWords(types), streets, other_items, transition_months)
    check_columns(table, check.proposals.listing, check.errors, check.warnings)
    lines = [check.line(row) for row in table.rows]
    match_lines(lines, existing)
    headers = {name: column.header for name, column in (*table.columns.items(), *table.members.items())}
    return Report(
        sheet=table.sheet,
        header_row=table.header_row,
        last_header_row=table.last_header_row,
        columns={name: column.letter for name, column in table.columns.items()},
        member_columns=check.proposals.columns(),
        rows=len(lines),
        ignored=table.ignored,
        errors=check.errors.in_order(),
        warnings=check.warnings.in_order(),
        lines=lines,
        headers=headers,
    )


class _Check:
    """The rules for one row, and what they remember from row to row."""

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
        self.errors, self.warnings = Faults(table, LABELS), Faults(table, LABELS)
        self.proposals = Proposals(table, streets, self.warnings)
        self.department = department[0]
        self.own_names = {
            key(form) for name in department if name for form in (name, name.removeprefix("区"))
        }
        self.own_endings = tuple(key(name) for name in department if len(name) > 3 and name.startswith("区"))
        self.types = types
        self.months = months
        self.others: dict[str, list[OtherItem]] = {}
        for item in other_items:
            self.others.setdefault(key(item.name), []).append(item)
        self.own: dict[str, bool] = {}
        self.seen: dict[tuple[str, ...], int] = {}
        self.named: dict[tuple[str, str], int] = {}
        self.alike: dict[tuple[str, str], int] = {}

    def line(self, row: Row) -> CheckedLine:
        """Check one row; it is faulty when a rule for errors is broken, also in a merged cell it shares."""
        values: dict[str, Any] = {}
        faulty = any(name not in self.columns for name in REQUIRED)
        for name in self.columns:
            text = fold(row.values[name], separate=name in SEPARATE)
            number = row.numbers.get(name) if row.numbers else None
            if name in _NUMBERS:
                text, number = number.number if number and number.kind != DATE else text, None
            if (number or text[:1] == "#" or "E+" in text) and (misread := misread_text(text, number)):
                faulty |= self._misread(row, name, misread)
                text = ""
            values[name] = text
        context = f"本行事项：{values['name']}" if values.get("name") else f"依据：{values.get('basis', '')}"
        faulty |= self._required(row, values, context)
        faulty |= self._fillers(row, values, context)
        faulty |= self._lengths(row, values, context)
        keys = keys_of(values.get("name") or "", values.get("basis") or "")
        if not self._duplicate(row, values, keys[0]):
            self._alike(row, keys[0])
        else:
            faulty = True
        self._optional(row, values, context)
        self._elsewhere(row, keys[0])
        streets = self.proposals.read(row, context)
        if streets is not None:
            values["streets"] = streets
        return CheckedLine(row.number, values, FAULTY if faulty else "", keys=keys)

    def _misread(self, row: Row, name: str, misread: Misread) -> bool:
        wrong = name in REQUIRED or misread.code != "formula"
        (self.errors if wrong else self.warnings).cell(row, name, *misread)
        return wrong

    def _required(self, row: Row, values: dict[str, Any], context: str) -> bool:
        faulty = False
        for name in REQUIRED:
            if name not in values:
                continue
            if values[name] in NOTHING:
                values[name] = ""
                faulty = True
                cell = self.table.cell(row, self.columns[name])
                if not (self.errors.has(cell, "formula") or self.errors.has(cell, "number_cell")):
                    where = context if name != "name" or values.get("basis") else ""
                    self.errors.cell(
                        row, name, "missing", f"缺少必填内容：{LABELS[name]}", _REMEDIES[name], where
                    )
            elif name == "type":
                found = self.types.find(values[name])
                faulty |= found is None
                if found is None:
                    known = "、".join(self.types.names)
                    message = f"“{values[name]}”不在事项类型字典内（{known}）"
                    remedy = "改为字典内的类型，或请区委编办增列类型"
                    self.errors.cell(row, name, "unknown_type", message, remedy, context)
                else:
                    values[name] = found
        return faulty

    def _fillers(self, row: Row, values: dict[str, Any], context: str) -> bool:
        """Words that stand for a basis or duties and say nothing; a number as a name; a basis without an article."""
        faulty = False
        for field, remedy in REMEDIES.items():
            text = values.get(field, "")
            if text and filler(text):
                faulty = True
                values[field] = ""
                self.errors.cell(row, field, "filler", filler_message(LABELS[field], text), remedy, context)
        if (basis := values.get("basis")) and not names_article(basis):
            message = "设定依据没有写到条"
            self.warnings.cell(row, "basis", "no_article", message, "补写到第几条、款、项", context)
        if (name := values.get("name")) and (bare := bare_number(name)):
            message = f"事项名称“{name}”只是{bare}"
            self.warnings.cell(row, "name", "bare_name", message, "核对是否填错了列，补写事项名称")
        return faulty

    def _lengths(self, row: Row, values: dict[str, Any], context: str) -> bool:
        faulty = False
        for name, longest in MAX_LENGTHS.items():
            length = len(values.get(name, ""))
            if length > longest:
                faulty = True
                message = f"{LABELS[name]}有 {length} 字，超过 {longest} 字的上限"
                where = context if name != "name" else ""
                self.errors.cell(row, name, "too_long", message, "缩短文字，详细内容放在附件", where)
        return faulty

    def _duplicate(self, row: Row, values: dict[str, Any], keys: tuple[str, ...]) -> bool:
        name, basis = keys
        if not name:
            return False
        department = values.get("department", "")
        owner = "" if self._is_own(department) else key(department)
        named = self.named.setdefault((name, owner), row.number)
        first = self.seen.setdefault((*keys, owner), row.number) if basis else named
        if first == row.number:
            return False
        same = "名称＋依据＋部门相同" if basis else "名称、部门相同，本行没有依据"
        message = f"与第 {first} 行重复（{same}）"
        remedy = f"第 {first} 行和第 {row.number} 行只留一行"
        self.errors.cell(row, "name", f"duplicate {row.number}", message, remedy)
        return True

    def _alike(self, row: Row, keys: tuple[str, ...]) -> None:
        """Name an item that differs from an earlier one in nothing but its writing."""
        if not all(keys):
            return
        name, basis = keys
        first = self.alike.setdefault((loose_name(name), loose_basis(basis)), row.number)
        if first != row.number:
            message = f"疑似与第 {first} 行重复（名称、依据只是写法不同）"
            remedy = f"核对后第 {first} 行和第 {row.number} 行只留一行；不是同一事项的，可以保留"
            self.warnings.cell(row, "name", f"alike {row.number}", message, remedy)

    def _optional(self, row: Row, values: dict[str, Any], context: str) -> None:
        warn = self.warnings.cell
        if values.get("duties") == "" and not self.errors.has(
            self.table.cell(row, self.columns["duties"]), "filler"
        ):
            message = "没有填写职责边界，签订确认书前须补齐"
            warn(row, "duties", "no_duties", message, "写明街道负责什么、部门负责什么", context)
        if "source" in values:
            self._source(row, values, context)
        if values.get("municipal_department") in NOTHING:
            values["municipal_department"] = ""
        if values.get("source") == Source.CITY and not values.get("municipal_department"):
            name = "municipal_department" if "municipal_department" in self.columns else "source"
            message = f"市直下放的事项没有写明市直部门；对接部门按{self.department}处理"
            warn(row, name, "no_municipal", message, "补填下放该事项的市直部门", context)
        if "transition_months" in values:
            self._transition(row, values, context)
        if "department" in values and not self._is_own(values["department"]):
            message = f"写的是“{values['department']}”，申报部门是{self.department}，按申报部门处理"
            warn(row, "department", "other_department", message, "核对本行是否应由本部门申报", context)

    def _source(self, row: Row, values: dict[str, Any], context: str) -> None:
        text = values["source"]
        values["source"] = found = find_source(text) or ""
        if text in NOTHING:
            self.warnings.cell(row, "source", "no_source", "没有填写权力来源层级", _CHOOSE_SOURCE, context)
        elif not found:
            message = f"“{text}”不是省指导清单、市直下放或区直，按未填写处理"
            self.warnings.cell(row, "source", "unknown_source", message, _CHOOSE_SOURCE, context)

    def _transition(self, row: Row, values: dict[str, Any], context: str) -> None:
        text = values["transition_months"]
        values["transition_months"] = months = read_months(text)
        if text in NOTHING or months == self.months:
            return
        what = f"过渡期写的是 {months} 个月" if months is not None else f"过渡期“{text}”不是月数"
        message = f"{what}，文件规定为 {self.months} 个月，按 {self.months} 个月执行"
        self.warnings.cell(
            row, "transition_months", "transition", message, f"改为 {self.months}，或留空", context
        )

    def _elsewhere(self, row: Row, keys: tuple[str, ...]) -> None:
        for item in self.others.get(keys[0], ()) if keys[0] else ():
            same = key(item.basis) == keys[1]
            message = (
                f"{item.department}已申报同一事项（{'名称、依据相同' if same else '名称相同，依据不同'}）"
            )
            code = f"elsewhere {row.number} {item.department}"
            self.warnings.cell(row, "name", code, message, f"与{item.department}核对由谁申报")

    def _is_own(self, text: str) -> bool:
        """Whether a department cell is empty or names the department that files, in full or in short."""
        if text not in self.own:
            word = key(_STAMP.sub("", text))
            self.own[text] = text in NOTHING or word in self.own_names or word.endswith(self.own_endings)
        return self.own[text]
