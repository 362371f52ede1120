"""The small components as functions that return safe HTML.

Tables call these for thousands of cells, so they are plain functions; the template tags of the same
names are thin covers.
"""

import datetime as dt
from collections.abc import Iterable
from functools import lru_cache
from html import escape
from typing import Any

from django.conf import settings
from django.templatetags.static import static
from django.urls import get_script_prefix, get_urlconf, reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from xianan.ui import text

# What the tone says without its colour.
TONE_ICONS = {"green": "check", "amber": "clock", "red": "alert", "blue": "clock", "grey": "clock"}


def safe(value: Any) -> str:
    """Escape a value unless it is HTML already: `conditional_escape` without its detours for lazy text."""
    if isinstance(value, str):
        return str(value) if isinstance(value, SafeString) else escape(value)
    return value.__html__() if hasattr(value, "__html__") else escape(str(value))


def address(name: str, key: int) -> str:
    """The address of a page that takes one number. The pattern is looked up once, not for every row."""
    before, after = _around(name, get_urlconf() or settings.ROOT_URLCONF, get_script_prefix())
    return f"{before}{key}{after}"


_MARK = 999_999_999_999


@lru_cache(maxsize=512)
def _around(name: str, _urlconf: str, _prefix: str) -> tuple[str, str]:
    before, _, after = reverse(name, args=[_MARK]).rpartition(str(_MARK))
    return before, after


def icon(name: str, label: str = "") -> SafeString:
    """A symbol of static/icons.svg: decoration without `label`, an image with that name with it."""
    return _icon(static("icons.svg"), name, str(label))


@lru_cache(maxsize=512)
def _icon(url: str, name: str, label: str) -> SafeString:
    if label:
        return format_html(
            '<svg class="icon" role="img" aria-label="{}"><use href="{}#{}"/></svg>', label, url, name
        )
    return format_html('<svg class="icon" aria-hidden="true"><use href="{}#{}"/></svg>', url, name)


def label_and_tone(value: Any, tone: str = "") -> tuple[str, str]:
    """Read label and tone off a member of ToneChoices or anything with both; else take it as text."""
    return str(getattr(value, "label", value)), tone or getattr(value, "tone", "") or "grey"


def badge(value: Any, tone: str = "", icon_name: str = "") -> SafeString:
    """A boxed word for the one thing that matters of a page or a row.

    `icon_name` is a symbol, or "auto" for the one that goes with the tone.
    """
    label, tone = label_and_tone(value, tone)
    if icon_name == "auto":
        icon_name = TONE_ICONS[tone]
    mark = icon(icon_name) if icon_name else ""
    return format_html('<span class="badge" data-tone="{}">{}{}</span>', tone, mark, label)


def with_late(day: Any, entered: dt.date | None) -> SafeString:
    """A day in a list, with 补登 behind it where it was entered late; the day of the entry shows under the pointer.

    A second line would take three rows of ten from a small screen; page and workbook write it out.
    """
    if not entered:
        return format_html("{}", day)
    return format_html('{} <span class="muted" title="{}">补登</span>', day, text.late(entered))


def late(entered: dt.date | None) -> SafeString | str:
    """The mark of what was entered late, with the day of the entry; nothing for what was not."""
    return badge(text.late(entered), "grey", "clock") if entered else ""


def state(value: Any, tone: str = "", *, is_open: bool = False) -> SafeString:
    """A dot and a word, for columns of many; `is_open` draws a ring for what still waits."""
    label, tone = label_and_tone(value, tone)
    return _state(label, tone, "state open" if is_open else "state")


@lru_cache(maxsize=1024)
def _state(label: str, tone: str, css: str) -> SafeString:
    return format_html('<span class="{}" data-tone="{}">{}</span>', css, tone, label)


def bar(parts: Iterable[tuple[float, str]], total: float, label: str = "") -> SafeString:
    """A thin bar of `parts` (amount, tone) out of `total`; says `label` to those who don't see it."""
    x = 0.0
    rects = []
    for amount, tone in parts:
        if amount > 0:
            rects.append((tone, f"{x:g}", f"{amount:g}"))
        x += amount
    inner = format_html_join(
        "", '<g data-tone="{}"><rect x="{}" width="{}" height="1"/></g>', ((t, a, b) for t, a, b in rects)
    )
    says = format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true"')
    return format_html(
        '<svg class="bar" viewBox="0 0 {} 1" preserveAspectRatio="none" {}>{}</svg>',
        f"{max(total, 1):g}",
        says,
        inner,
    )


def two_lines(first: Any, second: Any) -> SafeString:
    """A name and its small context under it."""
    return format_html("{}<small>{}</small>", first, second) if second else format_html("{}", first)
