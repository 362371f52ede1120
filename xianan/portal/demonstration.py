"""A demonstration, as the sign-in page and the first start show it. Whoever tells one registers it here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.conf import settings

Say = Callable[[str], None]
"""Prints a line for the person at the terminal."""


class NotPrepared(Exception):
    """The demonstration isn't ready to be served; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Account:
    """One account of a demonstration; all of them have the same password."""

    username: str
    name: str
    organization: str
    role: str
    title: str = ""


@dataclass(frozen=True)
class Demonstration:
    """What a demonstration brings along.

    ``accounts`` are those to start with. ``prepare`` leaves a whole store in VAR_DIR or raises NotPrepared;
    ``greeting`` returns the lines with which a start ends.
    """

    accounts: Sequence[Account]
    password: str
    prepare: Callable[[Say], None]
    greeting: Callable[[], Sequence[str]]


_registered: list[Demonstration] = []


def register(demonstration: Demonstration) -> None:
    """Name the demonstration that this installation can tell."""
    _registered[:] = [demonstration]


def offered() -> Demonstration | None:
    """Return the demonstration; None in a deployment, or where none is installed."""
    return _registered[0] if settings.DEMO and _registered else None
