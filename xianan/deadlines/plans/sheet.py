"""The tasks of a work plan out of a workbook: a row a node, with task, node, organizations and date."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable

from xianan.core.spreadsheet import (
    Field,
    Schema,
    UnreadableWorkbook,
    find_table,
    key,
    read_workbook,
    texts_of,
    unread,
)
from xianan.organizations.models import Organization

from .steps import NodeRow

SCHEMA = Schema(
    fields=(
        Field("serial", "序号", serial=True),
        Field("task", "任务", ("工作任务", "任务分工", "重点任务", "任务名称"), required=True),
        Field("content", "内容和要求", ("工作内容", "具体要求", "工作要求", "任务内容")),
        Field("node", "节点", ("时间节点", "阶段目标", "节点任务", "节点名称"), required=True),
        Field("organizations", "责任单位", ("牵头单位", "责任部门", "承办单位"), required=True),
        Field("due_on", "完成时限", ("完成时间", "时限", "截止日期", "到期日"), required=True),
    )
)
COLUMNS = "、".join(field.label for field in SCHEMA.fields if not field.serial)
_LIMITS = {"task": 200, "content": 1000, "node": 200}
_LABELS = {field.key: field.label for field in SCHEMA.fields}


def read_nodes(
    data: bytes, filename: str, organizations: Iterable[Organization], today: dt.date
) -> tuple[list[NodeRow], list[str]]:
    """Return the nodes of a workbook and its faults, each with its cell and the rule it breaks.

    A cell may name several organizations; each of them gets a node. A file that can't be read at all
    is a single fault.
    """
    try:
        table = find_table(read_workbook(data, filename), SCHEMA)
    except UnreadableWorkbook as error:
        return [], [error.message]
    missing = [item.label for item in SCHEMA.fields if item.required and item.key not in table.columns]
    if missing:
        return [], [f"工作表“{table.sheet}”缺少列：{'、'.join(missing)}。"]
    known = _names(organizations)
    rows: list[NodeRow] = []
    faults: list[str] = []
    for row in table.rows:
        cells = {name: table.cell(row, column) for name, column in table.columns.items()}
        before = len(faults)
        values, misread = texts_of(table, row, dates={"due_on"})
        if misread:
            faults += misread
            continue
        for name in ("task", "node", "content"):
            text = values.get(name, "")
            if not text and name != "content":
                faults.append(f"{cells[name]}未填写{_LABELS[name]}。")
            elif len(text) > _LIMITS[name]:
                faults.append(f"{cells[name]}{_LABELS[name]}不超过 {_LIMITS[name]} 字，现为 {len(text)} 字。")
        due_on = _day(values.get("due_on", ""))
        if due_on is None:
            faults.append(f"{cells['due_on']}“{values.get('due_on', '')}”不是日期，写作 2026-12-31。")
        elif due_on < today:
            faults.append(f"{cells['due_on']}完成时限 {due_on:%Y-%m-%d} 已过，须不早于今日。")
        names = [part for part in re.split(r"[、，,；;\n]+", values.get("organizations", "")) if part.strip()]
        if not names:
            faults.append(f"{cells['organizations']}未填写责任单位。")
        found = [known.get(key(name)) for name in names]
        for name, organization in zip(names, found, strict=True):
            if organization is None:
                faults.append(f"{cells['organizations']}“{name}”不是本区的单位，按机构名称或简称填写。")
        if due_on is not None and len(faults) == before:
            rows += [
                NodeRow(values["task"], values.get("content", ""), values["node"], each, due_on)
                for each in dict.fromkeys(found)
                if each is not None
            ]
    faults += unread(table)
    if not rows and not faults:
        faults.append("表头之下没有节点。")
    return rows, faults


def _names(organizations: Iterable[Organization]) -> dict[str, Organization]:
    known: dict[str, Organization] = {}
    for each in organizations:
        for name in (each.name, each.full_name, each.short_name, *each.aliases):
            if name:
                known.setdefault(key(name), each)
    return known


def _day(text: str) -> dt.date | None:
    found = re.fullmatch(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ T]00:00(?::00)?)?", text)
    if not found:
        return None
    try:
        return dt.date(*(int(part) for part in found.groups()))
    except ValueError:
        return None
