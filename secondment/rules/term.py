"""Age, length, certificate and time of a secondment (P12, P28). Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from secondment.choices import SecondmentState
from xianan.core.dates import full_years, last_day_of_secondment

DAY = dt.timedelta(days=1)
ENFORCING = ("处罚", "强制", "检查")
"""Words in the name of a type of power for which the person needs an enforcement certificate."""


def over_age(born_on: dt.date, starts_on: dt.date, limit: int) -> bool:
    """Whether somebody has passed ``limit`` years when the secondment begins (P12).

    一般不超过 50 周岁 holds until the 51st birthday: who reaches it on the first day is over the age.
    """
    return full_years(born_on, starts_on) >= limit + 1


def earliest_end(starts_on: dt.date, months: int) -> dt.date:
    """Return the first day on which a secondment may end, its first day counted (P12)."""
    return last_day_of_secondment(starts_on, months)


def needs_certificate(types: Iterable[str]) -> bool:
    """Whether any of these types of power may only be exercised with an enforcement certificate (P12)."""
    return any(word in name for name in types for word in ENFORCING)


def overlaps(first: dt.date, last: dt.date, other_first: dt.date, other_last: dt.date) -> bool:
    """Whether two services share a day; both ends are inclusive."""
    return first <= other_last and other_first <= last


def is_unsettled(state: str, planned_until: dt.date, today: dt.date) -> bool:
    """Whether a term has run out without return or extension (期满未办理)."""
    return state == SecondmentState.SERVING and planned_until < today
