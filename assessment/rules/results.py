"""What a street comes to, and the proof that a kept result follows from the figures it holds. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from ..choices import Consolidation, IndicatorKind, NoneDue
from ..snapshot import (
    CellLine,
    CorrectionLine,
    GivenLine,
    GroupLine,
    IndicatorLine,
    ObjectionLine,
    Snapshot,
    StreetLine,
    TieLine,
)
from . import ranking, scoring


@dataclass(frozen=True, slots=True)
class StreetPoints:
    """Points of a street in hundredths: by group, beside the hundred as far as it counts, in all."""

    groups: list[int]
    normal: int
    bonus: int
    penalty: int
    total: int


def street_points(
    groups: Sequence[GroupLine], points: Mapping[int, int], *, bonus_cap: int, penalty_cap: int
) -> StreetPoints:
    """Add up the points of a street by indicator id; bonuses and penalties count up to their caps."""

    def of(kind: str, rows: Sequence[IndicatorLine]) -> list[int]:
        return [points[row.id] for row in rows if row.kind == kind]

    rows = [row for group in groups for row in group.indicators]
    by_group = [sum(of(IndicatorKind.NORMAL, group.indicators)) for group in groups]
    bonuses, penalties = of(IndicatorKind.BONUS, rows), of(IndicatorKind.PENALTY, rows)
    return StreetPoints(
        groups=by_group,
        normal=sum(by_group),
        bonus=min(sum(bonuses), bonus_cap),
        penalty=min(sum(penalties), penalty_cap),
        total=scoring.total(
            by_group,
            bonuses=bonuses,
            penalties=penalties,
            bonus_cap=bonus_cap,
            penalty_cap=penalty_cap,
        ),
    )


def revised(
    base: Snapshot,
    *,
    corrections: Sequence[CorrectionLine],
    decisions: Sequence[TieLine],
    objections: Sequence[ObjectionLine],
) -> Snapshot:
    """Return a result with what came after the scoring: the last correction of a cell is what counts.

    A decision holds for exactly the streets and the total it was made about.
    """
    after = {(row.street_id, row.indicator_id): row.after for row in corrections}
    lines = [_revised(base, street, after) for street in base.streets]
    totals = {row.id: row.total for row in lines}
    standing = {frozenset(group): totals[group[0]] for group in ranking.ties(totals)}
    decided = {
        key: row
        for row in decisions
        if row.is_decided and standing.get(key := frozenset(row.streets)) == row.points
    }
    orders = {key: None if row.is_tied else row.streets for key, row in decided.items()}
    places = ranking.places(totals, orders)
    shared = list(places.values())
    return replace(
        base,
        streets=[
            replace(row, place=places[row.id], is_tied=shared.count(places[row.id]) > 1) for row in lines
        ],
        ties=[
            decided.get(frozenset(group)) or TieLine(totals[group[0]], list(group), False, False, "", None)
            for group in ranking.ties(totals)
        ],
        corrections=list(corrections),
        objections=list(objections),
    )


def _revised(base: Snapshot, street: StreetLine, after: Mapping[tuple[int, int], int]) -> StreetLine:
    cells = [
        replace(cell, points=after.get((street.id, cell.indicator_id), cell.computed))
        for cell in street.cells
    ]
    cells = _borne(base, cells, {indicator for place, indicator in after if place == street.id})
    points = street_points(
        base.groups,
        {cell.indicator_id: cell.points for cell in cells},
        bonus_cap=base.bonus_cap,
        penalty_cap=base.penalty_cap,
    )
    return replace(
        street,
        cells=cells,
        groups=points.groups,
        normal=points.normal,
        bonus=points.bonus,
        penalty=points.penalty,
        total=points.total,
        evaluation=ranking.evaluation(points.total, base.evaluation_points),
    )


def _borne(base: Snapshot, cells: list[CellLine], corrected: Collection[int]) -> list[CellLine]:
    """Let what the rest of a group bears follow a correction of the rest, unless it was corrected itself."""
    standing = {cell.indicator_id: cell for cell in cells}
    found = []
    for cell in cells:
        if _is_borne(cell) and cell.indicator_id not in corrected and not cell.is_forged:
            indicator = base.indicator(cell.indicator_id)
            read = _rest_bears(base, indicator, standing, corrected=True)
            cell = replace(cell, points=_from_reading(base, indicator, cell, read))
        found.append(cell)
    return found


def _from_reading(snapshot: Snapshot, indicator: IndicatorLine, cell: CellLine, read: int) -> int:
    """Return what a cell comes to with another reading, its events as they are."""
    if not scoring.needs_scorer(indicator.mode, with_deductions=indicator.with_deductions):
        return read
    scorers = [
        replace(row, points=_points_of(indicator, row, read)) if row.points is not None else row
        for row in cell.scorers
    ]
    return _together(snapshot, indicator, replace(cell, scorers=scorers))


def _points_of(indicator: IndicatorLine, row: GivenLine, read: int | None) -> int | None:
    base = scoring.base_of(
        indicator.mode, indicator.kind, points=indicator.points, reading=read, given=row.given
    )
    if base is None and not row.is_forged:
        return None
    return scoring.scored(
        indicator.kind,
        points=indicator.points,
        base=base or 0,
        deductions=[(event.amount, event.times) for event in row.events],
        forged=row.is_forged,
    )


def _is_borne(cell: CellLine) -> bool:
    return cell.reading is not None and cell.reading.counts_as == NoneDue.SPREAD


def _rest_bears(
    snapshot: Snapshot, indicator: IndicatorLine, cells: Mapping[int, CellLine], *, corrected: bool
) -> int:
    """Return what the rest of a group makes of an indicator, from what scoring came to or what counts now."""
    group = next(
        group for group in snapshot.groups if any(row.id == indicator.id for row in group.indicators)
    )
    rest = [
        (cells[row.id].points if corrected else cells[row.id].computed, row.points)
        for row in group.indicators
        if row.kind == IndicatorKind.NORMAL and not _is_borne(cells[row.id])
    ]
    return scoring.spread(indicator.points, rest)


def recomputed(snapshot: Snapshot) -> list[str]:
    """Return what in a kept result does not follow from its own figures; empty when all of it does.

    Every measured indicator is computed again from its numerator and denominator, every scorer's points
    from what was given and taken off, then cells, groups, totals, places and evaluation points.
    """
    wrong: list[str] = []
    kept = {(row.street_id, row.indicator_id): row.after for row in snapshot.corrections}
    for street in snapshot.streets:
        standing = {cell.indicator_id: cell for cell in _revised(snapshot, street, kept).cells}
        for indicator, cell in zip(snapshot.indicators, street.cells, strict=True):
            where = f"{street.name} {indicator.code}"
            wrong += [f"{where} {what}" for what in _cell(snapshot, street, indicator, cell)]
            if cell.points != standing[cell.indicator_id].points:
                wrong.append(f"{where} points")
        points = street_points(
            snapshot.groups,
            {cell.indicator_id: cell.points for cell in street.cells},
            bonus_cap=snapshot.bonus_cap,
            penalty_cap=snapshot.penalty_cap,
        )
        shown = StreetPoints(street.groups, street.normal, street.bonus, street.penalty, street.total)
        if points != shown:
            wrong.append(f"{street.name} total")
        if ranking.evaluation(street.total, snapshot.evaluation_points) != street.evaluation:
            wrong.append(f"{street.name} evaluation")
    decisions = {
        frozenset(row.streets): None if row.is_tied else row.streets
        for row in snapshot.ties
        if row.is_decided
    }
    places = ranking.places({row.id: row.total for row in snapshot.streets}, decisions)
    wrong += [f"{row.name} place" for row in snapshot.streets if places[row.id] != row.place]
    return wrong


def _cell(snapshot: Snapshot, street: StreetLine, indicator: IndicatorLine, cell: CellLine) -> list[str]:
    wrong = []
    reading = cell.reading
    read = reading.points if reading is not None else None
    if reading is not None:
        if reading.counts_as == NoneDue.SPREAD:
            cells = {row.indicator_id: row for row in street.cells}
            again = _rest_bears(snapshot, indicator, cells, corrected=False)
        else:
            # What counts in full where nothing was due is what the rule gives for 0 of 0.
            again = scoring.measured(
                indicator.mode,
                points=indicator.points,
                per_count=indicator.per_count,
                numerator=reading.numerator,
                denominator=reading.denominator,
            )
        if again != reading.points:
            wrong.append("reading")
    if not scoring.needs_scorer(indicator.mode, with_deductions=indicator.with_deductions):
        return wrong if cell.computed == (read or 0) else [*wrong, "computed"]
    for row in cell.scorers:
        points = _points_of(indicator, row, read)
        if points != row.points and row.points is not None:
            wrong.append(f"points of {row.name}")
    if _together(snapshot, indicator, cell) != cell.computed:
        wrong.append("computed")
    return wrong


def _together(snapshot: Snapshot, indicator: IndicatorLine, cell: CellLine) -> int:
    counted = [row for row in cell.scorers if row.points is not None]
    by_lead = snapshot.consolidation == Consolidation.LEAD
    lead = next((row for row in counted if row.is_lead), None) if by_lead else None
    deciding = [lead] if lead is not None else counted
    if any(row.is_forged for row in deciding):
        return scoring.scored(indicator.kind, points=indicator.points, base=0, deductions=(), forged=True)
    each = [row.points for row in counted if row.points is not None]
    if not each:
        return 0
    return scoring.consolidated(each, lead=lead.points if lead else None, by_lead=by_lead)
