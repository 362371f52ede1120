"""Upward study and guidance: how far one has come by its dates, overlaps, when its report is due (P10). Pure."""

from __future__ import annotations

import datetime as dt
from enum import Enum

REPORT_DAYS = 15
"""Days after the end by which the report is due, where the policy's parameters do not say."""


class Phase(Enum):
    """How far an exchange has come on a day: value, Chinese label, tone."""

    COMING = "coming"
    ONGOING = "ongoing"
    TO_REPORT = "to_report"
    LATE = "late"
    REPORTED = "reported"
    CANCELLED = "cancelled"

    @property
    def label(self) -> str:
        return _WORDS[self][0]

    @property
    def tone(self) -> str:
        return _WORDS[self][1]


_WORDS = {
    Phase.COMING: ("未开始", "grey"),
    Phase.ONGOING: ("进行中", "blue"),
    Phase.TO_REPORT: ("待报总结", "amber"),
    Phase.LATE: ("逾期未报总结", "red"),
    Phase.REPORTED: ("已报总结", "green"),
    Phase.CANCELLED: ("已取消", "grey"),
}


def report_due(ends_on: dt.date, days: int = REPORT_DAYS) -> dt.date:
    """Return the day by which the report on an exchange is due; its last day is not counted."""
    return ends_on + dt.timedelta(days=days)


def phase_of(state: str, starts_on: dt.date, ends_on: dt.date, report_by: dt.date, today: dt.date) -> Phase:
    """Return how far an exchange has come: by its state where that says it, else by its dates."""
    if state in (Phase.REPORTED.value, Phase.CANCELLED.value):
        return Phase(state)
    if today < starts_on:
        return Phase.COMING
    if today <= ends_on:
        return Phase.ONGOING
    return Phase.LATE if today > report_by else Phase.TO_REPORT


def overlaps(one: tuple[dt.date, dt.date], other: tuple[dt.date, dt.date]) -> bool:
    """Whether two periods have a day in common; first and last days are inclusive."""
    return one[0] <= other[1] and other[0] <= one[1]
