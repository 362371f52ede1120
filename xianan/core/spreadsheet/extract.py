"""The part that meets a stranger's file, run as a program of its own: file on stdin, sheets as JSON on stdout.

A damaged workbook can make the Rust reader ask for more memory than there is, which ends the process on
the spot and can't be caught. Here it ends only this one. Imports nothing of the portal, so it starts in
some fifty milliseconds.
"""

import datetime as dt
import io
import json
import resource
import sys
from typing import Any

MEMORY = 1536 * 1024 * 1024
SECONDS = 60
#: Exit codes beside 0 for a table and anything else for a broken file.
PASSWORD, MACROS = 3, 4


def shown(value: Any) -> str:
    """The value as a person sees it: whole numbers without a point, dates in ISO form.

    A number cell keeps 15 digits. A number of 17 or more is shown with its exponent, as Excel does: zeros
    in place of what was lost would pass for a long code.
    """
    if type(value) is str:
        return value if value.strip() else ""
    if type(value) is bool:
        return "TRUE" if value else "FALSE"
    if type(value) is float:
        if value.is_integer() and abs(value) < 1e16:
            return str(int(value))
        return f"{value:.15G}" if abs(value) >= 1e16 else f"{value:.15g}"
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time() else value.isoformat(" ")
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    return str(value)


def extract(data: bytes) -> list[dict[str, Any]]:
    """All worksheets with their texts from A1 on and their merged areas, in the order of the tabs."""
    from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
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
            }
        )
    return sheets


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    from python_calamine import PasswordError

    try:
        sheets = extract(sys.stdin.buffer.read())
    except PasswordError:
        sys.exit(PASSWORD)
    json.dump(sheets, sys.stdout, ensure_ascii=True)


if __name__ == "__main__":
    main()
