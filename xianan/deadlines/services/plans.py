"""Work plans: drawn up, issued, their nodes reported and confirmed (P47)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.urls import reverse

from xianan.core import clock
from xianan.core.dates import chinese_date
from xianan.core.errors import DomainError
from xianan.core.flow import lock
from xianan.history.services import build, differences, record, record_many
from xianan.organizations.models import Organization, User
from xianan.organizations.scope import scope_of

from ..choices import NodeState, NoticeKind
from ..flows import NODE, NODE_OFFICE, PLAN
from ..kinds import PLAN_NODE
from ..models import PlanNode, PlanTask, WorkPlan
from .opening import Due, close, open_many
from .telling import tell

LONGEST_REASON = 300
UNFINISHED = (NodeState.OPEN, NodeState.REPORTED)


@dataclass(frozen=True, slots=True)
class NodeRow:
    """One line of a plan as a table gives it."""

    task: str
    content: str
    node: str
    organization: Organization
    due_on: dt.date


# ---- Drawing up --------------------------------------------------------------------------------------


@transaction.atomic
def create_plan(*, organization: Organization, title: str, actor: User, note: str = "") -> WorkPlan:
    """Begin a plan of an office. Errors: not_allowed, required (field title)."""
    scope_of(actor).require("issue_plan", organization, label="下达工作计划")
    _filled(title, "title", "标题")
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
    _filled(title, "title", "标题")
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
    _filled(title, "title", "任务")
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
    _filled(title, "title", "任务")
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
    _filled(title, "title", "节点")
    owing = list(organizations)
    if not owing:
        raise DomainError("required", "未选择责任单位。", field="organizations")
    _ahead(due_on)
    plan = _draft(task.plan, actor)
    fresh = lock(task)
    _same_district(plan, owing)
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
    _filled(title, "title", "节点")
    _ahead(due_on)
    plan = _draft(node.task.plan, actor)
    _same_district(plan, [organization])
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
    _same_district(fresh, [row.organization for row in rows])
    tasks = {task.title: task for task in fresh.tasks.all()}
    position = max((task.position for task in tasks.values()), default=0)
    for row in rows:
        _ahead(row.due_on)
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


# ---- Issuing and closing -----------------------------------------------------------------------------


@transaction.atomic
def issue_plan(plan: WorkPlan, *, actor: User) -> WorkPlan:
    """Issue a draft: every node becomes a deadline of its organization (P47).

    Errors: wrong_state, not_allowed, empty, past.
    """
    fresh = lock(plan)
    PLAN.refuse_unless_possible(fresh, "issue", scope_of(actor))
    tasks = list(fresh.tasks.prefetch_related("nodes__organization"))
    nodes = [node for task in tasks for node in task.nodes.all()]
    bare = [task.title for task in tasks if not task.nodes.all()]
    if not nodes or bare:
        name = f"任务“{bare[0]}”" if bare else "计划"
        raise DomainError("empty", f"{name}还没有节点，补充责任单位和完成时限后才能下达。")
    past = next((node for node in nodes if node.due_on < clock.today()), None)
    if past is not None:
        raise DomainError(
            "past", f"节点“{past}”的完成时限 {chinese_date(past.due_on)} 已过，调整后才能下达。"
        )
    fresh = PLAN.take(fresh, "issue", scope_of(actor), issued_by=actor, issued_at=clock.now())
    open_many(PLAN_NODE, [_due(node) for node in nodes])
    record(
        fresh, "plan.issued", PLAN["issue"].label, actor=actor,
        changes={"任务": ("", len(tasks)), "节点": ("", len(nodes))},
    )  # fmt: skip
    record_many([build(node, "plan_node.issued", "下达", actor=actor) for node in nodes])
    tell(
        {node.organization_id for node in nodes},
        district_id=fresh.district_id,
        kind=NoticeKind.PLAN,
        title=f"{fresh.organization}下达《{fresh.title}》",
        text="本单位有须按时完成的节点，到期前逐级提醒。",
        url=reverse("deadlines:plan", args=[fresh.pk]),
        sender=actor,
    )
    return fresh


@transaction.atomic
def close_plan(plan: WorkPlan, *, actor: User) -> WorkPlan:
    """Close a plan of which every node is confirmed or cancelled. Errors: wrong_state, not_allowed, unfinished."""
    fresh = lock(plan)
    PLAN.refuse_unless_possible(fresh, "close", scope_of(actor))
    left = PlanNode.objects.filter(task__plan=fresh, state__in=UNFINISHED).count()
    if left:
        raise DomainError("unfinished", f"还有 {left} 个节点没有确认完成，不能办结计划。")
    fresh = PLAN.take(fresh, "close", scope_of(actor))
    record(fresh, "plan.closed", PLAN["close"].label, actor=actor)
    return fresh


# ---- Nodes -------------------------------------------------------------------------------------------


@transaction.atomic
def report_progress(node: PlanNode, *, text: str, actor: User) -> PlanNode:
    """Write down how far a node has come; its date goes on to run. Errors: wrong_state, not_allowed, required."""
    _filled(text, "text", "进展")
    fresh = NODE.take(lock(node), "progress", scope_of(actor), report=text.strip())
    record(fresh, "plan_node.progress", NODE["progress"].label, actor=actor, reason=text)
    return fresh


@transaction.atomic
def report_done(node: PlanNode, *, text: str, actor: User) -> PlanNode:
    """Report a node done: its deadline is closed and the issuing office is asked to confirm.

    What the office sends back is open again under its old date. Errors: wrong_state, not_allowed, required.
    """
    _filled(text, "text", "进展")
    fresh = NODE.take(
        lock(node), "report", scope_of(actor),
        report=text.strip(), reported_by=actor, reported_at=clock.now(), returned_reason="",
    )  # fmt: skip
    close(PLAN_NODE, [fresh], outcome="reported")
    record(fresh, "plan_node.reported", NODE["report"].label, actor=actor, reason=text)
    _tell(fresh, fresh.issuer_id, f"{fresh.organization}报告完成“{fresh.title}”，待确认", text, actor)
    return fresh


@transaction.atomic
def confirm_node(node: PlanNode, *, actor: User) -> PlanNode:
    """Confirm that a reported node is done. Errors: wrong_state, not_allowed."""
    fresh = NODE_OFFICE.take(
        lock(node), "confirm", scope_of(actor), confirmed_by=actor, confirmed_at=clock.now()
    )
    record(fresh, "plan_node.confirmed", NODE_OFFICE["confirm"].label, actor=actor)
    return fresh


@transaction.atomic
def return_node(node: PlanNode, *, actor: User, reason: str) -> PlanNode:
    """Send a report back; the node is open again under its old date. Errors: wrong_state, not_allowed, reason_missing."""
    _short(reason)
    fresh = NODE_OFFICE.take(
        lock(node), "return", scope_of(actor), reason=reason, returned_reason=reason.strip()
    )
    open_many(PLAN_NODE, [_due(fresh)])
    record(fresh, "plan_node.returned", NODE_OFFICE["return"].done, actor=actor, reason=reason)
    _tell(fresh, fresh.organization_id, f"“{fresh.title}”退回重报", reason, actor)
    return fresh


@transaction.atomic
def move_node(node: PlanNode, *, due_on: dt.date, actor: User, reason: str) -> PlanNode:
    """Give an open node another date. Errors: wrong_state, not_allowed, past, reason_missing."""
    _short(reason)
    _ahead(due_on)
    before = lock(node)
    fresh = NODE_OFFICE.take(before, "move", scope_of(actor), reason=reason, due_on=due_on)
    open_many(PLAN_NODE, [_due(fresh)])
    record(
        fresh, "plan_node.moved", NODE_OFFICE["move"].label, actor=actor, reason=reason,
        changes={"完成时限": (node.due_on, due_on)},
    )  # fmt: skip
    return fresh


@transaction.atomic
def cancel_node(node: PlanNode, *, actor: User, reason: str) -> PlanNode:
    """Take a node out of an issued plan; it stays on record. Errors: wrong_state, not_allowed, reason_missing."""
    _short(reason)
    fresh = NODE_OFFICE.take(
        lock(node), "cancel", scope_of(actor), reason=reason, returned_reason=reason.strip()
    )
    close(PLAN_NODE, [fresh], outcome="cancelled")
    record(fresh, "plan_node.cancelled", NODE_OFFICE["cancel"].label, actor=actor, reason=reason)
    return fresh


def _tell(node: PlanNode, organization_id: int, title: str, text: str, actor: User) -> None:
    tell(
        [organization_id],
        district_id=node.district_id,
        kind=NoticeKind.PLAN,
        title=title,
        text=text,
        url=reverse("deadlines:plan-node", args=[node.pk]),
        sender=actor,
    )


# ---- What they share ---------------------------------------------------------------------------------


def _due(node: PlanNode) -> Due:
    return Due(node, node.organization, node.due_on, f"{node.title}（{node.task.title}）")


def _draft(plan: WorkPlan, actor: User) -> WorkPlan:
    fresh = lock(plan)
    PLAN.refuse_unless_possible(fresh, "edit", scope_of(actor))
    return fresh


def _filled(text: str, field: str, label: str) -> None:
    if not text.strip():
        raise DomainError("required", f"未填写{label}。", field=field)


def _short(reason: str) -> None:
    if len(reason.strip()) > LONGEST_REASON:
        raise DomainError("reason_long", f"理由不能超过 {LONGEST_REASON} 字。", field="reason")


def _ahead(due_on: dt.date) -> None:
    if due_on < clock.today():
        raise DomainError("past", f"完成时限不能早于今日 {chinese_date(clock.today())}。", field="due_on")


def _same_district(plan: WorkPlan, organizations: Iterable[Organization]) -> None:
    for each in organizations:
        if each.district_id != plan.district_id or not each.is_active:
            raise DomainError("not_here", f"{each}不是本区在用的单位。", field="organizations")
