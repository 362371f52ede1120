"""The kinds of files that a slot may accept."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file: what it is called, its endings (the first is the usual one), its media type.

    ``inline``: browsers show it without any other program.
    """

    key: str
    label: str
    endings: tuple[str, ...]
    media_type: str
    inline: bool = False

    @property
    def short(self) -> str:
        """The ending as people say it: PDF, JPG."""
        return self.endings[0].upper() if self.inline else f".{self.endings[0]}"


_OFFICE = "application/vnd.openxmlformats-officedocument"

PDF = Kind("pdf", "PDF 文件", ("pdf",), "application/pdf", inline=True)
JPEG = Kind("jpeg", "JPG 图片", ("jpg", "jpeg"), "image/jpeg", inline=True)
PNG = Kind("png", "PNG 图片", ("png",), "image/png", inline=True)
DOCX = Kind("docx", "Word 文档", ("docx",), f"{_OFFICE}.wordprocessingml.document")
XLSX = Kind("xlsx", "Excel 工作簿", ("xlsx",), f"{_OFFICE}.spreadsheetml.sheet")
PPTX = Kind("pptx", "PowerPoint 演示文稿", ("pptx",), f"{_OFFICE}.presentationml.presentation")
DOC = Kind("doc", "旧版 Word 文档", ("doc",), "application/msword")
XLS = Kind("xls", "旧版 Excel 工作簿", ("xls",), "application/vnd.ms-excel")
ZIP = Kind("zip", "压缩包", ("zip",), "application/zip")

ALL = (PDF, JPEG, PNG, DOCX, XLSX, PPTX, DOC, XLS, ZIP)
IMAGES = (JPEG, PNG)
SCANS = (PDF, *IMAGES)
OFFICE = (DOCX, XLSX, PPTX, DOC, XLS)
PAPERS = (*SCANS, *OFFICE)


def by_ending(ending: str) -> Kind | None:
    """Return the kind that uses this ending (lower case, without the dot), or None."""
    return next((kind for kind in ALL if ending in kind.endings), None)


def by_media_type(media_type: str) -> Kind | None:
    """Return the kind with this media type, or None."""
    return next((kind for kind in ALL if kind.media_type == media_type), None)


def listed(kinds: tuple[Kind, ...]) -> str:
    """Name kinds as a sentence does: PDF、JPG、PNG."""
    return "、".join(kind.short for kind in kinds)
