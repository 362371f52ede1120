"""The small components as functions that return safe HTML.

Tables call these for thousands of cells, so they are plain functions; the template tags of the same
names are thin covers.
"""

from collections.abc import Iterable
from typing import Any

from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

# What the tone says without its colour.
TONE_ICONS = {"green": "check", "amber": "clock", "red": "alert", "blue": "clock", "grey": "clock"}


def icon(name: str, label: str = "") -> SafeString:
    """A symbol of static/icons.svg: decoration without `label`, an image with that name with it."""
    url = static("icons.svg")
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


def state(value: Any, tone: str = "", *, is_open: bool = False) -> SafeString:
    """A dot and a word, for columns of many; `is_open` draws a ring for what still waits."""
    label, tone = label_and_tone(value, tone)
    css = "state open" if is_open else "state"
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
