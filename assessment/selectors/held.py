"""Reads that a page and its buttons share: made once for the instance of a cycle that the page fetched.

A service fetches the row anew under its lock, and that instance is not held: what is decided is never
read from before the lock.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TypeVar

from assessment.models import Cycle

T = TypeVar("T")
_HELD = "_held_reads"


def hold(cycle: Cycle) -> Cycle:
    """Have what is read of this instance by ``once`` kept; for the pages of one request."""
    cycle.__dict__[_HELD] = {}
    return cycle


def once(read: Callable[[Cycle], T]) -> Callable[[Cycle], T]:
    """Keep what ``read`` returns for an instance that is held; read every time for any other."""

    @wraps(read)
    def kept(cycle: Cycle) -> T:
        held = cycle.__dict__.get(_HELD)
        if held is None:
            return read(cycle)
        if read.__qualname__ not in held:
            held[read.__qualname__] = read(cycle)
        found: T = held[read.__qualname__]
        return found

    return kept
