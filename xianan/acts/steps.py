"""A step: who takes it, from which states to which, what it asks, and the plain function that is its effect."""

from __future__ import annotations

import datetime as dt
import inspect
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Concatenate, Generic, ParamSpec, TypeVar

from django.db import connection, models, transaction
from django.db.models.functions import Cast

from xianan.core import clock
from xianan.core.errors import DomainError, NotAllowed
from xianan.core.locks import lock_all
from xianan.core.parties import Other
from xianan.history.models import Entry
from xianan.history.selectors import newest_entry
from xianan.history.services import build, differences, record_many
from xianan.organizations.models import User
from xianan.organizations.scope import Scope, scope_of
from xianan.ui.fields import HasField
from xianan.ui.todos import Wait

from .asks import Ask, Words, words_of

if TYPE_CHECKING:
    from .nouns import Noun

M = TypeVar("M", bound=models.Model)
P = ParamSpec("P")
Changes = Mapping[str, tuple[Any, Any]]
"""Label → what stood before and after, for the log."""
Effect = Callable[Concatenate[M, P], Changes | None]
BATCH = 500
"""Rows of one UPDATE."""
DISTRICT = ""
"""Whose right a step needs: the district's. Else the field of the row that names the organization."""
PAGE, CLICK, FOLLOWS = "page", "click", "follows"
"""How a step is taken: on a page of its own, by a click on the row's page (POST alone), or only in consequence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """How a step is drawn. ``after`` says what follows, ``notes`` what the documents ask: (what, small print)."""

    button: Words = ""
    offer: Words = ""
    """What leads to it on the row's page; the label when empty."""
    style: Words = ""
    title: Words = ""
    """Of its page; the label when empty."""
    done: Words = ""
    """What the log says, of the row as it was before; the label when empty."""
    became: Words = ""
    """The same of the row as it now is, where what was done hangs on what was given."""
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
    guards: tuple[Callable[[M], None], ...] = ()
    """Each raises DomainError for a row on which it can't be done; a button says why."""
    others: tuple[Other, ...] = ()
    """What the other party does: one natural person never acts for both."""
    prepare: Callable[[Sequence[M]], None] | None = None
    """Reads once for all rows what guards, ``others`` and effect ask of them."""

    def allows(self, row: M, scope: Scope) -> bool:
        """Whether the person holds the right over ``row``, whatever its state; costs no query."""
        return scope.can(self.noun.right_of(row, self.right), self.noun.owned(row), self.by)

    def in_turn(self, row: M) -> bool:
        return self.noun.state_of(row) in self.sources

    def awaits(self, row: M, scope: Scope) -> bool:
        """Whether it is the person's turn: the state is one of its own and the right is there; costs no query."""
        return self.in_turn(row) and self.allows(row, scope)

    def refuse(self, row: M, scope: Scope) -> None:
        """Raise DomainError unless the person may do it to ``row`` as it now is."""
        self.prepared([row])
        self._refuse(row, scope)

    def prepared(self, rows: Sequence[M]) -> None:
        if self.prepare is not None and rows:
            self.prepare(rows)

    def _refuse(self, row: M, scope: Scope) -> None:
        if not self.allows(row, scope):
            raise NotAllowed(f"您没有“{self.label}”的权限。")
        if not self.in_turn(row):
            raise DomainError("wrong_state", self.closed or self.noun.out_of_turn(row, self.label))
        for other in self.others:
            scope.refuse_same_person(other.who(row), other.done, self.label)
        for guard in self.guards:
            guard(row)

    def why_not(self, scope: Scope, row: M) -> str:
        """Return what keeps it from being done now, or "". Raises NotAllowed without the right."""
        try:
            self.refuse(row, scope)
        except NotAllowed:
            raise
        except DomainError as refusal:
            return refusal.message
        return ""

    def hold(self, row: M, *, actor: User, seen: int | None = None) -> M:
        """Lock a row for what is permitted and return it as it now is; inside the caller's transaction.

        ``seen`` is the newest entry of its log that the person knew of. Errors: those of ``refuse``, gone,
        wrong_state of a row that has changed since.
        """
        fresh = lock_all([row], joins=self.noun.joins)[0]
        self.refuse(fresh, scope_of(actor))
        self.refuse_changed(fresh, seen)
        return fresh

    def refuse_changed(self, row: M, seen: int | None) -> None:
        """Raise DomainError where the row has changed since the entry that a page knew of."""
        if seen is not None and newest_entry(self.noun.about(row)) > seen:
            raise DomainError(
                "wrong_state",
                f"页面打开以后，{self.noun.word}又有改动，没有{self.label}。核对最新内容后可再办理。",
            )


@dataclass(frozen=True, slots=True)
class Outcome(Generic[M]):
    """What came of a step over many rows: those it was taken on, and those refused, each with its reason."""

    done: list[M] = field(default_factory=list)
    refused: list[tuple[M, DomainError]] = field(default_factory=list)


@dataclass(slots=True)
class _Move(Generic[M]):
    """One row on its way: as it was, as it becomes, and what the log says."""

    before: M
    row: M
    label: str
    reason: str
    told: Changes


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Step(Permit[M], Generic[M, P]):
    """The whole act: called as its effect would be, it locks, asks the right, refuses, writes and logs.

    The effect gets the row as it is under the lock, may refuse (``DomainError``) and change its fields; it returns
    what the log should tell besides. Then state and fields are written in one UPDATE that needs the old state, and
    ``follow`` and ``settle`` do what hangs on the written rows. Without a ``target`` the state stays. Where
    neither state nor fields changed nothing is written, nor told unless the effect of a step with a target tells it.
    Errors of every step: not_allowed, wrong_state, same_person, gone, what its guards, asks and effect refuse.

    ``all`` and ``each`` take it on many rows in constant statements: one lock, one UPDATE for those whose same fields changed,
    one INSERT into the log. What guards and effect read of others must then be hung on the rows by ``prepare``, and what
    is written elsewhere belongs to ``settle``: nothing takes back what an effect wrote for a row that is refused.
    """

    do_not_call_in_templates: ClassVar[bool] = True

    name: str
    target: str
    effect: Effect[M, P]
    asks: tuple[Ask, ...] = ()
    how: str = PAGE
    locks: tuple[str, ...] = ()
    """Further rows to lock: fields of the row."""
    before: Callable[[M, Mapping[str, Any]], None] | None = None
    """Locks what others lock before the row; told the keywords too, of which a row may be one."""
    tells: tuple[HasField, ...] = ()
    """Fields whose change the log tells."""
    stamp: tuple[HasField, HasField] | None = None
    """The fields that take who took the step and when: one moment for all rows."""
    because: HasField | None = None
    """The text of the row that the log has as the reason, where nothing asked is ``logged``."""
    behalf: str = ""
    """The field with the organization for which the log says it was done; the person's own when empty."""
    shown: Callable[[M], bool] = lambda row: True
    """Whether the row's page offers it at all, shut or not, where its turn is."""
    follow: Callable[[M, User], None] | None = None
    """Does what hangs on the written row; told who acted."""
    settle: Callable[[Sequence[M]], None] | None = None
    """The same for all of them at once."""
    action: str = ""
    waits: Wait | None = None
    """How it stands on the desk of whoever may take it."""
    wording: Wording = Wording()

    def __post_init__(self) -> None:
        taken = inspect.signature(self.effect).parameters
        asked = {"actor", *(ask.name for ask in self.asks)}
        if asked - taken.keys():
            raise TypeError(f"{self.name}: the effect doesn't take {sorted(asked - taken.keys())}")

    def __call__(self, row: M, /, *args: P.args, **kwargs: P.kwargs) -> M:
        return self.take(row, kwargs)

    def all(self, rows: Iterable[M], /, *args: P.args, **kwargs: P.kwargs) -> list[M]:
        """Take the step on all rows or on none; return them as they now are, in the order of their keys."""
        return self.take_many(rows, kwargs).done

    def each(self, rows: Iterable[M], /, *args: P.args, **kwargs: P.kwargs) -> Outcome[M]:
        """Take the step on whichever rows it can be taken on, and say of the others why not."""
        return self.take_many(rows, kwargs, whole=False)

    def take(self, row: M, typed: Mapping[str, Any], *, seen: int | None = None) -> M:
        """Take the step with keywords that are known as names only, those of a form.

        ``seen`` is the newest entry of the log that the form knew of: a step that leaves the state as it is is refused
        on a row that has changed since.
        """
        return self.take_many([row], typed, seen=seen).done[0]

    def take_many(
        self, rows: Iterable[M], typed: Mapping[str, Any], *, whole: bool = True, seen: int | None = None
    ) -> Outcome[M]:
        """Take the step as ``take`` does on all rows or none, or with ``whole`` false on those it can be taken on."""
        actor = typed["actor"]
        assert isinstance(actor, User)
        outcome: Outcome[M] = Outcome()
        with transaction.atomic():
            rows = list(rows)
            if self.before is not None:
                for row in sorted(rows, key=lambda row: row.pk):
                    self.before(row, typed)
            found = lock_all(rows, *self.locks, joins=self.noun.joins, first=self.noun.within)
            self.prepared(found)
            scope, moment, moves = scope_of(actor), clock.now(), []
            for row in found:
                try:
                    self._refuse(row, scope)
                    if not self.target:
                        self.refuse_changed(row, seen)
                    moves.append(self._moved(row, typed, moment))
                except DomainError as refusal:
                    if whole:
                        raise
                    outcome.refused.append((row, refusal))
                else:
                    outcome.done.append(row)
            written = self._write(moves)
            record_many([self._entry(move, actor) for move in written])
            settled = [move.row for move in written]
            if self.settle is not None and settled:
                self.settle(settled)
            if (follow := self.follow) is not None:
                for row in settled:
                    follow(row, actor)
        return outcome

    def _moved(self, row: M, typed: Mapping[str, Any], moment: dt.datetime) -> _Move[M]:
        """Let a locked row take what was given, and run the effect on it."""
        before, label = copy(row), words_of(self.wording.done, row) or self.label
        given, reason = self._given(row, typed)
        if self.stamp is not None:
            who, when = (each.field.name for each in self.stamp)
            setattr(row, who, typed["actor"])
            setattr(row, when, moment)
        told = self.effect(row, **given)  # type: ignore[call-arg]  # names of a form, checked at the start
        if self.because is not None:
            reason = getattr(row, self.because.field.name)
        return _Move(before, row, words_of(self.wording.became, row) or label, reason, told or {})

    def _entry(self, move: _Move[M], actor: User) -> Entry:
        changes = differences(
            move.before, {each.field.name: getattr(move.row, each.field.name) for each in self.tells}
        )
        return build(
            self.noun.about(move.row),
            self.action or f"{self.noun.model._meta.model_name}.{self.name}",
            move.label,
            actor=actor,
            organization=getattr(move.row, self.behalf) if self.behalf else None,
            changes={**changes, **move.told},
            reason=move.reason,
        )

    def said(self, row: M) -> str:
        """Return what the person is told once the step is taken."""
        return words_of(self.wording.said, row)

    def _given(self, row: M, typed: Mapping[str, Any]) -> tuple[dict[str, Any], str]:
        """Return the keywords of the effect, checked, and the reason for the log; the row takes what is its own."""
        given, reason = dict(typed), ""
        parameters = inspect.signature(self.effect).parameters
        for ask in self.asks:
            # Of what is no text a call may leave out what the effect has a default for; a form never does.
            spared = not ask.longest and parameters[ask.name].default is not inspect.Parameter.empty
            if ask.name not in typed and (spared or not ask.required):
                continue
            given[ask.name] = value = ask.clean(typed.get(ask.name, ""), row, self.label)
            if ask.to:
                setattr(row, ask.to, value)
            if ask.logged:
                reason = value
        return given, reason

    def _write(self, moves: Iterable[_Move[M]]) -> list[_Move[M]]:
        """Write what changed, one UPDATE for the rows whose same fields changed; return the moves that changed any."""
        state = self.noun.attribute
        alike: dict[tuple[str, tuple[str, ...]], list[M]] = defaultdict(list)
        written = []
        for move in moves:
            old = self.noun.state_of(move.before)
            setattr(move.row, state, self.target or old)
            was, now = _values(move.before), _values(move.row)
            names = tuple(name for name, value in now.items() if value != was[name])
            if names or (self.target and move.told):
                alike[old, names].append(move.row)
                written.append(move)
        for (old, names), rows in alike.items():
            for start in range(0, len(rows), BATCH):
                some = rows[start : start + BATCH]
                here = self.noun.model._default_manager.filter(
                    pk__in=[row.pk for row in some], **{state: old}
                )
                new = {name: _column(some, name) for name in names}
                if here.update(**{state: self.target or old, **new}) != len(some):
                    raise DomainError("wrong_state", f"{self.noun.word}刚被他人办理，刷新页面查看最新情况。")
        return written


def _column(rows: Sequence[models.Model], name: str) -> Any:
    """Return what a column takes of these rows: their one value, or each row's own."""
    values = {row.pk: getattr(row, name) for row in rows}
    first = next(iter(values.values()))
    if all(value == first for value in values.values()):
        return first
    column = next(each for each in rows[0]._meta.concrete_fields if each.attname == name)
    whens = [models.When(pk=key, then=models.Value(value, column)) for key, value in values.items()]
    each = models.Case(*whens, output_field=column)
    return Cast(each, column) if connection.features.requires_casted_case_in_updates else each


def _values(row: models.Model) -> dict[str, Any]:
    return {each.attname: getattr(row, each.attname) for each in row._meta.concrete_fields}
