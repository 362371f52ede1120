"""The registry of what waits for a person: each app says what of its own is to be done."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Todo:
    """One line of 待办: what to do, where, and until when."""

    title: str
    url: str
    action: str
    context: str = ""
    due_on: dt.date | None = None
    count: int = 1


Provider = Callable[[Any], Iterable[Todo]]
"""Takes the scope of a person; costs a constant number of queries."""

_providers: list[Provider] = []


def register_todos(provider: Provider) -> Provider:
    """Add a provider; the same one twice counts once."""
    if provider not in _providers:
        _providers.append(provider)
    return provider


def todos(scope: Any) -> list[Todo]:
    """Return everything that waits for a person: dated first, the nearest on top."""
    found = [todo for provider in _providers for todo in provider(scope)]
    return sorted(found, key=lambda todo: (todo.due_on is None, todo.due_on or dt.date.max))
