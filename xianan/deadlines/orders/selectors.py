"""Who sees which orders, what waits for whom, and what is overdue."""

from __future__ import annotations

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from xianan.core import clock
from xianan.organizations.models import active
from xianan.organizations.scope import Scope
from xianan.policy.late import Entry

from ..choices import DeliveryState, OrderState
from ..models import Deadline
from .model import Delivery, Order, OrderLine

DECIDED = Entry("decided_on", "recorded_at")
"""The day on which somebody was called to account."""


def seen(rows: QuerySet[Order], scope: Scope) -> QuerySet[Order]:
    """Keep the orders a person may see: issued ones that were delivered to the own unit or, for offices,
    all; drafts only where the person may issue them."""
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
