"""How the standing mark of an item is shown: a badge, and what 区司法局 noted."""

from __future__ import annotations

from django.utils.safestring import SafeString, mark_safe

from xianan.core import clock
from xianan.core.dates import chinese_date
from xianan.ui import html

from .choices import Legality
from .models import Item


def legality_badge(item: Item) -> SafeString:
    """The mark as a badge; nothing where there never was one."""
    return mark_safe("") if item.legality == Legality.NONE else html.badge(Legality(item.legality))


def legality_words(item: Item) -> str:
    """When it was looked at and what was noted, "" before that."""
    if item.legality_at is None:
        return ""
    return f"{chinese_date(clock.local_date(item.legality_at))}复核：{item.legality_note}"
