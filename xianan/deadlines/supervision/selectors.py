"""Who sees which plans and orders, and what is overdue."""

from __future__ import annotations

from typing import Protocol

from django.db.models import Count, Q, QuerySet

from xianan.core import clock
from xianan.organizations.scope import Scope

from ..choices import DeliveryState, NodeState, PlanState
from ..models import PlanNode, WorkPlan


class Progress(Protocol):
    """A plan with what ``with_progress`` has counted."""

    node_count: int
    done_count: int


class Listing(Protocol):
    """A draft with what ``drafts_to_issue`` has counted."""

    line_count: int


DUE = (NodeState.OPEN, NodeState.REPORTED)
TO_ANSWER = (DeliveryState.RECEIVED, DeliveryState.RETURNED)


# ---- Plans -------------------------------------------------------------------------------------------


def visible_plans(scope: Scope) -> QuerySet[WorkPlan]:
    """Return the plans a person may see: issued ones that name the own unit or, for offices, all; drafts
    only where the person may issue them."""
    rows = WorkPlan.objects.filter(district_id=scope.district_id).select_related("organization")
    drafts = Q(organization__in=scope.organization_ids("issue_plan"))
    issued = ~Q(state=PlanState.DRAFT)
    if not scope.whole_district("view_plan"):
        own = scope.organization_ids("view_plan") | scope.organization_ids("report_node")
        issued &= Q(pk__in=PlanNode.objects.filter(organization__in=own).values("task__plan"))
    return rows.filter(drafts | issued)


def with_progress(plans: QuerySet[WorkPlan]) -> QuerySet[WorkPlan]:
    """Add to each plan how many nodes it has, how many are done, reported, and overdue today."""
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
    )


def visible_nodes(scope: Scope) -> QuerySet[PlanNode]:
    """Return the nodes of the plans a person may see."""
    return PlanNode.objects.filter(task__plan__in=visible_plans(scope)).select_related(
        "organization", "task__plan__organization"
    )


def nodes_to_report(scope: Scope) -> QuerySet[PlanNode]:
    """Return the open nodes of issued plans that the person's organizations owe, the nearest first."""
    return PlanNode.objects.filter(
        organization__in=scope.organization_ids("report_node"),
        state=NodeState.OPEN,
        task__plan__state=PlanState.ISSUED,
    ).order_by("due_on", "id")


def nodes_to_confirm(scope: Scope) -> QuerySet[PlanNode]:
    """Return the reported nodes that wait for the person's office."""
    return PlanNode.objects.filter(
        task__plan__organization__in=scope.organization_ids("issue_plan"),
        task__plan__state=PlanState.ISSUED,
        state=NodeState.REPORTED,
    ).order_by("reported_at", "id")
