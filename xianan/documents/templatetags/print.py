"""`{% load print %}`: what printed papers need beside Django's own tags."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import template
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

TALL = 140
"""So many characters in a cell fill a third of a page in a column of usual width."""


@register.filter
def one_line(text: object) -> str:
    """Return a title as one line, for the properties of a PDF: it is broken on the page only."""
    return "".join(str(text or "").splitlines())


@register.simple_tag
def rows_class(*cells: Any) -> SafeString:
    """`<tbody{% rows_class row %}>`: say that a row is tall, and may break where the page ends."""
    return mark_safe(' class="tall"') if any(width(text) > TALL for text in _texts(cells)) else mark_safe("")


def width(text: str) -> float:
    """Return how many full-width characters a text is long."""
    return sum(0.5 if sign.isascii() else 1 for sign in text)


def _texts(cells: Iterable[Any]) -> Iterable[str]:
    for cell in cells:
        if isinstance(cell, Mapping):
            yield str(cell.get("text") or "")
        elif isinstance(cell, list | tuple):
            yield from _texts(cell)
        else:
            yield str(cell)
