"""What makes two proposals the same item, and when an item is marked for a second legal look. Pure."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from xianan.core.dates import add_months, chinese_date
from xianan.core.spreadsheet import key

from .choices import Party, PowerState, Readiness, Source, Verdict

PENALTY = "行政处罚"
_BETWEEN = "\x1f"


def _digest(*texts: str) -> str:
    return hashlib.blake2b(_BETWEEN.join(texts).encode(), digest_size=16).hexdigest()


def name_key(name: str) -> str:
    """Return a digest that is equal for names which differ in blanks, width or a final stop only."""
    return _digest(key(name))


def content_key(name: str, basis: str) -> str:
    """Return the digest of name and basis together: what makes an item the same within a department."""
    return _digest(key(name), key(basis))


def legality_mark(source: str, type_name: str) -> bool:
    """Whether an item gets the standing mark 待合法性复核: a municipal penalty passed on to streets.

    The portal only prompts; 区司法局 clears the mark.
    """
    return source == Source.CITY and type_name == PENALTY


@dataclass(frozen=True, slots=True)
class ExistingItem:
    """An item that a department has already, with the keys it is found by."""

    key: int
    name_key: str
    content_key: str


class Matcher:
    """Finds the item a proposal speaks of: same name and basis, or else the only one of that name."""

    def __init__(self, known: Iterable[ExistingItem]) -> None:
        self._by_content: dict[str, int] = {}
        self._by_name: dict[str, list[int]] = {}
        for item in known:
            self._by_content.setdefault(item.content_key, item.key)
            self._by_name.setdefault(item.name_key, []).append(item.key)

    def find(self, name: str, content: str) -> int | None:
        """Return the key of the item with these digests, or None for something new."""
        found = self._by_content.get(content)
        if found is not None:
            return found
        same_name = self._by_name.get(name, [])
        return same_name[0] if len(same_name) == 1 else None


@dataclass(frozen=True, slots=True)
class Tally:
    """How many lines of a filing a desk has passed, returned, deferred and not yet looked at."""

    passed: int = 0
    returned: int = 0
    deferred: int = 0
    undecided: int = 0

    @property
    def total(self) -> int:
        return self.passed + self.returned + self.deferred + self.undecided

    def __str__(self) -> str:
        parts = (
            ("通过", self.passed),
            ("退回", self.returned),
            ("暂缓", self.deferred),
            ("未审核", self.undecided),
        )
        return "、".join(f"{word} {count} 项" for word, count in parts if count) or "没有事项"


def tally(lines: Iterable[int], verdicts: Mapping[int, str]) -> Tally:
    """Count the opinions on ``lines``; a line without one is undecided."""
    counts = dict.fromkeys((*Verdict.values, ""), 0)
    for line in lines:
        counts[verdicts.get(line, "")] += 1
    return Tally(counts[Verdict.PASS], counts[Verdict.RETURN], counts[Verdict.DEFER], counts[""])


def mark_of(texts: Iterable[str]) -> str:
    """Return a short mark of what a page showed, to find it changed later; "0" for nothing."""
    found = list(texts)
    return _digest(*found)[:16] if found else "0"


def opinion_mark(verdict: str, reason: str) -> str:
    """Return the mark of one opinion on a sheet."""
    return mark_of((verdict, reason)) if verdict or reason else "0"


def numbers_text(names: list[str], *, most: int = 3) -> str:
    """Return the first names quoted, and how many there are if not all are named."""
    shown = "、".join(f"“{name}”" for name in names[:most])
    return f"{shown}等 {len(names)} 项" if len(names) > most else shown


# ---- Letters and what follows from them ------------------------------------------------------------

DECLINE_CATEGORIES = ("专业技术性强", "执法力量不足", "执法对象少", "认定困难", "其他")
OTHER_CATEGORY = "其他"


def decline_text(category: str, detail: str) -> str:
    """Return the reason of a decline as it is kept: the category, then what the street adds.

    Raises ValueError in Chinese for an unknown category, or for 其他 without words.
    """
    if category not in DECLINE_CATEGORIES:
        raise ValueError("未选择理由类别")
    detail = detail.strip()
    if category == OTHER_CATEGORY:
        if not detail:
            raise ValueError("选择“其他”时须写明具体情况")
        return detail
    return f"{category}：{detail}" if detail else category


def missing_contents(
    *, name: str, type_name: str, basis: str, duties: str, transition_months: int
) -> tuple[str, ...]:
    """Return which of the five mandatory contents of a letter are lacking, by their names (P09)."""
    contents = (
        ("事项名称", name.strip()),
        ("事项类型", type_name.strip()),
        ("设定依据", basis.strip()),
        ("职责边界", duties.strip()),
        ("过渡期", transition_months >= 1),
    )
    return tuple(label for label, value in contents if not value)


def transition_until(effective_on: dt.date, months: int) -> dt.date:
    """Return the last day of a transition of ``months`` that starts with the last signature (P13)."""
    return add_months(effective_on, months)


def is_unevaluated(state: str, until: dt.date, today: dt.date) -> bool:
    """Whether a transition is over without being confirmed: 逾期未评估, the department still bears it."""
    return state == PowerState.TRANSITION and until < today


# ---- The end of a transition, and who bears main responsibility ------------------------------------

LONGEST_AHEAD = 24
"""Months from today by which an end may be known beforehand; a later date is taken for a slip."""


def review_opens(until: dt.date, days: int) -> dt.date:
    """Return the first day on which both sides may state whether they are ready: ``days`` before the end."""
    return until - dt.timedelta(days=days)


def operating_from(confirmed_on: dt.date, until: dt.date) -> dt.date:
    """Return the day from which the street bears main responsibility (P13).

    The department bears it for the whole term whatever is confirmed early, and after it until the day
    of confirmation: the day after the term, or the day of confirmation if that is later.
    """
    return max(confirmed_on, until + dt.timedelta(days=1))


def bearer(operating_on: dt.date | None, on: dt.date) -> Party:
    """Return which side bears main responsibility for a power on a day (P13).

    The street from ``operating_on``; the department on every other day: before the letter took effect,
    in transition, and past it as long as nobody has confirmed completion.
    """
    return Party.STREET if operating_on is not None and operating_on <= on else Party.DEPARTMENT


@dataclass(frozen=True, slots=True)
class Stretch:
    """Days on which a power stands in one state, borne by one side; ``until`` is the last, None if it goes on."""

    state: PowerState
    bearer: Party
    first: dt.date
    until: dt.date | None


def stretches(
    effective_on: dt.date, operating_on: dt.date | None = None, ended_from: dt.date | None = None
) -> tuple[Stretch, ...]:
    """Return the time in which a street has a power, cut where its state and bearer change (P13).

    It has it from ``effective_on`` to the day before ``ended_from``; the department bears it until the
    day before ``operating_on``.
    """
    found = []
    handed_on = operating_on if ended_from is None or (operating_on and operating_on < ended_from) else None
    borne_until = _day_before(handed_on or ended_from)
    if borne_until is None or borne_until >= effective_on:
        found.append(Stretch(PowerState.TRANSITION, Party.DEPARTMENT, effective_on, borne_until))
    if handed_on is not None:
        found.append(Stretch(PowerState.OPERATING, Party.STREET, handed_on, _day_before(ended_from)))
    return tuple(found)


def has_ended(ended_from: dt.date | None, on: dt.date) -> bool:
    """Whether a power that ends from a day on, None for never, has ended by another."""
    return ended_from is not None and ended_from <= on


def _day_before(day: dt.date | None) -> dt.date | None:
    return day - dt.timedelta(days=1) if day is not None else None


def merged(days: Iterable[tuple[dt.date, dt.date]]) -> list[tuple[dt.date, dt.date]]:
    """Return spans of days (first, last) in order, those that meet or touch as one."""
    found: list[tuple[dt.date, dt.date]] = []
    for first, last in sorted(days):
        if found and (found[-1][1] == dt.date.max or first <= found[-1][1] + dt.timedelta(days=1)):
            found[-1] = found[-1][0], max(found[-1][1], last)
        else:
            found.append((first, last))
    return found


def end_refused(ended_from: dt.date, effective_on: dt.date, today: dt.date) -> str:
    """Return why a power can't end from a day on, or "": after it took effect, at most two years ahead."""
    if ended_from <= effective_on:
        return f"职权{chinese_date(effective_on)}起生效，终止日期须在此之后。"
    latest = add_months(today, LONGEST_AHEAD)
    if ended_from > latest:
        return f"终止日期最迟为{chinese_date(latest)}（自今日起两年内）。"
    return ""


def not_ready_because(
    department: str, street: str, *, names: Mapping[str, str], remarks: Mapping[str, str] | None = None
) -> str:
    """Return why completion can't be confirmed, or "" when both sides say 已具备.

    ``department`` and ``street`` are their statements ("" for none), ``names`` what the sides are
    called and ``remarks`` what they added, both by side.
    """
    said = {Party.DEPARTMENT: department, Party.STREET: street}
    reasons = []
    for party, verdict in said.items():
        if verdict == Readiness.READY:
            continue
        words = f"{names[party]}{'评估为未具备' if verdict else '尚未评估'}"
        added = (remarks or {}).get(party, "").rstrip("。") if verdict else ""
        reasons.append(f"{words}：{added}" if added else words)
    return "；".join(reasons)


# ---- The second look at a deferred item ------------------------------------------------------------

LONGEST_DEFERRAL = 24  # months


def latest_look_again(today: dt.date) -> dt.date:
    """Return the last day for which an item may be deferred: two years from ``today`` (P05)."""
    return add_months(today, LONGEST_DEFERRAL)


def date_far_text(today: dt.date) -> str:
    """Return what is said to a date beyond that."""
    return f"再议日期最迟为{chinese_date(latest_look_again(today))}（自今日起两年内）。"
