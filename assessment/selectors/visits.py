"""Reads of visits: the offices see all, a member of a team those of its cycle."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, QuerySet

from assessment.models import Cycle, TeamMember, Visit
from xianan.organizations.scope import Scope
from xianan.policy.late import Entry, reading

VISITED = Entry("visited_on", "recorded_at")


def visible(scope: Scope, cycle: Cycle | None = None) -> QuerySet[Visit]:
    """Return the visits a person may see, of one cycle or of all."""
    rows = Visit.objects.filter(district_id=scope.district_id).select_related(
        "street", "cycle", "recorded_by__user", "recorded_by__organization"
    )
    rows = reading(rows, VISITED)
    if cycle is not None:
        rows = rows.filter(cycle=cycle)
    if scope.whole_district("view_cycle"):
        return rows
    member = TeamMember.objects.filter(cycle=OuterRef("cycle_id"), user_id=scope.person_id)
    return rows.filter(Exists(member))
