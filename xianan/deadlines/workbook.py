"""A year's holidays out of a workbook: a row a day, with 日期, 类别 (放假 or 上班) and 名称."""

from __future__ import annotations

import datetime as dt
import re

from xianan.core.spreadsheet import (
    Field,
    Schema,
    UnreadableWorkbook,
    find_table,
    read_workbook,
    texts_of,
    unread,
)

from .rules import CalendarEntry

SCHEMA = Schema(
    fields=(
        Field("serial", "序号", serial=True),
        Field("day", "日期", ("放假日期", "时间"), required=True),
        Field("kind", "类别", ("类型", "放假或上班", "安排"), required=True),
        Field("name", "名称", ("节日", "节假日", "节日名称", "假日名称"), required=True),
    )
)
REST = ("放假", "休", "休息", "放假调休", "假日", "节假日")
WORK = ("上班", "班", "调休上班", "补班", "工作日")


def read_days(data: bytes, filename: str) -> tuple[list[CalendarEntry], list[str]]:
    """Return the days of a workbook and its faults, each with its cell and the rule it breaks.

    A file that can't be read at all is a single fault.
    """
    try:
        table = find_table(read_workbook(data, filename), SCHEMA)
    except UnreadableWorkbook as error:
        return [], [error.message]
    missing = [item.label for item in SCHEMA.fields if item.required and item.key not in table.columns]
    if missing:
        return [], [f"工作表“{table.sheet}”缺少列：{'、'.join(missing)}。"]
    entries: list[CalendarEntry] = []
    faults: list[str] = []
    for row in table.rows:
        cells = {key: table.cell(row, column) for key, column in table.columns.items()}
        before = len(faults)
        values, misread = texts_of(table, row, dates={"day"})
        if misread:
            faults += misread
            continue
        day = _day(values.get("day", ""))
        if day is None:
            faults.append(f"{cells['day']}“{values.get('day', '')}”不是日期，写作 2026-10-01。")
        kind = values.get("kind", "")
        if kind not in (*REST, *WORK):
            faults.append(f"{cells['kind']}“{kind}”须为放假或上班。")
        name = values.get("name", "")
        if not name:
            faults.append(f"{cells['name']}未填写名称。")
        elif len(name) > 20:
            faults.append(f"{cells['name']}名称不超过 20 字，现为 {len(name)} 字。")
        if day is not None and len(faults) == before:
            entries.append(CalendarEntry(day, kind in WORK, name))
    faults += unread(table)
    if not entries and not faults:
        faults.append("表头之下没有日期。")
    return entries, faults


def _day(text: str) -> dt.date | None:
    found = re.fullmatch(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ T]00:00(?::00)?)?", text)
    if not found:
        return None
    try:
        return dt.date(*(int(part) for part in found.groups()))
    except ValueError:
        return None
