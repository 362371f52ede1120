"""Reads of cycles: who may see one, who is in its team, what its indicators need, what is planned when."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from assessment.choices import Phase
from assessment.models import Assignment, Cycle, CyclePhase, CycleStreet, Indicator, LeadingMember, TeamMember
from assessment.rules.scoring import needs_scorer
from xianan.core import clock
from xianan.organizations.choices import Kind
from xianan.organizations.models import District, Organization, User, active
from xianan.organizations.scope import Scope, scope_of
from xianan.policy.choices import DocumentKey
from xianan.policy.models import PolicyVersion
from xianan.policy.selectors import version_in_force

from .held import once

ORDER = [Phase(value) for value in Phase.values]
PLANNED = (Phase.SELF_REPORT, Phase.PAPERS, Phase.VISITS, Phase.SCORING, Phase.LEADING, Phase.PUBLICITY)
"""The phases that have days of their own."""
FILLING = (Phase.SELF_REPORT, Phase.PAPERS, Phase.VISITS, Phase.SCORING)
"""While a self-report can be filled in; after the first of them it is late."""
SCORING = (Phase.PAPERS, Phase.VISITS, Phase.SCORING)
"""While the team scores and visits."""
PUBLISHED = (Phase.PUBLISHED, Phase.ARCHIVED)
"""From when on everybody reads the result."""
PUBLIC = (Phase.PUBLICITY, Phase.PUBLISHED, Phase.ARCHIVED)
"""From when on the streets see scores."""


def scoring_closed(cycle: Cycle) -> str:
    """Return why nothing can be scored or visited now, "" when it can.

    No permit could ask it: the assignment is the right, not a role.
    """
    phase = Phase(cycle.phase)
    if phase in SCORING:
        return ""
    words = "、".join(str(row.label) for row in SCORING)
    return f"年度考核现在是“{phase.label}”，{words}阶段方可评分和登记查看。"


def seen(rows: QuerySet[Cycle], scope: Scope) -> QuerySet[Cycle]:
    """Return the cycles of the district a person may see: all for the offices, else those of the own street or team.

    A published one is there for everybody who reads schemes. ``is_member`` tells who sits in the team, ``chair`` who
    leads the leading group.
    """
    member = TeamMember.objects.filter(cycle=OuterRef("pk"), user_id=scope.person_id)
    leaders = LeadingMember.objects.filter(cycle=OuterRef("pk"))
    rows = rows.annotate(
        is_member=Exists(member), chair=Subquery(leaders.filter(is_chair=True).values("name")[:1])
    )
    if scope.whole_district("view_cycle"):
        return rows
    own = CycleStreet.objects.filter(
        cycle=OuterRef("pk"), street__in=scope.organization_ids("view_own_assessment")
    )
    mine = Q(is_member=True) | (Exists(own) & ~Q(phase=Phase.PREPARING))
    return rows.filter(mine | Q(phase__in=PUBLISHED) if scope.holds("view_scheme") else mine)


def sits_in(cycle: Cycle) -> bool:
    """Whether the person for whom ``seen`` fetched the cycle is in its team."""
    return bool(getattr(cycle, "is_member", False))


def member_of(cycle: Cycle, user: User) -> TeamMember | None:
    """Return a person's place in the team, with what is assigned to it.

    None for somebody outside, of another district, or without a role today.
    """
    scope = scope_of(user)
    if cycle.district_id != scope.district_id:
        return None
    return (
        TeamMember.objects.filter(cycle=cycle, user=scope.person_id)
        .select_related("user", "organization", "cycle")
        .first()
    )


@once
def streets(cycle: Cycle) -> list[Organization]:
    """Return the streets assessed, in protocol order."""
    rows = CycleStreet.objects.filter(cycle=cycle).select_related("street")
    return [row.street for row in rows]


def reached(cycle: Cycle, phase: Phase) -> bool:
    """Whether the cycle is in this phase or past it."""
    return ORDER.index(Phase(cycle.phase)) >= ORDER.index(phase)


@once
def days_of(cycle: Cycle) -> dict[str, CyclePhase]:
    """Return the planned days by phase."""
    return {row.phase: row for row in CyclePhase.objects.filter(cycle=cycle)}


def due_of(cycle: Cycle, phase: Phase) -> dt.date | None:
    """Return the last day of a phase, None where none is planned."""
    row = days_of(cycle).get(phase)
    return row.ends_on if row is not None else None


def scored_by_people(cycle: Cycle) -> list[Indicator]:
    """Return the indicators that somebody has to be assigned to, in order."""
    rows = Indicator.objects.filter(scheme_id=cycle.scheme_id).select_related("group")
    return [row for row in rows if needs_scorer(row.mode, with_deductions=row.with_deductions)]


def candidates(district: District | int) -> QuerySet[User]:
    """Return who can be sent into a team: people of the offices and departments, never of a street (P39)."""
    return (
        User.objects.filter(
            active(at="organization"),
            district=district,
            is_active=True,
            organization__kind__in=(Kind.OFFICE, Kind.DEPARTMENT, Kind.GOVERNMENT),
        )
        .select_related("organization")
        .order_by("organization__display_order", "id")
    )


@dataclass(frozen=True, slots=True)
class Ground:
    """The version of 考核办法 that a cycle begun today stands on, and whether it is in force (P44)."""

    version: PolicyVersion | None
    in_force: bool


def ground(district: District | int, on: dt.date | None = None) -> Ground:
    """Return the version in force on a day (today), else the last one that has run out."""
    day = on or clock.today()
    version = version_in_force(district, DocumentKey.ASSESSMENT, day)
    if version is not None:
        return Ground(version, True)
    last = PolicyVersion.objects.filter(
        district=district, document=DocumentKey.ASSESSMENT, valid_from__lte=day
    ).order_by("-valid_from")
    return Ground(last.first(), False)


# ---- The team --------------------------------------------------------------------------------------------


@dataclass
class MemberLine:
    """A member of the team with what is assigned to them."""

    member: TeamMember
    assignments: list[Assignment]

    @property
    def lead_count(self) -> int:
        return sum(row.is_lead for row in self.assignments)


def team(cycle: Cycle) -> list[MemberLine]:
    """Return the team with its assignments. Two queries."""
    members = TeamMember.objects.filter(cycle=cycle).select_related("user", "organization")
    found = {row.pk: MemberLine(row, []) for row in members}
    for assignment in Assignment.objects.filter(cycle=cycle).select_related("indicator__group"):
        found[assignment.member_id].assignments.append(assignment)
    return list(found.values())


@dataclass
class Assigned:
    """An indicator that needs a scorer, and who scores it."""

    indicator: Indicator
    assignments: list[Assignment]


def assigned(cycle: Cycle) -> list[Assigned]:
    """Return every indicator that needs a scorer with who scores it. Two queries."""
    by_indicator: dict[int, list[Assignment]] = defaultdict(list)
    for row in Assignment.objects.filter(cycle=cycle).select_related("member__user", "member__organization"):
        by_indicator[row.indicator_id].append(row)
    return [Assigned(row, by_indicator[row.pk]) for row in scored_by_people(cycle)]


def codes(indicators: Iterable[Indicator], most: int = 6) -> str:
    """Return codes for a sentence: 1.1、1.2 等 8 项."""
    rows = [row.code for row in indicators]
    shown = "、".join(rows[:most])
    return f"{shown} 等 {len(rows)} 项" if len(rows) > most else shown


def not_ready(cycle: Cycle) -> list[tuple[str, str]]:
    """Return what a cycle lacks before it can start, as (what, part of its page): streets, chair, team …"""
    lacking: list[tuple[str, str]] = []
    assessed = streets(cycle)
    gone = [row.name for row in assessed if not row.is_active]
    if not assessed:
        lacking.append(("还没有考核对象", "streets"))
    elif gone:
        lacking.append((f"考核对象{'、'.join(gone)}已撤销", "streets"))
    if not LeadingMember.objects.filter(cycle=cycle, is_chair=True).exists():
        lacking.append(("领导小组还没有组长", "leading"))
    open_rows = [row.indicator for row in assigned(cycle) if not row.assignments]
    if not TeamMember.objects.filter(cycle=cycle).exists():
        lacking.append(("考核组还没有成员", "team"))
    elif open_rows:
        lacking.append((f"指标 {codes(open_rows)} 还没有评分人", "team"))
    planned = days_of(cycle)
    missing = [str(phase.label) for phase in PLANNED if phase not in planned]
    if missing:
        lacking.append((f"还没有安排{'、'.join(missing)}的时间", "phases"))
    return lacking
