"""Drawing up a work plan: its heading, its tasks and nodes (P47)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Max

from xianan.core.errors import DomainError
from xianan.core.flow import lock
from xianan.history.services import differences, record
from xianan.organizations.models import Organization, User
from xianan.organizations.scope import scope_of

from ..flows import PLAN
from ..models import PlanNode, PlanTask, WorkPlan
from .checks import ahead, filled


@dataclass(frozen=True, slots=True)
class NodeRow:
    """One line of a plan as a table gives it."""

    task: str
    content: str
    node: str
    organization: Organization
    due_on: dt.date


@transaction.atomic
def create_plan(*, organization: Organization, title: str, actor: User, note: str = "") -> WorkPlan:
    """Begin a plan of an office. Errors: not_allowed, required (field title)."""
    scope_of(actor).require("issue_plan", organization, label="下达工作计划")
    filled(title, "title", "标题")
    plan = WorkPlan.objects.create(
        district_id=organization.district_id,
        organization=organization,
        title=title.strip(),
        note=note.strip(),
        created_by=actor,
    )
    record(plan, "plan.created", "起草工作计划", actor=actor)
    return plan


@transaction.atomic
def change_plan(plan: WorkPlan, *, title: str, actor: User, note: str = "") -> WorkPlan:
    """Change title and note of a draft. Errors: wrong_state, not_allowed, required."""
    filled(title, "title", "标题")
    fresh = lock(plan)
    PLAN.refuse_unless_possible(fresh, "edit", scope_of(actor))
    new = {"title": title.strip(), "note": note.strip()}
    changes = differences(fresh, new)
    fresh = PLAN.take(fresh, "edit", scope_of(actor), **new)
    if changes:
        record(fresh, "plan.changed", "修改工作计划", actor=actor, changes=changes)
    return fresh


@transaction.atomic
def delete_plan(plan: WorkPlan, *, actor: User) -> None:
    """Delete a draft with its tasks. Errors: wrong_state, not_allowed."""
    fresh = lock(plan)
    PLAN.refuse_unless_possible(fresh, "delete", scope_of(actor))
    record(fresh, "plan.deleted", "删除工作计划草稿", actor=actor)
    fresh.delete()


@transaction.atomic
def add_task(plan: WorkPlan, *, title: str, actor: User, content: str = "") -> PlanTask:
    """Add a task at the end of a draft. Errors: wrong_state, not_allowed, required."""
    filled(title, "title", "任务")
    fresh = _draft(plan, actor)
    task = PlanTask.objects.create(
        district_id=fresh.district_id,
        plan=fresh,
        position=(fresh.tasks.aggregate(last=Max("position"))["last"] or 0) + 1,
        title=title.strip(),
        content=content.strip(),
    )
    record(fresh, "plan.task_added", f"增加任务“{task}”", actor=actor)
    return task


@transaction.atomic
def change_task(task: PlanTask, *, title: str, actor: User, content: str = "") -> PlanTask:
    """Change a task of a draft. Errors: wrong_state, not_allowed, required, gone."""
    filled(title, "title", "任务")
    plan = _draft(task.plan, actor)
    fresh = lock(task)
    new = {"title": title.strip(), "content": content.strip()}
    changes = differences(fresh, new)
    if changes:
        fresh.title, fresh.content = new["title"], new["content"]
        fresh.save(update_fields=["title", "content"])
        record(plan, "plan.task_changed", f"修改任务“{fresh}”", actor=actor, changes=changes)
    return fresh


@transaction.atomic
def remove_task(task: PlanTask, *, actor: User) -> None:
    """Take a task with its nodes out of a draft. Errors: wrong_state, not_allowed, gone."""
    plan = _draft(task.plan, actor)
    fresh = lock(task)
    record(plan, "plan.task_removed", f"移出任务“{fresh}”", actor=actor)
    fresh.delete()


@transaction.atomic
def add_nodes(
    task: PlanTask, *, organizations: Iterable[Organization], title: str, due_on: dt.date, actor: User
) -> list[PlanNode]:
    """Add a node to a draft for each of the organizations that owe it.

    Errors: wrong_state, not_allowed, required, past (field due_on), gone.
    """
    filled(title, "title", "节点")
    owing = list(organizations)
    if not owing:
        raise DomainError("required", "未选择责任单位。", field="organizations")
    ahead(due_on, "due_on", "完成时限")
    plan = _draft(task.plan, actor)
    fresh = lock(task)
    same_district(plan, owing)
    nodes = PlanNode.objects.bulk_create(
        [
            PlanNode(
                district_id=plan.district_id,
                task=fresh,
                organization=each,
                title=title.strip(),
                due_on=due_on,
            )
            for each in owing
        ]
    )
    record(
        plan, "plan.node_added", f"增加节点“{title.strip()}”", actor=actor,
        changes={"责任单位": ("", "、".join(map(str, owing))), "完成时限": (None, due_on)},
    )  # fmt: skip
    return nodes


@transaction.atomic
def change_node(
    node: PlanNode, *, organization: Organization, title: str, due_on: dt.date, actor: User
) -> PlanNode:
    """Change a node of a draft. Errors: wrong_state, not_allowed, required, past, gone."""
    filled(title, "title", "节点")
    ahead(due_on, "due_on", "完成时限")
    plan = _draft(node.task.plan, actor)
    same_district(plan, [organization])
    fresh = lock(node)
    new: dict[str, Any] = {"organization": organization, "title": title.strip(), "due_on": due_on}
    changes = differences(fresh, new)
    if changes:
        for name, value in new.items():
            setattr(fresh, name, value)
        fresh.save(update_fields=list(new))
        record(plan, "plan.node_changed", f"修改节点“{fresh}”", actor=actor, changes=changes)
    return fresh


@transaction.atomic
def remove_node(node: PlanNode, *, actor: User) -> None:
    """Take a node out of a draft. Errors: wrong_state, not_allowed, gone."""
    plan = _draft(node.task.plan, actor)
    fresh = lock(node)
    record(plan, "plan.node_removed", f"移出节点“{fresh}”", actor=actor)
    fresh.delete()


@transaction.atomic
def import_rows(plan: WorkPlan, *, rows: Sequence[NodeRow], actor: User) -> int:
    """Add the lines of a table to a draft, all or none; return how many nodes came in.

    Lines of the same task come under one; a task of that name that is there already takes them.
    Errors: wrong_state, not_allowed, required, past.
    """
    fresh = _draft(plan, actor)
    if not rows:
        raise DomainError("required", "表格中没有节点。", field="file")
    same_district(fresh, [row.organization for row in rows])
    tasks = {task.title: task for task in fresh.tasks.all()}
    position = max((task.position for task in tasks.values()), default=0)
    for row in rows:
        ahead(row.due_on, "due_on", "完成时限")
        if row.task not in tasks:
            position += 1
            tasks[row.task] = PlanTask.objects.create(
                district_id=fresh.district_id,
                plan=fresh,
                position=position,
                title=row.task,
                content=row.content,
            )
    PlanNode.objects.bulk_create(
        [
            PlanNode(
                district_id=fresh.district_id,
                task=tasks[row.task],
                organization=row.organization,
                title=row.node,
                due_on=row.due_on,
            )
            for row in rows
        ]
    )
    record(fresh, "plan.imported", f"从表格导入 {len(rows)} 个节点", actor=actor)
    return len(rows)


def _draft(plan: WorkPlan, actor: User) -> WorkPlan:
    fresh = lock(plan)
    PLAN.refuse_unless_possible(fresh, "edit", scope_of(actor))
    return fresh


def same_district(plan: WorkPlan, organizations: Iterable[Organization]) -> None:
    for each in organizations:
        if each.district_id != plan.district_id or not each.is_active:
            raise DomainError("not_here", f"{each}不是本区存续的单位。", field="organizations")
