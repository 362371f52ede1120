"""Who owes what in a cycle: streets their self-reports, members their scores (P39)."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Count, Q

from assessment.choices import IndicatorKind, NoneDue, ReportState, ScoreState
from assessment.models import Assignment, Cycle, Indicator, Score, SelfReport, TeamMember
from assessment.rules.scoring import MEASURED
from xianan.organizations.models import Organization

from . import cycles, scores
from .held import once

REPORTED = (IndicatorKind.NORMAL, IndicatorKind.BONUS)
"""What a street reports on; penalty items are not for it to name."""


@dataclass(frozen=True, slots=True)
class StreetLine:
    """How far a street's self-report has come: ``filled`` of ``needed`` indicators."""

    street: Organization
    report: SelfReport | None
    filled: int
    needed: int

    @property
    def is_in(self) -> bool:
        return self.report is not None and self.report.state == ReportState.SUBMITTED


@dataclass(frozen=True, slots=True)
class ScorerProgress:
    """How many cells (indicator × street) a member has finished of those assigned."""

    member: TeamMember
    done: int
    needed: int

    @property
    def left(self) -> int:
        return self.needed - self.done


def needed_in_report(cycle: Cycle) -> list[Indicator]:
    """Return the indicators a street must fill in: normal ones that no measure fills."""
    return [
        row
        for row in scores.indicators_of(cycle)
        if row.kind == IndicatorKind.NORMAL and row.mode not in MEASURED
    ]


def filled() -> Q:
    """What makes an entry of a self-report whole: points and words."""
    return Q(points__isnull=False) & ~Q(text="")


@once
def street_lines(cycle: Cycle) -> list[StreetLine]:
    """Return the streets with how far their reports have come."""
    needed = [row.pk for row in needed_in_report(cycle)]
    whole = Count(
        "entries",
        filter=Q(entries__indicator__in=needed, entries__points__isnull=False) & ~Q(entries__text=""),
    )
    rows = SelfReport.objects.filter(cycle=cycle).select_related("submitted_by").annotate(filled=whole)
    reports = {row.street_id: row for row in rows}
    return [
        StreetLine(
            street,
            reports.get(street.pk),
            reports[street.pk].filled if street.pk in reports else 0,
            len(needed),
        )
        for street in cycles.streets(cycle)
    ]


def scorer_lines(cycle: Cycle) -> list[ScorerProgress]:
    """Return the members with how many cells they have finished of those that need them."""
    needed: dict[int, int] = defaultdict(int)
    done: dict[int, int] = defaultdict(int)
    for result in scores.all_results(cycle).values():
        for line in result.scorers:
            needed[line.member_id] += 1
            done[line.member_id] += line.is_done
    members = TeamMember.objects.filter(cycle=cycle).select_related("user", "organization")
    return [ScorerProgress(row, done[row.pk], needed[row.pk]) for row in members]


def left_of(member: TeamMember) -> int:
    """Return how many cells a member has yet to finish."""
    assigned = Assignment.objects.filter(member=member).values("indicator")
    done = Score.objects.filter(member=member, state=ScoreState.DONE, indicator__in=assigned).count()
    return assigned.count() * len(scores.street_ids(member.cycle)) - done


def missing_reports(cycle: Cycle) -> list[Organization]:
    """Return the streets whose self-report is not submitted."""
    return [line.street for line in street_lines(cycle) if not line.is_in]


@dataclass(frozen=True, slots=True)
class Missing:
    """A cell without a result, and whom it waits for."""

    street: Organization
    indicator: Indicator
    waits_for: str


def missing_cells(cycle: Cycle) -> list[Missing]:
    """Return the cells that keep the cycle from the leading group. Bonus and penalty items count too."""
    indicators = list(scores.indicators_of(cycle))
    results = scores.all_results(cycle)
    by_id = {row.pk: row for row in cycles.streets(cycle)}
    found = []
    for indicator in indicators:
        for street in by_id.values():
            result = results[street.pk, indicator.pk]
            if not result.is_complete:
                names = [row.name for row in result.scorers if not row.is_done or row.points is None]
                if result.counts_as == NoneDue.PENDING:
                    names = ["领导小组确定本年度无应办的怎样计分"]
                elif result.counts_as == NoneDue.SPREAD and not names:
                    names = ["本组其他指标"]
                found.append(Missing(street, indicator, "、".join(names) or "取数"))
    return found


@dataclass(frozen=True, slots=True)
class LeftOpen:
    """An indicator that streets owed nothing of, which the scheme leaves to the leading group; what it decided."""

    indicator: Indicator
    names: str
    decided: str


def left_open(cycle: Cycle) -> list[LeftOpen]:
    """Return what the leading group has to decide or has decided, out of ``all_results``."""
    found = []
    for row in scores.indicators_of(cycle):
        if row.none_due != NoneDue.PENDING:
            continue
        results = scores.all_results(cycle)
        nothing = [
            (street, how) for street in cycles.streets(cycle) if (how := results[street.pk, row.pk].counts_as)
        ]
        if nothing:
            how = NoneDue(nothing[0][1])
            decided = "" if how == NoneDue.PENDING else str(how.label)
            found.append(LeftOpen(row, "、".join(str(street) for street, _ in nothing), decided))
    return found
