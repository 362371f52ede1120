"""Who need not try a row of the table, because somebody who is told the same has tried it.

A request decides by what ``Scope`` answers. It asks for some codenames, and each is held for the person's own
unit, for the one above it, for the district or not at all. Of two people in units of one kind who hold all
that was asked for alike, the second would be answered as the first; and who holds nothing of it anywhere is
refused as such, of whatever kind the unit. ``bin/test`` lets the first of them try, ``bin/test --all`` everybody.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, ClassVar

import pytest
from django.template.base import Template

from tests.effort import THOROUGH
from xianan.organizations.models import User
from xianan.organizations.roles import ROLES, rights_of
from xianan.organizations.scope import Scope
from xianan.ui.context import Shell

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


@dataclass
class Tried:
    """Those who have tried one row, with what was asked about them."""

    skipped: ClassVar[int] = 0
    made: ClassVar[int] = 0
    templates: bool
    known: list[tuple[str, tuple[object, object], set[str]]] = field(default_factory=list)

    def _is_known(
        self, role: str, alike: tuple[object, object], asked: set[str], first: str, other: Any
    ) -> bool:
        if not all(reach(role, codename) == reach(first, codename) for codename in asked):
            return False
        holds_none = bool(asked) and not any(any(reach(role, codename)) for codename in asked)
        return alike == other or (holds_none and alike[1] == other[1])

    @contextmanager
    def by(self, role: str, person: User, expected: object) -> Iterator[bool]:
        """Tell whether this person has to try; ``expected`` is all that the row says of the role."""
        alike = (person.organization.kind, expected)
        if not THOROUGH and any(
            self._is_known(role, alike, asked, first, other) for first, other, asked in self.known
        ):
            Tried.skipped += 1
            yield False
            return
        Tried.made += 1
        with asking(templates=self.templates) as asked:
            yield True
        self.known.append((role, alike, asked))
