"""A noun: what is said once of one thing of the business, and asked by pages, log and lists alike."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar, cast

from django.db import models
from django.db.models import Q, QuerySet
from django.shortcuts import get_object_or_404
from django.urls import reverse

from xianan.core.choices import ToneChoices
from xianan.core.flow import Other, Owned
from xianan.history.registry import ObjectKind, Shown, register_object
from xianan.organizations.scope import Scope

from .asks import Ask
from .fields import HasField
from .steps import Effect, M, P, Permit, Step, Wording

S = TypeVar("S", bound=models.Model)
States = str | tuple[str, ...]


_nouns: list[Noun[Any]] = []


def nouns() -> list[Noun[Any]]:
    """Return every noun that the apps have said."""
    return list(_nouns)


def _states(states: States) -> tuple[str, ...]:
    return (states,) if isinstance(states, str) else states


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
    above: tuple[str, str] | None = None
    """Label and address of the page that the list stands under, where the menu has that one."""
    begun: str = ""
    names: Callable[[M], str] = str
    """What log and notices call a row."""
    joins: tuple[str, ...] = ()
    """What lists and pages need of other tables, the parties among it."""
    stands: Callable[[M], tuple[str, str]] | None = None
    """How a row stands where that is more than its state: word and tone."""
    also: Callable[[QuerySet[M]], QuerySet[M]] = lambda rows: rows
    """What rows are read with besides."""
    sees: Callable[[QuerySet[M], Scope], QuerySet[M]] | None = None
    """Which rows of the district a person sees, where that is more than ``view`` over the parties."""
    right_of: Callable[[M, str], str] = lambda row, right: right
    """The right that a row asks in place of that of its steps and permits."""
    attribute: str = "state"
    steps: dict[str, Step[M, Any]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        _nouns.append(self)
        register_object(ObjectKind(self.model._meta.label_lower, self.label, self._shown, self.begun))

    @property
    def key(self) -> str:
        return str(self.model._meta.model_name)

    # ---- Saying ----------------------------------------------------------------------------------------

    def permit(self, label: str, sources: States, *, right: str, by: str, closed: str = "") -> Permit[M]:
        """Say what may be done in some states without moving the row."""
        return Permit(noun=self, label=label, sources=_states(sources), right=right, by=by, closed=closed)

    def step(
        self,
        name: str,
        label: str,
        sources: States,
        target: str,
        *,
        right: str,
        by: str,
        asks: Sequence[Ask] = (),
        guards: Sequence[Callable[[M], None]] = (),
        others: Sequence[Other] = (),
        locks: Sequence[str] = (),
        tells: Sequence[HasField] = (),
        shown: Callable[[M], bool] = lambda row: True,
        follow: Callable[[M], None] | None = None,
        action: str = "",
        wording: Wording = Wording(),  # noqa: B008  # frozen
    ) -> Callable[[Effect[M, P]], Step[M, P]]:
        """Make a plain function the effect of a step; what comes out is the whole act. Fields as of ``Step``."""

        def said(effect: Effect[M, P]) -> Step[M, P]:
            made: Step[M, P] = Step(
                noun=self,
                name=name,
                label=label,
                sources=_states(sources),
                target=target,
                right=right,
                by=by,
                effect=effect,
                asks=tuple(asks),
                guards=tuple(guards),
                others=tuple(others),
                locks=tuple(locks),
                tells=tuple(tells),
                shown=shown,
                follow=follow,
                action=action,
                wording=wording,
            )
            self.steps[name] = made
            return made

        return said

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

    def rows(self) -> QuerySet[M]:
        """Return all rows with what lists and pages need."""
        return self.also(self.model._default_manager.select_related(*self.joins))

    def visible(self, scope: Scope) -> QuerySet[M]:
        """Return the rows that a person may see."""
        if self.sees is not None:
            return self.sees(self.rows().filter(district_id=scope.district_id), scope)
        return scope.filter(self.rows(), self.view, *self.parties)

    def fetch(self, scope: Scope, pk: int) -> M:
        """Return a row that a person may see. Raises Http404."""
        if self.sees is not None:
            return get_object_or_404(self.visible(scope), pk=pk)
        return scope.fetch(self.rows(), pk, self.view, *self.parties)

    def readable(self, scope: Scope, row: M) -> bool:
        """Whether a person may see a row; costs no query but where ``sees`` decides."""
        if self.sees is not None:
            return self.visible(scope).filter(pk=row.pk).exists()
        return any(scope.can(self.view, self.owned(row), party) for party in self.parties)

    def offered(self, row: M, scope: Scope) -> list[Step[M, Any]]:
        """Return the steps that a row's page offers the person: it is their turn, and the right is there. No query."""
        return [
            step
            for step in self.steps.values()
            if step.in_turn(row) and step.shown(row) and step.allows(row, scope)
        ]

    def waiting(self, scope: Scope, name: str) -> QuerySet[M]:
        """Return the rows of the person's district that wait for a step, of the district's, that the person may take."""
        step = self.steps[name]
        if not scope.whole_district(step.right):
            return self.model._default_manager.none()
        here = Q(**{f"{self.attribute}__in": step.sources})
        return self.model._default_manager.filter(here, district_id=scope.district_id)

    # ---- Addresses -------------------------------------------------------------------------------------

    def url(self, row: M | int) -> str:
        return reverse(self.page, args=[row if isinstance(row, int) else row.pk])

    @property
    def list_url(self) -> str:
        return reverse(f"{self.page}s")

    @property
    def menu(self) -> str:
        """The address of the entry of the menu that it belongs to."""
        return self.above[1] if self.above else f"{self.page}s"

    def way(self, section: str) -> list[tuple[str, str]]:
        """Return the way to the list."""
        return [(section, ""), *([(self.above[0], reverse(self.above[1]))] if self.above else [])]

    def _shown(self, keys: Sequence[int]) -> dict[int, Shown]:
        """What log, notices and lists of things done call these rows; one query."""
        found = {}
        for row in self.model._default_manager.select_related(*self.parties).filter(pk__in=keys):
            found[row.pk] = Shown(self.names(row), self.url(row), *self.standing(row))
        return found

    def standing(self, row: M) -> tuple[str, str]:
        """Return how a row stands: word and tone."""
        if self.stands is not None:
            return self.stands(row)
        state = self.states(self.state_of(row))
        return str(state.label), state.tone
