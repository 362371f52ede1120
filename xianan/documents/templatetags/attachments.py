"""`{% load attachments %}`: the files of a row on its page."""

from __future__ import annotations

from typing import Any

from django import template
from django.template import Context

from xianan.documents.attachments.panel import panel

register = template.Library()


@register.inclusion_tag("documents/attachments.html", takes_context=True)
def attachments(context: Context, row: Any, *slots: str, title: str = "附件") -> dict[str, Any]:
    """`{% attachments member %}` or `{% attachments member "photo" title="照片" %}`: one card, one query."""
    request = context["request"]
    return {"panel": panel(request, row, slots, title), "csrf_token": context.get("csrf_token", "")}
