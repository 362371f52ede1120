"""Reading a workbook as displayed text, whatever it was written with, or refusing it in words."""

from __future__ import annotations

import csv
import io
import json
import re
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from xianan.core.apart import run_apart

from . import ole, package
from .apart import extract
from .apart.numbers import FORMULA
from .cells import NO_RESULT, Number
from .errors import (
    MAX_FILE_BYTES,
    MAX_SHEETS,
    UnreadableWorkbook,
    broken,
    check_extent,
    encrypted,
    macros,
)

_ACCEPTED = (".xlsx", ".xls", ".csv")
_HINT = "请上传 .xlsx、.xls 或 .csv 文件。"


#: What an apostrophe is put before, so that Excel leaves it as it is.
_GUARDED = frozenset("0123456789=+-@")


@dataclass(frozen=True)
class Sheet:
    """A sheet as a grid of displayed text from A1 on; `merged` has 0-based inclusive (top, left, bottom, right).

    `numbers` says what stands behind the number cells whose text alone would mislead, by row and column.
    """

    name: str
    visible: bool
    cells: list[list[str]]
    merged: tuple[tuple[int, int, int, int], ...] = ()
    numbers: dict[tuple[int, int], Number] = field(default_factory=dict)


@dataclass(frozen=True)
class Workbook:
    filename: str
    sheets: tuple[Sheet, ...]


def read_workbook(source: str | Path | bytes, filename: str = "") -> Workbook:
    """All worksheets of an .xlsx, .xls or .csv file, hidden ones too.

    The ending of `filename` (of the path by default) says what the file must be; content of another kind,
    encryption, macros, damage and size raise `UnreadableWorkbook`, and nothing else is raised. A missing
    file raises OSError.
    """
    if isinstance(source, bytes):
        data = source
    else:
        filename = filename or Path(source).name
        if Path(source).stat().st_size > MAX_FILE_BYTES:
            raise _too_big()
        data = Path(source).read_bytes()
    if len(data) > MAX_FILE_BYTES:
        raise _too_big()
    ending = Path(filename).suffix.casefold()
    if ending in (".xlsm", ".xltm", ".xlam", ".xla"):
        raise macros()
    if ending not in _ACCEPTED:
        raise UnreadableWorkbook("wrong_type", f"不能读取“{ending or filename or '没有后缀'}”文件。{_HINT}")
    if not data.strip(b"\0 \r\n\t"):
        raise UnreadableWorkbook("empty", "文件是空的，没有任何内容。")
    _check_content(data, ending)
    sheets: tuple[Sheet, ...]
    if ending == ".csv":
        sheets = (_read_csv(data, Path(filename).stem),)
    else:
        sheets = _read_calamine(
            data, _inspect_xls(data) if ending == ".xls" else package.Package(data).inspect()
        )
    if not any(text for sheet in sheets for row in sheet.cells for text in row):
        raise UnreadableWorkbook("empty", "文件里没有任何内容。请确认上传的是填好的表格。")
    return Workbook(filename, sheets)


def _too_big() -> UnreadableWorkbook:
    return UnreadableWorkbook(
        "too_big",
        f"文件超过 {MAX_FILE_BYTES // 1024 // 1024} MB。请删去图片和无关的工作表，或分成几个文件上传。",
    )


def _kind(data: bytes) -> str:
    head = data[:1024].lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    if data.startswith(package.MAGIC):
        return "zip"
    if data.startswith(ole.MAGIC):
        return "ole"
    for mark, name in (
        (b"%pdf", "PDF"),
        (b"\xff\xd8\xff", "图片"),
        (b"\x89png", "图片"),
        (b"gif8", "图片"),
        (b"rar!", "压缩包"),
        (b"7z\xbc\xaf", "压缩包"),
        (b"\x1f\x8b", "压缩包"),
        (b"{\\rtf", "文档"),
    ):
        if head.startswith(mark):
            return name
    if (
        head.startswith((b"<!doctype", b"<html", b"<head", b"<table", b"<meta", b"<style"))
        or b"<html" in head
    ):
        return "网页"
    if head.startswith((b"<?xml", b"<workbook")):
        return "XML 文件"
    return "text"


def _check_content(data: bytes, ending: str) -> None:
    """Refuse a file whose content is not what its ending says, naming what it is."""
    kind = _kind(data)
    wanted = {".xlsx": "zip", ".xls": "ole", ".csv": "text"}[ending]
    if kind == wanted:
        return
    if kind == "ole" and "EncryptedPackage" in ole.Container(data).streams:
        raise encrypted()
    if kind == "zip" and ending == ".xls":
        message = "文件内容是 .xlsx 格式，后缀却是 .xls。请把后缀改为 .xlsx，或用 Excel 另存后重新上传。"
    elif kind == "ole" and ending == ".xlsx":
        message = (
            "文件内容是旧版 .xls 或其他 Office 文件，后缀却是 .xlsx。请用 Excel 另存为 .xlsx 后重新上传。"
        )
    elif kind == "text" and data[:2] != b"PK":
        message = f"文件内容不是 {ending} 工作簿。在 Excel 或 WPS 中打开，另存为 .xlsx 后重新上传。"
    elif kind in ("zip", "ole"):
        message = f"文件内容是工作簿或压缩包，后缀却是 {ending}。请改正后缀或另存为 .xlsx 后重新上传。"
    elif kind == "text":
        raise broken()
    else:
        message = f"文件内容是{kind}，后缀却是 {ending}。{_HINT}"
    raise UnreadableWorkbook("wrong_content", message)


def _inspect_xls(data: bytes) -> list[ole.Extent]:
    container = ole.Container(data)
    names = {name.casefold(): name for name in container.streams}
    if "encryptedpackage" in names:
        raise encrypted()
    if "_vba_project_cur" in names or "vba" in names or "_vba_project" in names:
        raise macros()
    stream = names.get("workbook") or names.get("book")
    if stream is None:
        what = "Word 文档" if "worddocument" in names else "别的 Office 文件"
        raise UnreadableWorkbook("wrong_content", f"文件内容是{what}，不是工作簿。{_HINT}")
    return ole.scan_workbook_stream(container.read(stream))


def _read_calamine(data: bytes, extents: dict[str, ole.Extent] | list[ole.Extent]) -> tuple[Sheet, ...]:
    named = (
        list(extents.items())
        if isinstance(extents, dict)
        else [(f"第{i}张", e) for i, e in enumerate(extents, 1)]
    )
    if len(named) > 2 * MAX_SHEETS:
        raise UnreadableWorkbook("too_many_sheets", f"工作表超过 {MAX_SHEETS} 张。请只留下要申报的表。")
    for name, extent in named:
        title = name if not name.startswith("\0") else name.rpartition("/")[2]
        check_extent(title, rows=len(extent.rows), last_row=extent.last_row, last_column=extent.last_column)
    sheets = []
    for found in _extract(data):
        grid = found["cells"]
        for (row, column), text in _errors_of(extents, found["index"], found["name"]).items():
            if row < len(grid) and column < len(grid[row]) and not grid[row][column]:
                grid[row][column] = text
        merged = tuple((top, left, bottom, right) for top, left, bottom, right in found["merged"])
        numbers = _put_numbers(grid, found["numbers"])
        sheets.append(Sheet(found["name"], found["visible"], grid, merged, numbers))
    return tuple(sheets)


def _put_numbers(grid: list[list[str]], cells: list[Any]) -> dict[tuple[int, int], Number]:
    """Put the texts that number cells show into the grid; return what stands behind them."""
    numbers = {}
    for row, column, (kind, text, number, date) in cells:
        grid += [[] for _ in range(row + 1 - len(grid))]
        line = grid[row]
        line += [""] * (column + 1 - len(line))
        if kind == FORMULA:
            line[column] = line[column] or NO_RESULT
        else:
            line[column] = text
            numbers[row, column] = Number(kind, number, date)
    width = max(map(len, grid), default=0)
    for line in grid:
        line += [""] * (width - len(line))
    return numbers


def _extract(data: bytes) -> list[dict[str, Any]]:
    """Run the reader of workbooks in a process of its own; whatever ends it is a broken file."""
    done = run_apart(
        "apart.extract",
        folder=Path(__file__).parent,
        data=data,
        memory=extract.MEMORY,
        seconds=extract.SECONDS,
    )
    if done is None:
        raise broken()
    if done.returncode == extract.PASSWORD:
        raise encrypted()
    if done.returncode == extract.MACROS:
        raise macros()
    if done.returncode:
        raise broken()
    sheets: list[dict[str, Any]] = json.loads(done.stdout)
    return sheets


def _errors_of(
    extents: dict[str, ole.Extent] | list[ole.Extent], index: int, name: str
) -> dict[tuple[int, int], str]:
    """Texts of the error cells of a sheet, which python-calamine leaves empty."""
    if isinstance(extents, dict):
        return extents[name].errors if name in extents else {}
    return extents[index].errors if index < len(extents) else {}


def _decode(data: bytes) -> str:
    encodings = ["utf-8-sig", "gb18030"]
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        encodings = ["utf-16"]
    elif b"\0" in data:
        encodings = []
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        controls = sum(1 for char in text[:20_000] if char < " " and char not in "\r\n\t\f\v\x1a")
        if controls == 0:
            return text
    raise UnreadableWorkbook(
        "encoding",
        "CSV 文件的编码无法识别（应为 UTF-8 或 GBK），也可能不是 CSV。请用 Excel 另存为 .xlsx 后重新上传。",
    )


def _parse(text: str, delimiter: str, limit: int | None = None) -> list[list[str]]:
    rows: list[list[str]] = []
    for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
        rows.append(row)
        if limit is not None and len(rows) >= limit:
            break
    return rows


def _delimiter(text: str) -> str:
    """The separator under which the most rows have the same number of columns."""
    best, best_score = ",", 0
    for candidate in ",;\t":
        try:
            rows = _parse(text, candidate, 60)
        except csv.Error:
            continue
        cells = [cell for row in rows if len(row) > 1 or "\t" in "".join(row) for cell in row if cell]
        guarded = all(cell.count("\t") == 1 and cell[0] == "\t" for cell in cells)
        if candidate != "\t" and guarded and any(len(row) > 1 for row in rows):
            # Each text is guarded by a tab: it separates nothing.
            return candidate
        widths = Counter(len(row) for row in rows if len(row) > 1)
        score = max(((width - 1) * count for width, count in widths.items()), default=0)
        if score > best_score:
            best, best_score = candidate, score
    return best


def _unguarded(text: str, delimiter: str) -> str:
    """Text in which ="001", a guard against Excel's taking it for a number, is the quoted text alone."""
    if '="' not in text:
        return text
    return re.sub(
        rf'(^|{re.escape(delimiter)})=(?="(?:[^"]|"(?:{re.escape(delimiter)}|\r?$)))', r"\1", text, flags=re.M
    )


def _said(cell: str) -> str:
    """A cell without what guards it from Excel: a tab or an apostrophe before it, =\" around it."""
    cell = cell.lstrip("\t")
    if cell[:2] == '="' and cell[-1:] == '"' and len(cell) > 2:
        cell = cell[2:-1].replace('""', '"')
    elif cell[:1] == "'" and cell[1:2] in _GUARDED:
        cell = cell[1:]
    return cell if cell.strip() else ""


def _read_csv(data: bytes, name: str) -> Sheet:
    text = _decode(data)
    first, _, rest = text.partition("\n")
    if first.strip().casefold() in ("sep=,", "sep=;", "sep=\t", "sep="):
        # Excel's own first line: it names the separator and is not a row.
        delimiter, text = (first.strip()[4:] or "\t"), rest
    else:
        delimiter = _delimiter(text)
    try:
        rows = _parse(_unguarded(text, delimiter), delimiter)
    except csv.Error as error:
        raise broken() from error
    for number, row in enumerate(rows, 1):
        if any(cell.count("\n") > 60 for cell in row):
            raise UnreadableWorkbook(
                "broken", f"第 {number} 行的引号不成对，后面的内容无法分行。请另存为 .xlsx 后重新上传。"
            )
    grid = [[_said(cell) for cell in row] for row in rows]
    while grid and not any(grid[-1]):
        grid.pop()
    width = max((index + 1 for row in grid for index, cell in enumerate(row) if cell), default=0)
    check_extent(name, rows=sum(map(any, grid)), last_row=len(grid), last_column=width)
    return Sheet(name, True, [(row + [""] * width)[:width] for row in grid])
