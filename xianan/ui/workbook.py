"""A list as a workbook: rows are written as they come, so memory stays flat."""

import datetime as dt
import tempfile
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import IO, Any

from django.http import HttpResponse
from django.utils.http import content_disposition_header
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties

from xianan.core import clock

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# A cell that starts so would be taken for a formula by some programs.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
LONGEST = 32767
A4 = 9


def plain(value: Any) -> Any:
    """Return what a cell can hold: number, date or text without control characters."""
    if value is None or isinstance(value, (bool, int, float, Decimal)):
        return {True: "是", False: "否"}[value] if isinstance(value, bool) else value
    if isinstance(value, dt.datetime):
        local = value.astimezone(clock.ZONE).replace(tzinfo=None) if value.tzinfo else value
        return local.replace(second=0, microsecond=0)
    if isinstance(value, dt.date):
        return value
    return ILLEGAL_CHARACTERS_RE.sub("", str(value))[:LONGEST]


def write(title: str, columns: list[tuple[str, Callable[[Any], Any]]], records: Iterable[Any]) -> IO[bytes]:
    """Write `records` under Chinese headers and return the open file, at its start.

    Text that looks like a formula is stored as text and marked so; nothing is evaluated on opening.
    """
    book = Workbook(write_only=True)
    sheet = book.create_sheet(_sheet_name(title))
    sheet.freeze_panes = "A2"
    _set_up_print(sheet, title)
    sample: list[list[Any]] = []
    source = iter(records)
    for record in source:
        sample.append([plain(read(record)) for _, read in columns])
        if len(sample) == 50:
            break
    # Widths stand before the rows in the file, so the first rows decide them.
    for index, (header, _) in enumerate(columns):
        width = max([_width(header), *(_width(row[index]) for row in sample)])
        sheet.column_dimensions[get_column_letter(index + 1)].width = min(max(width + 2, 8), 60)
    heads = []
    for header, _ in columns:
        head = WriteOnlyCell(sheet, value=header)
        head.font = Font(bold=True)
        heads.append(head)
    sheet.append(heads)
    for row in sample:
        sheet.append([_cell(sheet, value) for value in row])
    for record in source:
        sheet.append([_cell(sheet, plain(read(record))) for _, read in columns])
    # The answer closes it after the last byte.
    target = tempfile.TemporaryFile(suffix=".xlsx")  # noqa: SIM115
    book.save(target)
    target.seek(0)
    return target


def as_file(data: bytes, name: str) -> HttpResponse:
    """Return a workbook, or a table as CSV, as an answer that is saved under ``name``."""
    answer = HttpResponse(data, content_type=XLSX if name.endswith(".xlsx") else "text/csv")
    answer.headers["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return answer


def _set_up_print(sheet: Any, title: str) -> None:
    """A4 across, as wide as the paper; title and page numbers in the margins, so that row 1 stays the header."""
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_title_rows = "1:1"
    # In a margin & begins a code.
    sheet.HeaderFooter.oddHeader.center.text = title.replace("&", "&&")
    sheet.HeaderFooter.oddFooter.center.text = "第 &P 页，共 &N 页"


def _cell(sheet: Any, value: Any) -> Any:
    if isinstance(value, dt.datetime):
        cell = WriteOnlyCell(sheet, value=value)
        cell.number_format = "yyyy-mm-dd hh:mm"
        return cell
    if isinstance(value, str) and value.startswith(FORMULA_STARTS):
        cell = WriteOnlyCell(sheet, value=value)
        cell.data_type = "s"
        cell.quotePrefix = True
        return cell
    return value


def _width(value: Any) -> int:
    if value is None:
        return 0
    longest = max(str(value).splitlines() or [""], key=len)
    return sum(2 if ord(letter) > 255 else 1 for letter in longest)


def _sheet_name(title: str) -> str:
    return "".join("_" if letter in "[]:*?/\\" else letter for letter in title)[:31] or "列表"
