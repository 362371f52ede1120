"""Whose a row is, and who has acted for which party of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from operator import attrgetter
from typing import Any, Protocol


class Owned(Protocol):
    """What a right is asked about: anything that says its district; a bare number doesn't."""

    @property
    def district_id(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Other:
    """What is done to a row for the other party: whoever did it takes no step against it, by no account.

    ``done`` goes on after 已; ``who`` returns the accounts that did it: their keys, or the accounts themselves.
    """

    done: str
    who: Callable[[Any], Iterable[Any]]


def by(*fields: str) -> Callable[[Any], list[Any]]:
    """Return the accounts that a row names in these fields: by("handed_by", "order.issued_by").

    One that was read with its row is returned whole, so that nobody reads it again.
    """
    return lambda row: [_account(row, *name.rpartition(".")[::2]) for name in fields]


def _account(row: Any, way: str, name: str) -> Any:
    holder = attrgetter(way)(row) if way else row
    is_read = name in holder._state.fields_cache
    return getattr(holder, name if is_read else f"{name}_id")
