"""How plans and orders are shown where the log speaks of them, and who reads their papers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.db import models
from django.urls import reverse

from xianan.core.choices import member_of
from xianan.documents.models import Document
from xianan.documents.registry import register_kind
from xianan.history.registry import ObjectKind, Shown, register_object

from .choices import OrderState
from .models import Order, PlanNode, WorkPlan
from .supervision.selectors import may_read_document


def _shower(model: type[models.Model], url: str) -> Callable[[Sequence[int]], dict[int, Shown]]:
    def show(keys: Sequence[int]) -> dict[int, Shown]:
        found: dict[int, Shown] = {}
        rows: dict[int, Any] = model._default_manager.in_bulk(keys)
        for key, row in rows.items():
            member = member_of(row, "state")
            label, tone = (str(member.label), member.tone) if member is not None else ("", "grey")
            found[key] = Shown(str(row), reverse(url, args=[key]), label, tone)
        return found

    return show


def _state(document: Document) -> tuple[str, str]:
    order = Order.objects.filter(document=document).first()
    if order is None:
        return "未签发", "grey"
    return ("已办结", "green") if order.state == OrderState.CLOSED else ("办理中", "amber")


register_object(
    ObjectKind("deadlines.workplan", "工作计划", _shower(WorkPlan, "deadlines:plan"), "plan.created")
)
register_object(ObjectKind("deadlines.plannode", "计划节点", _shower(PlanNode, "deadlines:plan-node")))
register_object(
    ObjectKind("deadlines.order", "督办与通报", _shower(Order, "deadlines:order"), "order.drafted")
)
register_kind("supervision_order", label="督办单", may_read=may_read_document, state=_state)
register_kind("circular", label="通报", may_read=may_read_document, state=_state)
