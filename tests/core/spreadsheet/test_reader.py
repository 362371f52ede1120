"""Files that are read, and files that are refused in words."""

from __future__ import annotations

import datetime as dt
import io
import random
import re
import resource
import struct
import zipfile
from pathlib import Path

import openpyxl
import pytest
import xlwt
from xlwt.CompoundDoc import XlsDoc

from tests.effort import spent
from xianan.core.spreadsheet import UnreadableWorkbook, address, read_workbook
from xianan.core.spreadsheet.errors import MAX_COLUMNS, MAX_FILE_BYTES

HEAD = ["序号", "名称", "类型", "依据"]


def xlsx(*rows, change=None) -> bytes:
    book = openpyxl.Workbook()
    for row in rows or ([*HEAD], [1, "甲", "乙", "丙"]):
        book.active.append(list(row))
    if change:
        change(book)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def xls_stream(change=None) -> bytes:
    book = xlwt.Workbook()
    sheet = book.add_sheet("表")
    for column, text in enumerate(HEAD):
        sheet.write(0, column, text)
    if change:
        change(sheet)
    return book.get_biff_data()


def xls(stream: bytes | None = None, change=None) -> bytes:
    out = io.BytesIO()
    XlsDoc().save(out, stream if stream is not None else xls_stream(change))
    return out.getvalue()


def with_entry(data: bytes, index: int, name: str, kind: int) -> bytes:
    """The compound file with a directory entry renamed or added."""
    start = (struct.unpack_from("<I", data, 48)[0] + 1) * 512 + 128 * index
    coded = (name + "\0").encode("utf-16-le")
    entry = bytearray(data[start : start + 128])
    entry[:64] = coded.ljust(64, b"\0")
    struct.pack_into("<HB", entry, 64, len(coded), kind)
    if not entry[116:124].strip(b"\0"):
        struct.pack_into("<I", entry, 116, 0xFFFFFFFE)
    return data[:start] + bytes(entry) + data[start + 128 :]


def rezip(data: bytes, *, change=None, add=None) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            new.writestr(name, change(name, content) if change else content)
        for name, content in (add or {}).items():
            new.writestr(name, content)
    return out.getvalue()


def refusal(data: bytes, name: str) -> UnreadableWorkbook:
    with pytest.raises(UnreadableWorkbook) as caught:
        read_workbook(data, name)
    assert re.search(r"[\u4e00-\u9fff].*[。]$", caught.value.message)
    return caught.value


def one(data: bytes, name: str) -> list[list[str]]:
    (sheet,) = read_workbook(data, name).sheets
    return sheet.cells


# Reading


def test_addresses_count_from_a1_wherever_the_first_text_stands() -> None:
    grid = one(xlsx(change=lambda b: b.active.delete_rows(1, 9) or b.active.cell(4, 28, "远")), "a.xlsx")
    assert grid[3][27] == "远"
    assert address(3, 27) == "AB4"
    assert not any(text for row in grid[:3] for text in row)


def test_values_read_as_they_are_shown(started_anew: None) -> None:
    row = [
        1,
        1.5,
        0.1 + 0.2,
        True,
        dt.date(2026, 1, 2),
        dt.datetime.fromisoformat("2026-01-02T03:04"),
        dt.time(3, 4),
        "001",
        10**15,
        "　",
    ]
    assert one(xlsx(row), "a.xlsx") == [
        [
            "1",
            "1.5",
            "0.3",
            "TRUE",
            "2026-01-02",
            "2026-01-02 3:04:00",
            "3:04:00",
            "001",
            "1E+15",
            "",
        ]
    ]


def test_error_cells_keep_what_they_show() -> None:
    assert one(xlsx(["a", "#N/A", "#REF!"]), "a.xlsx") == [["a", "#N/A", "#REF!"]]
    body = struct.pack("<HHHBB", 1, 2, 0, 0x2A, 1)
    stream = xls_stream(lambda sheet: sheet.write(1, 0, "a"))
    end = stream.rindex(b"\x0a\x00\x00\x00")
    assert (
        one(xls(stream[:end] + struct.pack("<HH", 0x205, 8) + body + stream[end:]), "a.xls")[1][2] == "#N/A"
    )


def test_merged_areas_come_with_both_kinds_of_workbook() -> None:
    made = xlsx(change=lambda b: b.active.merge_cells("A2:A5"))
    assert read_workbook(made, "a.xlsx").sheets[0].merged == ((1, 0, 4, 0),)
    old = xls(change=lambda s: s.write_merge(1, 4, 0, 0, "x"))
    assert read_workbook(old, "a.XLS").sheets[0].merged == ((1, 0, 4, 0),)


def test_hidden_sheets_are_read_and_marked() -> None:
    def hide(book: openpyxl.Workbook) -> None:
        book.create_sheet("藏")["A1"] = "x"
        book["藏"].sheet_state = "hidden"

    sheets = read_workbook(xlsx(change=hide), "a.xlsx").sheets
    assert [(sheet.name, sheet.visible) for sheet in sheets] == [("Sheet", True), ("藏", False)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv_in_any_encoding_and_with_any_separator(encoding: str, delimiter: str) -> None:
    text = f'申报表\r\n{delimiter.join(HEAD)}\r\n1{delimiter}"甲;乙,丙\n丁"{delimiter}处罚{delimiter}《甲法》第一条\r\n'
    assert one(text.encode(encoding), "a.csv")[1:] == [HEAD, ["1", "甲;乙,丙\n丁", "处罚", "《甲法》第一条"]]


def test_separators_inside_the_text_do_not_win() -> None:
    text = "序号,名称,依据\n" + "".join(
        f"{n},事项,《甲法》第一条;《乙法》第二条;《丙法》第三条\n" for n in range(5)
    )
    assert one(text.encode(), "a.csv")[1] == ["0", "事项", "《甲法》第一条;《乙法》第二条;《丙法》第三条"]


def test_the_separator_line_of_excel_is_no_row() -> None:
    assert one("sep=;\r\n名称;类型\r\n甲,乙;丙\r\n".encode(), "a.csv") == [["名称", "类型"], ["甲,乙", "丙"]]


def test_a_file_is_read_from_its_path(tmp_path: Path) -> None:
    path = tmp_path / "申报.xlsx"
    path.write_bytes(xlsx())
    assert read_workbook(path).filename == "申报.xlsx"


def test_formatting_down_to_the_last_row_does_not_count_as_rows() -> None:
    def stretch(book: openpyxl.Workbook) -> None:
        book.active.cell(1_048_576, 16_384).number_format = "@"

    assert one(xlsx(change=stretch), "a.xlsx") == [HEAD, ["1", "甲", "乙", "丙"]]


# Refusing


@pytest.mark.parametrize("name", ["a.xlsx", "a.xls", "a.csv"])
@pytest.mark.parametrize("data", [b"", b"\r\n \r\n", b"\0" * 100])
def test_an_empty_file_is_refused(name: str, data: bytes) -> None:
    assert refusal(data, name).code == "empty"


def test_a_workbook_without_any_text_is_refused() -> None:
    assert refusal(xlsx(["", ""]), "a.xlsx").code == "empty"
    assert refusal(b",,,\n,,,\n", "a.csv").code == "empty"


@pytest.mark.parametrize("name", ["a.pdf", "a.docx", "a.ods", "a.et", "a", "a.xlsx.exe", "a.txt", "a.xlsb"])
def test_other_endings_are_refused(name: str) -> None:
    assert refusal(xlsx(), name).code == "wrong_type"


@pytest.mark.parametrize("ending", [".xlsx", ".xls", ".csv"])
@pytest.mark.parametrize(
    "data",
    [
        b"%PDF-1.7\n1 0 obj",
        b"<!DOCTYPE html><html><body><table><tr><td>1</td></tr></table>",
        b"\xef\xbb\xbf<html xmlns:x='urn:schemas-microsoft-com:office:excel'>",
        b"\xff\xd8\xff\xe0\x00\x10JFIF",
        b"\x89PNG\r\n\x1a\n",
        b"Rar!\x1a\x07",
        b"<?xml version='1.0'?><Workbook/>",
    ],
)
def test_other_content_behind_the_ending_is_refused_by_name(ending: str, data: bytes) -> None:
    assert refusal(data, f"a{ending}").code == "wrong_content"


def test_one_kind_of_workbook_under_the_ending_of_another_is_refused_with_the_remedy() -> None:
    assert "后缀改为 .xlsx" in refusal(xlsx(), "a.xls").message
    assert "另存为 .xlsx" in refusal(xls(), "a.xlsx").message
    assert refusal(xlsx(), "a.csv").code == refusal(xls(), "a.csv").code == "wrong_content"
    assert refusal("名称\t类型\n甲\t乙".encode("gbk"), "a.xls").code == "wrong_content"
    assert refusal(with_entry(xls(), 1, "WordDocument", 2), "a.xls").code == "wrong_content"


def test_a_zip_that_is_no_workbook_is_refused() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("word/document.xml", "<w/>")
    assert refusal(out.getvalue(), "a.xlsx").code == "broken"


def test_encrypted_workbooks_are_refused() -> None:
    assert refusal(with_entry(xls(), 1, "EncryptedPackage", 2), "a.xlsx").code == "encrypted"
    assert refusal(with_entry(xls(), 1, "EncryptedPackage", 2), "a.xls").code == "encrypted"
    stream = xls_stream()
    first = 4 + struct.unpack_from("<H", stream, 2)[0]
    locked = stream[:first] + struct.pack("<HH", 0x2F, 6) + bytes(6) + stream[first:]
    assert refusal(xls(locked), "a.xls").code == "encrypted"


def test_workbooks_with_macros_are_refused() -> None:
    assert refusal(xlsx(), "a.xlsm").code == "macros"
    assert refusal(rezip(xlsx(), add={"xl/vbaProject.bin": b"x"}), "a.xlsx").code == "macros"
    assert refusal(rezip(xlsx(), add={"xl/macrosheets/sheet1.xml": b"<x/>"}), "a.xlsx").code == "macros"
    content_type = b"application/vnd.ms-excel.sheet.macroEnabled.main+xml"
    plain = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
    made = rezip(xlsx(), change=lambda _, content: content.replace(plain, content_type))
    assert refusal(made, "a.xlsx").code == "macros"
    assert refusal(with_entry(xls(), 2, "_VBA_PROJECT_CUR", 1), "a.xls").code == "macros"


def test_files_that_are_too_large_are_refused(tmp_path: Path) -> None:
    assert refusal(b"x" * (MAX_FILE_BYTES + 1), "a.csv").code == "too_big"
    assert refusal(("名称,类型\n" + "甲,乙\n" * 20_400).encode(), "a.csv").code == "too_many_rows"
    assert refusal(xlsx(["x"] * (MAX_COLUMNS + 1)), "a.xlsx").code == "too_many_columns"


@pytest.mark.parametrize(
    ("row", "column", "code"),
    [(1_048_576, 16_384, "too_many_columns"), (1_048_576, 4, "stray_cell"), (40_000, 120, "stray_cell")],
)
def test_a_stray_cell_far_away_is_refused_before_it_costs_memory(row: int, column: int, code: str) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert refusal(xlsx(change=lambda b: b.active.cell(row, column, "x")), "a.xlsx").code == code
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100_000


def test_a_stray_cell_in_an_old_workbook_is_refused_before_it_costs_memory() -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began = spent()
    assert refusal(xls(change=lambda s: s.write(65_535, 255, "x")), "a.xls").code == "too_many_columns"
    assert refusal(xls(change=lambda s: s.write(65_535, 60, "x")), "a.xls").code == "stray_cell"
    assert spent() - began < 2
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100_000


@pytest.mark.parametrize(
    "hidden",
    [
        b'<row r="2"><c t="n" r = "XFD1048576"><v>1</v></c></row>',
        b"<row r='2'><c r='XFD1048576'><v>1</v></c></row>",
        b'<row r="2"><c r="&#88;FD1048576"><v>1</v></c></row>',
        b'<row r="1048576"><c><v>1</v></c><c r="XFD1048576"><v>1</v></c></row>',
    ],
)
def test_a_stray_cell_written_in_an_odd_way_is_seen_too(hidden: bytes) -> None:
    def change(name: str, content: bytes) -> bytes:
        return content.replace(b"</sheetData>", hidden + b"</sheetData>") if "sheet1" in name else content

    assert refusal(rezip(xlsx(), change=change), "a.xlsx").code in ("too_many_columns", "stray_cell")


def test_a_zip_bomb_is_refused_quickly(started_anew: None) -> None:
    began = spent()
    big = b"<!-- " + b"x" * (300 * 1024 * 1024)
    assert refusal(rezip(xlsx(), add={"xl/media/a.bin": big}), "a.xlsx").code == "bomb"
    assert spent() - began < 8


def test_a_part_larger_than_it_says_is_refused() -> None:
    data = rezip(xlsx(), add={"xl/big.bin": b"x" * 100_000})
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        size = archive.getinfo("xl/big.bin").file_size
    lying = data.replace(struct.pack("<I", size), struct.pack("<I", 10))
    assert lying != data
    assert refusal(lying, "a.xlsx").code == "bomb"


def test_a_document_type_inside_is_refused() -> None:
    def change(name: str, content: bytes) -> bytes:
        return b'<!DOCTYPE x [<!ENTITY a "b">]>' + content if name.endswith("sheet1.xml") else content

    assert refusal(rezip(xlsx(), change=change), "a.xlsx").code == "broken"


def test_an_open_quote_that_would_swallow_the_rest_is_refused() -> None:
    text = '名称,类型\n"甲,乙\n' + "丙,丁\n" * 100
    assert refusal(text.encode(), "a.csv").code == "broken"


def test_bytes_that_are_no_text_are_refused() -> None:
    assert refusal(bytes(range(128, 256)) * 20, "a.csv").code in ("encoding", "wrong_content")
    assert refusal(b"a,b\x00\x01,c\n" * 9, "a.csv").code == "encoding"


# Damage

FILES = sorted((Path(__file__).parents[2] / "empowerment/workbook/files").iterdir())


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name[:2])
@pytest.mark.parametrize("way", ["flip", "cut", "zero", "splice"])
def test_damage_is_read_or_refused_and_nothing_else(path: Path, way: str) -> None:
    """Byte flips, truncation, zeroed and doubled pieces: the same 60 damages each time."""
    whole = path.read_bytes()
    for seed in range(60):
        chance = random.Random(f"{path.name}{way}{seed}")
        data = bytearray(whole)
        place = chance.randrange(len(data))
        if way == "flip":
            for _ in range(chance.choice((1, 3, 20, 200))):
                data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        elif way == "cut":
            del data[place:]
        elif way == "zero":
            data[place : place + 64] = bytes(min(64, len(data) - place))
        else:
            data[place:place] = data[place : place + chance.randrange(1, 2000)]
        try:
            read_workbook(bytes(data), path.name)
        except UnreadableWorkbook as error:
            assert error.message.endswith("。")
