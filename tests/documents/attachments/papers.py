"""Files as people send them, and files that nobody should get in."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

import openpyxl
import xlwt
from PIL import Image
from pypdf import PdfWriter
from pypdf.generic import DictionaryObject, NameObject, TextStringObject
from xlwt.CompoundDoc import XlsDoc

EICAR = "X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + "EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
_RELATIONSHIPS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


# ---- PDF ---------------------------------------------------------------------------------------------


def pdf(text: str = "", *, password: str | None = None, owner: str | None = None, change=None) -> bytes:
    """A page; ``text`` makes its bytes its own."""
    writer = PdfWriter()
    writer.add_blank_page(595, 842)
    writer.add_metadata({"/Title": text})
    if change:
        change(writer)
    if password is not None or owner is not None:
        writer.encrypt(password or "", owner or password, algorithm="AES-256")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def with_action(kind: str, **more: str):
    """What opens with the document."""

    def change(writer: PdfWriter) -> None:
        action = DictionaryObject({NameObject("/S"): NameObject(f"/{kind}")})
        for key, value in more.items():
            action[NameObject(f"/{key}")] = TextStringObject(value)
        writer.root_object[NameObject("/OpenAction")] = action

    return change


def in_object_stream(data: bytes, text: bytes) -> bytes:
    """The PDF with one more object that stands in a compressed stream."""
    packed = zlib.compress(b"99 0 " + text)
    stream = b"98 0 obj\n<</Type /ObjStm /N 1 /First 5 /Filter /FlateDecode /Length %d>>\nstream\n" % len(
        packed
    )
    head, tail = data.rsplit(b"xref", 1)[0], data[data.rindex(b"xref") :]
    if head.endswith(b"start"):
        head, tail = head[:-5], b"start" + tail
    return head + stream + packed + b"\nendstream\nendobj\n" + tail


# ---- Pictures ----------------------------------------------------------------------------------------


def picture(kind: str = "JPEG", *, size=(40, 30), colour=(200, 30, 30), **more) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, kind, **more)
    return out.getvalue()


def photo_with_place() -> bytes:
    """A photo as a phone writes it: orientation, time, camera, and where it was taken, twice."""
    exif = Image.Exif()
    exif[0x010F], exif[0x0110], exif[0x0112] = "Huawei", "P60", 6
    exif.get_ifd(0x8769).update({0x9003: "2026:11:23 09:41:00", 0xA431: "SERIAL-77"})
    exif.get_ifd(0x8825).update({1: "N", 2: (29.0, 51.0, 7.0), 3: "E", 4: (114.0, 17.0, 2.0)})
    plain = picture(exif=exif.tobytes(), comment=b"29.85,114.28")
    xmp = (
        b"http://ns.adobe.com/xap/1.0/\x00<x:xmpmeta><exif:GPSLatitude>29,51N</exif:GPSLatitude></x:xmpmeta>"
    )
    return plain[:2] + b"\xff\xe1" + struct.pack(">H", len(xmp) + 2) + xmp + plain[2:]


def png_chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def huge_png(width: int, height: int) -> bytes:
    """A few hundred bytes that unfold to as many pixels as they say."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = png_chunk(b"IDAT", zlib.compress(b"\x00" * 1000))
    return b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", head) + body + png_chunk(b"IEND", b"")


def huge_jpeg(width: int, height: int) -> bytes:
    """A real picture whose head says another size."""
    data = bytearray(picture())
    at = data.index(b"\xff\xc0")
    struct.pack_into(">HH", data, at + 5, height, width)
    return bytes(data)


# ---- Office ------------------------------------------------------------------------------------------


def zipped(parts: dict[str, bytes | str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def docx(text: str = "说明", *, main: str = "wordprocessingml.document.main+xml", **parts: bytes) -> bytes:
    """A document; ``parts`` are further ones, with double underscores for slashes and single for dots."""
    kind = f"application/vnd.openxmlformats-officedocument.{main}"
    return zipped(
        {
            "[Content_Types].xml": f'<Types><Override PartName="/word/document.xml" ContentType="{kind}"/></Types>',
            "_rels/.rels": f'<Relationships><Relationship Id="a" Type="{_RELATIONSHIPS}/officeDocument"'
            ' Target="word/document.xml"/></Relationships>',
            "word/document.xml": f"<w:document><w:body><w:t>{text}</w:t></w:body></w:document>",
            **{name.replace("__", "/").replace("_", "."): content for name, content in parts.items()},
        }
    )


def pptx() -> bytes:
    return docx(main="presentationml.presentation.main+xml")


def remote_template() -> bytes:
    return (
        f'<Relationships><Relationship Id="t" Type="{_RELATIONSHIPS}/attachedTemplate" '
        'Target="https://example.org/t.dotm" TargetMode="External"/></Relationships>'
    ).encode()


def xlsx(text: str = "甲") -> bytes:
    book = openpyxl.Workbook()
    book.active.append([text])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def xls() -> bytes:
    book = xlwt.Workbook()
    book.add_sheet("表").write(0, 0, "甲")
    return _compound(book.get_biff_data())


def doc(*, locked: bool = False) -> bytes:
    """An old Word file as far as its head."""
    head = bytearray(4096)
    struct.pack_into("<HHHHHH", head, 0, 0xA5EC, 0xC1, 0, 0x0804, 0, 0x0100 if locked else 0)
    return with_entry(_compound(bytes(head)), 1, "WordDocument")


def _compound(stream: bytes) -> bytes:
    out = io.BytesIO()
    XlsDoc().save(out, stream)
    return out.getvalue()


def with_entry(data: bytes, index: int, name: str, kind: int = 2) -> bytes:
    """The compound file with an entry of its directory renamed."""
    start = (struct.unpack_from("<I", data, 48)[0] + 1) * 512 + 128 * index
    coded = (name + "\0").encode("utf-16-le")
    entry = bytearray(data[start : start + 128])
    entry[:64] = coded.ljust(64, b"\0")
    struct.pack_into("<HB", entry, 64, len(coded), kind)
    if not entry[116:124].strip(b"\0"):
        struct.pack_into("<I", entry, 116, 0xFFFFFFFE)
    return data[:start] + bytes(entry) + data[start + 128 :]
