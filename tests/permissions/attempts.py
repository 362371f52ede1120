"""What an attempt at an address is: which object, what is sent, what a success changes.

The attempts themselves stand in ``requests_platform`` and ``requests_empowerment``.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from tests.permissions.builder import Estate, Unit
from xianan.core import clock
from xianan.organizations.models import User

Values = Mapping[str, Any]
NEW_PASSWORD = "Zhujian-8812"


@dataclass(frozen=True)
class At:
    """Who tries it on what: a person of unit A on a unit's row, or on a row of one's own (``mine``)."""

    estate: Estate
    unit: Unit
    person: User
    mine: bool = True


@dataclass(frozen=True)
class Attempt:
    """How to try one address.

    ``targets`` gives the parts of the address, one mapping for each object to be tried; None for a page
    that is about no object. ``changes``: tables that a success must change. ``marks``: what stands on the
    page when, and only when, the unit's rows are on it; with ``may_show`` the own ones may be missing. ``wait``: roles of the own unit that have the right
    but not now; they are told so (409). ``shared``: the object belongs to no district.
    """

    targets: Callable[[At], list[Values]] | None = None
    query: Callable[[At], str] = lambda at: ""
    data: Callable[[At], Values] = lambda at: {}
    changes: tuple[str, ...] = ()
    marks: Callable[[At], list[str]] | None = None
    may_show: bool = False
    wait: frozenset[str] = frozenset()
    to_login: bool = False
    shared: bool = False

    def paths(self, name: str, at: At) -> list[str]:
        """Return the addresses to try."""
        targets: list[Values] = [{}] if self.targets is None else self.targets(at)
        return [reverse(name, kwargs=dict(kwargs)) + self.query(at) for kwargs in targets]


REQUESTS: dict[tuple[str, str, str], Attempt] = {}


def page(name: str, targets: Callable[[At], list[Values]] | None = None, case: str = "", **more: Any) -> None:
    REQUESTS[name, "GET", case] = Attempt(targets, **more)


def post(
    name: str,
    targets: Callable[[At], list[Values]] | None = None,
    case: str = "",
    *,
    changes: str = "",
    **more: Any,
) -> None:
    REQUESTS[name, "POST", case] = Attempt(targets, changes=tuple(changes.split()), **more)


def link(name: str, *args: Any) -> str:
    """What a page says that links to an object."""
    return f'href="{reverse(name, args=args)}'


def later(days: int) -> str:
    return (clock.today() + dt.timedelta(days=days)).isoformat()
