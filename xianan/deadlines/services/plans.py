"""Work plans: issued and closed, their nodes reported and confirmed (P47)."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.urls import reverse

from xianan.core import clock
from xianan.core.dates import chinese_date
from xianan.core.errors import DomainError
from xianan.core.flow import lock
from xianan.history.services import build, record, record_many
from xianan.organizations.models import User
from xianan.organizations.scope import scope_of

from ..choices import NodeState, NoticeKind
from ..flows import NODE, NODE_OFFICE, PLAN
from ..kinds import PLAN_NODE
from ..models import PlanNode, WorkPlan
from .checks import ahead, filled, short
from .notices import notify_organizations
from .opening import Due, close, open_many
from .plan_drafts import same_district

UNFINISHED = (NodeState.OPEN, NodeState.REPORTED)


# ---- Issuing and closing ----------------------------------------------------------------------------


@transaction.atomic
def issue_plan(plan: WorkPlan, *, actor: User) -> WorkPlan:
    """Issue a draft: every node becomes a deadline of its organization (P47).

    Errors: wrong_state, not_allowed, empty, not_here (an organization that ceased), past.
    """
    fresh = lock(plan)
    PLAN.refuse_unless_possible(fresh, "issue", scope_of(actor))
    tasks = list(fresh.tasks.prefetch_related("nodes__organization"))
    nodes = [node for task in tasks for node in task.nodes.all()]
    bare = [task.title for task in tasks if not task.nodes.all()]
    if not nodes or bare:
        name = f"任务“{bare[0]}”" if bare else "计划"
        raise DomainError("empty", f"{name}还没有节点，补充责任单位和完成时限后才能下达。")
    same_district(fresh, [node.organization for node in nodes])
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
    notify_organizations(
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


# ---- Nodes ------------------------------------------------------------------------------------------


@transaction.atomic
def report_progress(node: PlanNode, *, text: str, actor: User) -> PlanNode:
    """Write down how far a node has come; its date goes on to run. Errors: wrong_state, not_allowed, required."""
    filled(text, "text", "进展")
    fresh = NODE.take(lock(node), "progress", scope_of(actor), report=text.strip())
    record(fresh, "plan_node.progress", NODE["progress"].label, actor=actor, reason=text)
    return fresh


@transaction.atomic
def report_done(node: PlanNode, *, text: str, actor: User) -> PlanNode:
    """Report a node done: its deadline is closed and the issuing office is asked to confirm.

    What the office sends back is open again under its old date. Errors: wrong_state, not_allowed, required.
    """
    filled(text, "text", "进展")
    fresh = NODE.take(
        lock(node), "report", scope_of(actor),
        report=text.strip(), reported_by=actor, reported_at=clock.now(), returned_reason="",
    )  # fmt: skip
    close(PLAN_NODE, [fresh], outcome="reported")
    record(fresh, "plan_node.reported", NODE["report"].label, actor=actor, reason=text)
    _notify(fresh, fresh.issuer_id, f"{fresh.organization}报告完成“{fresh.title}”，待确认", text, actor)
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
    short(reason)
    fresh = NODE_OFFICE.take(
        lock(node), "return", scope_of(actor), reason=reason, returned_reason=reason.strip()
    )
    open_many(PLAN_NODE, [_due(fresh)])
    record(fresh, "plan_node.returned", NODE_OFFICE["return"].done, actor=actor, reason=reason)
    _notify(fresh, fresh.organization_id, f"“{fresh.title}”退回重报", reason, actor)
    return fresh


@transaction.atomic
def move_node(node: PlanNode, *, due_on: dt.date, actor: User, reason: str) -> PlanNode:
    """Give an open node another date. Errors: wrong_state, not_allowed, past, reason_missing."""
    short(reason)
    ahead(due_on, "due_on", "完成时限")
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
    short(reason)
    fresh = NODE_OFFICE.take(
        lock(node), "cancel", scope_of(actor), reason=reason, returned_reason=reason.strip()
    )
    close(PLAN_NODE, [fresh], outcome="cancelled")
    record(fresh, "plan_node.cancelled", NODE_OFFICE["cancel"].label, actor=actor, reason=reason)
    return fresh


# ---- What they share --------------------------------------------------------------------------------


def _notify(node: PlanNode, organization_id: int, title: str, text: str, actor: User) -> None:
    notify_organizations(
        [organization_id],
        district_id=node.district_id,
        kind=NoticeKind.PLAN,
        title=title,
        text=text,
        url=reverse("deadlines:plan-node", args=[node.pk]),
        sender=actor,
    )


def _due(node: PlanNode) -> Due:
    return Due(node, node.organization, node.due_on, f"{node.title}（{node.task.title}）")
