"""What the views of filings share."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Page
from django.shortcuts import get_object_or_404

from xianan.core.fields import label_of
from xianan.organizations.requests import Request
from xianan.ui.lists import Pages, paged

from ..filings.steps import FILING
from ..models import FilingItem, Item
from ..models.item import CONTENT_FIELDS


def get_line(request: Request, pk: int, line: int) -> FilingItem:
    """Return an item of a filing, with the filing. 404 as for the filing."""
    filing = FILING.fetch(request.scope, pk)
    rows = FilingItem.objects.select_related("type", "item")
    found = get_object_or_404(rows, pk=line, filing=filing)
    found.filing = filing
    return found


def page_of(request: Request, rows: Any, size: int, *, all_rows: bool = True) -> Page[Any]:
    """Return the page that is asked for, by ``page`` and ``size`` of the address or the form."""
    return paged(request.GET, Pages(rows, size), number=request.POST.get("page"), all_rows=all_rows)


def differences(line: FilingItem, item: Item | None) -> list[tuple[str, str, str]]:
    """Return (label, listed, proposed) of what a line would change in the listed item."""
    found = []
    for name in CONTENT_FIELDS if item is not None else ():
        old, new = (_shown(row, name) for row in (item, line))
        if old != new:
            found.append((label_of(FilingItem, name), old, new))
    return found


def _shown(row: Any, name: str) -> str:
    if name == "source":
        return str(row.get_source_display())
    return str(getattr(row, name))
