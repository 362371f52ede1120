"""Number the characters of an embedded font as the PDF does.

WeasyPrint writes glyph numbers. A reader that keeps to the standard takes them for the CIDs of a
CID-keyed CFF font and looks them up in its charset; where the two differ, as in regional subsets of Noto
and the later glyphs of Fandol, it draws blanks or other characters. The charset has no other use in a
PDF, so it is set to "CID = glyph number".
"""

from __future__ import annotations

import itertools
import struct
from collections.abc import Iterator

_CHARSET, _CHARSTRINGS, _ROS = 15, 17, (12, 30)


def number_by_glyph(font: bytes) -> bytes:
    """Return an OpenType font whose CIDs are its glyph numbers; other fonts come back as they are.

    The length stays the same. Checksums of the tables are left: no reader of a PDF looks at them.
    """
    start = _table(font, b"CFF ")
    if start is None:
        return font
    offset, _ = _index(font, start + font[start + 2])
    _, top = _index(font, offset)
    operators = dict(_operators(font[slice(*top[0])]))
    if _ROS not in operators or operators.get(_CHARSET, 0) <= 2:
        return font
    (glyphs,) = struct.unpack_from(">H", font, start + operators[_CHARSTRINGS])
    place = start + operators[_CHARSET]
    charset = _charset(font[place], font[place + 1 : place + 5], glyphs)
    return font[:place] + charset + font[place + len(charset) :]


def _charset(kind: int, first_range: bytes, glyphs: int) -> bytes:
    """Return an identity charset no longer than the one it replaces."""
    rest = glyphs - 1  # glyph 0 is not listed
    if kind == 0:
        return b"\x00\x00\x01"[: 1 + 2 * rest] if rest < 2 else struct.pack(">BHH", 2, 1, rest - 1)
    left = first_range[2] if kind == 1 else int.from_bytes(first_range[2:4], "big")
    if left + 1 >= rest:
        # A single range: only its first CID is to change.
        return bytes((kind, 0, 1))
    return struct.pack(">BHH", 2, 1, rest - 1)


def _table(font: bytes, tag: bytes) -> int | None:
    if font[:4] != b"OTTO":
        return None
    (count,) = struct.unpack_from(">H", font, 4)
    for number in range(count):
        name, _, offset, _ = struct.unpack_from(">4sLLL", font, 12 + 16 * number)
        if name == tag:
            return int(offset)
    return None


def _index(font: bytes, at: int) -> tuple[int, list[tuple[int, int]]]:
    """Read an INDEX: (where it ends, [(start, end) of each entry])."""
    (count,) = struct.unpack_from(">H", font, at)
    if count == 0:
        return at + 2, []
    size = font[at + 2]
    base = at + 3 + size * (count + 1) - 1
    ends = [
        base + int.from_bytes(font[at + 3 + size * number : at + 3 + size * (number + 1)], "big")
        for number in range(count + 1)
    ]
    return ends[-1], list(itertools.pairwise(ends))


def _operators(data: bytes) -> Iterator[tuple[int | tuple[int, int], int]]:
    """Yield (operator, its last number) of a DICT."""
    position, number = 0, 0
    while position < len(data):
        byte = data[position]
        position += 1
        if byte == 12:
            yield (12, data[position]), number
            position += 1
        elif byte <= 21:
            yield byte, number
        elif byte == 28:
            (number,) = struct.unpack_from(">h", data, position)
            position += 2
        elif byte == 29:
            (number,) = struct.unpack_from(">l", data, position)
            position += 4
        elif byte == 30:
            # A real number ends with a nibble f; none of those looked for is one.
            while data[position] & 0x0F != 0x0F and data[position] >> 4 != 0x0F:
                position += 1
            position += 1
        elif byte <= 246:
            number = byte - 139
        elif byte <= 250:
            number = (byte - 247) * 256 + data[position] + 108
            position += 1
        else:
            number = -(byte - 251) * 256 - data[position] - 108
            position += 1
