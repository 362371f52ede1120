"""`{% load attachments %}`: the files of a row on its page."""

from __future__ import annotations

from typing import Any

from django import template
from django.template import Context

from xianan.documents.attachments.panel import panel

register = template.Library()


@register.inclusion_tag("documents/attachments.html", takes_context=True)
def attachments(
    context: Context, row: Any, *slots: str, title: str = "附件", form: str = "", saves: bool = False
) -> dict[str, Any]:
    """`{% attachments member %}` or `{% attachments member "photo" title="照片" %}`: one card, one query.

    `form="entry"`: the chosen files are sent with this form of the page, whichever of its buttons is pressed.
    `saves`: its view saves what else was typed when the button to upload is pressed (`upload` in the request).
    """
    request = context["request"]
    card = panel(request, row, slots, title, form)
    return {"panel": card, "saves": saves, "csrf_token": context.get("csrf_token", "")}
