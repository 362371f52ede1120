"""Writes docs/permissions.md anew from what the code says; ``bin/permissions`` calls it.

Nouns say who sees their rows and takes their steps, lists and guarded pages name their right: of these the roles are
written, and a row where there is none. Headings, notes, order and words stay, and so do rows of which the code says
nothing, those of ordinary views and of a case: what they promise is held by the walk alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from os.path import commonprefix
from types import SimpleNamespace
from typing import Any

from tests.permissions import views
from tests.permissions.table import DOCUMENT, SIGN_IN, Row, cells_of, read, roles_of
from xianan.acts.nouns import Noun, nouns
from xianan.organizations.choices import Duty
from xianan.organizations.pages import GuardedPage
from xianan.organizations.roles import ROLES, right_of
from xianan.ui.lists import ListPage

Roles = frozenset[str]
BY_HAND = {
    # They ask more inside than the right that opens them: who sets a figure, whose turn a review is.
    "policy:figure-add", "policy:parameter", "empowerment:filing-reviews",
    # Whoever reads schemes opens them; of what is not public they show a street its own.
    "assessment:cycles", "assessment:results", "secondment:appraisal-round",
    # An office opens it by a right of its own, for what stands in the whole district.
    "deadlines:overdue",
}  # fmt: skip
"""Pages that say a right and are not told by it."""
_DUTIES = [SimpleNamespace(kind="", empowering=False, duty=duty) for duty in Duty.values]
OFFICES = frozenset(key for key, role in ROLES.items() if any(map(role.fits, _DUTIES)))


@dataclass(frozen=True)
class Said:
    """What the code says of an address: its right's roles, and those of them that ``hang`` on whose row is tried."""

    words: str
    own: Roles
    anywhere: Roles
    hang: Roles = frozenset()
    is_step: bool = False

    def line(self, name: str, method: str, row: Row | None = None, cells: Sequence[str] = ("",) * 6) -> str:
        """Return the row of the table. What the present one says as well stays as it is written there."""
        own, anywhere = self.own - self.hang, self.anywhere
        if row is not None:
            own, anywhere = own | row.own & self.hang, anywhere | row.anywhere & self.hang
        if not own | anywhere:
            own = self.own
        words = f"{self.words}的表单" if self.is_step and method == "GET" else self.words
        told = (cells[2] or words, _cell(own, cells[3]), _cell(anywhere, cells[4]))
        return f"| `{name}` | {method} | {' | '.join(told)} | {SIGN_IN} |"


def _cell(roles: Roles, present: str) -> str:
    if present and roles_of(present) == roles:
        return present
    if roles == ROLES.keys():
        return "所有角色"
    return "、".join(role.label for key, role in ROLES.items() if key in roles) or "—"


def _said(
    codename: str, *, own: bool, words: str = "", hang: Roles = frozenset(), is_step: bool = False
) -> Said:
    """Say who holds a right, with ``own`` for an organization too and not for the district alone."""
    right = right_of(codename)
    holders = frozenset({*right.own, *right.parent} - {*right.district} if own else ())
    return Said(words or right.label, holders, frozenset(right.district), holders & hang, is_step)


def _pages() -> Iterator[tuple[str, Said]]:
    for name in views.names():
        made = getattr(views.view_of(name), "view_class", None)
        if made is not None and issubclass(made, ListPage | GuardedPage) and (right := made().right):
            yield name, _said(right, own=getattr(made, "allow", None) is not GuardedPage.allow)
    for noun in nouns():
        # Where more than the view over the parties decides who sees a row, its page is left to people; a part has none.
        if not (noun.sees or noun.own or noun.part_of):
            yield noun.page, _of_noun(noun, noun.view, noun.parties, words=f"一项{noun.word}")
        for step in noun.steps.values():
            found = _of_noun(noun, step.right, (step.by,), words=step.label, is_step=True)
            yield f"{noun.page}-{step.name}", found


def _of_noun(noun: Noun[Any], right: str, owners: Sequence[str], **more: Any) -> Said:
    # An office owns few rows; where no field but the row says whose turn it is, the one tried is of one side.
    fields = {"", *(field.name for field in noun.model._meta.fields)}
    hang = OFFICES if fields.issuperset(owners) else frozenset(ROLES)
    return _said(right, own=any(owners), hang=hang, **more)


def methods(name: str) -> set[str]:
    """Return what an address takes; nothing for one that is not there."""
    return views.methods(views.view_of(name)) if name in views.names() else set()


def sayings() -> dict[tuple[str, str], Said]:
    """Return what the code says, by address and method."""
    found = {name: said for name, said in _pages() if name not in BY_HAND}
    return {(name, way): found[name] for name in found for way in ("GET", "POST") if way in methods(name)}


def regenerated(text: str) -> str:
    """Return the document with what the code says written anew, and without rows of what is no longer there."""
    said, rows = sayings(), read(text)
    lines = {number: [line] for number, line in enumerate(text.splitlines(), 1)}
    for row in rows:
        if row.method not in methods(row.name):
            lines[row.line] = []
        elif not row.case and (found := said.get((row.name, row.method))):
            lines[row.line] = [found.line(row.name, row.method, row, cells_of(lines[row.line][0]))]
    known = {(row.name, row.method) for row in rows}
    for name, method in (key for key in said if key not in known):
        near = max(rows, key=lambda row: (len(commonprefix((row.name, name))), row.line))  # noqa: RUF071  # names
        lines[near.line].append(said[name, method].line(name, method))
    return "".join(f"{line}\n" for group in lines.values() for line in group)


def write() -> None:
    """Write the document anew."""
    DOCUMENT.write_text(regenerated(DOCUMENT.read_text(encoding="utf-8")), encoding="utf-8")
