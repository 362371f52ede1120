"""State machines as tables.

A step names its Chinese label, the states it leaves and the one it reaches, the right it needs and
whether a reason is asked. The same row draws the button and is enforced by the service, so a page
can't offer what the service would refuse. ``Flow.take`` changes the state of one row for somebody who
clicked; what moves many rows at once, or follows from another row's step, is written by its service.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Any, ClassVar, Protocol, TypeVar, cast

from django.db import models, transaction

from .errors import DomainError, NotAllowed


class Owned(Protocol):
    """What a right is asked about: anything that says its district; a bare number doesn't."""

    @property
    def district_id(self) -> int: ...


class Row(Owned, Protocol):
    """A business row as a flow sees it."""

    pk: Any
    _default_manager: ClassVar[models.Manager[Any]]


M = TypeVar("M", bound=models.Model)
R = TypeVar("R", bound=Row)

Guard = Callable[[Any], str]
"""A check on the locked row: returns the Chinese reason for refusing, or "" to let it pass."""


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


class Scope(Protocol):
    """What a flow needs of the rights of a person."""

    def can(self, codename: str, row: Owned, owner: str = "") -> bool: ...

    def same_person(self, accounts: Iterable[Any], done: str, now: str) -> str: ...


@dataclass(frozen=True, slots=True)
class Step:
    """One row of a state machine."""

    name: str
    label: str
    sources: tuple[str, ...]
    target: str
    right: str
    reason: bool = False
    guards: tuple[Guard, ...] = ()
    done: str = ""
    """What the timeline says once the step is taken; the label when empty."""
    others: tuple[Other, ...] = ()
    """What the other party does: one natural person never acts for both."""

    def refusal(self, row: Any) -> str:
        """Return what the first guard that refuses ``row`` says, or ""."""
        return next((message for guard in self.guards if (message := guard(row))), "")


@dataclass(frozen=True)
class Flow:
    """The steps of one kind of object and the field its state lives in.

    ``owner`` names the organization of the row whose right counts; with "" only the district's does.
    """

    noun: str
    steps: tuple[Step, ...]
    states: type[models.TextChoices]
    owner: str = "organization"
    attribute: str = "state"
    _by_name: Mapping[str, Step] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_by_name", {step.name: step for step in self.steps})

    def __getitem__(self, name: str) -> Step:
        return self._by_name[name]

    def label_of(self, state: str) -> str:
        """Return the Chinese label of a state."""
        return str(self.states(state).label)

    def allows(self, name: str, row: Owned, scope: Scope) -> bool:
        """Whether the person holds the right of a step over ``row``, whatever its state; costs no query."""
        return scope.can(self[name].right, row, self.owner)

    def offered(self, row: Owned, scope: Scope, names: Iterable[str] = ()) -> list[Step]:
        """Return the steps that ``scope`` may take on ``row`` now; costs no query."""
        state = getattr(row, self.attribute)
        wanted = set(names)
        return [
            step
            for step in self.steps
            if state in step.sources
            and (not wanted or step.name in wanted)
            and self.allows(step.name, row, scope)
        ]

    def refuse_unless_possible(self, row: Owned, name: str, scope: Scope, *, reason: str = "") -> Step:
        """Raise DomainError unless the step may be taken on ``row`` as it now is; return the step."""
        step = self[name]
        if not self.allows(name, row, scope):
            raise NotAllowed(f"您没有“{step.label}”的权限。")
        self.refuse_out_of_turn(row, name)
        if step.reason and not reason.strip():
            raise DomainError("reason_missing", f"{step.label}须填写理由。", field="reason")
        message = self.other_party(row, name, scope)
        if message:
            raise DomainError("same_person", message)
        message = step.refusal(row)
        if message:
            raise DomainError("guard", message)
        return step

    def refuse_out_of_turn(self, row: Owned, name: str) -> None:
        """Raise DomainError("wrong_state") where the step isn't possible in the state the row is in."""
        step, state = self[name], getattr(row, self.attribute)
        if state not in step.sources:
            raise DomainError(
                "wrong_state",
                f"{self.noun}现在是“{self.label_of(state)}”，不能{step.label}。"
                "可能已有人先行办理，刷新页面查看最新情况。",
            )

    def other_party(self, row: Owned, name: str, scope: Scope) -> str:
        """Return why this person can't take the step, having acted for the other party, or ""."""
        step = self[name]
        messages = (scope.same_person(other.who(row), other.done, step.label) for other in step.others)
        return next(filter(None, messages), "")

    def take(self, row: R, name: str, scope: Scope, *, reason: str = "", **changes: Any) -> R:
        """Take a step on a row inside the caller's transaction and return the row as it now is.

        The row is read again under a lock (SQLite locks the whole database with the transaction), so
        of two people on a stale page one wins and the other gets ``DomainError("wrong_state")``. The
        last guard is the filtered UPDATE, which holds on every database. ``changes`` are further
        fields written with the state.
        """
        if not transaction.get_connection().in_atomic_block:
            raise RuntimeError("Flow.take needs the caller's transaction")
        fresh: R = lock(cast(Any, row))
        step = self.refuse_unless_possible(fresh, name, scope, reason=reason)
        old = getattr(fresh, self.attribute)
        values = {self.attribute: step.target, **changes}
        moved = type(row)._default_manager.filter(pk=row.pk, **{self.attribute: old}).update(**values)
        if moved != 1:
            raise DomainError("wrong_state", f"{self.noun}刚被他人办理，刷新页面查看最新情况。")
        for key, value in values.items():
            setattr(fresh, key, value)
        return fresh


def lock(row: M, *, no_key: bool = False) -> M:
    """Read ``row`` again inside the present transaction, locked against other writers.

    With ``no_key`` rows that point to it may be written meanwhile: for a row that much hangs on.
    """
    rows = type(row)._default_manager.select_for_update(of=("self",), no_key=no_key)
    fresh = rows.filter(pk=row.pk).first()
    if fresh is None:
        raise DomainError("gone", "该记录已不存在，请返回列表刷新。")
    return fresh


def lock_all(rows: Sequence[M], *fields: str, joins: Sequence[str] = (), first: str = "") -> list[M]:
    """Lock rows and those that their ``fields`` name in the one order of all steps, kind by kind and key by key.

    The row within which they stand (``first``) is locked before all others, as whoever moves that one does.
    Returns ``rows`` as they are now, in the order of their keys, read with ``joins`` and ``fields``. Errors: gone.
    """
    if not rows:
        return []
    own = type(rows[0])
    wanted: dict[type[models.Model], set[Any]] = {own: {row.pk for row in rows}}
    for name in fields:
        for row in rows:
            other = getattr(row, name)
            wanted.setdefault(type(other), set()).add(other.pk)
    found: dict[tuple[type[models.Model], Any], models.Model] = {}
    above = own._meta.get_field(first).related_model if first else None
    for model, keys in sorted(
        wanted.items(), key=lambda kind: (kind[0] is not above, kind[0]._meta.label_lower)
    ):
        locked = model._default_manager.select_for_update(of=("self",)).filter(pk__in=keys).order_by("pk")
        if model is own and joins:
            locked = locked.select_related(*joins)
        found.update({(model, each.pk): each for each in locked})
    columns = [each.name for each in own._meta.fields if each.name in fields]
    fresh = []
    for old in sorted(rows, key=lambda row: row.pk):
        if (own, old.pk) not in found:
            raise DomainError("gone", "该记录已不存在，请返回列表刷新。")
        now = cast(M, found[own, old.pk])
        for name in columns:
            other = getattr(old, name)
            setattr(now, name, found[type(other), other.pk])
        fresh.append(now)
    return fresh
