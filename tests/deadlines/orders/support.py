"""Overdue rows and orders in any state, made by the services."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from tests.world import PASSWORD
from xianan.core import clock
from xianan.deadlines.models import Deadline, Delivery, Order
from xianan.deadlines.orders import steps as orders
from xianan.deadlines.plans import steps as plans
from xianan.organizations.models import Organization

TODAY = dt.date(2026, 11, 23)


def make_late(
    world: Any, *organizations: Organization, days: int = 5, title: str = "完成培训"
) -> list[Deadline]:
    """Nodes of a plan that these organizations owed so many days ago."""
    actor = world.government_office
    with clock.travel(clock.today() - dt.timedelta(days=days + 20)):
        plan = plans.create_plan(organization=world.office, title="重点工作计划", actor=actor)
        task = plans.add_task(plan, title="业务培训", actor=actor)
        owing = organizations or (world.department, world.street)
        due_on = clock.today() + dt.timedelta(days=20)
        nodes = plans.add_nodes(task, organizations=owing, title=title, due_on=due_on, actor=actor)
        plans.issue_plan(plan, actor=actor)
    keys = [node.pk for node in nodes]
    return list(Deadline.objects.filter(kind="plan_node", object_id__in=keys).order_by("pk"))


def draft(world: Any, rows: Sequence[Deadline] = (), *, kind: str = "order", actor: Any = None) -> Order:
    """A draft of 区政府督查室, or of the actor's office."""
    actor = actor or world.inspection
    found = rows or make_late(world)
    return orders.draft_order(kind=kind, deadlines=found, organization=actor.organization, actor=actor)


def issue(order: Order, actor: Any) -> Order:
    return orders.issue_order(order, actor=actor, password=PASSWORD)


def issued(world: Any, rows: Sequence[Deadline] = (), **more: Any) -> Order:
    """An order that was delivered."""
    return issue(draft(world, rows, **more), more.get("actor") or world.inspection)


def copy_for(order: Order, organization: Organization) -> Delivery:
    return Delivery.objects.get(order=order, organization=organization)
