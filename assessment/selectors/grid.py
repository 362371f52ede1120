"""The scoring sheet: a row an indicator, a column a street, in each cell what is known of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from assessment.choices import IndicatorKind
from assessment.models import Cycle, Indicator, SelfEntry, TeamMember
from xianan.organizations.models import Organization

from . import cycles, figures, scores


@dataclass
class Cell:
    """One indicator of one street. ``mine`` is what the scorer who looks has given, if one looks."""

    street: Organization
    indicator: Indicator
    result: scores.IndicatorResult
    entry: SelfEntry | None
    measured: figures.Measured | None
    words: str
    mine: scores.ScorerLine | None = None
    editing: bool = False

    @property
    def key(self) -> str:
        return f"{self.street.pk}-{self.indicator.pk}"

    @property
    def is_done(self) -> bool:
        """Whether the scorer who looks has finished, or where none looks, whether there is a result."""
        return self.mine.is_done if self.mine is not None else self.result.is_complete

    @property
    def points(self) -> int | None:
        """What the one who looks may see of the points, in hundredths."""
        if self.mine is not None:
            return self.mine.points
        begun = self.result.is_complete or any(row.points is not None for row in self.result.scorers)
        return self.result.points if begun else None

    @property
    def deductions(self) -> Sequence[scores.DeductionLine]:
        return self.mine.deductions if self.mine is not None else self.result.deductions


@dataclass
class Row:
    indicator: Indicator
    cells: list[Cell]


@dataclass
class Column:
    """What a street has come to in the rows shown, and what is still open."""

    street: Organization
    total: int = 0
    left: int = 0


@dataclass
class Sheet:
    streets: list[Organization]
    rows: list[Row] = field(default_factory=list)

    @property
    def cells(self) -> list[Cell]:
        return [cell for row in self.rows for cell in row.cells]

    @property
    def full(self) -> int:
        return sum(row.indicator.points for row in self.rows if row.indicator.kind == IndicatorKind.NORMAL)

    @property
    def columns(self) -> list[Column]:
        found = {street.pk: Column(street) for street in self.streets}
        for cell in self.cells:
            column = found[cell.street.pk]
            column.left += not cell.is_done
            if cell.points is not None:
                sign = -1 if cell.indicator.kind == IndicatorKind.PENALTY else 1
                column.total += sign * cell.points
        return list(found.values())


def sheet(
    cycle: Cycle,
    indicators: Sequence[Indicator],
    *,
    member: TeamMember | None = None,
    results: Mapping[scores.Cell, scores.IndicatorResult] | None = None,
) -> Sheet:
    """Return the sheet of these indicators; with ``member`` as that scorer sees it. Constant queries.

    ``results`` are those of all indicators where the page has them already.
    """
    streets = cycles.streets(cycle)
    keys = [row.pk for row in indicators]
    if results is None:
        results = scores.indicator_results(cycle, streets=[row.pk for row in streets], indicators=indicators)
    entries = {
        (row.report.street_id, row.indicator_id): row
        for row in SelfEntry.objects.filter(report__cycle=cycle, indicator__in=keys).select_related("report")
    }
    registered = figures.known()
    found = Sheet(streets)
    for indicator in indicators:
        cells = []
        for street in streets:
            result = results[street.pk, indicator.pk]
            reading = result.readings[0] if result.readings else None
            measured = (
                figures.Measured(
                    reading.numerator,
                    reading.denominator,
                    reading.link,
                    result.base if result.counts_as else reading.points,
                    reading.read_on,
                    result.counts_as,
                )
                if reading is not None
                else None
            )
            words = figures.shown(indicator.measure_key, measured, registered) if measured else ""
            mine = (
                next((row for row in result.scorers if row.member_id == member.pk), None) if member else None
            )
            cells.append(
                Cell(street, indicator, result, entries.get((street.pk, indicator.pk)), measured, words, mine)
            )
        found.rows.append(Row(indicator, cells))
    return found
