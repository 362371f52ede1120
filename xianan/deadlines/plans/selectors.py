"""Who sees which plans, how far they have come, and what waits for whom."""

from __future__ import annotations

from typing import Protocol

from django.db.models import Count, Q, QuerySet

from xianan.core import clock
from xianan.organizations.scope import Scope

from ..choices import NodeState, PlanState
from .model import PlanNode, WorkPlan


class Progress(Protocol):
    """A plan with what ``with_progress`` has counted."""

    node_count: int
    done_count: int


def seen(rows: QuerySet[WorkPlan], scope: Scope) -> QuerySet[WorkPlan]:
    """Keep the plans a person may see: issued ones that name the own unit or, for offices, all; drafts
    only where the person may issue them."""
    drafts = Q(organization__in=scope.organization_ids("issue_plan"))
    issued = ~Q(state=PlanState.DRAFT)
    if not scope.whole_district("view_plan"):
        own = scope.organization_ids("view_plan") | scope.organization_ids("report_node")
        issued &= Q(pk__in=PlanNode.objects.filter(organization__in=own).values("task__plan"))
    return rows.filter(drafts | issued)


def with_progress(plans: QuerySet[WorkPlan]) -> QuerySet[WorkPlan]:
    """Add to each plan, the newest first, how many nodes it has, how many are done, reported, and overdue today."""
    nodes = Q(tasks__nodes__isnull=False) & ~Q(tasks__nodes__state=NodeState.CANCELLED)
    return plans.annotate(
        node_count=Count("tasks__nodes", filter=nodes),
        done_count=Count("tasks__nodes", filter=Q(tasks__nodes__state=NodeState.CONFIRMED)),
        reported_count=Count("tasks__nodes", filter=Q(tasks__nodes__state=NodeState.REPORTED)),
        overdue_count=Count(
            "tasks__nodes",
            filter=Q(tasks__nodes__state=NodeState.OPEN, tasks__nodes__due_on__lt=clock.today())
            & ~Q(state=PlanState.DRAFT),
        ),
    ).order_by("-pk")
