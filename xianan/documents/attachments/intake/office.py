"""Office files and zips: looked through part by part, so that nothing in them runs when somebody opens them."""

from __future__ import annotations

from collections.abc import Callable

from xianan.core.spreadsheet import UnreadableWorkbook
from xianan.core.spreadsheet.ole import Container, scan_workbook_stream
from xianan.core.spreadsheet.package import Package

from ..kinds import DOC, DOCX, PPTX, XLS, XLSX, ZIP, Kind
from .apart import looked_through
from .faults import EICAR, Fault, broken, encrypted, is_program, macros, of_container, programs, virus

TYPES = "[content_types].xml"
_MAIN = (
    (b"wordprocessingml.document.main+xml", DOCX),
    (b"spreadsheetml.sheet.main+xml", XLSX),
    (b"presentationml.presentation.main+xml", PPTX),
)
_PACKAGER = "Ole10Native"
_PACKED = (".zip", ".rar", ".7z", ".gz", ".tar", ".iso", ".cab")


def kind_of_package(data: bytes) -> tuple[Kind | None, str]:
    """Return the kind of a zip container and what it is called. Raises Fault."""
    try:
        package = Package(data)
        if TYPES in package.names:
            return _office_kind(package.unpack(package.names[TYPES]))
        if "ofd.xml" in package.names:
            return None, "OFD 版式文件"
        if any(name.endswith((".dex", "androidmanifest.xml")) for name in package.names):
            return None, "安卓程序"
    except UnreadableWorkbook as error:
        raise of_container(error) from error
    return ZIP, ZIP.label


def _office_kind(types: bytes) -> tuple[Kind | None, str]:
    if b"macroEnabled" in types:
        raise macros()
    for mark, kind in _MAIN:
        if mark in types:
            return kind, kind.label
    return None, "其他类型的 Office 文件"


def kind_of_container(data: bytes) -> tuple[Kind | None, str]:
    """Return the kind of an old office file and what it is called. Raises Fault."""
    streams = _container(data).streams
    if "EncryptedPackage" in streams:
        raise encrypted()
    for stream, kind in (("WordDocument", DOC), ("Workbook", XLS), ("Book", XLS)):
        if stream in streams:
            return kind, kind.label
    if "PowerPoint Document" in streams:
        return None, "旧版 PowerPoint 演示文稿（.ppt）"
    return None, "其他类型的旧版 Office 文件"


def check_package(data: bytes) -> None:
    """Look through every part of a .docx, .xlsx or .pptx. Raises Fault."""
    _each_part(data, _check_part)
    looked_through("office", data)


def check_zip(data: bytes) -> None:
    """Look through every file of a zip. Raises Fault."""
    _each_part(data, _check_member)


def _each_part(data: bytes, check: Callable[[str, bytes], None]) -> None:
    try:
        package = Package(data)
        for name, info in package.names.items():
            content = package.unpack(info)
            if EICAR in content:
                raise virus()
            check(name, content)
    except UnreadableWorkbook as error:
        raise of_container(error) from error


def _check_part(name: str, content: bytes) -> None:
    if "vbaproject" in name or "/activex/" in name or "/macrosheets/" in name:
        raise macros()
    if not name.endswith((".xml", ".rels")) and (
        is_program(content[:4], name) or _PACKAGER.encode("utf-16-le") in content
    ):
        raise programs()


def _check_member(name: str, content: bytes) -> None:
    parts = name.split("/")
    if ".." in parts or name.startswith("/") or ":" in parts[0]:
        raise Fault("bad_name", "里面的文件名带有路径，不予接收。重新压缩后上传。")
    if name.endswith(_PACKED) or (content.startswith((b"PK\x03\x04", b"Rar!")) and "." not in parts[-1]):
        raise Fault("embedded", "里面还有压缩包，无法检查。把内层的文件直接放进来，重新压缩后上传。")
    if is_program(content[:4], name):
        raise programs()


def check_container(data: bytes, kind: Kind) -> None:
    """Look through the streams of a .doc or .xls. Raises Fault."""
    container = _container(data)
    names = {name.strip("\x01") for name in container.streams}
    if names & {"Macros", "VBA", "_VBA_PROJECT", "_VBA_PROJECT_CUR"}:
        raise macros()
    if _PACKAGER in names:
        raise programs()
    try:
        if kind is DOC:
            # The base of the file information block: bit 8 of the flags is the password.
            flags = container.read("WordDocument")[:12]
            if len(flags) < 12:
                raise broken()
            if flags[11] & 0x01:
                raise encrypted()
        else:
            scan_workbook_stream(container.read("Workbook" if "Workbook" in names else "Book"))
    except UnreadableWorkbook as error:
        raise of_container(error) from error


def _container(data: bytes) -> Container:
    try:
        return Container(data)
    except UnreadableWorkbook as error:
        raise of_container(error) from error
