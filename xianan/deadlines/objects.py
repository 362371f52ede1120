"""How plans are shown where the log speaks of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.db import models
from django.urls import reverse

from xianan.core.choices import member_of
from xianan.history.registry import ObjectKind, Shown, register_object

from .models import PlanNode, WorkPlan


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


register_object(
    ObjectKind("deadlines.workplan", "工作计划", _shower(WorkPlan, "deadlines:plan"), "plan.created")
)
register_object(ObjectKind("deadlines.plannode", "计划节点", _shower(PlanNode, "deadlines:plan-node")))
