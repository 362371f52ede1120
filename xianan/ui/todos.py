"""The registry of what waits for a person: each app says what of its own is to be done."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q, QuerySet

from xianan.core.ports import Port


@dataclass(frozen=True, slots=True)
class Todo:
    """One line of 待办: what to do, where, and until when."""

    title: str
    url: str
    action: str
    context: str = ""
    due_on: dt.date | None = None
    count: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """How a row that waits for a step stands in 待办; texts may be functions of the row."""

    action: str | Callable[[Any], str]
    title: str | Callable[[Any], str] = ""
    """What the row is called there; as its noun calls it when empty."""
    context: str | Callable[[Any], str] = ""
    due: str = ""
    """The field with the day until when."""
    of: Q = field(default_factory=Q)
    """Which of the rows in the step's states."""
    reads: Callable[[QuerySet[Any]], QuerySet[Any]] = lambda rows: rows
    """What the texts need to be read with the rows."""


todo_lines: Port[[Any], Iterable[Todo]] = Port()
"""Takes the scope of a person; each app's lines cost a constant number of queries."""


def todos(scope: Any) -> list[Todo]:
    """Return everything that waits for a person: dated first, the nearest on top."""
    found = [todo for lines in todo_lines(scope) for todo in lines]
    return sorted(found, key=lambda todo: (todo.due_on is None, todo.due_on or dt.date.max))
