"""Work plans: drawn up, issued and closed, their nodes reported and confirmed (P47)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import Max, Q

from xianan.acts import Changes, Noun, Wording, day, kept, longest_of, note, prose
from xianan.core import clock
from xianan.core.dates import chinese_date
from xianan.core.errors import DomainError
from xianan.core.locks import lock
from xianan.core.parties import Other
from xianan.core.texts import PLAIN, written
from xianan.history.services import build, differences, record, record_many
from xianan.organizations.models import Organization, User
from xianan.organizations.scope import scope_of
from xianan.ui.fields import HasField
from xianan.ui.todos import Wait

from ..choices import NodeState as N
from ..choices import NoticeKind
from ..choices import PlanState as P
from ..kinds import PLAN_NODE
from ..services.checks import ahead, between
from ..services.notices import notify_organizations
from ..services.opening import Due, close, open_many
from .model import PlanNode, PlanTask, WorkPlan
from .selectors import seen, with_progress

ISSUE = "issue_plan"

PLAN: Noun[WorkPlan] = Noun(
    model=WorkPlan,
    label="工作计划",
    word="工作计划",
    states=P,
    view="view_plan",
    parties=("organization",),
    sees=seen,
    page="deadlines:plan",
    begun="plan.created",
    joins=("organization", "district"),
    also=with_progress,
)
NODE: Noun[PlanNode] = Noun(
    model=PlanNode,
    label="计划节点",
    word="节点",
    states=N,
    view="view_plan",
    parties=("organization",),
    sees=lambda rows, scope: rows.filter(task__plan__in=seen(WorkPlan.objects.all(), scope)),
    page="deadlines:plan-node",
    above=(PLAN.label, PLAN.list_page),
    joins=(
        "organization",
        "task__plan__organization",
        "task__plan__issued_by",
        "reported_by",
        "confirmed_by",
    ),
    paths={"issuer": "task__plan__organization"},
)
DELETE = PLAN.permit("删除草稿", P.DRAFT, right=ISSUE, by="organization")


# ---- Drawing up --------------------------------------------------------------------------------------


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
    scope_of(actor).require(ISSUE, organization, label="下达工作计划")
    plan = WorkPlan.objects.create(
        district_id=organization.district_id,
        organization=organization,
        title=_text(WorkPlan.title, title),
        note=_text(WorkPlan.note, note),
        created_by=actor,
    )
    record(plan, "plan.created", "起草工作计划", actor=actor)
    return plan


@PLAN.step(
    "change", "修改计划", P.DRAFT, "", right=ISSUE, by="organization", action="plan.changed",
    asks=(kept(WorkPlan.title), kept(WorkPlan.note)), tells=(WorkPlan.title, WorkPlan.note),
    wording=Wording(
        title="修改标题和说明", offer="修改标题和说明", button="保存修改", done="修改工作计划", said="已保存。"
    ),
)  # fmt: skip
def change_plan(row: WorkPlan, *, title: str, actor: User, note: str = "") -> None:
    """Change title and note of a draft. Errors: wrong_state, not_allowed, required."""


@transaction.atomic
def delete_plan(plan: WorkPlan, *, actor: User) -> None:
    """Delete a draft with its tasks. Errors: wrong_state, not_allowed."""
    fresh = DELETE.hold(plan, actor=actor)
    record(fresh, "plan.deleted", "删除工作计划草稿", actor=actor)
    fresh.delete()


@transaction.atomic
def add_task(plan: WorkPlan, *, title: str, actor: User, content: str = "") -> PlanTask:
    """Add a task at the end of a draft. Errors: wrong_state, not_allowed, required."""
    fresh = change_plan.hold(plan, actor=actor)
    task = PlanTask.objects.create(
        district_id=fresh.district_id,
        plan=fresh,
        position=(fresh.tasks.aggregate(last=Max("position"))["last"] or 0) + 1,
        title=_text(PlanTask.title, title),
        content=_text(PlanTask.content, content),
    )
    record(fresh, "plan.task_added", f"增加任务“{task}”", actor=actor)
    return task


def change_task(task: PlanTask, *, title: str, actor: User, content: str = "") -> PlanTask:
    """Change a task of a draft. Errors: wrong_state, not_allowed, required, gone."""
    new = {"title": _text(PlanTask.title, title), "content": _text(PlanTask.content, content)}
    return _change(task, task.plan, new, "plan.task_changed", actor)


@transaction.atomic
def add_nodes(
    task: PlanTask, *, organizations: Iterable[Organization], title: str, due_on: dt.date, actor: User
) -> list[PlanNode]:
    """Add a node to a draft for each of the organizations that owe it.

    Errors: wrong_state, not_allowed, required, past (field due_on), gone.
    """
    title, owing = _text(PlanNode.title, title), list(organizations)
    if not owing:
        raise DomainError("required", "未选择责任单位。", field="organizations")
    ahead(due_on, "due_on", "完成时限")
    plan = change_plan.hold(task.plan, actor=actor)
    fresh = lock(task)
    _refuse_elsewhere(plan, owing)
    nodes = PlanNode.objects.bulk_create(
        PlanNode(district_id=plan.district_id, task=fresh, organization=each, title=title, due_on=due_on)
        for each in owing
    )
    record(
        plan, "plan.node_added", f"增加节点“{title}”", actor=actor,
        changes={"责任单位": ("", "、".join(map(str, owing))), "完成时限": (None, due_on)},
    )  # fmt: skip
    return nodes


def change_node(
    node: PlanNode, *, organization: Organization, title: str, due_on: dt.date, actor: User
) -> PlanNode:
    """Change a node of a draft. Errors: wrong_state, not_allowed, required, past, gone."""
    new = {"organization": organization, "title": _text(PlanNode.title, title), "due_on": due_on}
    ahead(due_on, "due_on", "完成时限")
    _refuse_elsewhere(node.task.plan, [organization])
    return _change(node, node.task.plan, new, "plan.node_changed", actor)


@transaction.atomic
def remove_part(part: PlanTask | PlanNode, *, actor: User) -> None:
    """Take a task with its nodes, or a node, out of a draft. Errors: wrong_state, not_allowed, gone."""
    plan, what = (part.plan, "task") if isinstance(part, PlanTask) else (part.task.plan, "node")
    plan = change_plan.hold(plan, actor=actor)
    fresh = lock(part)
    record(plan, f"plan.{what}_removed", f"移出{part._meta.verbose_name}“{fresh}”", actor=actor)
    fresh.delete()


@transaction.atomic
def import_rows(plan: WorkPlan, *, rows: Sequence[NodeRow], actor: User) -> int:
    """Add the lines of a table to a draft, all or none; return how many nodes came in.

    Lines of the same task come under one; a task of that name that is there already takes them.
    Errors: wrong_state, not_allowed, required, past.
    """
    fresh = change_plan.hold(plan, actor=actor)
    if not rows:
        raise DomainError("required", "表格中没有节点。", field="file")
    _refuse_elsewhere(fresh, [row.organization for row in rows])
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
        PlanNode(
            district_id=fresh.district_id,
            task=tasks[row.task],
            organization=row.organization,
            title=row.node,
            due_on=row.due_on,
        )
        for row in rows
    )
    record(fresh, "plan.imported", f"从表格导入 {len(rows)} 个节点", actor=actor)
    return len(rows)


Part = TypeVar("Part", PlanTask, PlanNode)


@transaction.atomic
def _change(part: Part, plan: WorkPlan, new: Mapping[str, Any], action: str, actor: User) -> Part:
    """Change a task or node of a draft; the log of the plan tells it."""
    plan = change_plan.hold(plan, actor=actor)
    fresh = lock(part)
    changes = differences(fresh, new)
    if changes:
        for name, value in new.items():
            setattr(fresh, name, value)
        fresh.save(update_fields=list(new))
        record(plan, action, f"修改{part._meta.verbose_name}“{fresh}”", actor=actor, changes=changes)
    return fresh


def _text(to: HasField, text: str) -> str:
    field = to.field
    label, required = str(field.verbose_name), not field.blank
    return written(label, text, longest_of(to), field=field.name, required=required, codes=PLAIN)


def _refuse_elsewhere(plan: WorkPlan, organizations: Iterable[Organization]) -> None:
    for each in organizations:
        if each.district_id != plan.district_id or not each.is_active:
            raise DomainError("not_here", f"{each}不是本区存续的单位。", field="organizations")


# ---- Issuing and closing -----------------------------------------------------------------------------


@PLAN.step(
    "issue", "下达计划", P.DRAFT, P.ISSUED, right=ISSUE, by="organization", action="plan.issued",
    wording=Wording(said="计划已下达，节点列入各责任单位的期限。"),
)  # fmt: skip
def issue_plan(row: WorkPlan, *, actor: User) -> Changes:
    """Issue a draft: every node becomes a deadline of its organization (P47).

    Errors: wrong_state, not_allowed, empty, not_here (an organization that ceased), past.
    """
    tasks = list(row.tasks.prefetch_related("nodes__organization"))
    nodes = [node for task in tasks for node in task.nodes.all()]
    bare = [task.title for task in tasks if not task.nodes.all()]
    if not nodes or bare:
        name = f"任务“{bare[0]}”" if bare else "计划"
        raise DomainError("empty", f"{name}还没有节点，补充责任单位和完成时限后才能下达。")
    _refuse_elsewhere(row, [node.organization for node in nodes])
    past = next((node for node in nodes if node.due_on < clock.today()), None)
    if past is not None:
        raise DomainError(
            "past", f"节点“{past}”的完成时限 {chinese_date(past.due_on)} 已过，调整后才能下达。"
        )
    row.issued_by, row.issued_at = actor, clock.now()
    open_many(PLAN_NODE, [_due(node) for node in nodes])
    record_many([build(node, "plan_node.issued", "下达", actor=actor) for node in nodes])
    notify_organizations(
        {node.organization_id for node in nodes},
        district_id=row.district_id,
        kind=NoticeKind.PLAN,
        title=f"{row.organization}下达《{row.title}》",
        text="本单位有须按时完成的节点，到期前逐级提醒。",
        url=PLAN.url(row),
        sender=actor,
    )
    return {"任务": ("", len(tasks)), "节点": ("", len(nodes))}


@PLAN.step(
    "close", "办结计划", P.ISSUED, P.CLOSED, right=ISSUE, by="organization", action="plan.closed",
    wording=Wording(said="计划已办结。"),
)  # fmt: skip
def close_plan(row: WorkPlan, *, actor: User) -> None:
    """Close a plan of which every node is confirmed or cancelled. Errors: wrong_state, not_allowed, unfinished."""
    left = PlanNode.objects.filter(task__plan=row, state__in=(N.OPEN, N.REPORTED)).count()
    if left:
        raise DomainError("unfinished", f"还有 {left} 个节点没有确认完成，不能办结计划。")


# ---- Nodes: the unit ---------------------------------------------------------------------------------


def is_live(row: PlanNode) -> bool:
    """Whether nodes of the plan are dealt with: it is issued and not closed."""
    return row.task.plan.state == P.ISSUED


def _refuse_unless_live(row: PlanNode) -> None:
    if not is_live(row):
        draft = row.task.plan.state == P.DRAFT
        raise DomainError(
            "guard", "计划尚未下达，不能办理节点。" if draft else "计划已经办结，不能再办理节点。"
        )


_LIVE = (_refuse_unless_live,)
_PLANNED = (Other("代表下达单位下达计划", between("task.plan.issued_by")),)
_REPORTED = (Other("代表责任单位报告完成", between("reported_by")),)
_PROGRESS = prose(
    "text", "进展", to=PlanNode.report, help="写明做了什么、做到哪一步；报告完成的写明成果", logged=True,
    initial=lambda row: row.report,
)  # fmt: skip


@NODE.step(
    "progress", "填报进展", N.OPEN, N.OPEN, right="report_node", by="organization", guards=_LIVE, others=_PLANNED,
    shown=is_live, asks=(_PROGRESS,), action="plan_node.progress", wording=Wording(said="已填报进展，节点仍在进行。"),
)  # fmt: skip
def report_progress(row: PlanNode, *, text: str, actor: User) -> None:
    """Write down how far a node has come; its date goes on to run. Errors: wrong_state, not_allowed, required."""


@NODE.step(
    "report", "报告完成", N.OPEN, N.REPORTED, right="report_node", by="organization", guards=_LIVE, others=_PLANNED,
    shown=is_live, asks=(_PROGRESS,), action="plan_node.reported",
    wording=Wording(said=lambda row: f"已报告完成，待{row.task.plan.organization}确认。"),
)  # fmt: skip
def report_done(row: PlanNode, *, text: str, actor: User) -> None:
    """Report a node done: its deadline is closed and the issuing office is asked to confirm.

    What the office sends back is open again under its old date. Errors: wrong_state, not_allowed, required.
    """
    row.reported_by, row.reported_at, row.returned_reason = actor, clock.now(), ""
    close(PLAN_NODE, [row], outcome="reported")
    _tell(row, row.issuer_id, f"{row.organization}报告完成“{row.title}”，待确认", text, actor)


# ---- Nodes: the office -------------------------------------------------------------------------------


@NODE.step(
    "confirm", "确认完成", N.REPORTED, N.CONFIRMED, right=ISSUE, by="issuer", guards=_LIVE, others=_REPORTED,
    shown=is_live, action="plan_node.confirmed", wording=Wording(said="已确认完成。"),
    waits=Wait(
        action="核对并确认完成", title=lambda row: f"{row.organization}：{row.title}", context="已报告完成",
        of=Q(task__plan__state=P.ISSUED),
    ),
)  # fmt: skip
def confirm_node(row: PlanNode, *, actor: User) -> None:
    """Confirm that a reported node is done. Errors: wrong_state, not_allowed."""
    row.confirmed_by, row.confirmed_at = actor, clock.now()


@NODE.step(
    "return", "退回", N.REPORTED, N.OPEN, right=ISSUE, by="issuer", guards=_LIVE, others=_REPORTED, shown=is_live,
    asks=(note("reason", "理由", to=PlanNode.returned_reason, required=True, logged=True),),
    action="plan_node.returned",
    wording=Wording(
        title="退回重报", offer="退回重报…", button="退回责任单位", style="refuse", done="退回重报",
        said="已退回，节点按原时限继续计算。",
        after=("退回后节点回到进行中，完成时限不变；已过时限的即为逾期。",),
    ),
)  # fmt: skip
def return_node(row: PlanNode, *, actor: User, reason: str) -> None:
    """Send a report back; the node is open again under its old date. Errors: wrong_state, not_allowed, reason_missing."""
    open_many(PLAN_NODE, [_due(row)])
    _tell(row, row.organization_id, f"“{row.title}”退回重报", reason, actor)


@NODE.step(
    "move", "调整完成时限", N.OPEN, N.OPEN, right=ISSUE, by="issuer", guards=_LIVE, shown=is_live,
    asks=(note("reason", "理由", longest=300, required=True, logged=True), day("due_on", "新的完成时限")),
    action="plan_node.moved",
    wording=Wording(
        button="调整完成时限", said="完成时限已调整。",
        after=("理由和前后时限记入办理记录，责任单位的期限随之改变。",),
    ),
)  # fmt: skip
def move_node(row: PlanNode, *, due_on: dt.date, actor: User, reason: str) -> Changes:
    """Give an open node another date. Errors: wrong_state, not_allowed, past, reason_missing."""
    ahead(due_on, "due_on", "完成时限")
    before, row.due_on = row.due_on, due_on
    open_many(PLAN_NODE, [_due(row)])
    return {"完成时限": (before, due_on)}


@NODE.step(
    "cancel", "取消节点", (N.OPEN, N.REPORTED), N.CANCELLED, right=ISSUE, by="issuer", guards=_LIVE, shown=is_live,
    asks=(note("reason", "理由", to=PlanNode.returned_reason, required=True, logged=True),),
    action="plan_node.cancelled",
    wording=Wording(
        offer="取消节点…", button="取消这个节点", style="refuse", said="节点已取消。",
        after=("取消后不再提醒，也不列入通报；节点和理由仍留在计划中。",),
    ),
)  # fmt: skip
def cancel_node(row: PlanNode, *, actor: User, reason: str) -> None:
    """Take a node out of an issued plan; it stays on record. Errors: wrong_state, not_allowed, reason_missing."""
    close(PLAN_NODE, [row], outcome="cancelled")


# ---- What they share ---------------------------------------------------------------------------------


def _tell(node: PlanNode, organization_id: int, title: str, text: str, actor: User) -> None:
    notify_organizations(
        [organization_id],
        district_id=node.district_id,
        kind=NoticeKind.PLAN,
        title=title,
        text=text,
        url=NODE.url(node),
        sender=actor,
    )


def _due(node: PlanNode) -> Due:
    return Due(node, node.organization, node.due_on, f"{node.title}（{node.task.title}）")
