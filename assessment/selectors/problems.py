"""Who checks a problem, what could still be listed, and the lines of the printed list (P40)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from assessment import snapshot as shot
from assessment.choices import IndicatorKind, ProblemState
from assessment.models import Cycle, Problem
from assessment.rules.costs import lost, told
from assessment.rules.paper_words import forgery_words
from xianan.core import clock
from xianan.organizations.choices import Duty
from xianan.organizations.models import Organization, active

from . import cycles

COUNTED = (ProblemState.OPEN, ProblemState.HANDED, ProblemState.CLOSED)
CHECKING_DUTIES = (
    Duty.ESTABLISHMENT,
    Duty.GOVERNMENT_OFFICE,
    Duty.PARTY_ORGANIZATION,
    Duty.PERSONNEL,
    Duty.PARTY_INSPECTION,
    Duty.GOVERNMENT_INSPECTION,
)


def checkers(district: int) -> QuerySet[Organization]:
    """Return who can be named to check a correction: the departments, and the offices that assess (P36, P40)."""
    return Organization.objects.filter(
        active(), Q(empowering=True) | Q(duty__in=CHECKING_DUTIES), district=district
    )


@dataclass(frozen=True, slots=True)
class Candidate:
    """Points lost that are not on the list yet; ``key`` names them in a form."""

    key: str
    street_id: int
    street: str
    indicator_id: int
    code: str
    indicator: str
    text: str
    proof: str
    points: int
    deduction_id: int | None


def candidates(cycle: Cycle, snapshot: shot.Snapshot) -> list[Candidate]:
    """Return what of a result could be listed: each event that stands with what it cost, points lost by hand, forgery.

    What several scorers took off alike is one problem. What a correction gave back is no problem any more,
    and a street that ceased puts nothing right.
    """
    there = {row.pk for row in cycles.streets(cycle) if row.is_active}
    listed = set(Problem.objects.filter(cycle=cycle).values_list("deduction_id", flat=True))
    by_hand = set(
        Problem.objects.filter(cycle=cycle, deduction=None).values_list("street_id", "indicator_id")
    )
    found = []
    for street in snapshot.streets:
        if street.id not in there:
            continue
        for indicator, cell in zip(snapshot.indicators, street.cells, strict=True):
            cost = lost(indicator, cell)
            if not cost:
                continue
            if cell.deductions and not cell.is_forged:
                found += [
                    _candidate(street, indicator, row.event.cause, row.event.proof, row.cost, row.event.pk)
                    for row in told(indicator, cell)
                    if listed.isdisjoint(row.alike)
                ]
            elif (street.id, indicator.id) not in by_hand and indicator.kind == IndicatorKind.NORMAL:
                text = forgery_words(cell) if cell.is_forged else _by_hand(indicator, cell)
                found.append(_candidate(street, indicator, text, "", cost, None))
    return found


def _by_hand(indicator: shot.IndicatorLine, cell: shot.CellLine) -> str:
    notes = [row.note for row in cell.scorers if row.note]
    return "；".join(notes) or cell.put_right or f"{indicator.name}没有得满分"


def _candidate(
    street: shot.StreetLine,
    indicator: shot.IndicatorLine,
    text: str,
    proof: str,
    points: int,
    deduction: int | None,
) -> Candidate:
    key = f"d{deduction}" if deduction is not None else f"{street.id}-{indicator.id}"
    return Candidate(
        key, street.id, street.name, indicator.id, indicator.code, indicator.name, text[:500], proof, points,
        deduction,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class ProblemLine:
    """A line of the printed list; ``points`` are hundredths."""

    street: str
    indicator: str
    text: str
    demand: str
    measure: str
    owner: str
    due_on: dt.date
    state: str
    closed_on: dt.date | None
    points: int


def problem_lines(cycle: Cycle, street: int | None = None) -> list[ProblemLine]:
    """Return the list of a cycle, or of one street, without what was withdrawn. One query."""
    rows = Problem.objects.filter(cycle=cycle, state__in=COUNTED).select_related("street", "indicator")
    if street is not None:
        rows = rows.filter(street=street)
    return [line_of(row) for row in rows]


def any_problem(cycle: Cycle) -> bool:
    """Whether the list of a cycle holds anything."""
    return Problem.objects.filter(cycle=cycle, state__in=COUNTED).exists()


def line_of(row: Problem) -> ProblemLine:
    """Return a problem as it is printed."""
    late = row.state == ProblemState.OPEN and row.due_on < clock.today()
    # What was put right before its event was struck out stays on the list and says so.
    kept = row.state == ProblemState.CLOSED and row.correction_note
    return ProblemLine(
        str(row.street),
        f"{row.indicator.code} {row.indicator.name}",
        f"{row.text}（{row.correction_note}）" if kept else row.text,
        row.demand,
        row.measure,
        row.owner,
        row.due_on,
        "逾期未整改" if late else str(row.get_state_display()),
        clock.local_date(row.checked_at) if row.state == ProblemState.CLOSED and row.checked_at else None,
        row.points,
    )


def progress(cycle: Cycle) -> tuple[int, int]:
    """Return how many problems are closed, and how many there are."""
    rows = Problem.objects.filter(cycle=cycle, state__in=COUNTED)
    counted = rows.aggregate(closed=Count("pk", filter=Q(state=ProblemState.CLOSED)), all=Count("pk"))
    return counted["closed"], counted["all"]
