"""Reads docs/permissions.md: the very file that people read is what the matrix is held against."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from xianan.organizations.roles import ROLES

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "permissions.md"
NOBODY = "nobody"
SELF = "self"
SERVING = "self with a role"
OPEN, SIGN_IN = "可用", "登录"
ABSENT = ("—", "-", "")
HEADER = ("address", "method", "what it is", "own unit", "any unit", "not signed in")
_WORDS = {
    **{role.label: (key,) for key, role in ROLES.items()},
    **{key: (key,) for key in ROLES},
    "无角色人员": (NOBODY,),
    "登录人员": (*ROLES, NOBODY),
    "所有角色": tuple(ROLES),
    "本人": (SELF,),
    "在岗本人": (SERVING,),
}


@dataclass(frozen=True)
class Row:
    """One line of the table. ``case`` tells rows of one address apart: in which state it is tried."""

    name: str
    case: str
    method: str
    what: str
    own: frozenset[str]
    anywhere: frozenset[str]
    visitor: str
    line: int

    @property
    def key(self) -> tuple[str, str, str]:
        return self.name, self.method, self.case

    def __str__(self) -> str:
        return " ".join(part for part in (self.name, self.case, self.method) if part)

    def through(self, role: str, *, own: bool) -> bool:
        """Whether somebody of this role gets through, on what is their own unit's or another's."""
        if role in self.anywhere:
            return True
        serves = SERVING in self.own and role != NOBODY
        return own and (role in self.own or SELF in self.own or serves)

    @property
    def personal(self) -> bool:
        """Whether the object belongs to a person and not to a unit."""
        return not self.own.isdisjoint({SELF, SERVING})


def read(text: str | None = None) -> list[Row]:
    """Return the rows of all tables. Raises ValueError naming the line that is not understood."""
    rows: list[Row] = []
    inside = False
    lines = (DOCUMENT.read_text(encoding="utf-8") if text is None else text).splitlines()
    for number, line in enumerate(lines, 1):
        cells = cells_of(line)
        if not line.startswith("|"):
            inside = False
        elif tuple(cells) == HEADER:
            inside = True
        elif inside and not set(line) <= set("|-: "):
            rows.append(_row(cells, number))
    return rows


def cells_of(line: str) -> list[str]:
    """Return the cells of a line of a table."""
    return [cell.strip() for cell in line.strip().strip("|").split("|")]


def _row(cells: list[str], number: int) -> Row:
    if len(cells) != len(HEADER):
        raise ValueError(f"docs/permissions.md:{number}: {len(cells)} cells, not {len(HEADER)}")
    address, method, what, own, anywhere, visitor = cells
    found = re.fullmatch(r"`([\w:-]+)`\s*(.*)", address)
    if not found:
        raise ValueError(f"docs/permissions.md:{number}: no address in {address!r}")
    if method not in ("GET", "POST"):
        raise ValueError(f"docs/permissions.md:{number}: method {method!r}")
    if visitor not in (OPEN, SIGN_IN):
        raise ValueError(f"docs/permissions.md:{number}: not signed in {visitor!r}")
    try:
        roles = (roles_of(own), roles_of(anywhere))
    except ValueError as error:
        raise ValueError(f"docs/permissions.md:{number}: {error}") from None
    return Row(found[1], found[2], method, what, *roles, visitor, number)


def roles_of(cell: str) -> frozenset[str]:
    """Return the roles that a cell names. Raises ValueError for a word that is none."""
    if cell in ABSENT:
        return frozenset()
    found: set[str] = set()
    for word in re.split(r"[、,]\s*", cell):
        if word not in _WORDS:
            raise ValueError(f"unknown role {word!r}")
        found.update(_WORDS[word])
    return frozenset(found)
