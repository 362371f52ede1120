"""Sheets out of a workbook, run as a program of its own: file on stdin, sheets as JSON on stdout.

A damaged workbook can make the Rust reader ask for more memory than there is, which ends the process on
the spot and can't be caught. Here it ends only this one.
"""

import datetime as dt
import io
import json
import sys
from typing import Any

from .formats import iso, plain
from .numbers import numbers_of_xls, numbers_of_xlsx

MEMORY = 1536 * 1024 * 1024
SECONDS = 60
#: Exit codes beside 0 for a table and anything else for a broken file.
PASSWORD, MACROS = 3, 4


def shown(value: Any) -> str:
    """The value of a cell that is no number with a format of its own."""
    if type(value) is str:
        return value if value.strip() else ""
    if type(value) is bool:
        return "TRUE" if value else "FALSE"
    if type(value) is float:
        return plain(value)
    if isinstance(value, dt.datetime):
        return iso(value)
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    return str(value)


def extract(data: bytes) -> list[dict[str, Any]]:
    """All worksheets with their texts from A1 on and their merged areas, in the order of the tabs."""
    from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    numbers = numbers_of_xlsx(data) if data.startswith(b"PK") else numbers_of_xls(data)
    sheets = []
    for index, meta in enumerate(book.sheets_metadata):
        if meta.typ in (SheetTypeEnum.MacroSheet, SheetTypeEnum.Vba):
            sys.exit(MACROS)
        if meta.typ != SheetTypeEnum.WorkSheet:
            continue
        sheet = book.get_sheet_by_index(index)
        sheets.append(
            {
                "index": index,
                "name": meta.name,
                "visible": meta.visible == SheetVisibleEnum.Visible,
                "cells": [[shown(value) for value in row] for row in sheet.to_python(skip_empty_area=False)],
                "merged": [[*start, *end] for start, end in sheet.merged_cell_ranges or ()],
                "numbers": numbers.get(meta.name, []),
            }
        )
    return sheets


def main() -> None:
    from python_calamine import PasswordError

    try:
        sheets = extract(sys.stdin.buffer.read())
    except PasswordError:
        sys.exit(PASSWORD)
    json.dump(sheets, sys.stdout, ensure_ascii=True)
