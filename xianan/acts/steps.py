"""A step: who takes it, from which states to which, what it asks, and the plain function that is its effect."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Concatenate, Generic, ParamSpec, TypeVar

from django.db import models, transaction

from xianan.core.errors import DomainError, NotAllowed
from xianan.core.flow import Other, lock
from xianan.history.services import differences, record
from xianan.organizations.models import User
from xianan.organizations.scope import Scope, scope_of

from .asks import Ask, Words, words_of
from .fields import HasField

if TYPE_CHECKING:
    from .nouns import Noun

M = TypeVar("M", bound=models.Model)
P = ParamSpec("P")
Changes = Mapping[str, tuple[Any, Any]]
"""Label → what stood before and after, for the log."""
Effect = Callable[Concatenate[M, P], Changes | None]
DISTRICT = ""
"""Whose right a step needs: the district's. Else the field of the row that names the organization."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """How a step is drawn. ``after`` says what follows, ``notes`` what the documents ask: (what, small print)."""

    button: Words = ""
    offer: Words = ""
    """What leads to it on the row's page; the label when empty."""
    style: Words = ""
    done: Words = ""
    """What the log says, of the row as it was before; the label when empty."""
    said: Words = "已办理。"
    """What the person is told."""
    after: Sequence[str] = ()
    notes: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Permit(Generic[M]):
    """What may be done to a row in some states without moving it."""

    noun: Noun[M]
    label: str
    sources: tuple[str, ...]
    right: str
    by: str
    closed: str = ""
    """Why not in any other state; a sentence made of the state when empty."""

    def allows(self, row: M, scope: Scope) -> bool:
        """Whether the person holds the right over ``row``, whatever its state; costs no query."""
        return scope.can(self.noun.right_of(row, self.right), self.noun.owned(row), self.by)

    def in_turn(self, row: M) -> bool:
        return self.noun.state_of(row) in self.sources

    def refuse(self, row: M, scope: Scope) -> None:
        """Raise DomainError unless the person may do it with ``row`` as it now is: not_allowed, wrong_state."""
        if not self.allows(row, scope):
            raise NotAllowed(f"您没有“{self.label}”的权限。")
        if not self.in_turn(row):
            raise DomainError("wrong_state", self.closed or self.noun.out_of_turn(row, self.label))

    def why_not(self, scope: Scope, row: M) -> str:
        """Return what keeps it from being done now, or "". Raises NotAllowed without the right."""
        try:
            self.refuse(row, scope)
        except NotAllowed:
            raise
        except DomainError as refusal:
            return refusal.message
        return ""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Step(Permit[M], Generic[M, P]):
    """The whole act: called as its effect would be, it locks, asks the right, refuses, writes and logs.

    The effect gets the row as it is under the lock, may refuse (``DomainError``) and change its fields; it returns
    what the log should tell besides. Then state and fields are written in one UPDATE that needs the old state, and
    ``follow`` does what hangs on the written row. Without a ``target`` the state stays. Where neither state nor
    fields changed nothing is written, nor told unless the effect tells it. Errors of every step: not_allowed, wrong_state, same_person, gone,
    what its guards, asks and effect refuse.
    """

    do_not_call_in_templates: ClassVar[bool] = True

    name: str
    target: str
    effect: Effect[M, P]
    asks: tuple[Ask, ...] = ()
    guards: tuple[Callable[[M], None], ...] = ()
    """Each raises DomainError for a row on which the step can't be taken; a button says why."""
    others: tuple[Other, ...] = ()
    """What the other party does: one natural person never acts for both."""
    locks: tuple[str, ...] = ()
    """Further rows to lock: fields of the row."""
    tells: tuple[HasField, ...] = ()
    """Fields whose change the log tells."""
    shown: Callable[[M], bool] = lambda row: True
    """Whether the row's page offers it at all, shut or not, where its turn is."""
    follow: Callable[[M], None] | None = None
    action: str = ""
    wording: Wording = Wording()

    def __post_init__(self) -> None:
        taken = inspect.signature(self.effect).parameters
        asked = {"actor", *(ask.name for ask in self.asks)}
        if asked - taken.keys():
            raise TypeError(f"{self.name}: the effect doesn't take {sorted(asked - taken.keys())}")

    def __call__(self, row: M, /, *args: P.args, **kwargs: P.kwargs) -> M:
        return self.take(row, kwargs)

    def take(self, row: M, typed: Mapping[str, Any]) -> M:
        """Take the step with keywords that are known as names only, those of a form."""
        actor = typed["actor"]
        assert isinstance(actor, User)
        with transaction.atomic():
            fresh = lock_all(row, *self.locks)
            self.refuse(fresh, scope_of(actor))
            before, label = copy(fresh), words_of(self.wording.done, fresh) or self.label
            given, reason = self._given(fresh, typed)
            told = self.effect(fresh, **given)  # type: ignore[call-arg]  # names of a form, checked at the start
            if not self._write(fresh, before, told):
                return fresh
            named = [each.field.name for each in self.tells]
            changes = differences(before, {name: getattr(fresh, name) for name in named})
            action = self.action or f"{self.noun.key}.{self.name}"
            record(fresh, action, label, actor=actor, reason=reason, changes={**changes, **(told or {})})
            if self.follow is not None:
                self.follow(fresh)
        return fresh

    def refuse(self, row: M, scope: Scope) -> None:
        """Raise DomainError unless the person may take the step on ``row`` as it now is."""
        Permit.refuse(self, row, scope)  # a class with slots has no super()
        for other in self.others:
            scope.refuse_same_person(other.who(row), other.done, self.label)
        for guard in self.guards:
            guard(row)

    def said(self, row: M) -> str:
        """Return what the person is told once the step is taken."""
        return words_of(self.wording.said, row)

    def _given(self, row: M, typed: Mapping[str, Any]) -> tuple[dict[str, Any], str]:
        """Return the keywords of the effect, checked, and the reason for the log; the row takes what is its own."""
        given, reason = dict(typed), ""
        for ask in self.asks:
            if ask.name not in typed and not ask.required:
                continue
            given[ask.name] = value = ask.clean(typed.get(ask.name, ""), row, self.label)
            if ask.to:
                setattr(row, ask.to, value)
            if ask.logged:
                reason = value
        return given, reason

    def _write(self, row: M, before: M, told: Changes | None) -> bool:
        """Write what changed; whether there was anything."""
        state, old = self.noun.attribute, self.noun.state_of(before)
        setattr(row, state, self.target or old)
        was = _values(before)
        changed = {name: value for name, value in _values(row).items() if value != was[name]}
        if not changed and not (self.target and told):
            return False
        rows = self.noun.model._default_manager.filter(**{"pk": row.pk, state: old})
        if rows.update(**{state: self.target or old, **changed}) != 1:
            raise DomainError("wrong_state", f"{self.noun.word}刚被他人办理，刷新页面查看最新情况。")
        return True


def _values(row: models.Model) -> dict[str, Any]:
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


def lock_all(row: M, *fields: str) -> M:
    """Lock a row and those that its ``fields`` name in the one order of all steps; return the row as it is now."""
    wanted: list[tuple[str, Any, models.Model]] = [(row._meta.label_lower, row.pk, row)]
    for name in fields:
        other = getattr(row, name)
        wanted.append((other._meta.label_lower, other.pk, other))
    found = {(label, key): lock(each) for label, key, each in sorted(wanted, key=lambda one: one[:2])}
    fresh = found[row._meta.label_lower, row.pk]
    assert isinstance(fresh, type(row))
    return fresh
