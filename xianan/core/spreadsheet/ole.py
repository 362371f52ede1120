"""The container of an old .xls, read as far as safety asks: stream names, encryption, macros, extents.

python-calamine builds a full grid for every sheet while it opens a file, so an .xls of 5 KB with one cell
in the last corner takes more than a gigabyte. Where the cells are is therefore found out before.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field

from .errors import broken, encrypted, macros

MAGIC = bytes.fromhex("d0cf11e0a1b11ae1")
_LAST_SECTOR = 0xFFFFFFFA
_ERRORS = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
}
_BOF, _EOF, _FILEPASS, _BOUNDSHEET = 0x0809, 0x000A, 0x002F, 0x0085
_FORMULA, _BOOLERR, _MULRK = 0x0006, 0x0205, 0x00BD
_VALUES = frozenset({0x0203, 0x027E, 0x0204, 0x00FD, 0x00D6, _BOOLERR, _FORMULA, 0x0406, 0x0206})


@dataclass
class Extent:
    """Where the content of a sheet lies (1-based last row and column) and what its error cells say."""

    rows: set[int] = field(default_factory=set)
    last_row: int = 0
    last_column: int = 0
    errors: dict[tuple[int, int], str] = field(default_factory=dict)

    def add(self, row: int, column: int) -> None:
        self.rows.add(row)
        self.last_row = max(self.last_row, row + 1)
        self.last_column = max(self.last_column, column + 1)


class Container:
    """A compound file: the names of its streams and their bytes."""

    def __init__(self, data: bytes) -> None:
        try:
            self._open(data)
        except (struct.error, IndexError, ValueError, UnicodeDecodeError) as error:
            raise broken() from error

    def _open(self, data: bytes) -> None:
        self._data = data
        shift, mini_shift = struct.unpack_from("<HH", data, 30)
        if shift not in (9, 12) or not 4 <= mini_shift <= 9:
            raise ValueError("sector size")
        self._size, self._mini_size = 1 << shift, 1 << mini_shift
        fat_count, directory = struct.unpack_from("<I", data, 44)[0], struct.unpack_from("<I", data, 48)[0]
        self._cutoff, mini_fat, _, difat, difat_count = struct.unpack_from("<IIIII", data, 56)
        sectors = [s for s in struct.unpack_from("<109I", data, 76) if s < _LAST_SECTOR]
        per = self._size // 4
        for _ in range(min(difat_count, len(data) // self._size)):
            if difat >= _LAST_SECTOR:
                break
            *more, difat = struct.unpack(f"<{per}I", self._sector(difat))
            sectors += [s for s in more if s < _LAST_SECTOR]
        self._fat: list[int] = []
        for sector in sectors[: min(fat_count, len(data) // self._size + 1)]:
            self._fat += struct.unpack(f"<{per}I", self._sector(sector))
        entries = self._chain(directory)
        self.streams: dict[str, tuple[int, int]] = {}
        self._mini = b""
        for offset in range(0, len(entries) - 127, 128):
            length, kind = struct.unpack_from("<H", entries, offset + 64)[0], entries[offset + 66]
            if kind not in (1, 2, 5) or not 2 <= length <= 64:
                continue
            name = entries[offset : offset + length - 2].decode("utf-16-le", "replace")
            start, size = struct.unpack_from("<II", entries, offset + 116)
            if kind == 5:
                self._mini = self._chain(start)[:size] if size else b""
            self.streams.setdefault(name, (start, size) if kind == 2 else (0, 0))
        self._mini_fat = self._numbers(self._chain(mini_fat)) if mini_fat < _LAST_SECTOR else []

    def _sector(self, number: int) -> bytes:
        start = (number + 1) * self._size
        block = self._data[start : start + self._size]
        if not block:
            raise ValueError("sector outside the file")
        return block.ljust(self._size, b"\0")

    def _chain(self, number: int) -> bytes:
        blocks, seen = [], set[int]()
        while number < _LAST_SECTOR:
            if number in seen:
                raise ValueError("sector chain runs in a circle")
            seen.add(number)
            blocks.append(self._sector(number))
            number = self._fat[number]
        return b"".join(blocks)

    @staticmethod
    def _numbers(data: bytes) -> list[int]:
        return list(struct.unpack(f"<{len(data) // 4}I", data[: len(data) // 4 * 4]))

    def read(self, name: str) -> bytes:
        """Bytes of a stream; a broken chain refuses the file."""
        start, size = self.streams[name]
        try:
            if size >= self._cutoff:
                return self._chain(start)[:size]
            blocks, seen = [], set[int]()
            while start < _LAST_SECTOR:
                if start in seen:
                    raise ValueError("sector chain runs in a circle")
                seen.add(start)
                blocks.append(self._mini[start * self._mini_size : (start + 1) * self._mini_size])
                start = self._mini_fat[start]
            return b"".join(blocks)[:size]
        except (IndexError, ValueError) as error:
            raise broken() from error


def scan_workbook_stream(data: bytes) -> list[Extent]:
    """Extents of the sheets of an .xls in the order of their tabs; refuses encryption and macro sheets."""
    try:
        return _scan(data)
    except (struct.error, IndexError) as error:
        raise broken() from error


def _scan(data: bytes) -> list[Extent]:
    places: list[int] = []
    by_place: dict[int, Extent] = {}
    here = Extent()
    position, end = 0, len(data) - 4
    unpack = struct.unpack_from
    while position <= end:
        kind, size = unpack("<HH", data, position)
        body = position + 4
        if kind in _VALUES:
            row, column = unpack("<HH", data, body)
            here.add(row, column)
            if kind == _BOOLERR and data[body + 7]:
                here.errors[row, column] = _ERRORS.get(data[body + 6], "#N/A")
            elif kind == _FORMULA and data[body + 12 : body + 14] == b"\xff\xff" and data[body + 6] == 2:
                here.errors[row, column] = _ERRORS.get(data[body + 8], "#N/A")
        elif kind == _MULRK:
            row, _ = unpack("<HH", data, body)
            here.add(row, unpack("<H", data, body + size - 2)[0])
        elif kind == _FILEPASS:
            raise encrypted()
        elif kind == _BOUNDSHEET:
            place, flags = unpack("<IH", data, body)
            if flags >> 8 in (1, 6):
                raise macros()
            places.append(place)
        elif kind == _BOF:
            here = by_place.setdefault(position, Extent())
            if unpack("<H", data, body + 2)[0] == 0x0040:
                raise macros()
        position = body + size
    return [by_place.get(place, Extent()) for place in places]
