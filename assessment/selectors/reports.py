"""Reads of self-reports: how each indicator of one stands."""

from __future__ import annotations

from dataclasses import dataclass

from assessment.choices import IndicatorKind, Phase
from assessment.models import Indicator, SelfEntry, SelfReport
from assessment.rules.scoring import is_measured

from . import board, figures, scores
from .cycles import reached

FILLED, OPEN, MEASURED, VOLUNTARY = "已填", "未填", "自动取数", "可不填"
_TONES = {FILLED: "green", OPEN: "amber", MEASURED: "blue", VOLUNTARY: "grey"}


@dataclass(frozen=True, slots=True)
class EntryLine:
    """One indicator of a report: what was said of it, what the portal measures, and how it stands."""

    indicator: Indicator
    entry: SelfEntry | None
    measured: figures.Measured | None
    words: str
    """The measure in words, "" for what is not measured."""

    @property
    def status(self) -> str:
        if is_measured(self.indicator.mode):
            return MEASURED
        if self.entry is not None and self.entry.points is not None and self.entry.text:
            return FILLED
        return OPEN if self.indicator.kind == IndicatorKind.NORMAL else VOLUNTARY

    @property
    def tone(self) -> str:
        return _TONES[self.status]

    @property
    def points(self) -> int | None:
        """What the street has of it by its own account, in hundredths."""
        if self.measured is not None:
            return self.measured.points
        return self.entry.points if self.entry is not None else None


def lines(report: SelfReport) -> list[EntryLine]:
    """Return the indicators a street reports on. While reports are written measures are those of the cut-off.

    ``report`` is one that its noun fetched, with its entries.
    """
    entries = {row.indicator_id: row for row in report.entries.all()}
    registered = figures.known()
    cycle = report.cycle
    counted = figures.kept(cycle, report.street_id) if reached(cycle, Phase.PAPERS) else {}
    if not counted:
        counted = figures.figures(cycle, figures.cut_off(cycle), streets=[report.street_id])
    found = []
    for indicator in scores.indicators_of(cycle).filter(kind__in=board.REPORTED):
        figure = counted.get((report.street_id, indicator.pk))
        words = figures.shown(indicator.measure_key, figure, registered) if figure is not None else ""
        found.append(EntryLine(indicator, entries.get(indicator.pk), figure, words))
    return found


def missing(report: SelfReport) -> list[Indicator]:
    """Return the indicators that are not whole: normal ones that no measure fills, without points or words."""
    done = set(report.entries.filter(board.filled()).values_list("indicator_id", flat=True))
    return [row for row in board.needed_in_report(report.cycle) if row.pk not in done]
