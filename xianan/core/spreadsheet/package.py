"""The zip of an .xlsx, looked through before anything is built from it.

Sizes are counted while unpacking, never believed; extents are taken from the cells themselves, because
one cell in the last corner makes a full grid of seventeen thousand million.
"""

from __future__ import annotations

import io
import posixpath
import re
import struct
import zipfile
import zlib
from xml.parsers import expat

from .errors import MAX_GRID_CELLS, MAX_PACKED_PARTS, MAX_UNPACKED_BYTES, UnreadableWorkbook, broken, macros
from .ole import Extent

MAGIC = b"PK\x03\x04"
_CELL = re.compile(
    rb"<c(?: (?!r=)[\w:]+=\"[^\"<>&']*\")* r=\"([A-Z]{1,3})(\d{1,7})\"(?: [\w:]+=\"[^\"<>&']*\")* ?/?>"
)
_ANY_CELL = re.compile(rb"<(?:[\w.-]+:)?c[\s/>]")
_ERROR_CELL = re.compile(
    rb"<c ([^<>]*\bt=\"e\"[^<>]*)>(?:<f[^<>]*/>|<f[^<>]*>[^<>]*</f>)?<v>([^<>]{1,20})</v>"
)
_REF = re.compile(rb"\br=\"([A-Z]{1,3})(\d{1,7})\"")


def _bomb() -> UnreadableWorkbook:
    return UnreadableWorkbook(
        "bomb",
        f"文件解压后超过 {MAX_UNPACKED_BYTES // 1024 // 1024} MB 或大小不实，不予接收。请把表格复制到新建的工作簿后重新上传。",
    )


class Package:
    """An .xlsx file: its parts, each unpacked under the common limit."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._left = MAX_UNPACKED_BYTES
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                self._infos = archive.infolist()
        except (
            zipfile.BadZipFile,
            ValueError,
            struct.error,
            OverflowError,
            NotImplementedError,
            UnicodeDecodeError,
        ) as e:
            raise broken() from e
        if len(self._infos) > MAX_PACKED_PARTS:
            raise _bomb()
        if sum(info.compress_size for info in self._infos) > len(data):
            raise _bomb()
        if sum(info.file_size for info in self._infos) > MAX_UNPACKED_BYTES:
            raise _bomb()
        names = [info.filename.replace("\\", "/").casefold() for info in self._infos]
        if len(set(names)) != len(names):
            raise broken()
        if any(info.flag_bits & 1 for info in self._infos):
            raise UnreadableWorkbook(
                "encrypted", "文件的压缩包设有密码，无法读取。取消密码后另存，再重新上传。"
            )
        self.names = dict(zip(names, self._infos, strict=True))

    def unpack(self, info: zipfile.ZipInfo) -> bytes:
        """The part's bytes; one that is larger than it says, or than the file may be, refuses the file."""
        try:
            name, extra = struct.unpack_from("<HH", self._data, info.header_offset + 26)
        except struct.error as error:
            raise broken() from error
        start = info.header_offset + 30 + name + extra
        packed = self._data[start : start + info.compress_size]
        if info.compress_type == zipfile.ZIP_STORED:
            content = packed
        elif info.compress_type == zipfile.ZIP_DEFLATED:
            engine = zlib.decompressobj(-15)
            try:
                content = engine.decompress(packed, min(info.file_size, self._left) + 1)
            except zlib.error as error:
                raise broken() from error
        else:
            raise broken()
        if len(content) > info.file_size:
            raise _bomb()
        if len(content) < info.file_size:
            raise broken()
        self._left -= len(content)
        if self._left < 0:
            raise _bomb()
        return content

    def inspect(self) -> dict[str, Extent]:
        """Extents by the name of the sheet; refuses macros, document types, and anything too large."""
        sheets: dict[str, Extent] = {}
        kept: dict[str, bytes] = {}
        if any("vbaproject" in name or "/macrosheets/" in name for name in self.names):
            raise macros()
        for name, info in self.names.items():
            content = self.unpack(info)
            if name.endswith((".xml", ".rels")) and b"<!DOCTYPE" in content[:4096]:
                raise broken()
            if "worksheets/" in name and name.endswith(".xml"):
                sheets[name] = scan_sheet(content)
            elif name == "[content_types].xml" and b"macroEnabled" in content:
                raise macros()
            elif name in ("xl/workbook.xml", "xl/_rels/workbook.xml.rels"):
                kept[name] = content
        return {
            title: sheets[path]
            for title, path in _sheet_paths(
                kept.get("xl/workbook.xml", b""), kept.get("xl/_rels/workbook.xml.rels", b"")
            )
            if path in sheets
        } | {f"\0{path}": extent for path, extent in sheets.items()}


def _sheet_paths(workbook: bytes, relations: bytes) -> list[tuple[str, str]]:
    """Pairs of sheet name and part name; empty when the workbook part is out of the ordinary."""
    targets: dict[str, str] = {}
    found: list[tuple[str, str]] = []

    def relation(tag: str, attributes: dict[str, str]) -> None:
        if tag.endswith("Relationship"):
            target = attributes.get("Target", "")
            path = target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"xl/{target}")
            targets[attributes.get("Id", "")] = path.casefold()

    def sheet(tag: str, attributes: dict[str, str]) -> None:
        if tag.rpartition(":")[2] == "sheet":
            link = next((v for k, v in attributes.items() if k.endswith(":id")), "")
            found.append((attributes.get("name", ""), targets.get(link, "")))

    for content, handler in ((relations, relation), (workbook, sheet)):
        parser = expat.ParserCreate()
        parser.StartElementHandler = handler
        try:
            parser.Parse(content, True)
        except (expat.ExpatError, ValueError, LookupError):
            return []
    return found


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def scan_sheet(content: bytes) -> Extent:
    """Where the cells of a sheet lie: by a quick look if all of them are written the usual way, else exactly."""
    extent = Extent()
    cells = _CELL.findall(content)
    if b"\0" in content[:200] or len(cells) != len(_ANY_CELL.findall(content)):
        return _scan_exactly(content)
    if not cells:
        return extent
    rows = {int(row) for _, row in cells}
    last_row, last_column = max(rows), max(_column(letters) for letters in {letters for letters, _ in cells})
    if last_row * last_column > MAX_GRID_CELLS:
        # Formatting may reach down to the last row; what counts is where the content ends.
        return _scan_exactly(content)
    extent.rows, extent.last_row, extent.last_column = rows, last_row, last_column
    if b't="e"' in content:
        for attributes, value in _ERROR_CELL.findall(content):
            if place := _REF.search(attributes):
                extent.errors[int(place[2]) - 1, _column(place[1]) - 1] = value.decode("ascii", "replace")
    return extent


def _scan_exactly(content: bytes) -> Extent:
    extent = Extent()
    row, column, error, text = -1, -1, False, ""
    inside = False

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal row, column, error, inside, text
        tag = tag.rpartition(":")[2]
        if tag == "row":
            row, column = _number(attributes.get("r"), row + 1), -1
        elif tag == "c":
            place = re.fullmatch(r"([A-Za-z]{1,3})(\d{1,7})", attributes.get("r", ""))
            if place:
                row, column = int(place[2]) - 1, _column(place[1].upper().encode()) - 1
            else:
                column += 1
            error = attributes.get("t") == "e"
        elif tag in ("v", "is") and column >= 0:
            inside, text = True, ""
            extent.add(max(row, 0), column)

    def characters(data: str) -> None:
        nonlocal text
        if inside and error:
            text += data[:20]

    def end(tag: str) -> None:
        nonlocal inside
        if inside and tag.rpartition(":")[2] in ("v", "is"):
            inside = False
            if error and text:
                extent.errors[row, column] = text[:20]

    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, characters
    try:
        parser.Parse(content, True)
    except (expat.ExpatError, ValueError, LookupError) as problem:
        raise broken() from problem
    return extent


def _number(text: str | None, otherwise: int) -> int:
    return int(text) - 1 if text and text.isascii() and text.isdigit() and len(text) < 8 else otherwise
