"""Charts as SVG, drawn on the server for page and print alike. Pure.

Colour is never the only difference: every series has a pattern of its own and every bar its figure, so a
chart reads the same on a black and white printer. Nothing needs a style attribute: a strict policy of the
page lets all of it through.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from itertools import count

_FILLS = ("#1f4e8c", "#8fb4dd", "#ffffff", "#c9d6e6")
"""Dark to light; the patterns on them tell them apart without colour."""
_ids = count(1)
WIDTH = 640
FONTS = "宋体, SimSun, FandolSong, Noto Serif CJK SC, serif"
"""For paper; a page puts its own over it."""


@dataclass(frozen=True, slots=True)
class Series:
    """One row of values, in hundredths, beside its name; None where there is no value."""

    name: str
    values: Sequence[int | None]


def bar_length(value: int, full: int, width: float) -> float:
    """Return how long a bar is: in proportion to ``full``, never outside 0 … ``width``."""
    if full <= 0:
        return 0.0
    return round(min(max(value, 0), full) * width / full, 2)


def figure(value: int) -> str:
    """Return hundredths with two decimals."""
    return f"{value // 100}.{value % 100:02d}"


def bars(title: str, labels: Sequence[str], series: Sequence[Series], *, full: int, unit: str = "分") -> str:
    """Return horizontal bars: for each label one bar a series, with its figure at the end.

    ``full`` (hundredths) is the length of the whole axis. Raises ValueError when a series has not one
    value for each label.
    """
    for row in series:
        if len(row.values) != len(labels):
            raise ValueError(f"{row.name} has {len(row.values)} values for {len(labels)} labels")
    mark = f"c{next(_ids)}"
    thick = 16 if len(series) == 1 else 12
    left, right, top = _label_width(labels), 62, 26 if len(series) > 1 else 8
    room = WIDTH - left - right
    step = len(series) * (thick + 2) + 8
    height = top + step * len(labels) + 22
    parts = [_defs(mark, len(series)), *_axis(left, room, top, step * len(labels), full)]
    if len(series) > 1:
        parts += _legend(mark, series, left)
    for place, label in enumerate(labels):
        y = top + place * step + 4
        middle = y + (step - 8) / 2 + 4
        parts.append(_text(left - 8, middle, label, "end"))
        for number, row in enumerate(series):
            value = row.values[place]
            y_bar = y + number * (thick + 2)
            if value is None:
                parts.append(_text(left + 6, y_bar + thick - 3, "无", "start", 11))
                continue
            length = bar_length(value, full, room)
            parts.append(
                f'<rect x="{left}" y="{y_bar:g}" width="{length:g}" height="{thick}" '
                f'fill="url(#{mark}-{number})" stroke="#000" stroke-width="0.8"/>'
            )
            parts.append(_text(left + length + 5, y_bar + thick - 3, figure(value), "start", 12))
    words = _in_words(title, labels, series, unit)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="chart" viewBox="0 0 {WIDTH} {height:g}" font-family="{FONTS}" role="img" '
        f'aria-label="{escape(words, quote=True)}"><title>{escape(title)}</title>{"".join(parts)}</svg>'
    )


def _defs(mark: str, number: int) -> str:
    strokes = (
        "",
        '<path d="M0 6L6 0" stroke="#000" stroke-width="0.8"/>',
        '<circle cx="3" cy="3" r="0.9" fill="#000"/>',
        '<path d="M0 3H6" stroke="#000" stroke-width="0.8"/>',
    )
    patterns = "".join(
        f'<pattern id="{mark}-{place}" width="6" height="6" patternUnits="userSpaceOnUse">'
        f'<rect width="6" height="6" fill="{_FILLS[place % 4]}"/>{strokes[place % 4]}</pattern>'
        for place in range(number)
    )
    return f"<defs>{patterns}</defs>"


def _axis(left: float, room: float, top: float, height: float, full: int) -> list[str]:
    bottom = top + height + 2
    found = []
    for part in range(5):
        x = left + room * part / 4
        dash = "" if part == 0 else ' stroke-dasharray="2 3"'
        found.append(
            f'<path d="M{x:g} {top:g}V{bottom:g}" stroke="#666" stroke-width="0.7" fill="none"{dash}/>'
        )
        found.append(_text(x, bottom + 14, f"{full * part / 400:g}", "middle", 11))
    return found


def _legend(mark: str, series: Sequence[Series], left: float) -> list[str]:
    found = []
    x = left
    for place, row in enumerate(series):
        found.append(
            f'<rect x="{x:g}" y="4" width="14" height="12" fill="url(#{mark}-{place})" stroke="#000" stroke-width="0.8"/>'
        )
        found.append(_text(x + 19, 14.5, row.name, "start", 12))
        x += 34 + _wide(row.name) * 12
    return found


def _text(x: float, y: float, text: str, anchor: str, size: int = 13) -> str:
    return f'<text x="{x:g}" y="{y:g}" font-size="{size}" text-anchor="{anchor}">{escape(text)}</text>'


def _wide(text: str) -> float:
    return sum(1.0 if ord(char) > 255 else 0.55 for char in text)


def _label_width(labels: Sequence[str]) -> float:
    return min(max((_wide(label) for label in labels), default=0) * 13 + 14, 220)


def _in_words(title: str, labels: Sequence[str], series: Sequence[Series], unit: str) -> str:
    lines = []
    for place, label in enumerate(labels):
        said = [
            f"{row.name if len(series) > 1 else ''}{figure(value)}{unit}"
            for row in series
            if (value := row.values[place]) is not None
        ]
        lines.append(f"{label} {'，'.join(said) or '无'}")
    return f"{title}：{'；'.join(lines)}"
