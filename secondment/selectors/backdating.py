"""What an exemption would change that begins before the day it was applied for: shown before it is decided (P11)."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, replace

from django.db.models import Q

from empowerment.selectors.spans import given
from secondment.models import Exemption
from secondment.rules.coverage import DAY, Facts, Span, cell, is_short, month_ends, runs
from secondment.selectors.coverage import Pair, people_and_waivers
from secondment.selectors.figures import staff_policy

Share = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Change:
    """A figure at the end of a past month, without the exemption and with it."""

    on: dt.date
    label: str
    before: Share
    after: Share

    @property
    def words(self) -> tuple[str, str]:
        """Both as they are read: 2/3, or — where nothing would be owed."""
        before, after = (_share(each) for each in (self.before, self.after))
        return before, after


@dataclass(frozen=True, slots=True)
class Effects:
    """The days before the application, the gaps among them that would vanish, the figures that would change."""

    days: Span
    gaps: list[Span]
    changes: list[Change]


def _share(share: Share) -> str:
    part, whole = share
    return f"{part}/{whole}" if whole else "—"


def is_early(row: Exemption) -> bool:
    """Whether an exemption is asked from a day before its application."""
    return row.starts_on < row.applied_on


def effects(row: Exemption) -> Effects | None:
    """Return what the days before the application would change; None where none are asked.

    Five queries, whatever the size of the district and the number of days.
    """
    if not is_early(row):
        return None
    last = min(row.applied_on - DAY, row.ends_on or dt.date.max)
    district, pair = row.district_id, (row.organization_id, row.street_id)
    known = people_and_waivers(Q(district=district), last)
    required = staff_policy(district).per_street.at
    owed: dict[Pair, list[Span]] = defaultdict(list)
    for one in given(district, last):
        owed[one.department, one.street].append(Span(one.first, one.last))

    def facts(of: Pair, day: dt.date) -> Facts:
        since = next((span.first for span in owed.get(of, ()) if span.holds(day)), None)
        return replace(known.get(of, Facts()), owed_since=since)

    days = [row.starts_on + DAY * step for step in range((last - row.starts_on).days + 1)]
    short = (day for day in days if is_short(facts(pair, day), day, required(day)))
    pairs = {*known, *owed}

    def change(day: dt.date, label: str, place: int, key: int, *, missing: bool = False) -> Change:
        tally: dict[Pair, Share] = {}
        for of in pairs:
            if of[place] == key:
                found = cell(facts(of, day), on=day, required=required(day), leaving_days=0)
                if found.is_owed:
                    tally[of] = (found.missing, required(day) or 0) if missing else (int(found.is_covered), 1)
        before = _total(tally.values())
        tally.pop(pair, None)
        return Change(day, label, before, _total(tally.values()))

    changes = [
        found
        for day in month_ends(row.starts_on, last)
        for found in (
            change(day, f"{row.organization}下沉人员到位", 0, pair[0]),
            change(day, f"{row.organization}缺下沉人员", 0, pair[0], missing=True),
            change(day, f"{row.street}下沉人员到位", 1, pair[1]),
        )
        if found.before != found.after
    ]
    return Effects(Span(row.starts_on, last), runs(short), changes)


def _total(shares: Collection[Share]) -> Share:
    return sum(part for part, _ in shares), sum(whole for _, whole in shares)
