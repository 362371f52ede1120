"""A noun: what is said once of one thing of the business, and asked by pages, log and lists alike."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypedDict, Unpack, cast

from django.db import models
from django.db.models import Q, QuerySet
from django.shortcuts import get_object_or_404
from django.urls import reverse

from xianan.core.choices import ToneChoices
from xianan.core.parties import Other, Owned
from xianan.core.ports import Port
from xianan.history.registry import ObjectKind, Shown, register_object
from xianan.organizations.models import User
from xianan.organizations.scope import Scope
from xianan.ui.fields import Correctable, HasField
from xianan.ui.todos import Wait

from .asks import Ask
from .steps import FOLLOWS, Effect, M, P, Permit, Step, Wording

States = str | tuple[str, ...]


_nouns: list[Noun[Any]] = []


def nouns() -> list[Noun[Any]]:
    """Return every noun that the apps have said."""
    return list(_nouns)


def _states(states: States) -> tuple[str, ...]:
    return (states,) if isinstance(states, str) else states


class Permitted(TypedDict, Generic[M], total=False):
    """What a permit may say besides; fields of ``Permit``."""

    closed: str
    guards: tuple[Callable[[M], None], ...]
    others: tuple[Other, ...]
    prepare: Callable[[Sequence[M]], None]


class Said(Permitted[M], total=False):
    """What a step may say besides; fields of ``Step``."""

    asks: tuple[Ask, ...]
    how: str
    locks: tuple[str, ...]
    before: Callable[[M, Mapping[str, Any]], None]
    tells: tuple[HasField, ...]
    stamp: tuple[HasField, HasField]
    because: HasField
    behalf: str
    shown: Callable[[M], bool]
    follow: Callable[[M, User], None]
    settle: Callable[[Sequence[M]], None]
    action: str
    waits: Wait
    wording: Wording


@dataclass(eq=False, kw_only=True)
class Noun(Generic[M]):
    """One thing of the business. ``parties`` are the fields with the organizations whose people ``view`` it.

    ``word`` is what a refusal calls it, ``begun`` the entry of the log that begins one. ``page`` names the address
    of a row; its list is called the same with an s, the address of a step ends in its name.
    """

    model: type[M]
    label: str
    word: str
    states: type[ToneChoices]
    view: str
    parties: tuple[str, ...]
    page: str
    begun: str = ""
    names: Callable[[M], str] = str
    """What log and notices call a row."""
    joins: tuple[str, ...] = ()
    """What lists, pages and steps need of other tables, the parties among it."""
    stands: Callable[[M], tuple[str, str]] | None = None
    """How a row stands where that is more than its state: word and tone."""
    also: Callable[[QuerySet[M]], QuerySet[M]] = lambda rows: rows
    """What rows are read with besides."""
    own: str = ""
    """The right by which the people of the parties see it, where ``view`` is the district's alone."""
    sees: Callable[[QuerySet[M], Scope], QuerySet[M]] | None = None
    """Which rows of the district a person sees, where that is more than ``view`` over the parties."""
    right_of: Callable[[M, str], str] = lambda row, right: right
    """The right that a row asks in place of that of its steps and permits."""
    part_of: str = ""
    """The field with the row in whose log its steps stand; its own when empty."""
    within: str = ""
    """The field with the row whose key comes first in every address, and which lists the rows on a page of its own."""
    leads: Callable[[M], str] | None = None
    """Where a row is shown that has no page of its own."""
    home: str = ""
    """The address of the list, where that isn't its own."""
    above: tuple[str, str] | None = None
    """Label and address of the page that the list stands under, where the menu has that one."""
    attribute: str = "state"
    validity: tuple[HasField, HasField] | None = None
    """The first and the last day on which a row counts, both inclusive; none of the last is for good."""
    correctable: tuple[Correctable, ...] = ()
    paths: Mapping[str, str] = field(default_factory=dict)
    """Where the database has an organization that a row only tells: its name, and the way to it."""
    panels: Port[[M], tuple[str, Mapping[str, Any]] | None] = field(default_factory=Port)
    """What rooms above show on its page: a template and what it shows, None for nothing."""
    steps: dict[str, Step[M, Any]] = field(default_factory=dict)
    permits: list[Permit[M]] = field(default_factory=list)

    def __post_init__(self) -> None:
        _nouns.append(self)
        if not self.part_of:
            register_object(ObjectKind(self.model._meta.label_lower, self.label, self._shown, self.begun))

    # ---- Saying ----------------------------------------------------------------------------------------

    def permit(
        self, label: str, sources: States, *, right: str, by: str, **said: Unpack[Permitted[M]]
    ) -> Permit[M]:
        """Say what may be done in some states without moving the row. Fields as of ``Permit``."""
        made = Permit(noun=self, label=label, sources=_states(sources), right=right, by=by, **said)
        self.permits.append(made)
        return made

    def step(
        self,
        name: str,
        label: str,
        sources: States,
        target: str,
        *,
        right: str,
        by: str,
        **said: Unpack[Said[M]],
    ) -> Callable[[Effect[M, P]], Step[M, P]]:
        """Make a plain function the effect of a step; what comes out is the whole act. Fields as of ``Step``."""

        def made(effect: Effect[M, P]) -> Step[M, P]:
            step: Step[M, P] = Step(
                noun=self, name=name, label=label, sources=_states(sources), target=target, right=right, by=by, effect=effect,
                **said,
            )  # fmt: skip
            self.steps[name] = step
            return step

        return made

    # ---- Asking ----------------------------------------------------------------------------------------

    def owned(self, row: M) -> Owned:
        """Return the row as something whose district is known."""
        return cast("Owned", row)

    def state_of(self, row: M) -> str:
        return str(getattr(row, self.attribute))

    def out_of_turn(self, row: M, act: str) -> str:
        """Say that an act isn't possible in the state the row is in."""
        state = self.states(self.state_of(row)).label
        return f"{self.word}现在是“{state}”，不能{act}。可能已有人先行办理，刷新页面查看最新情况。"

    def about(self, row: M) -> models.Model:
        """Return the row in whose log the steps of ``row`` stand."""
        whole: models.Model = getattr(row, self.part_of) if self.part_of else row
        return whole

    def rows(self) -> QuerySet[M]:
        """Return all rows with what lists and pages need."""
        return self.also(self.model._default_manager.select_related(*self.joins))

    def _seeing(self, scope: Scope) -> str:
        return self.own if self.own and not scope.whole_district(self.view) else self.view

    def visible(self, scope: Scope) -> QuerySet[M]:
        """Return the rows that a person may see."""
        if self.sees is not None:
            return self.sees(self.rows().filter(district_id=scope.district_id), scope)
        return scope.filter(self.rows(), self._seeing(scope), *self.parties)

    def fetch(self, scope: Scope, pk: int, above: int | None = None) -> M:
        """Return a row that a person may see, of the row ``above`` where that is named. Raises Http404."""
        rows = self.visible(scope)
        return get_object_or_404(rows if above is None else rows.filter(**{self.within: above}), pk=pk)

    def valid(self, first: dt.date, last: dt.date | None = None) -> Q:
        """Return the condition of rows valid on one of these days, both inclusive; without ``last`` from ``first`` on."""
        starts, ends = (each.field.name for each in cast("tuple[HasField, HasField]", self.validity))
        begun = Q() if last is None else Q(**{f"{starts}__lte": last})
        return begun & (Q(**{f"{ends}__isnull": True}) | Q(**{f"{ends}__gte": first}))

    def readable(self, scope: Scope, row: M) -> bool:
        """Whether a person may see a row; costs no query but where ``sees`` decides."""
        if self.sees is not None:
            return self.visible(scope).filter(pk=row.pk).exists()
        return any(scope.can(self._seeing(scope), self.owned(row), party) for party in self.parties)

    def offered(self, row: M, scope: Scope) -> list[Step[M, Any]]:
        """Return the steps that a row's page offers the person: it is their turn, and the right is there.

        No query but what ``shown`` asks.
        """
        return [
            step
            for step in self.steps.values()
            if step.how != FOLLOWS and step.awaits(row, scope) and step.shown(row)
        ]

    def waiting(self, scope: Scope, name: str) -> QuerySet[M]:
        """Return the rows that wait for a step that the person may take; none where the right is missing."""
        step = self.steps[name]
        rows = self.model._default_manager.filter(**{f"{self.attribute}__in": step.sources})
        if step.waits is not None:
            rows = rows.filter(step.waits.of)
        if step.by:
            return scope.filter(rows, step.right, self.paths.get(step.by, step.by))
        return rows.filter(district_id=scope.district_id) if scope.whole_district(step.right) else rows.none()

    # ---- Addresses -------------------------------------------------------------------------------------

    def url(self, row: M | int) -> str:
        """Return where a row is shown, or the one with a key."""
        if isinstance(row, int):
            return reverse(self.page, args=[row])
        if self.leads is not None:
            return self.leads(row)
        above = [getattr(row, f"{self.within}_id")] if self.within else []
        return reverse(self.page, args=[*above, row.pk])

    def links(self, keys: Sequence[int]) -> dict[int, str]:
        """Return the addresses of rows by their keys; one query."""
        return {row.pk: self.url(row) for row in self.model._default_manager.filter(pk__in=keys)}

    @property
    def list_page(self) -> str:
        """The name of the list's address."""
        return self.home or f"{self.page}s"

    @property
    def list_url(self) -> str:
        return reverse(self.list_page)

    @property
    def menu(self) -> str:
        """The address of the entry of the menu that it belongs to; "" where its own addresses say."""
        return "" if self.within and not self.home else self.above[1] if self.above else self.list_page

    def way(self, section: str) -> list[tuple[str, str]]:
        """Return the way to the list."""
        return [(section, ""), *([(self.above[0], reverse(self.above[1]))] if self.above else [])]

    def _shown(self, keys: Sequence[int]) -> dict[int, Shown]:
        """What log, notices and lists of things done call these rows; one query."""
        rows = self.model._default_manager.select_related(*(self.joins or self.parties))
        return {
            row.pk: Shown(self.names(row), self.url(row), *self.standing(row))
            for row in rows.filter(pk__in=keys)
        }

    def standing(self, row: M) -> tuple[str, str]:
        """Return how a row stands: word and tone."""
        if self.stands is not None:
            return self.stands(row)
        state = self.states(self.state_of(row))
        return str(state.label), state.tone
