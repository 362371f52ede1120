"""Photos and scans: sizes are read off the head, pictures are never decoded, and where they were taken goes.

Only the parts that make the picture are kept: no camera data but orientation and time, no comments, nothing
after the end, where other files like to hide.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterator

from .faults import Fault, broken

MOST_PIXELS = 100_000_000
LONGEST_SIDE = 30_000
JPEG_MAGIC = b"\xff\xd8\xff"
PNG_MAGIC = b"\x89PNG\r\n\x1a\n"
_SIZES = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})
_SCAN_END = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")
_PNG_KEPT = (
    b"IHDR",
    b"PLTE",
    b"IDAT",
    b"tRNS",
    b"gAMA",
    b"cHRM",
    b"sRGB",
    b"iCCP",
    b"pHYs",
    b"sBIT",
    b"bKGD",
)
_MOMENT = re.compile(rb"\d{4}:\d\d:\d\d \d\d:\d\d:\d\d\x00")


def _refuse_size(width: int, height: int) -> None:
    if not width or not height:
        raise broken()
    if width * height > MOST_PIXELS or max(width, height) > LONGEST_SIDE:
        raise Fault(
            "bomb",
            f"有 {width:,}×{height:,} 像素，超过 {MOST_PIXELS // 10_000:,} 万像素或单边 {LONGEST_SIDE:,}。"
            "缩小图片，或以 300 dpi 重新扫描后上传。",
        )


# ---- JPEG --------------------------------------------------------------------------------------------


def clean_jpeg(data: bytes) -> bytes:
    """Return the picture without its place, comments and whatever follows it. Raises Fault."""
    out = [b"\xff\xd8"]
    sized = scanned = False
    try:
        for marker, segment in _segments(data):
            body = segment[4:]
            if marker in _SIZES:
                height, width = struct.unpack_from(">HH", body, 1)
                _refuse_size(width, height)
                sized = True
            scanned = scanned or marker == 0xDA
            if marker == 0xE1:
                segment = _exif(body)
            elif marker == 0xE2:
                segment = segment if body.startswith(b"ICC_PROFILE\x00") else b""
            elif (0xE3 <= marker <= 0xEF and marker != 0xEE) or marker == 0xFE:
                segment = b""
            out.append(segment)
    except (struct.error, IndexError) as error:
        raise broken() from error
    if not sized or not scanned:
        raise broken()
    return b"".join(out)


def _segments(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield (marker, the whole segment); a scan comes with its compressed data. Raises Fault."""
    position = 2
    while True:
        if data[position] != 0xFF:
            raise broken()
        while data[position] == 0xFF:
            position += 1
        marker = data[position]
        position += 1
        if marker == 0xD9:
            yield marker, b"\xff\xd9"
            return
        if marker in (0x01, 0xD8) or 0xD0 <= marker <= 0xD7:
            raise broken()
        end = position + int(struct.unpack_from(">H", data, position)[0])
        if end > len(data) or end < position + 2:
            raise broken()
        if marker == 0xDA:
            found = _SCAN_END.search(data, end)
            if found is None:
                raise broken()
            end = found.start()
        yield marker, b"\xff" + bytes((marker,)) + data[position:end]
        position = end


def _exif(body: bytes) -> bytes:
    """Return an Exif segment with orientation and time alone, or nothing."""
    if not body.startswith(b"Exif\x00\x00"):
        return b""
    try:
        orientation, moment = _read_exif(body[6:])
    except (struct.error, IndexError):
        return b""
    entries = []
    if 1 < orientation <= 8:
        entries.append(struct.pack(">HHIHH", 0x0112, 3, 1, orientation, 0))
    count = len(entries) + bool(moment)
    if not count:
        return b""
    if moment:
        entries.append(struct.pack(">HHII", 0x8769, 4, 1, 8 + 2 + 12 * count + 4))
    tiff = b"MM\x00*\x00\x00\x00\x08" + struct.pack(">H", count) + b"".join(entries) + b"\x00" * 4
    if moment:
        value_at = len(tiff) + 2 + 12 + 4
        tiff += struct.pack(">HHHII", 1, 0x9003, 2, 20, value_at) + b"\x00" * 4 + moment
    return b"\xff\xe1" + struct.pack(">H", len(tiff) + 8) + b"Exif\x00\x00" + tiff


def _read_exif(tiff: bytes) -> tuple[int, bytes]:
    """Return (orientation or 0, time of the picture or nothing)."""
    order = "<" if tiff[:2] == b"II" else ">"
    first = _directory(tiff, struct.unpack_from(f"{order}I", tiff, 4)[0], order)
    inner = first.get(0x8769)
    second = _directory(tiff, struct.unpack(f"{order}I", inner)[0], order) if inner else {}
    orientation = struct.unpack_from(f"{order}H", first[0x0112])[0] if 0x0112 in first else 0
    moment = b""
    pointer = second.get(0x9003) or first.get(0x0132)
    if pointer:
        at = struct.unpack(f"{order}I", pointer)[0]
        found = tiff[at : at + 20]
        moment = found if _MOMENT.fullmatch(found) else b""
    return orientation, moment


def _directory(tiff: bytes, at: int, order: str) -> dict[int, bytes]:
    (count,) = struct.unpack_from(f"{order}H", tiff, at)
    found = {}
    for number in range(min(count, 200)):
        start = at + 2 + 12 * number
        (tag,) = struct.unpack_from(f"{order}H", tiff, start)
        found[tag] = struct.unpack_from("4s", tiff, start + 8)[0]
    return found


# ---- PNG ---------------------------------------------------------------------------------------------


def clean_png(data: bytes) -> bytes:
    """Return the picture without texts, camera data and whatever follows it. Raises Fault."""
    out = [PNG_MAGIC]
    position = len(PNG_MAGIC)
    filled = False
    try:
        while True:
            length, name = struct.unpack_from(">I4s", data, position)
            end = position + 12 + length
            if end > len(data):
                raise broken()
            content = data[position + 8 : end - 4]
            if len(out) == 1:
                if name != b"IHDR":
                    raise broken()
                _refuse_size(*struct.unpack_from(">II", content))
            filled = filled or name == b"IDAT"
            if name in _PNG_KEPT or name == b"IEND":
                if zlib.crc32(name + content) != struct.unpack_from(">I", data, end - 4)[0]:
                    raise broken()
                out.append(data[position:end])
            if name == b"IEND":
                break
            position = end
    except struct.error as error:
        raise broken() from error
    if not filled:
        raise broken()
    return b"".join(out)
