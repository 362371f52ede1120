"""Finding the header of a table: where it stands, how deep it is, and which column is which field."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from .reader import Sheet
from .schema import PATTERN, SYNONYM, WEAK, Schema, open_header, plain_header

SEARCH_ROWS = 40
MAX_DEPTH = 3
_SAMPLE = 200
#: A second-line header that says nothing about a column ("法条") leaves it the meaning of its upper line.
_UPPER_PENALTY = 35


@dataclass(frozen=True)
class Heading:
    """One column's header lines from top to bottom, and where the lowest one stands (0-based)."""

    column: int
    path: tuple[str, ...]
    row: int

    @property
    def text(self) -> str:
        return self.path[-1] if self.path else ""


@dataclass
class Header:
    """A header in a sheet (rows 0-based, inclusive) and what its columns were taken for."""

    top: int
    bottom: int
    headings: list[Heading]
    fields: dict[str, Heading] = field(default_factory=dict)
    #: The columns of a field that is divided among several, each with the name of its part.
    parts: dict[str, list[tuple[str, Heading]]] = field(default_factory=dict)
    members: dict[str, Heading] = field(default_factory=dict)
    listing: Heading | None = None
    rivals: list[tuple[Heading, str]] = field(default_factory=list)
    unknown: list[Heading] = field(default_factory=list)
    score: int = 0


class View:
    """The top rows of a sheet with merged cells resolved to the cell that holds the text."""

    def __init__(self, sheet: Sheet) -> None:
        self.cells = sheet.cells
        self.height = min(len(sheet.cells), SEARCH_ROWS + MAX_DEPTH)
        self.width = max((len(row) for row in sheet.cells[: self.height]), default=0)
        self.anchor: dict[tuple[int, int], tuple[int, int]] = {}
        self.span: dict[tuple[int, int], tuple[int, int]] = {}
        for top, left, bottom, right in sheet.merged[:50_000]:
            if top >= self.height or left >= self.width:
                continue
            self.span[top, left] = (bottom, right)
            for row in range(top, min(bottom, self.height - 1) + 1):
                for column in range(left, min(right, self.width - 1) + 1):
                    self.anchor[row, column] = (top, left)

    def at(self, row: int, column: int) -> tuple[str, tuple[int, int]]:
        """The text that shows in a cell and the cell that holds it."""
        place = self.anchor.get((row, column), (row, column))
        cells = self.cells[place[0]]
        return (cells[place[1]] if place[1] < len(cells) else ""), place

    def own(self, row: int) -> dict[int, str]:
        """Texts whose own cell is in this row, by column."""
        return {
            column: text
            for column in range(self.width)
            for text, place in [self.at(row, column)]
            if text and place == (row, column)
        }

    def breadth(self, row: int, column: int) -> int:
        return min(self.span.get((row, column), (row, column))[1], self.width - 1) - column + 1

    def reaches(self, row: int, column: int) -> int:
        return self.span.get((row, column), (row, column))[0]


def find_header(sheet: Sheet, schema: Schema) -> Header | None:
    """The header with the most and surest fields among the top rows, or None."""
    view = View(sheet)
    best: Header | None = None
    tried = set[tuple[int, int]]()
    for row in range(min(view.height, SEARCH_ROWS)):
        own = view.own(row)
        if not any(_strength(schema, text) for text in own.values()):
            continue
        bottom = row
        while (
            bottom - row < MAX_DEPTH - 1 and bottom + 1 < view.height and _continues(view, schema, bottom + 1)
        ):
            bottom += 1
        top = row
        while bottom - top < MAX_DEPTH - 1 and top and _precedes(view, schema, top - 1):
            top -= 1
        if (top, bottom) in tried:
            continue
        tried.add((top, bottom))
        header = _assign(view, schema, top, bottom)
        # A header repeated further down, or that of one more table, is no better than the first.
        if header and (best is None or header.score > best.score + 1):
            best = header
    return best


def _strength(schema: Schema, text: str) -> int:
    found = max((strength for _, strength in schema.candidates(text)), default=0)
    if schema.member(text) or schema.is_group(text):
        found = max(found, SYNONYM)
    return found


def _is_hint(text: str) -> bool:
    stripped = text.strip()
    return stripped[:1] in "(（[【" and stripped[-1:] in ")）]】" and len(stripped) <= 30


def _continues(view: View, schema: Schema, row: int) -> bool:
    """Whether a row is one more line of the header that ends just above it."""
    own = view.own(row)
    held = any(
        place[0] < row <= view.reaches(*place) and text
        for column in range(view.width)
        for text, place in [view.at(row, column)]
        if view.breadth(*place) < max(2, view.width // 2)
    )
    known = 0
    for column, text in own.items():
        above, place = view.at(row - 1, column)
        strength = _strength(schema, text)
        if _is_hint(text) and not schema.member(text):
            known += 1
        elif not above:
            if (
                strength < SYNONYM
                and not (held and strength)
                and not _under_group(view, schema, row - 1, column)
            ):
                return False
            known += 1
        elif view.breadth(*place) > 1 or schema.is_group(above) or plain_header(above) in schema.group_words:
            if strength < WEAK and not held and not schema.is_group(above) and view.breadth(*place) <= 1:
                return False
            known += 1
        elif strength >= SYNONYM and not _strength(schema, above):
            known += 1
        else:
            return False
    return bool(known) or (held and not own)


def _under_group(view: View, schema: Schema, row: int, column: int) -> bool:
    """Whether the first text to the left in the row above is a group header written without merging."""
    while column > 0:
        column -= 1
        text, _ = view.at(row, column)
        if text:
            return schema.is_group(text) or plain_header(text) in schema.group_words
    return False


def _precedes(view: View, schema: Schema, row: int) -> bool:
    """Whether a row is an upper line of the header that begins just below it, and not a title."""
    merges = 0
    for column, text in view.own(row).items():
        breadth = view.breadth(row, column)
        if breadth > max(3, view.width * 0.7):
            continue
        if view.reaches(row, column) > row:
            return True
        if schema.is_group(text) or plain_header(text) in schema.group_words:
            return True
        below, _ = view.at(row + 1, column)
        if _strength(schema, text) >= SYNONYM and not below:
            return True
        if breadth > 1 and len(text) <= 12 and not any(mark in text for mark in ":：《年"):
            merges += 1
    return merges > 1


def _headings(view: View, top: int, bottom: int) -> list[Heading]:
    headings = []
    for column in range(view.width):
        path: list[str] = []
        last: tuple[int, int] | None = None
        row_of = bottom
        for row in range(top, bottom + 1):
            text, place = view.at(row, column)
            if not text or place == last:
                continue
            last = place
            if _is_hint(text) and path:
                continue
            path.append(text)
            row_of = max(place[0], top)
        headings.append(Heading(column, tuple(path), row_of))
    return headings


def _meanings(schema: Schema, path: Sequence[str]) -> dict[str, int]:
    """Fields that header lines may mean, the lowest line first."""
    found: dict[str, int] = {}
    for text, penalty in (
        ((path[-1], 0), ("".join(path), 5), (path[0], _UPPER_PENALTY)) if len(path) > 1 else ((path[0], 0),)
    ):
        for key, strength in schema.candidates(text):
            found[key] = max(found.get(key, 0), strength - penalty)
    if len(path) > 1 and schema.candidates(path[-1]):
        lowest = {key for key, _ in schema.candidates(path[-1])} | {
            key for key, _ in schema.candidates("".join(path))
        }
        found = {key: strength for key, strength in found.items() if key in lowest}
    return found


def _share(view: View, schema: Schema, key: str, column: int, below: int) -> float | None:
    """Part of the column's values that look like the field's, or None when that can't be said."""
    fits = schema.field(key).fits
    values = [
        row[column]
        for row in view.cells[below + 1 : below + 1 + _SAMPLE]
        if column < len(row) and row[column]
    ]
    if fits is None or not values:
        return None
    return sum(1 for value in values if fits(value)) / len(values)


def _assign(view: View, schema: Schema, top: int, bottom: int) -> Header | None:
    """Give every column its field: the surest first, each field and column once."""
    header = Header(top, bottom, _headings(view, top, bottom))
    offers: list[tuple[float, int, str, Heading]] = []
    _divide(header, schema)
    divided = {heading.column for found in header.parts.values() for _, heading in found}
    for heading in header.headings:
        if not heading.path or heading.column in divided:
            continue
        member = schema.member(heading.text) or (
            schema.member("".join(heading.path)) if len(heading.path) > 1 else None
        )
        if member and member not in header.members:
            header.members[member] = heading
            continue
        if schema.is_group(heading.text):
            if header.listing is None:
                header.listing = heading
            continue
        for key, strength in _meanings(schema, heading.path).items():
            share = _share(view, schema, key, heading.column, bottom)
            if strength <= WEAK and share is not None and share < 0.5 and not schema.field(key).required:
                continue
            offers.append((strength + 20 * (share or 0), -heading.column, key, heading))
    taken = set(divided)
    for _, _, key, heading in sorted(offers, key=lambda offer: (-offer[0], -offer[1])):
        if heading.column in taken or key in header.fields:
            continue
        header.fields[key] = heading
        taken.add(heading.column)
    if header.members:
        header.listing = None
    used = taken | {heading.column for heading in header.members.values()}
    if header.listing:
        used.add(header.listing.column)
    for heading in header.headings:
        if heading.path and heading.column not in used:
            meant = [key for key in _meanings(schema, heading.path) if key in header.fields]
            if meant:
                header.rivals.append((heading, meant[0]))
            else:
                header.unknown.append(heading)
    sure = [
        key
        for key, heading in header.fields.items()
        if key in header.parts or max(_meanings(schema, heading.path).values()) > PATTERN
    ]
    required = [item.key for item in schema.fields if item.required]
    header.score = (
        len(header.fields) + len(header.members) + 3 * sum(key in header.fields for key in required)
    )
    if len(header.fields) < 2 or not sure or not any(key in header.fields for key in required):
        return None
    return header


def _divide(header: Header, schema: Schema) -> None:
    """Find fields that are divided among columns: two parts at least, and no column for the whole of it."""
    found: dict[str, dict[str, Heading]] = {}
    whole = set[str]()
    for heading in header.headings:
        part = schema.part(heading.path) if heading.path else None
        if part is not None:
            found.setdefault(part[0], {}).setdefault(part[1], heading)
        elif heading.path:
            whole |= {key for key, strength in schema.candidates(heading.path[-1]) if strength >= SYNONYM}
    for key, parts in found.items():
        if len(parts) > 1 and key not in whole:
            header.parts[key] = list(parts.items())
            header.fields[key] = min(parts.values(), key=lambda heading: heading.column)


def is_other_header(schema: Schema, texts: Sequence[str]) -> bool:
    """Whether a row of the body looks like the header of one more table."""
    words = [text for text in texts if schema.knows(text)]
    if len(words) < 3:
        return False
    known = {key for text in words for key, strength in schema.candidates(text) if strength >= SYNONYM - 10}
    return len(known) >= 3 and len(known) >= 0.6 * len(texts)


def same_words(text: str, heading: Heading) -> bool:
    plain = plain_header(text)
    return any(plain == plain_header(line) or open_header(text) == open_header(line) for line in heading.path)
