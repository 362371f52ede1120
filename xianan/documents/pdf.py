"""HTML to PDF in official format. The only place that knows WeasyPrint.

The parsed style sheet and the font configuration are made once a process; identical input gives
identical bytes.
"""

from __future__ import annotations

import threading
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING, Any

import segno
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from . import fonts
from .cff import number_by_glyph

if TYPE_CHECKING:
    from weasyprint import CSS, Document
    from weasyprint.text.fonts import FontConfiguration

PRINT = Path(__file__).resolve().parent / "print"
ARCHIVAL = "pdf/a-3u"
PLACE = "place-"
POINTS = 0.75  # a CSS pixel in points

# Pango's font map is not made for several threads at once.
_lock = threading.Lock()


@dataclass(frozen=True, slots=True)
class Place:
    """A box on a page: page from 0, points from the lower left corner."""

    page: int
    x: float
    y: float
    width: float
    height: float

    def as_json(self) -> dict[str, float]:
        """Return what ``Place(**…)`` reads back."""
        return {
            "page": self.page,
            "x": round(self.x, 2),
            "y": round(self.y, 2),
            "width": round(self.width, 2),
            "height": round(self.height, 2),
        }


@dataclass(frozen=True, slots=True)
class Mark:
    """What leads from a document to its check: the code as printed, its page, and the QR's address."""

    code: str
    page: str
    address: str


@dataclass(frozen=True, slots=True)
class Rendered:
    """A finished PDF, its number of pages, and where each party is to sign."""

    pdf: bytes
    pages: int
    places: Mapping[str, Place]


def render_pdf(template: str, context: Mapping[str, Any], **options: Any) -> bytes:
    """Return the PDF of a template that extends documents/official.html; options as for ``render``."""
    return render(template, context, **options).pdf


def render(
    template: str, context: Mapping[str, Any], *, mark: Mark | None = None, archival: bool = True
) -> Rendered:
    """Render a template that extends documents/official.html.

    ``mark`` is printed at the end as text and QR. ``archival`` makes PDF/A-3u. An element with the id
    ``place-a`` is found in ``places["a"]``.
    """
    values = dict(context)
    if mark is not None:
        values["verification"] = {"code": mark.code, "page": mark.page, "qr": qr(mark.address)}
    return render_html(render_to_string(template, values), archival=archival)


def render_html(html: str, *, css: str = "", official: bool = True, archival: bool = True) -> Rendered:
    """Render a whole HTML page; ``css`` comes after the official style sheet, or alone."""
    with _lock:
        document = _layout(html, css, official)
        pdf = document.write_pdf(finisher=_finish, pdf_variant=ARCHIVAL if archival else None)
    places = {}
    for number, page in enumerate(document.pages):
        for name, (left, top, right, bottom) in page.anchors.items():
            if name.startswith(PLACE):
                places[name.removeprefix(PLACE)] = Place(
                    page=number,
                    x=left * POINTS,
                    y=(page.height - bottom) * POINTS,
                    width=(right - left) * POINTS,
                    height=(bottom - top) * POINTS,
                )
    return Rendered(pdf=pdf, pages=len(document.pages), places=places)


def _finish(document: Document, pdf: Any) -> None:
    for item in pdf.objects:
        if getattr(item, "extra", {}).get("Subtype") == "/OpenType":
            item.stream, item.compress = [_packed(number_by_glyph(b"".join(item.stream)))], False
            item.extra["Filter"] = "/FlateDecode"


def _packed(font: bytes) -> bytes:
    # The highest level, which pydyf takes, needs twice the time for a file that is smaller by half a hundredth.
    return zlib.compress(font, 6)


def qr(text: str) -> SafeString:
    """Return a QR code as inline SVG, error correction M, without size (the style sheet gives it)."""
    return mark_safe(segno.make(text, error="m", micro=False).svg_inline(border=0, omitsize=True))


def _layout(html: str, css: str, official: bool) -> Document:
    from weasyprint import CSS, HTML

    configuration, official_sheet = _tools()
    sheets = [official_sheet] if official else []
    if css:
        sheets.append(CSS(string=css, font_config=configuration, url_fetcher=_nothing_outside()))
    page = HTML(string=html, url_fetcher=_nothing_outside())
    return page.render(font_config=configuration, stylesheets=sheets)


@lru_cache(maxsize=1)
def _tools() -> tuple[FontConfiguration, CSS]:
    from weasyprint import CSS
    from weasyprint.text.fonts import FontConfiguration

    configuration = FontConfiguration()
    source = with_fonts((PRINT / "official.css").read_text(encoding="utf-8"))
    return configuration, CSS(string=source, font_config=configuration, url_fetcher=_nothing_outside())


def with_fonts(css: str) -> str:
    """Return the style sheet with $fangsong, $title, $hei, $kai and $song written out."""
    return Template(css).substitute(
        fangsong=_stack(fonts.FANGSONG),
        title=_stack(fonts.TITLE),
        hei=_stack(fonts.HEI),
        kai=_stack(fonts.KAI),
        song=_stack(fonts.SONG),
    )


def _stack(names: tuple[str, ...]) -> str:
    return ", ".join(f'"{name}"' for name in names)


def _nothing_outside() -> Any:
    """Return a fetcher that reads data: addresses and refuses files and every network."""
    from weasyprint.urls import URLFetcher

    return URLFetcher(allowed_protocols=("data",), allow_redirects=False, fail_on_errors=False)
