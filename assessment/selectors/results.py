"""The result of a cycle: computed from the scores as they stand, or read from what was published (P40)."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from django.db.models import QuerySet

from assessment import snapshot as shot
from assessment.choices import CorrectionState, IndicatorKind, ObjectionState
from assessment.models import (
    Correction,
    CorrectionEvent,
    Cycle,
    Indicator,
    LeadingMember,
    Objection,
    Reading,
    ResultVersion,
    SelfEntry,
    TeamMember,
    TieDecision,
)
from assessment.rules.results import revised, scored_events
from xianan.core import clock
from xianan.core.errors import DomainError
from xianan.organizations.models import Organization
from xianan.policy.choices import DocumentKey
from xianan.policy.selectors import document_in_time, parameters

from . import cycles, figures, scores
from .held import once

TOLD = ("street", "indicator__group", "made_by", "checked_by", "version", "objection")
"""What is told of a correction besides its events."""


def published(cycle: Cycle) -> QuerySet[ResultVersion]:
    """Return the published versions of a cycle, the last one first."""
    rows = ResultVersion.objects.filter(cycle=cycle, number__gt=0)
    return rows.select_related("published_by", "cycle").order_by("-number")


@once
def latest(cycle: Cycle) -> ResultVersion | None:
    """Return the version that holds now, None before the first publication."""
    return published(cycle).first()


def read(version: ResultVersion) -> shot.Snapshot:
    """Return a published result as it was frozen."""
    return shot.from_data(version.data)


def previous_year(cycle: Cycle) -> shot.Snapshot | None:
    """Return last year's published result of the district, for comparison; None where there is none."""
    row = (
        ResultVersion.objects.filter(district=cycle.district_id, cycle__year=cycle.year - 1, number__gt=0)
        .order_by("-number")
        .first()
    )
    return read(row) if row is not None else None


def unpublished(cycle: Cycle) -> QuerySet[Correction]:
    """Return the corrections that stand and that no published version shows yet."""
    return Correction.objects.filter(cycle=cycle, state=CorrectionState.STANDING, version=None)


def told_corrections() -> QuerySet[Correction]:
    """Return corrections with all that is told of one."""
    return Correction.objects.select_related(*TOLD).prefetch_related("events__deduction")


def corrections(cycle: Cycle) -> QuerySet[Correction]:
    """Return all corrections of a cycle, oldest first, whatever came of them, with their events."""
    return told_corrections().filter(cycle=cycle)


def standing(cycle: Cycle, street: Organization, indicator: Indicator) -> Correction | None:
    """Return the correction of a cell that holds; None where the points are those of the scoring. One query."""
    rows = Correction.objects.filter(cycle=cycle, street=street, indicator=indicator)
    return rows.filter(state=CorrectionState.STANDING).last()


def unchecked(cycle: Cycle) -> QuerySet[Correction]:
    """Return the corrections that wait for a second person; nothing of them counts yet."""
    return corrections(cycle).filter(state=CorrectionState.PENDING)


@once
def waiting(cycle: Cycle) -> list[Correction]:
    """Return ``unchecked`` as rows: what a page and its buttons ask."""
    return list(unchecked(cycle))


def choices(snapshot: shot.Snapshot, street: int, indicator: int) -> list[shot.EventChange]:
    """Return the events of a cell as they were scored and as they stand now, alike ones of several scorers once."""
    cell = snapshot.street(street).cell(indicator)
    last = snapshot.correction(street, indicator)
    left = {row.was.pk: row.now for row in last.events} if last is not None else {}
    return [
        shot.EventChange(alike[0], left.get(alike[0].pk, alike[0]))
        for alike in cell.together(scored_events(snapshot, cell))
    ]


def before_group(cycle: Cycle) -> dt.date | None:
    """Return the day on which the scores were put before the leading group, None before that."""
    row = ResultVersion.objects.filter(cycle=cycle, number=0).only("published_at").first()
    return clock.local_date(row.published_at) if row is not None else None


def open_objections(cycle: Cycle) -> int:
    """Return how many objections wait for an answer."""
    return Objection.objects.filter(cycle=cycle, state=ObjectionState.OPEN).count()


@once
def is_behind(cycle: Cycle) -> bool:
    """Whether what is published is not what corrections and decisions now make of it."""
    version = latest(cycle)
    if version is None:
        return False
    if unpublished(cycle).exists():
        return True
    return TieDecision.objects.filter(cycle=cycle, recorded_at__gt=version.published_at).exists()


def objection_days(cycle: Cycle) -> int:
    """Return the working days 区委编办 has for an answer, 5 where the version says nothing."""
    return int(parameters(cycle.district_id, DocumentKey.ASSESSMENT).get("objection_days", 5))


def points_of(cycle: Cycle, street: Organization, indicator: Indicator) -> int:
    """Return what counts now for one street and indicator, in hundredths."""
    return current(cycle).street(street.pk).cell(indicator.pk).points


# ---- Computing ---------------------------------------------------------------------------------------------


def snapshot_of(cycle: Cycle) -> shot.Snapshot:
    """Return what was put before the leading group with the corrections, decisions and objections since.

    Five queries; ``version`` is 0. Who may see it is asked by the page. Raises DomainError("no_result")
    before the leading group has anything.
    """
    return with_correction(cycle, None)[0]


def with_correction(cycle: Cycle, line: shot.CorrectionLine | None) -> tuple[shot.Snapshot, shot.Snapshot]:
    """Return ``snapshot_of`` as it is and as it would be with one more correction; the same queries."""
    row = ResultVersion.objects.filter(cycle=cycle, number=0).first()
    if row is None:
        raise DomainError("no_result", "评分完成、报领导小组审定后才有考核结果。")
    base, lines = read(row), _corrections(cycle)
    decisions = [_decision(row) for row in TieDecision.objects.filter(cycle=cycle)]
    objected = [
        shot.ObjectionLine(row.pk, row.street_id, row.indicator_id, row.text, row.state, row.answer)
        for row in Objection.objects.filter(cycle=cycle)
    ]

    def made(rows: list[shot.CorrectionLine]) -> shot.Snapshot:
        return revised(base, corrections=rows, decisions=decisions, objections=objected)

    now = made(lines)
    return now, made([*lines, line]) if line is not None else now


@once
def current(cycle: Cycle) -> shot.Snapshot:
    """Return ``snapshot_of``: what pages and the buttons on them ask."""
    return snapshot_of(cycle)


def published_as(cycle: Cycle, *, number: int, cause: str, on: dt.date) -> shot.Snapshot:
    """Return the result as the version of this number that is published on a day."""
    return replace(snapshot_of(cycle), version=number, cause=cause, published_on=on)


def computed(cycle: Cycle) -> shot.Snapshot:
    """Return what the scores come to now, with all workings; nothing that came after is in it.

    The number of queries does not depend on the number of streets.
    """
    indicators = list(scores.indicators_of(cycle))
    streets = cycles.streets(cycle)
    groups = _groups(indicators)
    cells = _cells(cycle, indicators, streets)
    # They follow the version the cycle was begun under, as it stood then; what it does not say is as the
    # document has it.
    policy = document_in_time(cycle.district_id, DocumentKey.ASSESSMENT)
    figures_then = policy.of(cycle.policy_id, clock.local_date(cycle.created_at))
    base = shot.Snapshot(
        district=cycle.district.name,
        year=cycle.year,
        title=cycle.title,
        version=0,
        cause="",
        published_on=None,
        measured_on=cycle.measured_on,
        policy_title=cycle.policy.title,
        policy_reference=cycle.policy.reference,
        policy_ground=cycle.policy_ground,
        scheme_title=str(cycle.scheme),
        consolidation=cycle.consolidation,
        bonus_cap=cycle.scheme.bonus_cap,
        penalty_cap=cycle.scheme.penalty_cap,
        evaluation_points=int(figures_then.get("evaluation_points", 5)),
        leaders=[
            shot.LeaderLine(row.name, row.title, row.is_chair)
            for row in LeadingMember.objects.filter(cycle=cycle)
        ],
        team=[
            str(row) for row in TeamMember.objects.filter(cycle=cycle).select_related("user", "organization")
        ],
        groups=groups,
        streets=[
            shot.StreetLine(row.pk, str(row), [], 0, 0, 0, 0, 0, False, 0, cells[row.pk]) for row in streets
        ],
        ties=[],
        corrections=[],
        objections=[],
    )
    return revised(base, corrections=[], decisions=[], objections=[])


def _groups(indicators: Sequence[Indicator]) -> list[shot.GroupLine]:
    by_group: dict[int, list[Indicator]] = defaultdict(list)
    for row in indicators:
        by_group[row.group_id].append(row)
    return [
        shot.GroupLine(
            rows[0].group.name,
            sum(row.points for row in rows if row.kind == IndicatorKind.NORMAL),
            [
                shot.IndicatorLine(
                    row.pk,
                    row.code,
                    row.name,
                    row.kind,
                    row.points,
                    row.rule,
                    row.mode,
                    row.per_count,
                    row.with_deductions,
                )
                for row in rows
            ],
        )
        for rows in by_group.values()
    ]


def _cells(
    cycle: Cycle,
    indicators: Sequence[Indicator],
    streets: Sequence[Organization],
) -> dict[int, list[shot.CellLine]]:
    results = scores.indicator_results(cycle, streets=[row.pk for row in streets], indicators=indicators)
    entries = SelfEntry.objects.filter(report__cycle=cycle).select_related("report")
    own = {(row.report.street_id, row.indicator_id): row for row in entries}
    registered = figures.known()
    keys = {row.pk: row.measure_key for row in indicators}

    def reading(row: Reading, result: scores.IndicatorResult) -> shot.ReadingLine:
        measure = registered.get(keys[row.indicator_id])
        label, unit = (measure.label, measure.unit) if measure is not None else ("取数", "")
        points = (result.base or 0) if result.counts_as else row.points
        return shot.ReadingLine(
            label, unit, row.numerator, row.denominator, row.read_on, points, result.counts_as
        )

    def cell(street: int, indicator: Indicator) -> shot.CellLine:
        result = results[street, indicator.pk]
        entry = own.get((street, indicator.pk))
        return shot.CellLine(
            indicator_id=indicator.pk,
            points=result.points,
            computed=result.points,
            base=result.base,
            is_forged=result.is_forged,
            is_complete=result.is_complete,
            reading=reading(result.readings[0], result) if result.readings else None,
            scorers=[_given(row) for row in result.scorers],
            deductions=_events(result.deductions),
            self_points=entry.points if entry is not None else None,
            self_text=entry.text if entry is not None else "",
        )

    return {street.pk: [cell(street.pk, row) for row in indicators] for street in streets}


def _given(row: scores.ScorerLine) -> shot.GivenLine:
    return shot.GivenLine(
        row.name,
        row.organization,
        row.is_lead,
        row.given,
        row.points,
        row.note,
        row.forged_note,
        row.is_forged,
        _events(row.deductions),
    )


def _events(rows: Sequence[scores.DeductionLine]) -> list[shot.EventLine]:
    return [shot.EventLine(row.pk, row.amount, row.times, row.cause, row.proof) for row in rows]


def _decision(row: TieDecision) -> shot.TieLine:
    return shot.TieLine(row.points, list(row.streets), True, row.is_tied, row.reason, row.decided_on)


def _corrections(cycle: Cycle) -> list[shot.CorrectionLine]:
    return [line_of(row) for row in corrections(cycle).filter(state=CorrectionState.STANDING)]


def line_of(row: Correction) -> shot.CorrectionLine:
    """Return a correction as a result tells it; that of an objection says so."""
    by_objection = row.objection_id is not None
    return shot.CorrectionLine(
        row.street_id,
        row.indicator_id,
        row.before,
        row.after,
        f"申诉：{row.reason}" if by_objection else row.reason,
        by_objection,
        clock.local_date(row.made_at),
        row.made_by.name,
        [_change(event) for event in row.events.all()],
        row.is_computed,
        row.checked_by.name if row.checked_by is not None else "",
        row.decided_on,
        row.decision,
    )


def _change(row: CorrectionEvent) -> shot.EventChange:
    was = row.deduction
    line = shot.EventLine(was.pk, row.amount_before, row.times_before, was.cause, was.proof)
    left = replace(line, amount=row.amount, times=row.times, cause=row.cause) if row.times else None
    return shot.EventChange(line, left)
