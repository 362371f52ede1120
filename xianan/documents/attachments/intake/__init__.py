"""Judging a file that somebody sends: by its content, never by what it calls itself."""

from __future__ import annotations

from dataclasses import dataclass

from xianan.core.errors import DomainError
from xianan.core.spreadsheet import ole, package

from ..kinds import DOC, DOCX, JPEG, PDF, PNG, PPTX, XLS, XLSX, ZIP, Kind, by_ending, listed
from . import images, office
from .apart import looked_through
from .faults import EICAR, Fault, macros, virus
from .names import clean_name, ending_of, shown

_MACRO_ENDINGS = ("docm", "dotm", "xlsm", "xltm", "xlsb", "xlam", "pptm", "potm", "ppsm", "ppam")
_HEADS: tuple[tuple[bytes, str], ...] = (
    (b"MZ", "可执行程序"),
    (b"\x7fELF", "可执行程序"),
    (b"GIF8", "GIF 图片"),
    (b"BM", "BMP 图片"),
    (b"II*\x00", "TIFF 图片"),
    (b"MM\x00*", "TIFF 图片"),
    (b"Rar!", "RAR 压缩包"),
    (b"7z\xbc\xaf", "7z 压缩包"),
    (b"{\\rtf", "RTF 文档"),
)


@dataclass(frozen=True, slots=True)
class Judged:
    """A file that may be kept: its name, what it is, and its bytes (of pictures, without their place)."""

    name: str
    kind: Kind
    data: bytes


def judge(data: bytes, filename: str, *, accept: tuple[Kind, ...], largest: int, field: str = "") -> Judged:
    """Return the file as it is to be kept. Raises DomainError at ``field``; docs/mechanisms has the codes."""
    try:
        name = clean_name(filename)
        kind = _kind(data, name, accept, largest)
        return Judged(name, kind, _checked(data, kind))
    except Fault as fault:
        raise refusal(fault, filename, field) from fault


def refuse_size(size: int, filename: str, *, largest: int, field: str = "") -> None:
    """Raise DomainError for what need not be read to be refused: nothing at all, or too much."""
    fault = _size_fault(size, largest)
    if fault:
        raise refusal(fault, filename, field)


def refusal(fault: Fault, filename: str, field: str) -> DomainError:
    """Return the refusal that names the file."""
    return DomainError(fault.code, f"“{shown(filename)}”{fault.words}", field=field, status=400)


def _size_fault(size: int, largest: int) -> Fault | None:
    most = largest // 1024 // 1024
    if not size:
        return Fault("empty", "是空文件，没有内容。核对后重新选择。")
    if size > largest:
        return Fault(
            "too_big", f"有 {size / 1024 / 1024:.1f} MB，超过 {most} MB。压缩图片或降低扫描分辨率后上传。"
        )
    return None


def _kind(data: bytes, name: str, accept: tuple[Kind, ...], largest: int) -> Kind:
    fault = _size_fault(len(data), largest)
    if fault:
        raise fault
    if EICAR in data:
        raise virus()
    ending = ending_of(name)
    if ending in _MACRO_ENDINGS:
        raise macros()
    kind, label = sniff(data)
    named = by_ending(ending)
    if named is not None and named is not kind:
        what = f"是{_spaced(label)}" if label else f"不是{_spaced(named.label)}"
        raise Fault(
            "wrong_content",
            f"的扩展名是 .{ending}，内容却{what}。核对是否选错文件，或用原来的软件另存后上传。",
        )
    if kind is None or kind not in accept:
        what = f"是{_spaced(label)}" if label else f"是 .{ending} 文件"
        raise Fault("wrong_type", f"{what}，这里接收 {listed(accept)}。转换成其中一种后上传。")
    if named is None:
        raise Fault(
            "wrong_content",
            f"的扩展名是 .{ending}，内容却是{_spaced(label)}。扩展名改为 .{kind.endings[0]} 后重新上传。",
        )
    return kind


def _spaced(label: str) -> str:
    """Return a label as it follows a Chinese character."""
    return f" {label}" if label[:1].isascii() else label


def sniff(data: bytes) -> tuple[Kind | None, str]:
    """Return (kind, what it is called) by content; (None, name or "") for what no slot takes. Raises Fault."""
    head = data[:1024]
    if head.lstrip().startswith(b"%PDF-"):
        return PDF, PDF.label
    if head.startswith(images.JPEG_MAGIC):
        return JPEG, JPEG.label
    if head.startswith(images.PNG_MAGIC):
        return PNG, PNG.label
    if head.startswith(package.MAGIC):
        return office.kind_of_package(data)
    if head.startswith(ole.MAGIC):
        return office.kind_of_container(data)
    if head[4:8] == b"ftyp":
        return None, "HEIC 照片" if head[8:12] in (b"heic", b"heix", b"mif1", b"hevc") else "视频"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return None, "WebP 图片"
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if text.startswith((b"<!doctype html", b"<html", b"<svg", b"<?xml", b"<script")):
        return None, "网页或 XML 文件"
    return None, next((label for mark, label in _HEADS if head.startswith(mark)), "")


def _checked(data: bytes, kind: Kind) -> bytes:
    """Look inside; return what is to be kept. Raises Fault."""
    if kind is JPEG:
        return images.clean_jpeg(data)
    if kind is PNG:
        return images.clean_png(data)
    if kind is PDF:
        looked_through("pdf", data)
    elif kind in (DOCX, XLSX, PPTX):
        office.check_package(data)
    elif kind in (DOC, XLS):
        office.check_container(data, kind)
    elif kind is ZIP:
        office.check_zip(data)
    return data
