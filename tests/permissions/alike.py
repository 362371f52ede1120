"""Who need not try a row of the table, because somebody who is told the same has tried it.

A request decides by what ``Scope`` answers about some codenames. What lets people through is among those that
were asked for and that everybody holds whom the row lets through; each is held for the person's own unit, for
the one above it, for the district or not at all.

- Of those who get through, one of each kind of unit and one of those who do everywhere tries; the others hold
  the same for the same.
- Of those who are refused, one tries of all that hold the same of it. Whoever holds all of it, and is refused all
  the same, is one of those: it hangs on something else then.
- Of another district one tries who would get through at home, of the widest reach.
- Where nothing explains who gets through, everybody tries but who holds exactly what another does.

``bin/test`` lets the first of them try, ``bin/test --all`` everybody.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import wraps
from typing import Any

import pytest
from django.template.base import Template

from tests.effort import THOROUGH
from xianan.organizations.roles import ROLES, rights_of
from xianan.organizations.scope import Scope
from xianan.ui.context import Shell

STRANGER = "stranger"
QUESTIONS = ("can", "holds", "whole_district", "organization_ids")


@contextmanager
def asking(*, templates: bool) -> Iterator[set[str]]:
    """Collect the codenames that requests ask for.

    What the frame asks for its menu decides nothing. What ``templates`` ask decides which buttons a page
    shows, and who gets through has been asked before that.
    """
    asked: set[str] = set()
    frames = 0

    def noted(question: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(question)
        def ask(scope: Scope, codename: str, *rest: Any, **more: Any) -> Any:
            if not frames:
                asked.add(codename)
            return question(scope, codename, *rest, **more)

        return ask

    def beside(function: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(function)
        def call(*args: Any, **more: Any) -> Any:
            nonlocal frames
            frames += 1
            try:
                return function(*args, **more)
            finally:
                frames -= 1

        return call

    with pytest.MonkeyPatch.context() as patch:
        for name in QUESTIONS:
            patch.setattr(Scope, name, noted(getattr(Scope, name)))
        patch.setattr(Shell, "_fill", beside(Shell._fill))
        if not templates:
            patch.setattr(Template, "render", beside(Template.render))
        yield asked


def reach(role: str, codename: str) -> tuple[bool, ...]:
    """How a role holds a right: for its own unit, for the one above, for the district."""
    return tuple(codename in held for held in rights_of(role)) if role in ROLES else (False, False, False)


@dataclass(frozen=True)
class Says:
    """All that a row says of a role: gets through on its own row, on another, waits."""

    own: bool = False
    other: bool = False
    waits: bool = False
    tempted: bool = False
    """Somebody of another district, where it would be let through at home."""

    @property
    def refused(self) -> bool:
        return not (self.own or self.other or self.waits)


@dataclass(frozen=True)
class Try:
    """Who has tried, one of which group, what the row says of them, and what was asked about them."""

    role: str
    group: str
    says: Says
    asked: set[str]


@dataclass
class Tried:
    """Those who have tried one row. ``templates``: what its template asks decides as well.

    ``passing`` are the roles that get through; they have to try first.
    """

    templates: bool
    passing: Collection[str]
    known: list[Try] = field(default_factory=list)

    @contextmanager
    def by(self, role: str, group: str, says: Says) -> Iterator[bool]:
        """Tell whether this person has to try; ``group``: whose answer may stand for theirs."""
        if not THOROUGH and any(self._tells(each, role, group, says) for each in self.known):
            yield False
            return
        with asking(templates=self.templates) as asked:
            yield True
        self.known.append(Try(role, group, says, asked))

    def _tells(self, tried: Try, role: str, group: str, says: Says) -> bool:
        if (tried.group, tried.says) != (group, says):
            return False
        if group == STRANGER:
            return True
        explained = self._deciding()
        return all(reach(role, each) == reach(tried.role, each) for each in explained or tried.asked)

    def _deciding(self) -> set[str]:
        asked = {codename for each in self.known if not each.says.refused for codename in each.asked}
        return {each for each in asked if all(any(reach(role, each)) for role in self.passing)}
