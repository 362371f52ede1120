"""Long lists are written in the background: whoever keeps the jobs says here how.

The job asks for the same page once more, with `each` on the request: called after every row, and the
sign that nobody is waiting any longer.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.http import HttpRequest, HttpResponseBase

from xianan.core.ports import Port

LONG = 5000
"""Rows above which nobody should wait for the answer."""

EACH = "export_each"
long_lists: Port[[Any, int], HttpResponseBase] = Port()
"""Takes a list page and its number of rows, and answers the person."""


def later(view: Any, total: int) -> HttpResponseBase | None:
    """Hand a long list over; None if it is short, already in the background, or nobody takes it."""
    if total <= LONG or hasattr(view.request, EACH):
        return None
    return next(iter(long_lists(view, total)), None)


def counted(request: HttpRequest, rows: Iterable[Any]) -> Iterator[Any]:
    """Tell the one who counts, if there is one, of every row."""
    each = getattr(request, EACH, None)
    for row in rows:
        yield row
        if each is not None:
            each()
