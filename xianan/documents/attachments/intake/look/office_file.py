"""An office file, every part of it that is XML read by expat."""

from __future__ import annotations

import io
import re
import zipfile
from urllib.parse import unquote
from xml.parsers import expat

from .found import BROKEN, MACROS, REMOTE, Found, somewhere_else

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
