"""Quarters of training: which are owed, how each stands, when a code opens, what scores are. Pure.

P14: a department holds at least one session in every quarter; 边培训边移交, so it owes a quarter as soon
as one of its powers is in force on any day of it, and until the last of them is gone.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import Enum

from xianan.core.dates import chinese_date

WORDS = "一二三四"
FIRST_PLAN_DAYS = 30
"""How long a department whose powers begin within the year has for its first plan."""
CODE_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""What a check-in code is made of: nothing that is taken for something else."""
CODE_LENGTH = 6
CODE_MARGIN = dt.timedelta(minutes=60)
NEAR = 30
"""Days before the end of a quarter from which an unplanned one is shown as missing."""
FEWEST_RATINGS = 3
"""With fewer the mean would tell who gave what, and those who rate are promised that it does not."""


@dataclass(frozen=True, slots=True, order=True)
class Quarter:
    """One quarter of a year, by number from 1."""

    year: int
    number: int

    def __post_init__(self) -> None:
        if not 1 <= self.number <= 4:
            raise ValueError(f"a year has no quarter {self.number}")

    @property
    def first(self) -> dt.date:
        return dt.date(self.year, 3 * self.number - 2, 1)

    @property
    def last(self) -> dt.date:
        return self.next.first - dt.timedelta(days=1)

    @property
    def next(self) -> Quarter:
        return Quarter(self.year + 1, 1) if self.number == 4 else Quarter(self.year, self.number + 1)

    @property
    def label(self) -> str:
        return f"{WORDS[self.number - 1]}季度"

    def __str__(self) -> str:
        return f"{self.year}年{self.label}"

    def holds(self, day: dt.date) -> bool:
        """Whether a day lies in the quarter."""
        return self.first <= day <= self.last


def quarter_of(day: dt.date) -> Quarter:
    """Return the quarter a day lies in."""
    return Quarter(day.year, (day.month + 2) // 3)


def entered_after(held_on: dt.date, entered: dt.date) -> bool:
    """Whether the quarter of a session was over when it was entered: it counts with a proof only (P14)."""
    return quarter_of(held_on) < quarter_of(entered)


def quarters_of(year: int) -> tuple[Quarter, ...]:
    """Return the four quarters of a year."""
    return tuple(Quarter(year, number) for number in (1, 2, 3, 4))


def quarters_between(first: dt.date, last: dt.date) -> list[Quarter]:
    """Return every quarter with a day from ``first`` to ``last``, both inclusive; none if they are reversed."""
    found, quarter = [], quarter_of(first)
    while quarter.first <= last:
        found.append(quarter)
        quarter = quarter.next
    return found if first <= last else []


@dataclass(frozen=True, slots=True)
class Span:
    """The time in which somebody has powers in force: the first day and the last, None while it goes on."""

    first: dt.date
    last: dt.date | None = None

    def owes(self, quarter: Quarter) -> bool:
        """Whether any day of the quarter lies in the span (P14)."""
        return self.first <= quarter.last and (self.last is None or self.last >= quarter.first)

    def owes_year(self, year: int) -> bool:
        """Whether any quarter of the year is owed, and with it the year's plan."""
        return any(self.owes(quarter) for quarter in quarters_of(year))


@dataclass(frozen=True, slots=True)
class Spans:
    """The times in which somebody has powers in force, in order; between two of them nothing is owed."""

    parts: tuple[Span, ...]

    def owes(self, quarter: Quarter) -> bool:
        """Whether any day of the quarter lies in one of the spans (P14)."""
        return any(part.owes(quarter) for part in self.parts)

    def owes_year(self, year: int) -> bool:
        """Whether any quarter of the year is owed, and with it the year's plan."""
        return any(part.owes_year(year) for part in self.parts)

    def since(self, year: int) -> dt.date:
        """Return the first day of what is owed in a year, which may lie in one before. Raises ValueError."""
        return min(part.first for part in self.parts if part.owes_year(year))

    def quarters(self, today: dt.date) -> list[Quarter]:
        """Return the quarters owed until today, in order, each once."""
        found = [
            quarter
            for part in self.parts
            for quarter in quarters_between(part.first, min(today, part.last or today))
        ]
        return sorted(dict.fromkeys(found))


Needs = Callable[[Quarter], int | None]
"""How many sessions a quarter needs; None where no version of the document is in force on its last day."""


def plan_due(year: int, until: str, first: dt.date) -> dt.date:
    """Return the day by which the plan of a year is to be submitted.

    ``until`` is month and day as 01-31. A department whose first power takes effect so late that less than
    ``FIRST_PLAN_DAYS`` are left has those days from then on. Raises ValueError for a text that is no day.
    """
    month, _, day = until.partition("-")
    return max(dt.date(year, int(month), int(day)), first + dt.timedelta(days=FIRST_PLAN_DAYS))


class Standing(Enum):
    """How a quarter of a department stands."""

    NOT_OWED = "not_owed"
    NOT_APPLICABLE = "not_applicable"
    HELD = "held"
    MADE_UP = "made_up"
    MISSING = "missing"
    UNRECORDED = "unrecorded"
    PLANNED = "planned"
    UNPLANNED = "unplanned"
    COMING = "coming"


@dataclass(frozen=True, slots=True)
class Cell:
    """A quarter of a department: how it stands, sessions held, and what is lacking or planned."""

    standing: Standing
    held: int = 0
    lacking: int = 0
    planned_on: dt.date | None = None
    urgent: bool = False
    """Whether the end of the running quarter is so near that it is shown as missing."""
    unproven: int = 0
    """Sessions entered after the quarter that nothing proves yet; they are not among ``held``."""


def cell_of(
    quarter: Quarter,
    *,
    owed: bool,
    held: int,
    planned: Iterable[dt.date],
    needed: int | None,
    today: dt.date,
    made_up: int = 0,
    unproven: int = 0,
) -> Cell:
    """Return how a quarter stands: ``held`` sessions of ``needed``, ``planned`` days not yet recorded.

    ``needed`` is None where no document is in force on its last day: then nothing is judged.

    A quarter that is over without enough sessions is missing, whatever was planned; sessions held later in
    its place are told, and never make it a held one. A planned day that has passed waits to be recorded.
    """
    days = sorted(planned)
    if not owed:
        return Cell(Standing.NOT_OWED, held)
    if needed is None:
        return Cell(Standing.NOT_APPLICABLE, held)
    lacking = max(needed - held, 0)
    if not lacking:
        return Cell(Standing.HELD, held)
    if quarter.last < today:
        standing = Standing.MADE_UP if made_up >= lacking else Standing.MISSING
        return Cell(standing, held, lacking, days[0] if days else None, unproven=unproven)
    upcoming = [day for day in days if day >= today]
    if len(days) >= lacking and len(upcoming) < lacking:
        return Cell(Standing.UNRECORDED, held, lacking, days[0])
    if len(upcoming) >= lacking:
        return Cell(Standing.PLANNED, held, lacking, upcoming[0])
    if quarter.first > today:
        return Cell(Standing.COMING, held, lacking)
    return Cell(Standing.UNPLANNED, held, lacking, urgent=(quarter.last - today).days <= NEAR)


def short_quarters(
    span: Span | Spans | None, year: int, days: Iterable[dt.date], *, needs: Needs, today: dt.date
) -> list[tuple[Quarter, int]]:
    """Return (quarter, sessions lacking) of each owed quarter of the year that a plan leaves short (P14).

    ``days``: of the sessions planned and held. Quarters that are over can't be planned any more.
    """
    found = list(days)
    short = []
    for quarter in quarters_of(year):
        needed = needs(quarter)
        if span is None or needed is None or quarter.last < today or not span.owes(quarter):
            continue
        lacking = needed - sum(quarter.holds(day) for day in found)
        if lacking > 0:
            short.append((quarter, lacking))
    return short


def short_words(short: Sequence[tuple[Quarter, int]]) -> str:
    """Say what a plan lacks: 二季度缺 1 场、四季度缺 1 场."""
    return "、".join(f"{quarter.label}缺 {lacking} 场" for quarter, lacking in short)


def needs_words(quarters: Iterable[Quarter], needs: Needs, unit: str = "场") -> str:
    """Say what quarters need: 每季度不少于 1 场, or each by itself where a version changes it on the way."""
    found = [(quarter, needs(quarter)) for quarter in quarters]
    numbers = {needed for _, needed in found}
    if len(numbers) == 1:
        (needed,) = numbers
        return "没有施行中的实施方案，不适用" if needed is None else f"每季度不少于 {needed} {unit}"
    return "，".join(
        quarter.label + ("不适用" if needed is None else f"不少于 {needed} {unit}")
        for quarter, needed in found
    )


def next_year(day: dt.date) -> dt.date:
    """Return the day a year later that is the same weekday and lies in the same quarter."""
    found = day + dt.timedelta(days=364)
    wanted = quarter_of(day)
    if quarter_of(found) != Quarter(day.year + 1, wanted.number):
        found += dt.timedelta(days=7)
    return found


# ---- Checking in ---------------------------------------------------------------------------------------


def code_window(day: dt.date, starts_at: dt.time, ends_at: dt.time) -> tuple[dt.datetime, dt.datetime]:
    """Return from when until when a code is good: an hour around the session, within its day (local times)."""
    opens = dt.datetime.combine(day, starts_at)
    closes = dt.datetime.combine(day, ends_at)
    floor, ceiling = dt.datetime.combine(day, dt.time.min), dt.datetime.combine(day, dt.time.max)
    return max(opens - CODE_MARGIN, floor), min(closes + CODE_MARGIN, ceiling)


def code_refusal(day: dt.date, starts_at: dt.time, ends_at: dt.time, now: dt.datetime) -> str:
    """Say why a code can't be used now (``now`` local and naive); "" when it can."""
    opens, closes = code_window(day, starts_at, ends_at)
    if now < opens:
        return f"签到尚未开始，{chinese_date(day)} {opens:%H:%M} 起可以签到。"
    if now > closes:
        return f"签到已于{chinese_date(day)} {closes:%H:%M} 截止，由举办单位按签到表补登。"
    return ""


def clean_code(text: str) -> str:
    """Return a typed code as it is stored: upper case, without blanks and hyphens."""
    return "".join(letter for letter in text.upper() if letter.isascii() and letter.isalnum())


def names_in(text: str) -> list[str]:
    """Return the names of a pasted list, one a line or between commas and 、, in order."""
    for mark in ("\r", "，", ",", "、", "；", ";", "\t"):
        text = text.replace(mark, "\n")
    found = (" ".join(line.replace("\u3000", " ").split()) for line in text.split("\n"))
    return [name for name in found if name]


# ---- Figures -------------------------------------------------------------------------------------------


def average(values: Iterable[int]) -> int | None:
    """Return the mean of ratings 1–5 in hundredths, halves rounded up; None for no values."""
    found = list(values)
    return (200 * sum(found) + len(found)) // (2 * len(found)) if found else None


def mean_score(values: Iterable[int]) -> int | None:
    """Return the mean of scores in hundredths, halves rounded up; None for no values."""
    found = list(values)
    return (2 * sum(found) + len(found)) // (2 * len(found)) if found else None


def hundredths(value: int | None) -> str:
    """Return hundredths as people read them: 9250 → 92.50, "" for nothing."""
    return "" if value is None else f"{value // 100}.{value % 100:02d}"


class Attended(Enum):
    """How a quarter of a department stands for one street."""

    NOT_OWED = "not_owed"
    NOT_APPLICABLE = "not_applicable"
    ATTENDED = "attended"
    PARTLY = "partly"
    ABSENT = "absent"
    NOT_HELD = "not_held"
    PLANNED = "planned"
    COMING = "coming"


@dataclass(frozen=True, slots=True)
class StreetCell:
    """A quarter of a department for a street: sessions attended of those held for it."""

    standing: Attended
    attended: int = 0
    held: int = 0
    planned_on: dt.date | None = None


def street_cell(
    quarter: Quarter,
    *,
    owed: bool,
    attended: int,
    held: int,
    planned: Iterable[dt.date],
    today: dt.date,
    applies: bool = True,
) -> StreetCell:
    """Return how a quarter stands for a street; ``held`` and ``planned`` are the sessions meant for it (P14).

    Whether a department held a session is the department's figure; a street is only absent from one that was held.
    """
    upcoming = sorted(day for day in planned if day >= today)
    if held:
        standing = Attended.ATTENDED if attended >= held else Attended.PARTLY if attended else Attended.ABSENT
        return StreetCell(standing, attended, held)
    if upcoming:
        return StreetCell(Attended.PLANNED, planned_on=upcoming[0])
    if not owed:
        return StreetCell(Attended.NOT_OWED)
    if not applies:
        return StreetCell(Attended.NOT_APPLICABLE)
    return StreetCell(Attended.NOT_HELD if quarter.last < today else Attended.COMING)
