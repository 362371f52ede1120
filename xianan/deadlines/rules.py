"""Working days and the ladder of reminders. Pure."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

SOON = 7
"""Days before the due date from which a deadline counts as 临近."""
WEEK = 7
LONGEST_RUNG = 400
DEFAULT_LADDER = (60, 30, 7, 1, 0)
ESCALATION_DAYS = 7
DAY = dt.timedelta(days=1)


# ---- Working days -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Calendar:
    """The working days of a district: the days that differ from the week, and the years they are known for.

    ``exceptions`` says of a day whether people work on it (a holiday, or a weekend worked for it);
    every other day goes by the week. Of a year that is not ``announced`` nothing else is known.
    """

    exceptions: Mapping[dt.date, bool] = field(default_factory=dict)
    announced: frozenset[int] = frozenset()

    def is_working(self, day: dt.date) -> bool:
        """Whether ``day`` is a working day; by the week alone in a year not announced."""
        return self.exceptions.get(day, day.weekday() < 5)

    def next_working(self, day: dt.date) -> dt.date:
        """Return ``day`` itself if it is a working day, else the first one after it."""
        while not self.is_working(day):
            day += DAY
        return day

    def working_days_after(self, day: dt.date, count: int) -> dt.date:
        """Return the ``count``-th working day after a day, which itself is not counted."""
        while count > 0:
            day += dt.timedelta(days=1)
            count -= self.is_working(day)
        return day

    def is_estimate(self, day: dt.date) -> bool:
        """Whether the notice for the year of ``day`` is still to come (暂按周末推算)."""
        return day.year not in self.announced


@dataclass(frozen=True)
class CalendarEntry:
    """One line of a year's notice: a day off, or a weekend day that is worked (调休)."""

    day: dt.date
    is_working: bool
    name: str


def entry_faults(year: int, entries: Iterable[CalendarEntry]) -> list[tuple[CalendarEntry, str]]:
    """Return what is wrong with the days of a year's notice, entry by entry, in Chinese."""
    found = []
    seen: dict[dt.date, CalendarEntry] = {}
    for entry in entries:
        words = f"{entry.day:%Y-%m-%d}"
        if entry.day.year != year:
            found.append((entry, f"{words} 不在 {year} 年。"))
        elif entry.day in seen:
            found.append((entry, f"{words} 出现了两次。"))
        elif entry.is_working and entry.day.weekday() < 5:
            found.append((entry, f"{words} 不是周六、周日，本来就上班，不必列为调休上班。"))
        elif not entry.name.strip():
            found.append((entry, f"{words} 未填写名称。"))
        seen[entry.day] = entry
    return found


@dataclass(frozen=True)
class HolidayLine:
    """A holiday as the notice words it: off from one day to another, worked off on weekends."""

    name: str
    first: dt.date | None
    last: dt.date | None
    worked: tuple[dt.date, ...] = ()

    def entries(self) -> list[CalendarEntry]:
        """Return the days of the line, one by one."""
        found = []
        if self.first is not None:
            last = self.last or self.first
            days = (last - self.first).days
            found = [CalendarEntry(self.first + DAY * step, False, self.name) for step in range(days + 1)]
        return found + [CalendarEntry(day, True, self.name) for day in self.worked]


def holiday_lines(entries: Iterable[CalendarEntry]) -> list[HolidayLine]:
    """Return the days of a year as lines of a notice: days of one name in a row make one line.

    ``HolidayLine.entries`` of the lines gives the same days again.
    """
    rows = sorted(entries, key=lambda entry: entry.day)
    lines: list[HolidayLine] = []
    for entry in rows:
        if entry.is_working:
            continue
        before = lines[-1] if lines else None
        if before and before.name == entry.name and before.last and entry.day - before.last == DAY:
            lines[-1] = HolidayLine(before.name, before.first, entry.day)
        else:
            lines.append(HolidayLine(entry.name, entry.day, entry.day))
    for entry in rows:
        if not entry.is_working:
            continue
        place = min(
            (index for index, line in enumerate(lines) if line.name == entry.name),
            key=lambda index: _distance(lines[index], entry.day),
            default=None,
        )
        if place is None:
            lines.append(HolidayLine(entry.name, None, None, (entry.day,)))
        else:
            line = lines[place]
            lines[place] = HolidayLine(line.name, line.first, line.last, (*line.worked, entry.day))
    return lines


def _distance(line: HolidayLine, day: dt.date) -> int:
    return abs((day - line.first).days) if line.first else LONGEST_RUNG


# ---- How a date stands ------------------------------------------------------------------------------


def standing(due_on: dt.date, today: dt.date, soon: int = SOON) -> tuple[str, str]:
    """Return how a due date stands in a word, with its tone: 正常, 临近, 今日, 逾期 3 天."""
    left = (due_on - today).days
    if left < 0:
        return f"逾期 {-left} 天", "red"
    if left == 0:
        return "今日", "amber"
    return ("临近", "amber") if left <= soon else ("正常", "green")


# ---- The ladder -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Ladder:
    """When people are reminded: days before the due date, then weekly; when 区政府办 is told.

    ``rungs`` are days before the due date, 0 the day itself.
    """

    rungs: tuple[int, ...] = DEFAULT_LADDER
    escalation_days: int = ESCALATION_DAYS

    @cached_property
    def first(self) -> int:
        """The most days ahead at which anything is sent."""
        return max(self.rungs, default=0)

    def rung(self, due_on: dt.date, on: dt.date, opened_on: dt.date | None = None) -> str:
        """Return the rung that holds on a day, "" for none: "30", "0", "w2".

        It is the nearest one reached, so that of those missed while nothing ran only one is sent. A rung
        whose day had passed before the deadline was opened never held.
        """
        overdue = (on - due_on).days
        if overdue >= WEEK:
            weeks = overdue // WEEK
            reached, name = due_on + DAY * WEEK * weeks, f"w{weeks}"
        else:
            days = min((rung for rung in self.rungs if -overdue <= rung), default=None)
            if days is None:
                return ""
            reached, name = due_on - DAY * days, str(days)
        return "" if opened_on is not None and reached < opened_on else name

    def escalates(self, due_on: dt.date, on: dt.date) -> bool:
        """Whether a deadline is so long overdue on a day that 区政府办 is to know (P34)."""
        return (on - due_on).days >= self.escalation_days

    @property
    def escalation_rung(self) -> str:
        return f"{ESCALATION_MARK}{self.escalation_days}"


LADDER_RULE = f"各档为到期前的整天数，0 至 {LONGEST_RUNG}，用逗号分开，如 60,30,7,1,0。"
ESCALATION_MARK = "e"
CHASE_MARK = "c"


def parse_ladder(text: str) -> tuple[int, ...]:
    """Return the rungs of "60,30,7,1,0", the farthest first.

    Full-width digits and commas are read too. Raises ValueError with a Chinese sentence that names the
    rung and the rule.
    """
    parts = [part for part in re.split(r"[,、\s]+", unicodedata.normalize("NFKC", text)) if part]
    if not parts:
        raise ValueError(f"没有写出档次。{LADDER_RULE}")
    for place, part in enumerate(parts, 1):
        if not (part.isascii() and part.isdigit()):
            raise ValueError(f"第 {place} 档“{part}”不是天数。{LADDER_RULE}")
        if len(part) > len(str(LONGEST_RUNG)) or int(part) > LONGEST_RUNG:
            raise ValueError(f"第 {place} 档“{part}”超过 {LONGEST_RUNG} 天。{LADDER_RULE}")
    return tuple(sorted({int(part) for part in parts}, reverse=True))


def clean_ladder(text: str) -> str:
    """Return a ladder as it is stored, each rung once, the farthest first. Raises ValueError."""
    return ",".join(str(rung) for rung in parse_ladder(text))


def rung_words(rung: str) -> str:
    """Return a rung in words: 到期前 30 天, 到期当日, 逾期第 2 周, 逾期 7 天报告."""
    if rung.startswith("w"):
        return f"逾期第 {rung[1:]} 周"
    if rung.startswith(ESCALATION_MARK):
        return f"逾期 {rung[1:]} 天报告"
    if rung.startswith(CHASE_MARK):
        return "催办"
    return "到期当日" if rung == "0" else f"到期前 {rung} 天"


def backoff(attempts: int) -> dt.timedelta:
    """Return how long a message rests after this many failed attempts: 1, 4, 16, 64 minutes, then 4 hours."""
    return dt.timedelta(minutes=min(4 ** max(attempts - 1, 0), 240))


def acting(rights_by_role: Mapping[str, Collection[str]]) -> frozenset[str]:
    """Return the roles that can act: those with a right beyond looking (codenames view_…)."""
    return frozenset(
        role
        for role, codenames in rights_by_role.items()
        if any(not codename.startswith("view_") for codename in codenames)
    )
