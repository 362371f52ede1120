"""What a street comes to, and the proof that a kept result follows from the figures it holds. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from ..choices import Consolidation, IndicatorKind, NoneDue
from ..snapshot import (
    CellLine,
    CorrectionLine,
    EventChange,
    EventLine,
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

    Its cell tells the events that still stand. A decision holds for exactly the streets and the total it
    was made about.
    """
    last = _last(corrections)
    lines = [_revised(base, street, last) for street in base.streets]
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


_Last = Mapping[tuple[int, int], CorrectionLine]
"""The correction that holds, by street and indicator."""


def _last(corrections: Sequence[CorrectionLine]) -> _Last:
    return {(row.street_id, row.indicator_id): row for row in corrections}


def _revised(base: Snapshot, street: StreetLine, last: _Last) -> StreetLine:
    own = {indicator: row for (place, indicator), row in last.items() if place == street.id}
    cells = [
        _put_right(base, base.indicator(cell.indicator_id), cell, own.get(cell.indicator_id))
        for cell in street.cells
    ]
    cells = _borne(base, cells, own)
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


def _put_right(
    base: Snapshot, indicator: IndicatorLine, cell: CellLine, correction: CorrectionLine | None
) -> CellLine:
    """Let a cell tell what stands: points, events, and forgery unless a figure took it back."""
    left = _left_of(correction)
    deciding = _deciding(base, cell)
    forged = any(row.is_forged for row in deciding)
    by_figure = correction is not None and not correction.is_computed
    points = correction.after if correction is not None else cell.computed
    return replace(
        cell,
        points=points,
        is_forged=forged and not (by_figure and points != _forged(indicator)),
        deductions=[event for row in deciding for event in _standing(row.events, left)],
        put_right=correction.reason if correction is not None and by_figure else "",
    )


_Left = Mapping[int, EventLine | None]
"""Deduction → what a correction leaves of it, None where it is struck out."""


def _left_of(correction: CorrectionLine | None) -> _Left:
    return {row.was.pk: row.now for row in correction.events} if correction is not None else {}


def _standing(events: Sequence[EventLine], left: _Left) -> list[EventLine]:
    found = [left.get(event.pk, event) for event in events]
    return [event for event in found if event is not None]


def _borne(base: Snapshot, cells: list[CellLine], own: Mapping[int, CorrectionLine]) -> list[CellLine]:
    """Let what the rest of a group bears follow a correction of the rest, unless a figure was put there."""
    standing = {cell.indicator_id: cell for cell in cells}
    found = []
    for cell in cells:
        if cell.is_borne and not cell.put_right and not cell.is_forged:
            indicator = base.indicator(cell.indicator_id)
            read = _rest_bears(base, indicator, standing, corrected=True)
            left = _left_of(own.get(cell.indicator_id))
            cell = replace(cell, base=read, points=_scored(base, indicator, cell, read, left))
        found.append(cell)
    return found


def _scored(
    snapshot: Snapshot, indicator: IndicatorLine, cell: CellLine, read: int | None, left: _Left
) -> int:
    """Return what scoring makes of a cell with this reading and what is left of its events."""
    if not scoring.needs_scorer(indicator.mode, with_deductions=indicator.with_deductions):
        return read or 0
    again = [replace(row, events=_standing(row.events, left)) for row in cell.scorers]
    scorers = [
        replace(row, points=_points_of(indicator, row, read)) if row.points is not None else row
        for row in again
    ]
    return _together(snapshot, indicator, replace(cell, scorers=scorers))


# ---- A correction ----------------------------------------------------------------------------------------


def scored_events(snapshot: Snapshot, cell: CellLine) -> list[EventLine]:
    """Return the events that counted when a cell was scored, whatever a correction made of them since."""
    return [event for row in _deciding(snapshot, cell) for event in row.events]


def with_events(
    snapshot: Snapshot, indicator: IndicatorLine, cell: CellLine, events: Sequence[EventChange]
) -> int:
    """Return what a cell comes to with these events struck out or lowered, by the rule that scores."""
    read = cell.reading.points if cell.reading is not None else None
    if cell.is_borne:
        read = cell.base
    return _scored(snapshot, indicator, cell, read, {row.was.pk: row.now for row in events})


def explained(
    snapshot: Snapshot, indicator: IndicatorLine, cell: CellLine, events: Sequence[EventChange]
) -> int:
    """Return the most points that a cell can have with what is left of its events.

    All that could be given or measured, less the events. Of a penalty item it is the least that is taken.
    """
    best = 0 if indicator.kind == IndicatorKind.PENALTY else indicator.points
    scorers = [replace(row, given=best, is_forged=False) for row in cell.scorers]
    left = {row.was.pk: row.now for row in events}
    return _scored(snapshot, indicator, replace(cell, scorers=scorers), best, left)


def is_explained(
    snapshot: Snapshot, indicator: IndicatorLine, cell: CellLine, events: Sequence[EventChange], after: int
) -> bool:
    """Whether what is left of the events allows a figure put there by hand."""
    bound = explained(snapshot, indicator, cell, events)
    return after >= bound if indicator.kind == IndicatorKind.PENALTY else after <= bound


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
        if row.kind == IndicatorKind.NORMAL and not cells[row.id].is_borne
    ]
    return scoring.spread(indicator.points, rest)


def recomputed(snapshot: Snapshot) -> list[str]:
    """Return what in a kept result does not follow from its own figures; empty when all of it does.

    Every measured indicator is computed again from its numerator and denominator, every scorer's points
    from what was given and taken off, every correction from the events it names, then cells, groups,
    totals, places and evaluation points.
    """
    wrong = [
        f"correction {place}"
        for place, row in enumerate(snapshot.corrections, 1)
        if not _follows(snapshot, row)
    ]
    last = _last(snapshot.corrections)
    for street in snapshot.streets:
        standing = {cell.indicator_id: cell for cell in _revised(snapshot, street, last).cells}
        for indicator, cell in zip(snapshot.indicators, street.cells, strict=True):
            where = f"{street.name} {indicator.code}"
            wrong += [f"{where} {what}" for what in _cell(snapshot, street, indicator, cell)]
            if cell.points != standing[cell.indicator_id].points:
                wrong.append(f"{where} points")
            if cell.deductions != standing[cell.indicator_id].deductions:
                wrong.append(f"{where} events")
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


def _follows(snapshot: Snapshot, row: CorrectionLine) -> bool:
    """Whether a correction lowers events that were there, and its points come from them or are allowed by them."""
    indicator = snapshot.indicator(row.indicator_id)
    cell = snapshot.street(row.street_id).cell(row.indicator_id)
    there = scored_events(snapshot, cell)
    if any(
        each.was not in there or (each.now is not None and each.now.taken >= each.was.taken)
        for each in row.events
    ):
        return False
    if row.decided_on is None or cell.is_borne:
        # Of before events were named; what the rest bears has followed the rest since.
        return True
    if row.is_computed:
        return row.after == with_events(snapshot, indicator, cell, row.events)
    return is_explained(snapshot, indicator, cell, row.events, row.after)


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


def _deciding(snapshot: Snapshot, cell: CellLine) -> list[GivenLine]:
    """Return the scorers whose word counts: the lead where the cycle says so, else all."""
    counted = [row for row in cell.scorers if row.points is not None]
    by_lead = snapshot.consolidation == Consolidation.LEAD
    lead = [row for row in counted if row.is_lead][:1] if by_lead else []
    return lead or counted


def _forged(indicator: IndicatorLine) -> int:
    return scoring.scored(indicator.kind, points=indicator.points, base=0, deductions=(), forged=True)


def _together(snapshot: Snapshot, indicator: IndicatorLine, cell: CellLine) -> int:
    deciding = _deciding(snapshot, cell)
    if any(row.is_forged for row in deciding):
        return _forged(indicator)
    each = [row.points for row in deciding if row.points is not None]
    return scoring.consolidated(each, lead=None, by_lead=False) if each else 0
