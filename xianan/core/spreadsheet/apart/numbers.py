"""The number cells of a workbook as they are shown, where that is not just the number. Styles of no other cell are read."""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from typing import Any
from xml.parsers import expat

from .formats import BUILT_IN, GENERAL, NUMBER, Format, Shown, iso, moment

#: A formula that was never calculated: what wrote the file has kept no result.
FORMULA = "formula"
_PLACE = re.compile(r"([A-Za-z]{1,3})(\d{1,7})")
#: What a sheet written the usual way lacks: formulas, prefixes, comments, single quotes.
_UNUSUAL = (b"<f", b":c", b":v", b"<!", b"='", b"= ")
_NUMBER_CELL = re.compile(rb'<c (?![^<>]*\bt="(?!n"))([^<>]*)><v>([^<]+)</v></c>')
_ATTRIBUTES = re.compile(rb'^(?=.*\br="([A-Z]{1,3})(\d{1,7})")(?:.*\bs="(\d+)")?')
#: Serial numbers that may stand for days.
_DAYS = range(10_000, 80_000)
#: Row, column (0-based), what it is.
Cell = tuple[int, int, Shown]


class _Numbers:
    """Shows numbers by their style; those that need no word beside the plain number are left out."""

    def __init__(self, formats: dict[int, str], styles: list[int], from_1904: bool) -> None:
        codes = [formats.get(number, BUILT_IN.get(number, GENERAL)) for number in styles] or [GENERAL]
        known = {code: Format(code) for code in set(codes)}
        self._formats = [known[code] for code in codes]
        self._general = [code in (GENERAL, "0", "@") for code in codes]
        self._from_1904 = from_1904
        # The same months and days stand in many rows.
        self._shown: dict[tuple[float, int], Shown | None] = {}

    def show(self, value: float, style: int) -> Shown | None:
        place = value, style if style < len(self._formats) else 0
        if place not in self._shown:
            self._shown[place] = self._show(*place)
        return self._shown[place]

    def _show(self, value: float, style: int) -> Shown | None:
        whole = value == int(value) if abs(value) < 1e18 else False
        if whole and self._general[style] and abs(value) < 1e11:
            if self._from_1904 and int(value) in _DAYS and (day := moment(value, True)):
                return Shown(NUMBER, str(int(value)), str(int(value)), iso(day))
            return None
        return self._formats[style].show(value, self._from_1904)


def numbers_of_xlsx(data: bytes) -> dict[str, list[Cell]]:
    """The number cells of each sheet by its name."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = {name.replace("\\", "/").casefold(): name for name in archive.namelist()}

        def part(name: str) -> bytes:
            return archive.read(names[name]) if name in names else b""

        from_1904, sheets, styles = _workbook(part("xl/workbook.xml"), part("xl/_rels/workbook.xml.rels"))
        numbers = _Numbers(*_styles(part(styles)), from_1904)
        return {title: _cells(part(path), numbers) for title, path in sheets}


def _parse(content: bytes, start: Any, end: Any = None, parser: Any = None) -> None:
    if not content:
        return
    parser = parser or expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.StartDoctypeDeclHandler = _refuse
    parser.buffer_text = True
    parser.Parse(content, True)


def _refuse(*_: Any) -> None:
    raise ValueError("document type")


def _workbook(content: bytes, relations: bytes) -> tuple[bool, list[tuple[str, str]], str]:
    targets: dict[str, str] = {}
    sheets: list[tuple[str, str]] = []
    found: dict[str, Any] = {"1904": False, "styles": "xl/styles.xml"}

    def relation(tag: str, attributes: dict[str, str]) -> None:
        if tag.endswith("Relationship"):
            target = attributes.get("Target", "")
            path = target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"xl/{target}")
            targets[attributes.get("Id", "")] = path.casefold()
            if attributes.get("Type", "").endswith("/styles"):
                found["styles"] = path.casefold()

    def element(tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition(":")[2]
        if name == "workbookPr":
            found["1904"] = attributes.get("date1904", "") in ("1", "true", "on")
        elif name == "sheet":
            link = next((v for k, v in attributes.items() if k.endswith(":id")), "")
            sheets.append((attributes.get("name", ""), targets.get(link, "")))

    _parse(relations, relation)
    _parse(content, element)
    return found["1904"], sheets, found["styles"]


def _styles(content: bytes) -> tuple[dict[int, str], list[int]]:
    formats: dict[int, str] = {}
    styles: list[int] = []
    inside = False

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal inside
        name = tag.rpartition(":")[2]
        if name == "numFmt":
            formats[int(attributes.get("numFmtId", "0"))] = attributes.get("formatCode", GENERAL)
        elif name == "cellXfs":
            inside = True
        elif name == "xf" and inside:
            styles.append(int(attributes.get("numFmtId", "0")))

    def end(tag: str) -> None:
        nonlocal inside
        if tag.rpartition(":")[2] == "cellXfs":
            inside = False

    _parse(content, start, end)
    return formats, styles


def _cells(content: bytes, numbers: _Numbers) -> list[Cell]:
    """The number cells of a sheet: by a quick look if it is written the usual way, else exactly."""
    if not any(mark in content for mark in _UNUSUAL) and b"\0" not in content[:200]:
        cells = _NUMBER_CELL.findall(content)
        places = [_ATTRIBUTES.search(attributes) for attributes, _ in cells]
        if all(places):
            return [
                (int(place[2]) - 1, _column(place[1].decode()), shown)
                for place, (_, text) in zip(places, cells, strict=True)
                if place and (shown := numbers.show(float(text), int(place[3] or 0)))
            ]
    return _cells_exactly(content, numbers)


def _cells_exactly(content: bytes, numbers: _Numbers) -> list[Cell]:
    found: list[Cell] = []
    row = column = -1
    style, kind, text, formula, valued = "0", "n", "", False, False
    parser = expat.ParserCreate()

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal row, column, style, kind, text, formula, valued
        if ":" in tag:
            tag = tag.rpartition(":")[2]
        if tag == "c":
            place = _PLACE.fullmatch(attributes.get("r", ""))
            if place:
                row, column = int(place[2]) - 1, _column(place[1])
            else:
                column += 1
            style, kind = attributes.get("s", "0"), attributes.get("t", "n")
            text, formula, valued = "", False, False
        elif tag == "v":
            valued = True
            if kind == "n":
                parser.CharacterDataHandler = characters
        elif tag == "f":
            formula = True
        elif tag == "row":
            at = attributes.get("r", "")
            row, column = int(at) - 1 if at.isdigit() else row + 1, -1

    def characters(data: str) -> None:
        nonlocal text
        text += data

    def end(tag: str) -> None:
        if ":" in tag:
            tag = tag.rpartition(":")[2]
        if tag == "v":
            parser.CharacterDataHandler = None
        elif tag == "c" and kind == "n":
            if text.strip():
                shown = numbers.show(float(text), int(style))
                if shown is not None:
                    found.append((row, column, shown))
            elif formula:
                found.append((row, column, Shown(FORMULA, "", "")))
        elif tag == "c" and formula and not valued:
            found.append((row, column, Shown(FORMULA, "", "")))

    _parse(content, start, end, parser)
    return found


def _column(letters: str) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number - 1


def numbers_of_xls(data: bytes) -> dict[str, list[Cell]]:
    """The number cells of each sheet of an old workbook by its name."""
    import xlrd

    book = xlrd.open_workbook(
        file_contents=data, formatting_info=True, ragged_rows=True, logfile=io.StringIO()
    )
    formats = {number: found.format_str for number, found in book.format_map.items()}
    # A format that only has a number is one that Excel knows; the library's own wording is English.
    formats |= {
        number: code for number, code in BUILT_IN.items() if number not in formats or number in (14, 22)
    }
    numbers = _Numbers(formats, [style.format_key for style in book.xf_list], bool(book.datemode))
    sheets: dict[str, list[Cell]] = {}
    for sheet in book.sheets():
        found = sheets.setdefault(sheet.name, [])
        for row in range(sheet.nrows):
            for column, kind in enumerate(sheet.row_types(row)):
                if kind in (xlrd.XL_CELL_NUMBER, xlrd.XL_CELL_DATE):
                    style = sheet.cell_xf_index(row, column)
                    shown = numbers.show(sheet.cell_value(row, column), style)
                    if shown is not None:
                        found.append((row, column, shown))
    return sheets
