"""The figures of the policy that seconded staff is measured by, as they hold on a day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from secondment.choices import CapYear
from xianan.organizations.models import District
from xianan.policy.choices import DocumentKey
from xianan.policy.in_time import Document, Steps
from xianan.policy.selectors import document_in_time, parameters

PER_STREET = 1
CAP_YEAR = "replacement_cap_year"
"""The parameter by which 区委组织部 says what 当年 of P32 means."""


@dataclass(frozen=True, slots=True)
class StaffFigures:
    """What P11, P12 and P32 ask for; days are calendar days unless their name says otherwise."""

    per_street: int = PER_STREET
    age_limit: int = 50
    months: int = 12
    leaving_days: int = 60
    gap_days: int = 30
    arrival_working_days: int = 5
    answer_working_days: int = 10
    leave_days: int = 30
    successor_days: int = 60
    cap_year: CapYear = CapYear.COMPLETION


_KEYS = {
    "per_street": "seconded_per_street",
    "age_limit": "seconded_age_limit",
    "months": "service_months",
    "leaving_days": "leaving_days",
    "gap_days": "gap_days",
    "arrival_working_days": "arrival_days",
    "answer_working_days": "replacement_days",
    "leave_days": "replacement_leave_days",
    "successor_days": "replacement_successor_days",
    "cap_year": CAP_YEAR,
}


def staff_figures(district: District | int, on: dt.date | None = None) -> StaffFigures:
    """Return the figures in force on a day (today); what a version does not say is as the document has it."""
    return _of(parameters(district, DocumentKey.PLAN, on))


@dataclass(frozen=True, slots=True)
class StaffPolicy:
    """The same figures through all days, read once."""

    document: Document

    def on(self, day: dt.date) -> StaffFigures:
        """Return the figures that hold on a day, also those of a version that has run out."""
        return _of(self.document.holding(day).values)

    @property
    def per_street(self) -> Steps:
        """How many people are owed to a street; None on days without a version in force."""
        return self.document.steps(_KEYS["per_street"], PER_STREET)


def staff_policy(district: District | int, known: dt.datetime | None = None) -> StaffPolicy:
    """Return what the policy asks of seconded staff through all days; one query, with ``known`` two."""
    return StaffPolicy(document_in_time(district, DocumentKey.PLAN, known=known))


def _of(values: Mapping[str, Any]) -> StaffFigures:
    said = {name: values[key] for name, key in _KEYS.items() if key in values}
    if "cap_year" in said:
        said["cap_year"] = next(year for year in CapYear if year.label == said["cap_year"])
    return StaffFigures(**said)
