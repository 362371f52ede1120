"""The figures of the policy that seconded staff is measured by, as they hold on a day."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from xianan.organizations.models import District
from xianan.policy.choices import DocumentKey
from xianan.policy.selectors import parameters


@dataclass(frozen=True, slots=True)
class StaffFigures:
    """What P11, P12 and P32 ask for; days are calendar days unless their name says otherwise."""

    per_street: int = 1
    age_limit: int = 50
    months: int = 12
    leaving_days: int = 60
    gap_days: int = 30
    arrival_working_days: int = 5
    answer_working_days: int = 10


_KEYS = {
    "per_street": "seconded_per_street",
    "age_limit": "seconded_age_limit",
    "months": "service_months",
    "leaving_days": "leaving_days",
    "gap_days": "gap_days",
    "arrival_working_days": "arrival_days",
    "answer_working_days": "replacement_days",
}


def staff_figures(district: District | int, on: dt.date | None = None) -> StaffFigures:
    """Return the figures in force on a day (today); what a version does not say is as the document has it."""
    known = parameters(district, DocumentKey.PLAN, on)
    return StaffFigures(**{name: int(known[key]) for name, key in _KEYS.items() if key in known})
