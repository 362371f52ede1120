"""What of plans and orders waits for a person."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from xianan.organizations.scope import Scope
from xianan.ui.todos import Todo, register_todos

from .choices import DeliveryState
from .orders import selectors as orders
from .orders.steps import ORDER
from .plans.selectors import nodes_to_confirm
from .plans.steps import NODE

SHOWN = 10


@register_todos
def plan_todos(scope: Scope) -> Iterator[Todo]:
    """Reported nodes to confirm. Open nodes stand in 待办 by their own deadline."""
    if scope.organization_ids("issue_plan"):
        for node in nodes_to_confirm(scope).select_related("organization")[:SHOWN]:
            yield Todo(
                f"{node.organization}：{node.title}",
                NODE.url(node),
                "核对并确认完成",
                "已报告完成",
            )


@register_todos
def order_todos(scope: Scope) -> Iterator[Todo]:
    """Orders to receive and answer, answers to judge, drafts to issue."""
    if scope.organization_ids("receive_order") or scope.organization_ids("answer_order"):
        for row in orders.deliveries_to_handle(scope)[:SHOWN]:
            action = "签收" if row.state == DeliveryState.SENT else "答复整改情况"
            context = (
                row.order.number if row.state != DeliveryState.RETURNED else f"{row.order.number}，退回重办"
            )
            yield Todo(
                row.order.title,
                ORDER.url(row.order_id),
                action,
                context,
                row.answer_by,
            )
    if scope.organization_ids("issue_order"):
        for row in orders.answers_to_judge(scope)[:SHOWN]:
            yield Todo(
                f"{row.organization}的答复",
                ORDER.url(row.order_id),
                "审核答复",
                row.order.number,
            )
        for order in orders.drafts_to_issue(scope)[:SHOWN]:
            lines = cast("orders.Listing", order).line_count
            yield Todo(
                order.title,
                ORDER.url(order),
                "审阅并签发",
                f"{order.get_kind_display()}草稿，{lines} 项",
            )
