"""The part that meets a stranger's PDF or office file, run as a program of its own: file on stdin, verdict as exit code.

Real parsers read it whole: pypdf every object wherever it lies, expat every part. What they make of a file that
was built to break them ends this process alone, at its limit of memory or time. Imports nothing of the portal.
"""

from __future__ import annotations

import io
import logging
import re
import resource
import sys
import zipfile
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import unquote
from xml.parsers import expat

MEMORY = 1024 * 1024 * 1024
SECONDS = 20
#: Exit codes beside 0 for a file that may be kept; HEAVY is also what a process that was ended stands for.
BROKEN, ENCRYPTED, ACTIVE, EMBEDDED, MACROS, REMOTE, BOMB, HEAVY = 10, 11, 12, 13, 14, 15, 16, 17


class Found(Exception):
    """What ends the look; ``code`` is one of the above."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


def somewhere_else(target: str) -> bool:
    """Whether a target lies on another machine: an address of the net, or a share in any of its spellings."""
    text = "".join(unquote(target).replace("\\", "/").split()).casefold()
    scheme, colon, rest = text.partition(":")
    if not colon or not re.fullmatch(r"[a-z][a-z0-9+.-]+", scheme):
        return text.startswith("//")
    if scheme != "file":
        return True
    # file:///c:/… names this machine; file://server/… and file:////server/… don't.
    return rest.startswith("//") and (not rest.startswith("///") or rest.startswith("////"))


# ---- PDF ---------------------------------------------------------------------------------------------------

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
            stream.seek(_GAP.match(text, first + start).end())  # type: ignore[union-attr]
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


# ---- Office ------------------------------------------------------------------------------------------------

# Nothing that acts is written without one of these; the other parts are only tried whether they are good XML.
_ACTS = (b"instr", b"ddeLink", b"webPr", b"|", b"124;", b"7c;", b"7C;")
_ENCODINGS = ("utf-8", "utf-16", "us-ascii", "iso-8859-1")
_RELATIONSHIP_OF_MACROS = ("vbaproject", "wordvbadata", "xlmacrosheet", "activexcontrolbinary")
_FIELD = re.compile(
    r"\s*(?:DDE(?:AUTO)?\b|(?:INCLUDEPICTURE|INCLUDETEXT|LINK|IMPORT)\b(.*))", re.IGNORECASE | re.DOTALL
)
_AWAY = re.compile(r"(?:https?|ftp):|(?<![:\w\\/])[\\/]{2,}\w", re.IGNORECASE)
"""An address or a share in the instruction of a field, where backslashes stand twice."""
_COMMAND = re.compile(r"[=+\-@(,\s]*'?[A-Za-z][\w.]*'?\|.*!", re.DOTALL)


class Part:
    """One part of an office file, read by expat."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.relations = name.endswith(".rels")
        self.fields: list[str] = []
        """The instructions of the fields that are open, from the outermost in."""
        self.gathers = ""
        self.text: list[str] = []

    def read(self, content: bytes) -> None:
        parser = expat.ParserCreate()
        parser.XmlDeclHandler, parser.StartDoctypeDeclHandler = self._declared, self._doctype
        letters = content.replace(b"\0", b"")
        if self.relations or any(mark in letters for mark in _ACTS):
            parser.buffer_text = True
            parser.StartElementHandler, parser.EndElementHandler = self._start, self._end
            parser.CharacterDataHandler = self._characters
        try:
            parser.Parse(content, True)
        except (expat.ExpatError, ValueError, LookupError):
            # Drawings of old versions are often no good XML, and no more is what only looks like it.
            if self.name.endswith((".xml", ".rels")):
                raise Found(BROKEN) from None

    def _declared(self, version: str, encoding: str | None, standalone: int) -> None:
        # In an alphabet of its own nothing would be found by its bytes.
        if encoding and encoding.casefold() not in _ENCODINGS:
            raise Found(BROKEN)

    def _doctype(self, kind: str, system: str | None, public: str | None, declares: bool) -> None:
        # Programs for drawing name the type of an SVG; none of Office's own parts has one.
        if declares or not self.name.endswith(".svg"):
            raise Found(BROKEN)

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        tag = tag.rpartition(":")[2]
        own = {key.rpartition(":")[2]: value for key, value in attributes.items()}
        if self.relations and tag == "Relationship":
            _relation(own.get("Type", ""), own.get("Target", ""))
        elif tag in ("ddeLink", "webPr"):
            raise Found(REMOTE)
        elif tag == "fldSimple":
            _field(own.get("instr", ""))
        elif tag == "fldChar":
            if own.get("fldCharType") == "begin":
                self.fields.append("")
            elif self.fields:
                # After the separator comes the result, no instruction.
                _field(self.fields[-1])
                if own.get("fldCharType") == "end":
                    self.fields.pop()
        elif tag in ("instrText", "delInstrText", "f", "formula1", "definedName"):
            self.gathers, self.text = tag, []

    def _characters(self, data: str) -> None:
        if self.gathers:
            self.text.append(data)

    def _end(self, tag: str) -> None:
        if not self.gathers or tag.rpartition(":")[2] != self.gathers:
            return
        text, self.gathers, name = "".join(self.text), "", self.gathers
        if name in ("instrText", "delInstrText"):
            if self.fields:
                self.fields[-1] += text
            _field(self.fields[-1] if self.fields else text)
        elif _COMMAND.match(text):
            raise Found(REMOTE)


def _relation(kind: str, target: str) -> None:
    """What a document loads by itself lies in it or on the same machine; a link waits for a click."""
    kind = kind.rpartition("/")[2].casefold()
    if kind in _RELATIONSHIP_OF_MACROS:
        raise Found(MACROS)
    if kind == "hyperlink":
        if not _may_be_linked(target):
            raise Found(REMOTE)
    elif somewhere_else(target):
        raise Found(REMOTE)


def _may_be_linked(target: str) -> bool:
    """Links of offices point to the web, to mailboxes, to places in the document and to files on the own disk."""
    text = "".join(unquote(target).replace("\\", "/").split()).casefold()
    if text.startswith(("http:", "https:", "mailto:", "tel:", "#", "ftp:")):
        return True
    return not somewhere_else(target)


def _field(instruction: str) -> None:
    found = _FIELD.match(instruction)
    if found and (found[1] is None or _AWAY.search(found[1])):
        raise Found(REMOTE)


def office(data: bytes) -> None:
    """Look through the parts of a .docx, .xlsx or .pptx that are XML. Raises Found."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for info in archive.infolist():
            name = info.filename.replace("\\", "/").casefold()
            # A part may be XML whatever it is called.
            with archive.open(info) as part:
                head = part.read(64).replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
            if name.endswith((".xml", ".rels")) or head.startswith(b"<"):
                Part(name).read(archive.read(info))


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    logging.disable(logging.CRITICAL)
    looks: dict[str, Callable[[bytes], None]] = {"pdf": pdf, "office": office}
    try:
        looks[sys.argv[1]](sys.stdin.buffer.read())
    except Found as found:
        sys.exit(found.code)
    except MemoryError:
        sys.exit(HEAVY)


if __name__ == "__main__":
    main()
