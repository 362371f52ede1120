"""What a room does or asks at a moment of its own for rooms above it, which it doesn't know: they fill a port."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


class Port(Generic[P, R]):
    """Called like a function, it asks all that fill it, in the order in which the apps came, and returns what each says.

    What fills it takes the same arguments and runs in the caller's transaction.
    """

    def __init__(self) -> None:
        self._filled: list[Callable[P, R]] = []

    def fill(self, filling: Callable[P, R]) -> Callable[P, R]:
        """Add a function, also as a decorator; the same one twice counts once."""
        if filling not in self._filled:
            self._filled.append(filling)
        return filling

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> list[R]:
        return [filling(*args, **kwargs) for filling in self._filled]
