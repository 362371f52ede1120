"""Who sees which plans and orders, and what is overdue."""

from __future__ import annotations

from typing import Protocol

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from xianan.core import clock
from xianan.documents.models import Document
from xianan.organizations.models import active
from xianan.organizations.scope import Scope
from xianan.policy.late import Entry, reading

from ..choices import DeliveryState, NodeState, OrderState, PlanState
from ..models import Accountability, Deadline, Delivery, Order, OrderLine, PlanNode, WorkPlan


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


# ---- Orders ------------------------------------------------------------------------------------------


def visible_orders(scope: Scope) -> QuerySet[Order]:
    """Return the orders and circulars a person may see: issued ones that were delivered to the own unit
    or, for offices, all; drafts only where the person may issue them."""
    rows = Order.objects.filter(district_id=scope.district_id).select_related("organization")
    drafts = Q(organization__in=scope.organization_ids("issue_order"))
    issued = ~Q(state=OrderState.DRAFT)
    if not scope.whole_district("view_order"):
        own = scope.organization_ids("view_order") | scope.organization_ids("receive_order")
        issued &= Q(pk__in=Delivery.objects.filter(organization__in=own).values("order"))
    return rows.filter(drafts | issued)


def with_answers(orders: QuerySet[Order]) -> QuerySet[Order]:
    """Add to each order how many matters and deliveries it has and how many are answered and closed."""
    return orders.annotate(
        line_count=Count("lines", distinct=True),
        delivery_count=Count("deliveries", distinct=True),
        closed_count=Count("deliveries", filter=Q(deliveries__state=DeliveryState.CLOSED), distinct=True),
    )


def may_read_document(scope: Scope, document: Document) -> bool:
    """Whether a person may open the PDF of an order: whoever sees the order."""
    return visible_orders(scope).filter(document=document).exists()


def deliveries_to_handle(scope: Scope) -> QuerySet[Delivery]:
    """Return what the person's organizations have to receive or answer."""
    return (
        Delivery.objects.filter(
            Q(organization__in=scope.organization_ids("receive_order"), state=DeliveryState.SENT)
            | Q(organization__in=scope.organization_ids("answer_order"), state__in=TO_ANSWER)
        )
        .select_related("order")
        .order_by("answer_by", "id")
    )


def answers_to_judge(scope: Scope) -> QuerySet[Delivery]:
    """Return the answers that wait for the person's office."""
    return (
        Delivery.objects.filter(
            order__organization__in=scope.organization_ids("issue_order"), state=DeliveryState.ANSWERED
        )
        .select_related("order", "organization")
        .order_by("answered_at", "id")
    )


def drafts_to_issue(scope: Scope) -> QuerySet[Order]:
    """Return the drafts that the person's office has to issue."""
    return (
        Order.objects.filter(organization__in=scope.organization_ids("issue_order"), state=OrderState.DRAFT)
        .annotate(line_count=Count("lines"))
        .order_by("id")
    )


def overdue(district_id: int) -> QuerySet[Deadline]:
    """Return the open deadlines of a district that are past, the longest first; ``taken`` says whether an
    issued order or circular names them already.

    Not those of an organization that ceased: nobody would receive the order.
    """
    named = OrderLine.objects.filter(deadline=OuterRef("pk")).exclude(order__state=OrderState.DRAFT)
    return (
        Deadline.objects.filter(
            active(at="organization"),
            district_id=district_id,
            closed_at__isnull=True,
            due_on__lt=clock.today(),
        )
        .select_related("organization")
        .annotate(taken=Exists(named))
        .order_by("due_on", "id")
    )


DECIDED = Entry("decided_on", "recorded_at")
"""The day on which somebody was called to account."""


def accountabilities(scope: Scope) -> QuerySet[Accountability]:
    """Return the accountability records a person may see: the own unit's or, for offices, all."""
    rows = Accountability.objects.filter(order__in=visible_orders(scope)).select_related(
        "order", "organization", "recorded_by"
    )
    if not scope.whole_district("view_order"):
        rows = rows.filter(organization__in=scope.organization_ids("view_order"))
    return reading(rows, DECIDED)
