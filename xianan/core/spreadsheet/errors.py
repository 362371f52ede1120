"""The refusal of a file, and the limits that lead to one."""

from __future__ import annotations

from xianan.core.errors import DomainError

MAX_FILE_BYTES = 20 * 1024 * 1024
MAX_ROWS = 20_000
MAX_COLUMNS = 128
#: Titles, header, totals and page headers that may stand beside the rows of data.
SPARE_ROWS = 300
#: A sheet is held as a full grid, so one stray cell far away costs as much as everything before it.
MAX_GRID_CELLS = (MAX_ROWS + SPARE_ROWS) * MAX_COLUMNS
MAX_UNPACKED_BYTES = 250 * 1024 * 1024
MAX_PACKED_PARTS = 3_000
MAX_SHEETS = 100


class UnreadableWorkbook(DomainError):
    """The file cannot be read as a table; ``message`` says why and what to do instead.

    Codes: empty, wrong_type, wrong_content, broken, encrypted, macros, too_big, bomb, too_many_rows,
    too_many_columns, too_many_sheets, stray_cell, encoding, no_header.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(code, message, field="file", status=400)


def broken() -> UnreadableWorkbook:
    return UnreadableWorkbook(
        "broken", "文件已损坏，无法读取。在 Excel 或 WPS 中打开并另存为 .xlsx，再重新上传。"
    )


def encrypted() -> UnreadableWorkbook:
    return UnreadableWorkbook("encrypted", "文件设有打开密码，无法读取。取消密码后另存，再重新上传。")


def macros() -> UnreadableWorkbook:
    return UnreadableWorkbook("macros", "文件带有宏，不予接收。请另存为不带宏的 .xlsx，再重新上传。")


def too_many_rows(sheet: str) -> UnreadableWorkbook:
    return UnreadableWorkbook(
        "too_many_rows", f"工作表“{sheet}”的数据超过 {MAX_ROWS:,} 行。请分成几个文件上传。"
    )


def check_extent(sheet: str, *, rows: int, last_row: int, last_column: int) -> None:
    """Refuse a sheet too large to be held: `rows` that have content, and where the content ends (1-based)."""
    if rows > MAX_ROWS + SPARE_ROWS:
        raise too_many_rows(sheet)
    if last_column > MAX_COLUMNS:
        raise UnreadableWorkbook(
            "too_many_columns",
            f"工作表“{sheet}”超过 {MAX_COLUMNS} 列。请删去表格右边多余的列，再重新上传。",
        )
    if last_row * last_column > MAX_GRID_CELLS:
        raise UnreadableWorkbook(
            "stray_cell",
            f"工作表“{sheet}”的内容一直到第 {last_row:,} 行，有内容的却只有 {rows:,} 行。"
            "请删去表格下方很远处的零散内容，再重新上传。",
        )
