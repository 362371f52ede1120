"""The visible part of a signature: a red round seal with the organization's name, signer and day."""

from __future__ import annotations

import datetime as dt
import math
from functools import lru_cache
from html import escape

from xianan.core import clock
from xianan.core.dates import chinese_date

from .fonts import SONG
from .pdf import PRINT, render_html, with_fonts

RED = "#d7000f"
_FAMILY = ", ".join(SONG)  # WeasyPrint takes no quotation marks here
_SIZE = 420.0  # the seal is drawn 420 units wide and printed 42 mm wide
_CENTRE = _SIZE / 2
_STAR = " ".join(
    f"{_CENTRE + radius * math.sin(step * math.pi / 5):.2f},{_CENTRE - radius * math.cos(step * math.pi / 5):.2f}"
    for step in range(10)
    for radius in ((62.0,) if step % 2 == 0 else (23.7,))
)


def stamp_pdf(
    organization: str, signer: str, at: dt.datetime, *, width: float, height: float, alone: bool = False
) -> bytes:
    """Return a one-page PDF of exactly ``width`` × ``height`` points that shows a signature.

    ``alone`` draws the seal without signer and day: over name and date of a paper that an office issues.
    """
    # As on paper: the day. The minute stands in the signature itself and on the page of the check.
    day = chinese_date(clock.local_date(at))
    said = "" if alone else f'<p class="signer">{escape(signer)}</p><p class="date">{day}</p>'
    html = (
        f'<!doctype html><html lang="zh-CN"><meta charset="utf-8"><body{" class=alone" if alone else ""}>'
        f"{said}{_seal(organization)}</body></html>"
    )
    page = f"@page {{ size: {width:.3f}pt {height:.3f}pt; margin: 0 }}"
    return render_html(html, css=page + _css(), official=False, archival=False).pdf


@lru_cache(maxsize=1)
def _css() -> str:
    return with_fonts((PRINT / "stamp.css").read_text(encoding="utf-8"))


@lru_cache(maxsize=256)
def _seal(organization: str) -> str:
    """Draw the seal: ring, name along the upper arc, star, and below it that this is electronic."""
    count = len(organization)
    # The name fills at most 260 degrees; a long one is set smaller so that signs don't touch.
    size = min(46.0, 2 * math.pi * 165 * 250 / 360 / max(count, 1) * 0.92)
    span = min(260.0, count * 27.0)
    signs = []
    for index, sign in enumerate(organization):
        angle = -span / 2 + span * (index + 0.5) / count
        x = _CENTRE + 162 * math.sin(math.radians(angle))
        y = _CENTRE - 162 * math.cos(math.radians(angle))
        signs.append(
            f'<text transform="translate({x:.2f} {y:.2f}) rotate({angle:.2f})" x="0" y="{size * 0.36:.2f}"'
            f' font-size="{size:.2f}">{escape(sign)}</text>'
        )
    # WeasyPrint does not bring the page's style sheet into an SVG: attributes only.
    return (
        f'<svg viewBox="0 0 {_SIZE:.0f} {_SIZE:.0f}">'
        f'<circle cx="{_CENTRE}" cy="{_CENTRE}" r="204" stroke-width="9" fill="none" stroke="{RED}"/>'
        f'<polygon fill="{RED}" points="{_STAR}"/>'
        f'<g fill="{RED}" font-family="{_FAMILY}" font-weight="700" text-anchor="middle">{"".join(signs)}'
        f'<text x="{_CENTRE}" y="{_CENTRE + 112}" font-size="30">电子签署</text></g></svg>'
    )
