"""PDFs: searched for what acts or hides, pages are not drawn.

A script needs ``/S /JavaScript`` and a program ``/S /Launch``, either in the open or in an object stream. So
the bytes are searched wherever they lie, also what the table of objects leaves out; asking a parser for one
object after the other takes a minute for a large file and sees only what the table names.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from io import BytesIO

from pypdf import PasswordType, PdfReader
from pypdf.errors import PyPdfError
from pypdf.generic import EncodedStreamObject, IndirectObject, StreamObject

from .faults import PROGRAMS, Fault, bomb, broken, encrypted, is_program, programs

MOST_UNPACKED = 100 * 1024 * 1024
# What the reader runs into in files that were made to make it fail.
_TROUBLE = (
    *(ValueError, TypeError, LookupError, AttributeError, OSError, ArithmeticError, AssertionError),
    *(RecursionError, MemoryError, NotImplementedError),
)


def _spelled(name: str) -> bytes:
    """A pattern for a name however it is spelled: any of its letters may stand as #4A."""
    letters = (b"(?:%c|#%02x|#%02X)" % (letter, letter, letter) for letter in name.encode())
    return b"/" + b"".join(letters) + b"(?![A-Za-z0-9])"


# Names this long do not come about in compressed data by chance; XFA gets what must follow it.
_ACTIVE = re.compile(
    b"|".join([*map(_spelled, ("JavaScript", "Launch", "RichMedia")), _spelled("XFA") + rb"\s*(?:\[|\d)"])
)
_SCRIPT = re.compile(_spelled("JS"))
_OBJECTS = re.compile(_spelled("ObjStm"))
_EMBEDDED = re.compile(_spelled("EmbeddedFile"))
_STREAM = re.compile(rb"\bstream\r?\n")
_OCTAL = re.compile(rb"\\([0-7]{1,3})")
_PROGRAM_NAME = re.compile(rb"/U?F\s*\([^()]*\.(?:" + "|".join(PROGRAMS).encode() + rb")\s*\)", re.IGNORECASE)


def check(data: bytes) -> None:
    """Refuse passwords, scripts, launch actions and embedded programs. Raises Fault."""
    if _ACTIVE.search(data):
        raise _active()
    try:
        reader = PdfReader(BytesIO(data), strict=False)
        if reader.is_encrypted and reader.decrypt("") == PasswordType.NOT_DECRYPTED:
            raise encrypted()
        if "/Pages" not in reader.root_object:
            raise broken()
        # With an owner's password everybody may read, yet the bytes have to be decrypted first.
        texts = _decrypted(reader) if reader.is_encrypted else _object_streams(data)
        embedded = bool(_EMBEDDED.search(data))
        _look(data if embedded else b"", texts)
    except (PyPdfError, *_TROUBLE) as error:
        raise broken() from error
    if embedded and any(is_program(_head(data, start)) for start in _after(_EMBEDDED, data)):
        raise programs()


def _active() -> Fault:
    return Fault("active", "带有脚本或会启动程序的动作，不予接收。打印成 PDF 或重新扫描后上传。")


def _look(plain: bytes, texts: Iterator[bytes]) -> None:
    left = MOST_UNPACKED
    for text in texts:
        left -= len(text)
        if left < 0:
            raise bomb()
        if _ACTIVE.search(text) or _SCRIPT.search(text):
            raise _active()
        _refuse_program_names(text)
    _refuse_program_names(plain)


def _refuse_program_names(text: bytes) -> None:
    # Names may stand in UTF-16, and any sign of them as \056.
    if b"/EF" in text:
        read = _OCTAL.sub(lambda found: bytes((int(found[1], 8) & 0xFF,)), text).replace(b"\x00", b"")
        if _PROGRAM_NAME.search(read):
            raise programs()


def _after(name: re.Pattern[bytes], data: bytes) -> Iterator[int]:
    """Yield where the data of each stream begins whose dictionary holds ``name``."""
    for found in name.finditer(data):
        stream = _STREAM.search(data, found.end(), found.end() + 4096)
        if stream is not None:
            yield stream.end()


def _object_streams(data: bytes) -> Iterator[bytes]:
    """Yield the text of every object stream, wherever it lies. Raises Fault for one that can't be read."""
    whole = memoryview(data)
    for start in _after(_OBJECTS, data):
        try:
            yield zlib.decompressobj().decompress(whole[start:], MOST_UNPACKED + 1)
        except zlib.error:
            # Not packed at all, it has been searched with the rest; packed in another way it is not believed.
            if not re.match(rb"\s*\d+\s+\d+", data[start : start + 40]):
                raise broken() from None


def _decrypted(reader: PdfReader) -> Iterator[bytes]:
    """Yield the text of the object streams of an encrypted file."""
    for number in {place[0] for place in reader.xref_objStm.values()}:
        stream = reader.get_object(IndirectObject(number, 0, reader))
        if not isinstance(stream, StreamObject):
            raise broken()
        yield bytes(stream.get_data() if isinstance(stream, EncodedStreamObject) else stream._data)


def _head(data: bytes, start: int) -> bytes:
    head = data[start : start + 4096]
    try:
        return zlib.decompressobj().decompress(head, 64)
    except zlib.error:
        return head
