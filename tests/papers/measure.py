"""What stands where on the pages of a PDF, in millimetres from the upper left corner."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

import pymupdf

MM = 25.4 / 72
RED = 0xD7000F
LINE = 225 / 22


@dataclass(frozen=True)
class Span:
    """A piece of text with its box; as high as its font is large."""

    text: str
    left: float
    top: float
    right: float
    bottom: float
    size: float
    color: int

    @property
    def middle(self) -> float:
        return (self.left + self.right) / 2


@dataclass(frozen=True)
class Page:
    """A page: texts, and the boxes of lines and areas that are drawn."""

    number: int
    width: float
    height: float
    spans: list[Span]
    drawn: list[tuple[float, float, float, float, bool]] = field(repr=False)
    """Left, top, right, bottom, and whether it is red."""

    @cached_property
    def text(self) -> str:
        return "".join("".join(span.text.split()) for span in self.spans)

    def find(self, text: str) -> Span:
        """Return the first piece that is or holds this text."""
        return next(span for span in self.spans if text in span.text)

    @property
    def red_line(self) -> tuple[float, float, float, float, bool]:
        return next(box for box in self.drawn if box[4] and box[2] - box[0] > 100)

    @property
    def body(self) -> list[Span]:
        """What stands on the page but for its number."""
        foot = self.height - (26 if self.width > self.height else 35)
        return [span for span in self.spans if span.top < foot or "—" not in span.text]

    def block(self, *, register: bool) -> tuple[float, float, float, float]:
        """Return left, top, right and bottom of the text block."""
        if register and self.width < self.height:
            return 22, 18, self.width - 20, self.height - 4
        if self.width > self.height:
            return 37, 28, self.width - 35, self.height - 26
        return 28, 37, self.width - 26, self.height - 35

    def overprinted(self) -> Iterator[tuple[str, str]]:
        """Yield every two texts that lie on each other."""
        slack = 0.35
        for one, other in itertools.combinations(self.spans, 2):
            across = min(one.right, other.right) - max(one.left, other.left)
            down = min(one.bottom, other.bottom) - max(one.top, other.top)
            if across > slack and down > slack:
                yield one.text, other.text


def pages(pdf: bytes) -> list[Page]:
    """Read the pages of a PDF."""
    return [_page(number, page) for number, page in enumerate(pymupdf.open(stream=pdf), 1)]


def _page(number: int, page: pymupdf.Page) -> Page:
    spans = [
        Span(span["text"], *(value * MM for value in span["bbox"]), span["size"], span["color"])
        for block in page.get_text("dict")["blocks"]
        for line in block.get("lines", ())
        for span in line["spans"]
        if span["text"].strip()
    ]
    drawn = []
    for shape in page.get_drawings():
        red, green, _ = shape.get("fill") or shape.get("color") or (0, 0, 0)
        box = shape["rect"]
        drawn.append((*(value * MM for value in (box.x0, box.y0, box.x1, box.y1)), red > 0.7 and green < 0.3))
    return Page(number, page.rect.width * MM, page.rect.height * MM, spans, drawn)
