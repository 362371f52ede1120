"""What every street has come to for every indicator: the one read that totals and reports stand on.

Set-based: the number of queries is the same for three streets and for forty.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.db.models import OuterRef, QuerySet, Subquery

from assessment.choices import Consolidation, IndicatorKind, NoneDue, ScoreState
from assessment.models import Assignment, Cycle, Deduction, Indicator, NoneDueRuling, Reading, Score
from assessment.rules import scoring

from .cycles import streets as streets_of
from .held import once

Cell = tuple[int, int]
"""A street and an indicator, by their ids."""


@dataclass(frozen=True, slots=True)
class DeductionLine:
    """Events of one kind that a scorer took points off for; ``amount`` in hundredths each."""

    pk: int
    amount: int
    times: int
    cause: str
    proof: str
    scorer: str

    @property
    def taken(self) -> int:
        return self.amount * self.times


@dataclass(frozen=True, slots=True)
class ScorerLine:
    """What one member of the team gave. ``points`` is None as long as nothing can be computed."""

    score_id: int | None
    member_id: int
    name: str
    organization: str
    is_lead: bool
    is_done: bool
    given: int | None
    points: int | None
    note: str
    is_forged: bool
    forged_note: str
    revision: int
    deductions: tuple[DeductionLine, ...]


@dataclass(frozen=True, slots=True)
class IndicatorResult:
    """What one street comes to for one indicator; points in hundredths.

    ``points`` are what counts: of a penalty item what is taken off. 0 as long as nothing can be
    computed: ask ``is_complete``. ``base`` is what stood before deductions, None where it is not known.
    ``readings`` holds the measure's reading, none for what is scored by hand.
    """

    points: int
    full: int
    base: int | None
    deductions: list[DeductionLine] = field(default_factory=list)
    readings: list[Reading] = field(default_factory=list)
    scorers: list[ScorerLine] = field(default_factory=list)
    is_complete: bool = False
    is_forged: bool = False
    counts_as: str = ""
    """What the indicator counts because nothing was due, a value of NoneDue; "" where something was."""


def street_ids(cycle: Cycle) -> list[int]:
    """Return the streets assessed, in protocol order."""
    return [street.pk for street in streets_of(cycle)]


@once
def indicators_of(cycle: Cycle) -> QuerySet[Indicator]:
    """Return the indicators of the cycle's scheme in their order."""
    return Indicator.objects.filter(scheme_id=cycle.scheme_id).select_related("group")


def indicator_results(
    cycle: Cycle, *, streets: Iterable[int] | None = None, indicators: Iterable[Indicator] | None = None
) -> dict[Cell, IndicatorResult]:
    """Return {(street id, indicator id): result} of all streets and indicators, or of those named.

    Seven queries at most. Who may read them is asked by the page: nothing here looks at rights.
    """
    wanted = list(indicators_of(cycle) if indicators is None else indicators)
    asked = {row.pk for row in wanted}
    # What the rest of a group bears takes the whole of that group to compute.
    bearing = {row.group_id for row in wanted if row.none_due != NoneDue.FULL}
    if bearing and indicators is not None:
        wanted = [row for row in indicators_of(cycle) if row.pk in asked or row.group_id in bearing]
    by_id = {row.pk: row for row in wanted}
    places = street_ids(cycle) if streets is None else list(streets)
    keys = [indicator.pk for indicator in wanted]
    readings = {
        (row.street_id, row.indicator_id): row
        for row in with_rulings(Reading.objects.filter(cycle=cycle, indicator__in=keys, street__in=places))
    }
    scores = _scores(cycle, keys, places)
    members: dict[int, list[Assignment]] = defaultdict(list)
    assignments = Assignment.objects.filter(cycle=cycle, indicator__in=keys).select_related(
        "member__user", "member__organization"
    )
    for assignment in assignments:
        members[assignment.indicator_id].append(assignment)

    def result(street: int, indicator: Indicator, base: int | None = None) -> IndicatorResult:
        cell = street, indicator.pk
        reading = readings.get(cell)
        nothing = counts_as(reading, indicator) if reading is not None else ""
        return _result(cycle, indicator, reading, nothing, base, members[indicator.pk], scores.get(cell, {}))

    found = {(street, row.pk): result(street, row) for row in wanted for street in places}
    for (street, key), one in list(found.items()):
        if one.counts_as == NoneDue.SPREAD:
            row = by_id[key]
            rest = [
                found[street, other.pk]
                for other in wanted
                if other.group_id == row.group_id and other.kind == IndicatorKind.NORMAL
            ]
            borne = borne_by(row.points, rest)
            found[street, key] = result(street, row, borne) if borne is not None else one
    return {cell: one for cell, one in found.items() if cell[1] in asked}


def borne_by(full: int, group: Iterable[IndicatorResult]) -> int | None:
    """Return what the rest of a group makes of an indicator that is not counted; None until all of it is known."""
    rest = [one for one in group if one.counts_as != NoneDue.SPREAD]
    if not all(one.is_complete for one in rest):
        return None
    return scoring.spread(full, [(one.points, one.full) for one in rest])


def with_rulings(readings: QuerySet[Reading]) -> QuerySet[Reading]:
    """Add ``ruled`` to each reading: what the leading group lets its indicator count where nothing was due."""
    rulings = NoneDueRuling.objects.filter(cycle=OuterRef("cycle"), indicator=OuterRef("indicator"))
    return readings.annotate(ruled=Subquery(rulings.values("counts_as")))


def counts_as(reading: Reading, indicator: Indicator) -> str:
    """Return what a reading ``with_rulings`` counts because nothing was due, "" where something was."""
    if reading.denominator:
        return ""
    return str(reading.ruled or indicator.none_due)  # type: ignore[attr-defined]  # of with_rulings


@once
def all_results(cycle: Cycle) -> dict[Cell, IndicatorResult]:
    """Return ``indicator_results`` of everything."""
    return indicator_results(cycle)


@dataclass(frozen=True, slots=True)
class _Given:
    """A score with its events."""

    score: Score
    deductions: tuple[DeductionLine, ...]


def _scores(cycle: Cycle, indicators: list[int], streets: list[int]) -> dict[Cell, dict[int, _Given]]:
    """Return the scores by cell and member, each with its deductions."""
    rows = list(
        Score.objects.filter(cycle=cycle, indicator__in=indicators, street__in=streets)
        .select_related("member__user", "member__organization")
        .order_by("pk")
    )
    taken: dict[int, list[DeductionLine]] = defaultdict(list)
    names = {row.pk: row.member.user.name for row in rows}
    events = Deduction.objects.filter(
        score__cycle=cycle, score__indicator__in=indicators, score__street__in=streets
    )
    for event in events:
        taken[event.score_id].append(
            DeductionLine(
                event.pk, event.amount, event.times, event.cause, event.proof, names.get(event.score_id, "")
            )
        )
    found: dict[Cell, dict[int, _Given]] = defaultdict(dict)
    for row in rows:
        found[row.street_id, row.indicator_id][row.member_id] = _Given(row, tuple(taken[row.pk]))
    return found


def _result(
    cycle: Cycle,
    indicator: Indicator,
    reading: Reading | None,
    nothing: str,
    borne: int | None,
    assignments: list[Assignment],
    given: Mapping[int, _Given],
) -> IndicatorResult:
    """``nothing`` says what counts where nothing was due, ``borne`` what the rest of the group makes of it."""
    read = reading.points if reading is not None else None
    if nothing:
        read = {NoneDue.FULL: indicator.points, NoneDue.SPREAD: borne}.get(NoneDue(nothing))
    needed = scoring.needs_scorer(indicator.mode, with_deductions=indicator.with_deductions)
    scorers = (
        [_scorer(indicator, read, row, given.get(row.member_id)) for row in assignments] if needed else []
    )
    by_lead = cycle.consolidation == Consolidation.LEAD
    counted = [row for row in scorers if row.points is not None]
    lead = next((row for row in counted if row.is_lead), None) if by_lead else None
    deciding = [lead] if lead is not None else counted
    forged = any(row.is_forged for row in deciding)
    # What nobody has begun yet is shown by its base alone.
    base = scoring.base_of(indicator.mode, indicator.kind, points=indicator.points, reading=read, given=None)
    if base is None and deciding:
        base = _mean([row.given for row in deciding if row.given is not None])
    if not needed:
        points = read or 0
        complete = read is not None
    else:
        each = [row.points for row in counted if row.points is not None]
        points = (
            scoring.consolidated(each, lead=lead.points if lead else None, by_lead=by_lead) if each else 0
        )
        if forged:
            points = scoring.scored(
                indicator.kind, points=indicator.points, base=0, deductions=(), forged=True
            )
        complete = bool(scorers) and all(row.is_done and row.points is not None for row in scorers)
    return IndicatorResult(
        points=points,
        full=indicator.points,
        base=base,
        deductions=[event for row in deciding for event in row.deductions],
        readings=[reading] if reading is not None else [],
        scorers=scorers,
        is_complete=complete,
        is_forged=forged,
        counts_as=nothing,
    )


def _mean(given: list[int]) -> int | None:
    return scoring.half_up(sum(given), len(given)) if given else None


def _scorer(indicator: Indicator, read: int | None, row: Assignment, given: _Given | None) -> ScorerLine:
    score = given.score if given is not None else None
    events = given.deductions if given is not None else ()
    points = None
    if score is not None:
        base = scoring.base_of(
            indicator.mode, indicator.kind, points=indicator.points, reading=read, given=score.points
        )
        if base is not None or score.is_forged:
            points = scoring.scored(
                indicator.kind,
                points=indicator.points,
                base=base or 0,
                deductions=[(event.amount, event.times) for event in events],
                forged=score.is_forged,
            )
    return ScorerLine(
        score_id=score.pk if score is not None else None,
        member_id=row.member_id,
        name=row.member.user.name,
        organization=str(row.member.organization),
        is_lead=row.is_lead,
        is_done=score is not None and score.state == ScoreState.DONE,
        given=score.points if score is not None else None,
        points=points,
        note=score.note if score is not None else "",
        is_forged=score is not None and score.is_forged,
        forged_note=score.forged_note if score is not None else "",
        revision=score.revision if score is not None else 0,
        deductions=events,
    )
