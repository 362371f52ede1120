"""The kinds of deadlines; each app registers its own from its ``deadlines.py``."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DeadlineKind:
    """A kind of date that somebody owes something on.

    ``links`` turns object ids into addresses in a constant number of queries; ``working_day`` says
    whether the due date moves to the next working day; ``moved`` is told {object id: due date} when a
    year's holidays move it, for objects that show the date themselves. ``ahead`` is how many days before
    the due date it begins to stand on the desk of the person; without it, it does from the opening.
    """

    key: str
    label: str
    clause: str
    action: str
    links: Callable[[Sequence[int]], dict[int, str]]
    working_day: bool = False
    moved: Callable[[dict[int, dt.date]], None] | None = None
    ahead: int | None = None


_kinds: dict[str, DeadlineKind] = {}


def register(kind: DeadlineKind) -> DeadlineKind:
    """Add a kind. Raises ValueError when the key is taken by another."""
    if _kinds.get(kind.key, kind) != kind:
        raise ValueError(f"deadline kind {kind.key} is registered twice")
    _kinds[kind.key] = kind
    return kind


def kind(key: str) -> DeadlineKind:
    """Return a registered kind. Raises KeyError."""
    return _kinds[key]


def kinds() -> list[DeadlineKind]:
    """Return all registered kinds by key."""
    return [_kinds[key] for key in sorted(_kinds)]
