"""One attempt: a person, an address, a method; what came of it, and what it left behind."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.http import HttpResponseBase

from tests.effort import THOROUGH
from tests.permissions.alike import STRANGER, Says, Tried
from tests.permissions.builder import Estate, Unit, role_label
from tests.permissions.ledger import HISTORY, Ledger, changed, since, told, watched
from tests.permissions.requests import At, Attempt
from tests.permissions.table import OPEN, Row
from xianan.organizations.models import User

LOGIN = "/login/"


@dataclass(frozen=True)
class Outcome:
    """What an attempt answered and which tables it changed."""

    status: int
    location: str
    text: str
    before: Ledger
    after: Ledger

    @property
    def to_login(self) -> bool:
        return self.status in (301, 302) and self.location.split("?")[0] == LOGIN

    @property
    def through(self) -> bool:
        return self.status in (200, 302) and not self.to_login

    @property
    def wrote(self) -> set[str]:
        return changed(self.before, self.after)

    def __str__(self) -> str:
        said = f"{self.status} → {self.location}" if self.location else str(self.status)
        return f"{said}, changed {told(self.before, self.after)}" if self.wrote else said


def attempt(
    estate: Estate,
    person: User | None,
    method: str,
    path: str,
    data: Any,
    before: Ledger,
    *,
    guarded: bool = False,
) -> Outcome:
    """Try it inside a savepoint that is rolled back."""
    client = estate.client(person, guarded=guarded)
    point = transaction.savepoint()
    try:
        with watched() as sent:
            answer = client.post(path, data) if method == "POST" else client.generic(method, path)
            text = _text(answer)
        # A view that broke the transaction is told as the 500 it is.
        after = before if transaction.get_connection().needs_rollback else since(before, sent)
    finally:
        transaction.get_connection().needs_rollback = False
        transaction.savepoint_rollback(point)
    return Outcome(answer.status_code, answer.headers.get("Location", ""), text, before, after)


def _text(answer: HttpResponseBase) -> str:
    if answer.streaming:
        for _ in answer:
            pass
        return ""
    kind = answer.headers.get("Content-Type", "")
    return answer.content.decode() if kind.startswith("text/html") else ""


@dataclass
class Walk:
    """All attempts at one row of the table, and a line for each that went otherwise than the row says."""

    estate: Estate
    row: Row
    way: Attempt

    def __post_init__(self) -> None:
        self.deviations: list[str] = []
        self.before = self.estate.standing

    def everybody(self) -> list[str]:
        """Try the row on own and other rows with every role that is told anything else, strangers, a visitor."""
        says = {role: self._says(role) for role in self.estate.people}
        passing = [role for role in says if not says[role].refused]
        # Where it is held against what a page shows, what its template asks counts too.
        tried = Tried(self.way.marks is not None, passing)
        for role in sorted(says, key=lambda role: says[role].refused):
            person = self.estate.people[role]
            group = "refused" if says[role].refused else person.organization.kind
            with tried.by(role, "anywhere" if role in self.row.anywhere else group, says[role]) as tries:
                if tries:
                    self._own_and_other(role, person)
        strangers = self.estate.strangers
        # Whom the row lets through everywhere reaches furthest, then who gets through on its own.
        for role in sorted(strangers, key=lambda role: (role not in self.row.anywhere, not says[role].own)):
            person = strangers[role]
            with tried.by(role, STRANGER, Says(tempted=self._tempted(role))) as tries:
                if tries:
                    self._stranger(role, person)
        self._visitor()
        return self.deviations

    def somebody(self) -> list[str]:
        """Try the row on own rows with a role that gets through, in the long run one of each reach."""
        through = [role for role in self.estate.people if self.row.through(role, own=True)]
        reaches = {role in self.row.anywhere: role for role in reversed(through)} if THOROUGH else {}
        for role in reaches.values() or through[:1]:
            person = self.estate.people[role]
            self._one(role, person, At(self.estate, self.estate.a, person), "own", True)
        if self.row.visitor == OPEN:
            self._visitor()
        return self.deviations

    def _says(self, role: str) -> Says:
        return Says(
            self.row.through(role, own=True), self.row.through(role, own=False), role in self.way.wait
        )

    def _tempted(self, role: str) -> bool:
        """Whether a stranger of this role would get through at home, or is one of two who always try."""
        row = self.row
        return role in (row.own | row.anywhere | {"establishment", "department_clerk"}) or row.personal

    # ---- Who tries ------------------------------------------------------------------------------

    def _own_and_other(self, role: str, person: User) -> None:
        estate, row = self.estate, self.row
        own, other = row.through(role, own=True), row.through(role, own=False)
        if self.way.targets is None:
            self._one(role, person, At(estate, estate.a, person), "its page", own)
            return
        self._one(role, person, At(estate, estate.a, person), "own", own)
        if not own and not THOROUGH:
            return
        self._one(role, person, At(estate, estate.b, person, mine=False), "other", other)
        if row.personal:
            self._one(role, person, At(estate, estate.a, person, mine=False), "a colleague's", other)

    def _stranger(self, role: str, person: User) -> None:
        """Somebody of the second district, on rows of the first."""
        estate, row = self.estate, self.row
        at = At(estate, estate.a, person, mine=False)
        if self.way.targets is not None and row.visitor != OPEN and not self.way.shared:
            if self._tempted(role):
                self._one(role, person, at, "another district's", False)
        elif self.way.marks is not None:
            for path in self.way.paths(row.name, at):
                outcome = attempt(estate, person, row.method, path, self.way.data(at), self.before)
                self._marks(
                    role, "another district's", path, outcome, {"unit A": (self.way.marks(at), False)}
                )

    def _visitor(self) -> None:
        estate, row = self.estate, self.row
        # What is sent is what a clerk would send.
        at = At(estate, estate.a, estate.people["department_clerk"])
        for path in self.way.paths(row.name, at):
            outcome = attempt(estate, None, row.method, path, self.way.data(at), self.before)
            if row.visitor == OPEN:
                self._judge("not signed in", "", path, outcome, True)
            elif not outcome.to_login or outcome.wrote:
                self._deviation("not signed in", "", path, "the sign-in page", outcome)

    # ---- What comes of it -------------------------------------------------------------------------

    def _one(self, role: str, person: User, at: At, whose: str, expected: bool) -> None:
        for path in self.way.paths(self.row.name, at):
            outcome = attempt(self.estate, person, self.row.method, path, self.way.data(at), self.before)
            waits = role in self.way.wait and whose == "own"
            self._judge(role, whose, path, outcome, expected, waits=waits)
            if self.way.marks is not None and outcome.status == 200 and expected:
                self._marks(role, whose, path, outcome, self._expected_marks(role, at))

    def _expected_marks(self, role: str, at: At) -> dict[str, tuple[list[str], bool]]:
        assert self.way.marks is not None
        estate = self.estate
        other = At(estate, estate.b, at.person, mine=False)
        abroad = self.row.through(role, own=False)
        found = {}
        if not self.way.may_show:
            found["unit A"] = (self.way.marks(at), True)
        if not (self.way.may_show and abroad):
            found["unit B"] = (self.way.marks(other), abroad)
        if self.row.personal:
            found["a colleague"] = (self.way.marks(At(estate, estate.a, at.person, mine=False)), False)
        return found

    def _judge(
        self, role: str, whose: str, path: str, outcome: Outcome, expected: bool, *, waits: bool = False
    ) -> None:
        if expected:
            missing = [table for table in self.way.changes if table not in outcome.wrote]
            through = outcome.through or (self.way.to_login and outcome.to_login)
            if not through:
                self._deviation(role, whose, path, "to get through", outcome)
            elif missing:
                self._deviation(role, whose, path, f"a change of {'、'.join(missing)}", outcome)
            elif not self.way.changes and outcome.wrote:
                self._deviation(role, whose, path, "nothing to be written", outcome)
            return
        refusals = {403, 404} | ({409, 302} if waits else set())
        if outcome.status not in refusals or outcome.to_login or outcome.wrote:
            self._deviation(role, whose, path, "a refusal that leaves every table alone", outcome)

    def _marks(
        self, role: str, whose: str, path: str, outcome: Outcome, expected: dict[str, tuple[list[str], bool]]
    ) -> None:
        for unit, (marks, shown) in expected.items():
            for mark in marks:
                if (mark in outcome.text) != shown:
                    self._deviation(
                        role, whose, path, f"{'' if shown else 'not '}to see {mark} of {unit}", outcome
                    )

    def _deviation(self, role: str, whose: str, path: str, expected: str, outcome: Outcome) -> None:
        name = role if role == "not signed in" else f"{role}（{role_label(role)}）"
        where = f" on {whose}" if whose else ""
        self.deviations.append(f"{name}{where}: {self.row.method} {path}: expected {expected}, got {outcome}")


__all__ = ["HISTORY", "At", "Outcome", "Unit", "Walk", "attempt"]
