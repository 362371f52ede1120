"""`{% load documents %}`: what pages say of a paper."""

from __future__ import annotations

from typing import Any

from django import template
from django.template import Context

from xianan.documents import registry
from xianan.documents.models import Document

register = template.Library()


@register.inclusion_tag("documents/_superseded.html", takes_context=True)
def superseded(context: Context, document: Document | None) -> dict[str, Any]:
    """Say that a paper is superseded, why and by what; nothing of one in force, or where there is none."""
    if document is None or document.superseded_at is None:
        return {}
    by = document.superseded_by
    return {
        "document": document,
        "by": by,
        "may_read": by is not None and registry.may_read(context["request"].scope, by),
    }
