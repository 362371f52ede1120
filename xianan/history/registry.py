"""How the log finds its way back to the objects it speaks of.

History knows rows by type and number only; each app registers the pages of its own kinds, so that
我发起 and 已办 can link to them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Shown:
    """An object as a list shows it."""

    text: str
    url: str
    state: str = ""
    tone: str = "grey"


@dataclass(frozen=True, slots=True)
class ObjectKind:
    """A kind of object in the log. ``show`` answers for many ids in a constant number of queries."""

    object_type: str
    noun: str
    show: Callable[[Sequence[int]], dict[int, Shown]]
    start_action: str = ""
    """The action that begins one: whoever took it has 发起 it."""


_kinds: dict[str, ObjectKind] = {}


def register_object(kind: ObjectKind) -> ObjectKind:
    """Add a kind of object, by model label in lower case (``empowerment.filing``)."""
    _kinds[kind.object_type] = kind
    return kind


def object_kind(object_type: str) -> ObjectKind | None:
    """Return the registered kind, or None for objects without a page."""
    return _kinds.get(object_type)


def object_kinds() -> list[ObjectKind]:
    """Return all registered kinds."""
    return list(_kinds.values())
