"""Looking for values that must lie nowhere in clear: through every table, what waits in Redis, and every file.

A value is looked for in all the ways it may be written down: in other encodings, compressed, packed into
a PDF, a workbook, a pickle, base64 or JSON, and any of these inside another.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import io
import json
import pickletools
import re
import unicodedata
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pymupdf
from django.apps import apps
from django.conf import settings
from django.db import connection
from redis import Redis

from xianan.core.fields import EncryptedTextField
from xianan.organizations.models import User

DEEPEST = 8
LARGEST = 64 * 1024 * 1024
"""Bytes of what one container may unpack to."""
ENCODINGS = ("utf-8", "utf-16-le", "utf-16-be", "gb18030")

_SQUEEZED = re.compile(rb"<[^<>]{0,4000}>|\s+")
_BASE64 = (re.compile(rb"[A-Za-z0-9+/]{20,}={0,2}"), re.compile(rb"[A-Za-z0-9_-]{20,}={0,2}"))
_HEX = re.compile(rb"(?:[0-9A-Fa-f]{2}){18,}")
_ZLIB = re.compile(rb"\x78[\x01\x5e\x9c\xda]|\x1f\x8b\x08")
_WIDE = str.maketrans("0123456789X", "０１２３４５６７８９Ｘ")


@dataclass(frozen=True)
class Hit:
    """Where a value was found: ``where`` leads from the table or file through each container."""

    value: str
    where: str

    def __str__(self) -> str:
        return f"{self.value} in {self.where}"


class Finder:
    """Looks for some values in whatever it is given."""

    def __init__(self, values: Iterable[str]) -> None:
        self._values: dict[bytes, str] = {}
        for value in values:
            spellings = {value, value.translate(_WIDE), json.dumps(value)[1:-1]}
            for spelling in spellings:
                for encoding in ENCODINGS:
                    self._values[spelling.encode(encoding)] = value
        self._any = re.compile(b"|".join(map(re.escape, self._values)) or b"(?!)")

    def look(self, content: object, where: str) -> list[Hit]:
        """Return where the values stand in some text or bytes."""
        return sorted(
            {Hit(value, place) for value, place in self._look(_bytes(content), where, 0)},
            key=lambda hit: (hit.where, hit.value),
        )

    def _look(self, data: bytes, where: str, depth: int) -> Iterator[tuple[str, str]]:
        if len(data) < 4 or depth > DEEPEST:
            return
        for found in self._any.findall(data):
            yield self._values[found], where
        for found in self._any.findall(_SQUEEZED.sub(b"", data)):
            yield self._values[found], where
        for inner, name in _inside(data):
            yield from self._look(inner, f"{where} > {name}", depth + 1)


def _bytes(content: object) -> bytes:
    if isinstance(content, bytes | bytearray | memoryview):
        return bytes(content)
    return str(content).encode("utf-8", "surrogatepass")


def _inside(data: bytes) -> Iterator[tuple[bytes, str]]:
    """Everything that some bytes hold, each with the sort of container it came from."""
    if b"%PDF-" in data[:1024]:
        yield from _pdf(data)
        return
    if data[:4] == b"PK\x03\x04":
        yield from _zip(data)
        return
    if data[:1] == b"\x80" and data[1:2] in b"\x02\x03\x04\x05":
        yield from _pickle(data)
    if data[:1] in b"{[" or data[:1] == b'"':
        yield from _json(data)
    for start in _ZLIB.finditer(data):
        packed = data[start.start() :]
        # 31 and 15: gzip and zlib, each with its head.
        plain = _inflated(packed, 31 if packed[:1] == b"\x1f" else 15)
        if plain:
            yield plain, "compressed"
    for run in {run for alphabet in _BASE64 for run in alphabet.findall(data)}:
        plain = _decoded(run)
        if plain:
            yield plain, "base64"
    for run in _HEX.findall(data):
        yield bytes.fromhex(run.decode()), "hex"


def _inflated(packed: bytes, window: int) -> bytes:
    try:
        return zlib.decompressobj(window).decompress(packed, LARGEST)
    except zlib.error:
        return b""


def _decoded(run: bytes) -> bytes:
    bare = run.rstrip(b"=").translate(bytes.maketrans(b"-_", b"+/"))
    try:
        return base64.b64decode(bare + b"=" * (-len(bare) % 4))
    except (binascii.Error, ValueError):
        return b""


def _pdf(data: bytes) -> Iterator[tuple[bytes, str]]:
    """Text, metadata, every object and stream, and embedded files."""
    try:
        paper = pymupdf.open(stream=data, filetype="pdf")
    except Exception:
        yield data[5:], "broken PDF"
        return
    with paper:
        yield _bytes("\n".join(page.get_text() for page in paper)), "text of the PDF"
        yield _bytes(json.dumps(paper.metadata, ensure_ascii=False)), "metadata of the PDF"
        for place in range(paper.embfile_count()):
            info = paper.embfile_info(place)
            yield _bytes(json.dumps(info, ensure_ascii=False, default=str)), "name of an embedded file"
            yield paper.embfile_get(place), f"embedded {info.get('filename', place)}"
        for xref in range(1, paper.xref_length()):
            try:
                yield _bytes(paper.xref_object(xref)), f"object {xref}"
                if paper.xref_is_stream(xref):
                    yield paper.xref_stream(xref) or b"", f"stream {xref}"
            except Exception:
                # A damaged object holds nothing that can be read.
                continue


def _zip(data: bytes) -> Iterator[tuple[bytes, str]]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            yield archive.comment, "comment of the archive"
            for member in archive.infolist():
                yield _bytes(member.filename), "name of a member"
                if member.file_size <= LARGEST:
                    yield archive.read(member), member.filename
    except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError, zlib.error):
        yield data[4:], "broken archive"


def _pickle(data: bytes) -> Iterator[tuple[bytes, str]]:
    """Texts and bytes of a pickle, which is read and never run; then what follows it."""
    stream = io.BytesIO(data)
    try:
        for _, argument, _ in pickletools.genops(stream):
            if isinstance(argument, str | bytes | bytearray | int) and not isinstance(argument, bool):
                yield _bytes(argument), "pickle"
    except Exception:
        return
    rest = stream.read()
    if rest:
        yield rest, "after a pickle"


def _json(data: bytes) -> Iterator[tuple[bytes, str]]:
    try:
        found = json.loads(data)
    except ValueError:
        return
    for text in _texts(found):
        yield _bytes(text), "JSON"


def _texts(found: Any) -> Iterator[str]:
    if isinstance(found, dict):
        for key, value in found.items():
            yield str(key)
            yield from _texts(value)
    elif isinstance(found, list):
        for value in found:
            yield from _texts(value)
    elif isinstance(found, str | int) and not isinstance(found, bool):
        yield str(found)


# ---- Where the portal keeps things -------------------------------------------------------------------


def protected() -> set[str]:
    """Return every value that the database keeps encrypted, whatever model and column it stands in.

    A 工号 that is the account's name as well, as those of the tests are, is said openly by that.
    """
    names = {name.casefold() for name in User.objects.values_list("username", flat=True)}
    return {
        value
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.local_concrete_fields
        if isinstance(field, EncryptedTextField)
        for value in model._base_manager.values_list(field.attname, flat=True)
        if value and value.casefold() not in names
    }


def in_tables(finder: Finder) -> list[Hit]:
    """Look through every column of every table as it is stored, those of Django and of no model too."""
    hits: list[Hit] = []
    quote = connection.ops.quote_name
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {quote(table)}")
            names = [column[0] for column in cursor.description or ()]
            for row in cursor.fetchall():
                for name, value in zip(names, row, strict=True):
                    if isinstance(value, str | bytes | memoryview) or (
                        isinstance(value, int) and value > 10**9
                    ):
                        hits += finder.look(value, f"{table}.{name} of row {row[0]}")
    return hits


def in_broker(finder: Finder) -> list[Hit]:
    """Look through what waits in Redis; the messages of the file broker are among the files."""
    if not settings.CELERY_BROKER_URL.startswith("redis"):
        return []
    read: dict[bytes, Any] = {
        b"string": lambda key: [client.get(key)],
        b"list": lambda key: client.lrange(key, 0, -1),
        b"hash": lambda key: [part for pair in client.hgetall(key).items() for part in pair],
        b"set": lambda key: client.smembers(key),
        b"zset": lambda key: client.zrange(key, 0, -1),
    }
    with Redis.from_url(settings.CELERY_BROKER_URL) as client:
        return [
            hit
            for key in client.scan_iter()
            for content in (key, *read.get(client.type(key), lambda _: ())(key))
            for hit in finder.look(content, f"Redis {key!r}")
        ]


def in_files(finder: Finder, folder: Path) -> list[Hit]:
    """Look through every file below a folder, and through the names of files and folders."""
    hits: list[Hit] = []
    for path in sorted(folder.rglob("*")):
        name = str(path.relative_to(folder))
        hits += finder.look(name, f"name of {name}")
        if path.is_file():
            hits += finder.look(path.read_bytes(), name)
    return hits


def in_names(names: Iterable[str], folder: Path) -> list[Hit]:
    """Return the files and folders that are named after somebody."""
    called = {str(path.relative_to(folder)) for path in folder.rglob("*")}
    return [
        Hit(name, path)
        for path in sorted(called)
        for name in sorted(names)
        if name in unicodedata.normalize("NFC", path)
    ]


def copies(digests: Iterable[str], folder: Path) -> list[str]:
    """Return the files whose bytes are one of these SHA-256: private files that lie open."""
    wanted = set(digests)
    return [
        str(path.relative_to(folder))
        for path in sorted(folder.rglob("*"))
        if path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() in wanted
    ]
