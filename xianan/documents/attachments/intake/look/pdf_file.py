"""A PDF, read whole by pypdf: every object wherever it lies."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any

from .found import ACTIVE, BOMB, BROKEN, EMBEDDED, ENCRYPTED, Found, somewhere_else

MOST_UNPACKED = 100 * 1024 * 1024
ACTIONS = (
    "/JavaScript",
    "/Launch",
    "/SubmitForm",
    "/ImportData",
    "/GoToE",
    "/Rendition",
    "/RichMediaExecute",
)
PLAYERS = ("/RichMedia", "/3D", "/Screen", "/Movie")
STAYING = ("/GoTo", "/Named", "/ResetForm", "/Hide", "/SetOCGState", "/Trans", "/Thread")
"""What may happen by itself when a page or a document opens."""
KEPT = (".xml", ".xbrl", ".ofd")
"""What electronic invoices and fiscal receipts carry along."""
_NAMES = ("URI", "GoToR", "JS", "AA", "OpenAction", "EF", "XFA", "3D", "Screen", "Movie", "RichMedia")
_OBJECT = re.compile(
    rb"(?<![0-9])[0-9]{1,10}[\s\x00]+[0-9]{1,5}[\s\x00]+obj(?![A-Za-z])(?:[\s\x00]|%[^\r\n]*[\r\n])*"
)
# An object without text, comment, stream or any of these names does nothing, and nothing can hide in it.
_WORTH = re.compile(rb"[(%#]|\bstream\b|/(?:" + b"|".join(map(str.encode, _NAMES)) + rb")(?![A-Za-z0-9])")
_END = re.compile(rb"(?<=[\s>\]])endobj(?![A-Za-z0-9])")
_GAP = re.compile(rb"(?:[\s\x00]|%[^\r\n]*[\r\n])*")


def _spelled(name: str) -> bytes:
    """A pattern for a name however it is spelled: any of its letters may stand as #4A."""
    letters = (b"(?:%c|#%02x|#%02X)" % (letter, letter, letter) for letter in name.encode())
    return b"/" + b"".join(letters) + b"(?![A-Za-z0-9])"


# Names this long do not come about in compressed data by chance; of the others, an object that no parser can read
# must not hold one.
_LONG = re.compile(b"|".join(_spelled(name[1:]) for name in (*ACTIONS, "/RichMedia")))
_SHORT = re.compile(b"|".join(map(_spelled, (*_NAMES, "ObjStm", "EmbeddedFile"))))


class Pdf:
    """One file, looked at object by object."""

    def __init__(self, data: bytes) -> None:
        from pypdf import PasswordType, PdfReader

        self.data = data
        self.left = MOST_UNPACKED
        self.by_itself: set[int] = set()
        """Objects that are an action which happens without a click."""
        self.leaving: set[int] = set()
        """Objects that are an action which leads out of the file."""
        self.reader = PdfReader(io.BytesIO(data), strict=False)
        if self.reader.is_encrypted and self.reader.decrypt("") == PasswordType.NOT_DECRYPTED:
            raise Found(ENCRYPTED)
        if "/Pages" not in self.reader.root_object:
            raise Found(BROKEN)
        self.packed = {place[0] for place in self.reader.xref_objStm.values()}
        """Object streams as the table names them, whatever they call themselves."""

    def look(self) -> None:
        if _LONG.search(self.data):
            raise Found(ACTIVE)
        for number, item in self._objects():
            self._walk(item, number)
        if self.by_itself & self.leaving:
            raise Found(ACTIVE)

    def _objects(self) -> Iterator[tuple[int, Any]]:
        """Every object that stands in the open, those too that the table of objects leaves out or replaces."""
        from pypdf.generic import IndirectObject, StreamObject, read_object

        stream = io.BytesIO(self.data)
        seen: set[int] = set()
        sealed = self.reader.is_encrypted
        found = list(_OBJECT.finditer(self.data))
        for place, match in enumerate(found):
            seen.add(match.start())
            if self._is_idle(match.end()):
                continue
            number = int(re.split(rb"[\s\x00]", match[0], maxsplit=1)[0])
            stream.seek(match.end())
            try:
                item = read_object(stream, self.reader)
            except MemoryError:
                raise
            except Exception:
                end = found[place + 1].start() if place + 1 < len(found) else len(self.data)
                if _SHORT.search(self.data, match.end(), min(end, match.end() + 65536)):
                    raise Found(BROKEN) from None
                continue
            if not sealed:
                yield number, item
            elif (
                isinstance(item, StreamObject) and self._is_packed(item, number) and number not in self.packed
            ):
                # Texts and streams are sealed here; by the table below they are read opened.
                raise Found(BROKEN)
        for generation, places in self.reader.xref.items():
            for number, start in places.items():
                if (sealed or not any(at in seen for at in range(start, start + 8))) and number:
                    try:
                        listed = self.reader.get_object(IndirectObject(number, generation, self.reader))
                    except MemoryError:
                        raise
                    except Exception:
                        continue
                    yield number, listed

    def _is_idle(self, start: int) -> bool:
        end = _END.search(self.data, start, start + 4096)
        text = self.data[start : end.start()] if end is not None else b"#"
        return not _WORTH.search(text) and text.count(b"<<") == text.count(b">>")

    def _walk(self, item: Any, number: int) -> None:
        """Look at an object and all that stands in it; what it refers to comes by itself."""
        from pypdf.generic import StreamObject

        if isinstance(item, StreamObject):
            self._stream(item, number)
        rest = [(item, number)]
        while rest:
            value, own = rest.pop()
            if isinstance(value, dict):
                self._dictionary(value, own)
                rest.extend((each, 0) for each in value.values())
            elif isinstance(value, list):
                rest.extend((each, 0) for each in value)

    def _is_packed(self, item: Any, number: int) -> bool:
        return number in self.packed or item.get("/Type") == "/ObjStm" or ("/First" in item and "/N" in item)

    def _stream(self, item: Any, number: int) -> None:
        if "/F" in item or "/FFilter" in item:
            # Its content lies in another file.
            raise Found(ACTIVE)
        if self._is_packed(item, number):
            for inner, each in self._unpacked(item):
                self._walk(each, inner)
        elif item.get("/Type") == "/EmbeddedFile":
            self._embedded(item)

    def _unpacked(self, item: Any) -> Iterator[tuple[int, Any]]:
        """The objects of an object stream, whatever it is packed with."""
        from pypdf.generic import read_object

        text = self._content(item)
        if _LONG.search(text) or re.search(_spelled("JS"), text):
            raise Found(ACTIVE)
        count, first = int(item["/N"]), int(item["/First"])
        numbers = [int(word) for word in text[:first].split()[: 2 * count]]
        stream = io.BytesIO(text)
        for inner, start in zip(numbers[::2], numbers[1::2], strict=True):
            gap = _GAP.match(text, first + start)
            assert gap is not None, "it matches nothing at all too"
            stream.seek(gap.end())
            yield inner, read_object(stream, self.reader)

    def _content(self, item: Any) -> bytes:
        """The bytes of a stream; what no parser can unpack is not believed."""
        try:
            text = bytes(item.get_data())
        except MemoryError:
            raise
        except Exception:
            raise Found(BROKEN) from None
        self.left -= len(text)
        if self.left < 0:
            raise Found(BOMB)
        return text

    def _dictionary(self, item: dict[Any, Any], number: int) -> None:
        kind = self._resolved(item.get("/S"))
        if kind in ACTIONS or "/JS" in item or "/JavaScript" in item or "/XFA" in item:
            raise Found(ACTIVE)
        if self._resolved(item.get("/Subtype")) in PLAYERS:
            raise Found(ACTIVE)
        if kind == "/URI":
            target = _text(self._resolved(item.get("/URI")))
            if not _may_be_clicked(target):
                raise Found(ACTIVE)
            self.leaving.add(number)
        elif kind == "/GoToR":
            if any(somewhere_else(name) for name in self._names(self._resolved(item.get("/F")))):
                raise Found(ACTIVE)
            self.leaving.add(number)
        if "/OpenAction" in item:
            self._alone(item["/OpenAction"])
        if "/AA" in item:
            events = self._resolved(item["/AA"])
            for each in events.values() if isinstance(events, dict) else ():
                self._alone(each)
        if "/EF" in item:
            self._attached(item)

    def _alone(self, action: Any) -> None:
        """An action without a click stays inside the file."""
        from pypdf.generic import IndirectObject

        for _ in range(20):
            if isinstance(action, IndirectObject):
                self.by_itself.add(action.idnum)
            action = self._resolved(action)
            if not isinstance(action, dict):
                return
            kind = self._resolved(action.get("/S"))
            if "/S" in action and kind not in STAYING:
                raise Found(ACTIVE)
            if "/Next" not in action:
                return
            action = action["/Next"]
            if isinstance(self._resolved(action), list):
                for each in self._resolved(action):
                    self._alone(each)
                return
        raise Found(ACTIVE)

    def _attached(self, item: dict[Any, Any]) -> None:
        """A file inside the file: structured data of an invoice, or nothing."""
        names = self._names(item)
        if not names or not all(name.casefold().rstrip(" .").endswith(KEPT) for name in names):
            raise Found(EMBEDDED)
        files = self._resolved(item["/EF"])
        for each in files.values() if isinstance(files, dict) else ():
            self._embedded(self._resolved(each))

    def _embedded(self, item: Any) -> None:
        from pypdf.generic import StreamObject

        if not isinstance(item, StreamObject) or not _is_data(self._content(item)):
            raise Found(EMBEDDED)

    def _names(self, place: Any) -> list[str]:
        """What a file specification calls its file."""
        if not isinstance(place, dict):
            return [_text(place)]
        keys = ("/F", "/UF", "/Unix", "/DOS", "/Mac")
        return [_text(self._resolved(place[key])) for key in keys if key in place]

    def _resolved(self, value: Any) -> Any:
        from pypdf.generic import IndirectObject

        if not isinstance(value, IndirectObject):
            return value
        try:
            return self.reader.get_object(value)
        except MemoryError:
            raise
        except Exception:
            return None


def _text(value: Any) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else "" if value is None else str(value)


def _may_be_clicked(target: str) -> bool:
    """Whether a link is one that offices write: an address of the web, of a mailbox, or a place beside the file."""
    text = "".join(target.split()).casefold()
    scheme, colon, _ = text.partition(":")
    if colon and "/" not in scheme and "." not in scheme:
        return scheme in ("http", "https", "mailto", "tel")
    return not text.replace("\\", "/").startswith("//")


def _is_data(content: bytes) -> bool:
    """Whether an attached file is XML or OFD, by its first bytes. It is kept and never opened."""
    if content.startswith(b"PK\x03\x04"):
        return b"OFD.xml" in content
    head = content[:4096]
    for mark, coding in ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"), (b"\xef\xbb\xbf", "utf-8")):
        if head.startswith(mark):
            head = head[len(mark) :].decode(coding, "replace").encode()
            break
    return bool(re.match(rb"\s*<[?!A-Za-z_]", head)) and not re.match(rb"(?i)\s*<(?:!doctype\s+)?html", head)


def pdf(data: bytes) -> None:
    """Look through a PDF. Raises Found."""
    try:
        Pdf(data).look()
    except (Found, MemoryError):
        raise
    except Exception:
        # What the reader runs into in files that were made to make it fail.
        raise Found(BROKEN) from None
