"""`{% load empowerment %}`: the standing mark of an item wherever it is shown."""

from __future__ import annotations

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from xianan.ui import html

from ..choices import Legality
from ..marks import legality_badge, legality_words
from ..models import FilingItem, Item
from ..rules import legality_mark

register = template.Library()


@register.simple_tag
def legality(item: Item) -> SafeString:
    """The mark as a badge, and what was noted as a line below. No query."""
    words = legality_words(item)
    return legality_badge(item) + (format_html("<small>{}</small>", words) if words else mark_safe(""))


@register.simple_tag
def proposal_legality(line: FilingItem) -> SafeString:
    """What a proposal will carry once it is listed: the item's mark where nothing changes, else a new one."""
    item = line.item
    if item is not None and item.legality != Legality.NONE and item.content_key == line.content_key:
        return legality(item)
    if legality_mark(line.source, line.type.name):
        return html.badge("列入后待合法性复核", "amber")
    return mark_safe("")
