"""Work plans and their nodes: lists, drawing up, issuing, reporting, confirming (P47)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q, QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from xianan.core import clock
from xianan.core.errors import DomainError, NotAllowed
from xianan.history.selectors import timeline
from xianan.organizations.models import Organization
from xianan.organizations.scope import Scope
from xianan.ui import html, workbook
from xianan.ui.lists import ListPage, Tab

from ..choices import NodeState, PlanState
from ..flows import NODE, NODE_OFFICE, PLAN
from ..models import PlanNode, PlanTask, WorkPlan
from ..services import plans as services
from ..supervision import selectors
from ..supervision.filters import NodeFilter
from ..supervision.forms import (
    MoveForm,
    NewPlanForm,
    NodeForm,
    NodesForm,
    PlanForm,
    ReasonForm,
    ReportForm,
    TaskForm,
    UploadForm,
    owing,
)
from ..supervision.tables import NodeTable, PlanTable
from ..supervision.workbook import COLUMNS, read_nodes

CRUMB = (("督导与监督", ""),)
WRITE = ["GET", "HEAD", "POST"]


def _scope(request: HttpRequest) -> Scope:
    return request.scope  # type: ignore[attr-defined]


def attempt(request: HttpRequest, act: Callable[[], Any], done: str, to: str, *args: Any) -> HttpResponse:
    """Do something, say what was done or why not, and go to a page; stale pages get a page of their own."""
    try:
        act()
    except NotAllowed:
        raise
    except DomainError as error:
        if error.code in {"wrong_state", "gone"}:
            raise
        messages.error(request, error.message)
    else:
        messages.success(request, done)
    return redirect(to, *args)


def form_page(
    request: HttpRequest,
    form: Any,
    act: Callable[[dict[str, Any]], Any],
    to: Callable[[Any], str],
    *,
    title: str,
    button: str,
    back: str,
    crumbs: Sequence[tuple[str, str]],
    done: str,
    hint: str = "",
    refuse: bool = False,
) -> HttpResponse:
    """Show a form, or run a service with what was typed; a refusal stands at its field."""
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            result = act(form.cleaned_data)
        except DomainError as refusal:
            if refusal.status == 403 or refusal.code == "gone":
                raise
            form.refuse(refusal)
            status = 200 if refusal.field else refusal.status
        else:
            messages.success(request, done)
            return redirect(to(result))
    context = {
        "title": title, "crumbs": crumbs, "form": form, "button": button, "back": back, "hint": hint,
        "refuse": refuse, "action": request.get_full_path(),
    }  # fmt: skip
    return render(request, "deadlines/plans/form.html", context, status=status)


class PlanList(ListPage):
    """The plans a person may see."""

    title = "工作计划"
    unit = "份"
    right = "view_plan"
    table_class = PlanTable
    search_fields = ("title",)
    search_hint = "标题"
    crumbs = CRUMB
    template_name = "deadlines/plans/list.html"
    empty_title = "还没有工作计划"
    empty_text = "区政府办、区委编办下达计划后，任务、责任单位和节点列在这里，到期前逐级提醒。"

    def get_tabs(self, scope: Any) -> Sequence[Tab]:
        return [Tab("all", "全部"), *(Tab(s.value, str(s.label), Q(state=s.value)) for s in PlanState)]

    def queryset(self, scope: Any) -> QuerySet[WorkPlan]:
        return selectors.with_progress(selectors.visible_plans(scope)).order_by("-pk")

    def context(self, scope: Any) -> dict[str, Any]:
        return {"may_issue": scope.holds("issue_plan")}


class NodeList(ListPage):
    """The nodes of all issued plans a person may see."""

    title = "计划节点"
    unit = "个"
    right = "view_plan"
    table_class = NodeTable
    filterset_class = NodeFilter
    default_sort = "due_on"
    search_fields = ("title", "task__title", "task__plan__title")
    search_hint = "节点、任务、计划"
    empty_title = "还没有计划节点"
    empty_text = "工作计划下达后，各责任单位的节点列在这里。"

    @property
    def crumbs(self) -> Sequence[tuple[str, str]]:  # type: ignore[override]
        return (*CRUMB, ("工作计划", reverse("deadlines:plans")))

    def get_tabs(self, scope: Any) -> Sequence[Tab]:
        late = Q(state=NodeState.OPEN, due_on__lt=clock.today())
        return [
            Tab("all", "全部"),
            Tab("late", "逾期", late),
            Tab("open", "进行中", Q(state=NodeState.OPEN)),
            Tab("reported", "待确认", Q(state=NodeState.REPORTED)),
            Tab("confirmed", "已完成", Q(state=NodeState.CONFIRMED)),
        ]

    def queryset(self, scope: Any) -> QuerySet[PlanNode]:
        return selectors.visible_nodes(scope).exclude(task__plan__state=PlanState.DRAFT)


# ---- One plan ----------------------------------------------------------------------------------------


def _plan(request: HttpRequest, pk: int) -> WorkPlan:
    rows = selectors.with_progress(selectors.visible_plans(_scope(request)))
    return get_object_or_404(rows.select_related("organization", "district", "created_by"), pk=pk)


def _draft(request: HttpRequest, pk: int) -> WorkPlan:
    """Return a plan the person may change. 404 outside, 403 without the right, 409 once it is issued."""
    plan = _plan(request, pk)
    PLAN.refuse_unless_possible(plan, "edit", _scope(request))
    return plan


def _crumbs(plan: WorkPlan | None = None) -> list[tuple[str, str]]:
    found = [*CRUMB, ("工作计划", reverse("deadlines:plans"))]
    return [*found, (plan.title, reverse("deadlines:plan", args=[plan.pk]))] if plan else found


@login_required
@require_http_methods(WRITE)
def plan_create(request: HttpRequest) -> HttpResponse:
    """Begin a plan."""
    scope = _scope(request)
    own = Organization.objects.filter(pk__in=scope.organization_ids("issue_plan"), is_active=True)
    if not scope.holds("issue_plan"):
        raise NotAllowed("您没有“下达工作计划”的权限。")
    form = NewPlanForm(request.POST or None, organizations=own)
    return form_page(
        request, form, lambda data: services.create_plan(actor=request.user, **data),  # type: ignore[arg-type]
        lambda plan: reverse("deadlines:plan", args=[plan.pk]),
        title="起草工作计划", button="建立计划草稿", back=reverse("deadlines:plans"), crumbs=_crumbs(),
        done="已建立草稿，接着增加任务和节点。", hint="下达之前可以修改；下达后每个节点成为责任单位的期限。",
    )  # fmt: skip


@login_required
@require_safe
def plan_page(request: HttpRequest, pk: int) -> HttpResponse:
    """The plan: tasks with their nodes and how far they are; a draft with what changes it."""
    plan, scope = _plan(request, pk), _scope(request)
    steps = {step.name for step in PLAN.offered(plan, scope)}
    tasks = list(plan.tasks.prefetch_related("nodes__organization"))
    left = plan.node_count - plan.done_count  # type: ignore[attr-defined]
    context = {
        "title": plan.title,
        "crumbs": _crumbs(),
        "badge": html.badge(PlanState(plan.state), icon_name="auto"),
        "facts": [
            str(plan.organization),
            f"{len(tasks)} 项任务",
            f"{plan.node_count} 个节点",  # type: ignore[attr-defined]
            *([f"{plan.issued_at:%Y年%-m月%-d日}下达"] if plan.issued_at else []),
        ],
        "plan": plan,
        "tasks": tasks,
        "draft": plan.state == PlanState.DRAFT,
        "may": steps,
        "left": left,
        "entries": timeline(plan),
    }
    return render(request, "deadlines/plans/page.html", context)


@login_required
@require_http_methods(WRITE)
def plan_change(request: HttpRequest, pk: int) -> HttpResponse:
    """Change title and note."""
    plan = _draft(request, pk)
    form = PlanForm(request.POST or None, initial={"title": plan.title, "note": plan.note})
    return form_page(
        request, form, lambda data: services.change_plan(plan, actor=request.user, **data),  # type: ignore[arg-type]
        lambda _: reverse("deadlines:plan", args=[pk]),
        title="修改标题和说明", button="保存修改", back=reverse("deadlines:plan", args=[pk]),
        crumbs=_crumbs(plan), done="已保存。",
    )  # fmt: skip


@login_required
@require_POST
def plan_delete(request: HttpRequest, pk: int) -> HttpResponse:
    plan = _plan(request, pk)
    act = lambda: services.delete_plan(plan, actor=request.user)  # type: ignore[arg-type] # noqa: E731
    return attempt(request, act, f"已删除草稿“{plan.title}”。", "deadlines:plans")


@login_required
@require_POST
def plan_issue(request: HttpRequest, pk: int) -> HttpResponse:
    plan = _plan(request, pk)
    act = lambda: services.issue_plan(plan, actor=request.user)  # type: ignore[arg-type] # noqa: E731
    return attempt(request, act, "计划已下达，节点列入各责任单位的期限。", "deadlines:plan", pk)


@login_required
@require_POST
def plan_close(request: HttpRequest, pk: int) -> HttpResponse:
    plan = _plan(request, pk)
    act = lambda: services.close_plan(plan, actor=request.user)  # type: ignore[arg-type] # noqa: E731
    return attempt(request, act, "计划已办结。", "deadlines:plan", pk)


# ---- Tasks and nodes of a draft ----------------------------------------------------------------------


@login_required
@require_http_methods(WRITE)
def task_create(request: HttpRequest, pk: int) -> HttpResponse:
    plan = _draft(request, pk)
    return form_page(
        request, TaskForm(request.POST or None),
        lambda data: services.add_task(plan, actor=request.user, **data),  # type: ignore[arg-type]
        lambda task: reverse("deadlines:plan-nodes-add", args=[pk, task.pk]),
        title="增加任务", button="保存并增加节点", back=reverse("deadlines:plan", args=[pk]),
        crumbs=_crumbs(plan), done="已增加任务，接着填写节点。",
    )  # fmt: skip


def _task(plan: WorkPlan, task: int) -> PlanTask:
    found = get_object_or_404(PlanTask, pk=task, plan=plan)
    found.plan = plan
    return found


@login_required
@require_http_methods(WRITE)
def task_change(request: HttpRequest, pk: int, task: int) -> HttpResponse:
    plan = _draft(request, pk)
    row = _task(plan, task)
    form = TaskForm(request.POST or None, initial={"title": row.title, "content": row.content})
    return form_page(
        request, form, lambda data: services.change_task(row, actor=request.user, **data),  # type: ignore[arg-type]
        lambda _: reverse("deadlines:plan", args=[pk]),
        title="修改任务", button="保存修改", back=reverse("deadlines:plan", args=[pk]),
        crumbs=_crumbs(plan), done="已保存。",
    )  # fmt: skip


@login_required
@require_POST
def task_delete(request: HttpRequest, pk: int, task: int) -> HttpResponse:
    row = _task(_draft(request, pk), task)
    act = lambda: services.remove_task(row, actor=request.user)  # type: ignore[arg-type] # noqa: E731
    return attempt(request, act, f"已移出任务“{row}”。", "deadlines:plan", pk)


@login_required
@require_http_methods(WRITE)
def nodes_add(request: HttpRequest, pk: int, task: int) -> HttpResponse:
    """Add a node for each of the organizations that owe it."""
    plan = _draft(request, pk)
    row = _task(plan, task)
    return form_page(
        request, NodesForm(request.POST or None, district=plan.district),
        lambda data: services.add_nodes(row, actor=request.user, **data),  # type: ignore[arg-type]
        lambda _: reverse("deadlines:plan", args=[pk]),
        title="增加节点", button="增加节点", back=reverse("deadlines:plan", args=[pk]),
        crumbs=_crumbs(plan), done="已增加节点。", hint=f"任务：{row.title}",
    )  # fmt: skip


@login_required
@require_http_methods(WRITE)
def node_change(request: HttpRequest, pk: int, node: int) -> HttpResponse:
    plan = _draft(request, pk)
    row = get_object_or_404(PlanNode.objects.select_related("task__plan"), pk=node, task__plan=plan)
    first = {"title": row.title, "due_on": row.due_on, "organization": row.organization_id}
    return form_page(
        request, NodeForm(request.POST or None, initial=first, district=plan.district),
        lambda data: services.change_node(row, actor=request.user, **data),  # type: ignore[arg-type]
        lambda _: reverse("deadlines:plan", args=[pk]),
        title="修改节点", button="保存修改", back=reverse("deadlines:plan", args=[pk]),
        crumbs=_crumbs(plan), done="已保存。", hint=f"任务：{row.task.title}",
    )  # fmt: skip


@login_required
@require_POST
def node_delete(request: HttpRequest, pk: int, node: int) -> HttpResponse:
    plan = _draft(request, pk)
    row = get_object_or_404(PlanNode.objects.select_related("task__plan"), pk=node, task__plan=plan)
    act = lambda: services.remove_node(row, actor=request.user)  # type: ignore[arg-type] # noqa: E731
    return attempt(request, act, f"已移出节点“{row}”。", "deadlines:plan", pk)


@login_required
@require_http_methods(WRITE)
def plan_import(request: HttpRequest, pk: int) -> HttpResponse:
    """Add the tasks and nodes of a workbook to a draft, all or none."""
    plan = _draft(request, pk)
    form = UploadForm(request.POST or None, request.FILES or None)
    faults: list[str] = []
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        rows, faults = read_nodes(file.read(), file.name, owing(plan.district), clock.today())
        if not faults:
            count = services.import_rows(plan, rows=rows, actor=request.user)  # type: ignore[arg-type]
            messages.success(request, f"已导入 {count} 个节点。")
            return redirect("deadlines:plan", pk)
    context = {
        "title": "从表格导入任务",
        "crumbs": _crumbs(plan),
        "form": form,
        "faults": faults,
        "button": "导入任务和节点",
        "back": reverse("deadlines:plan", args=[pk]),
        "hint": f"表格一行一个节点，列为：{COLUMNS}。同名任务归为一项，一格写几个责任单位的各成一个节点。",
        "action": request.get_full_path(),
    }
    return render(request, "deadlines/plans/import.html", context)


@login_required
@require_safe
def plan_export(request: HttpRequest, pk: int) -> FileResponse:
    """Give the plan with its nodes as a workbook, in the columns that the import reads."""
    plan = _plan(request, pk)
    rows = (
        PlanNode.objects.filter(task__plan=plan)
        .select_related("task", "organization")
        .order_by("task__position", "due_on", "id")
    )
    columns: list[tuple[str, Callable[[Any], Any]]] = [
        ("任务", lambda node: node.task.title),
        ("内容和要求", lambda node: node.task.content),
        ("节点", lambda node: node.title),
        ("责任单位", lambda node: str(node.organization)),
        ("完成时限", lambda node: node.due_on),
        ("状态", lambda node: node.get_state_display()),
        ("进展", lambda node: node.report),
    ]
    content = workbook.write(plan.title, columns, rows.iterator(chunk_size=2000))
    name = f"{plan.title}{clock.today():%Y-%m-%d}.xlsx"
    return FileResponse(content, as_attachment=True, filename=name, content_type=workbook.XLSX)


# ---- One node ----------------------------------------------------------------------------------------


def _node(request: HttpRequest, pk: int) -> PlanNode:
    rows = selectors.visible_nodes(_scope(request)).select_related(
        "organization", "task__plan__organization", "reported_by", "confirmed_by"
    )
    return get_object_or_404(rows, pk=pk)


def _node_page(request: HttpRequest, node: PlanNode, *, form: Any = None, status: int = 200) -> HttpResponse:
    scope, plan = _scope(request), node.task.plan
    live = plan.state == PlanState.ISSUED
    context = {
        "title": node.title,
        "crumbs": _crumbs(plan),
        "badge": html.badge(NodeState(node.state), icon_name="auto"),
        "facts": [str(node.organization), node.task.title],
        "node": node,
        "plan": plan,
        "open": live and node.state == NodeState.OPEN,
        "owner": {step.name for step in NODE.offered(node, scope)} if live else set(),
        "office": {step.name for step in NODE_OFFICE.offered(node, scope)} if live else set(),
        "form": form or ReportForm(initial={"text": node.report}),
        "entries": timeline(node),
    }
    return render(request, "deadlines/plans/node.html", context, status=status)


@login_required
@require_safe
def node_page(request: HttpRequest, pk: int) -> HttpResponse:
    """A node: what is owed, what was reported, and the panel of whoever is to act."""
    return _node_page(request, _node(request, pk))


@login_required
@require_POST
def node_report(request: HttpRequest, pk: int) -> HttpResponse:
    """Write down progress, or with `done` report the node done."""
    node = _node(request, pk)
    form = ReportForm(request.POST)
    if not form.is_valid():
        NODE.refuse_unless_possible(node, "report", _scope(request))
        return _node_page(request, node, form=form)
    done = bool(request.POST.get("done"))
    act = services.report_done if done else services.report_progress
    try:
        act(node, text=form.cleaned_data["text"], actor=request.user)  # type: ignore[arg-type]
    except DomainError as refusal:
        if not refusal.field:
            raise
        form.refuse(refusal)
        return _node_page(request, node, form=form)
    messages.success(
        request,
        f"已报告完成，待{node.task.plan.organization}确认。" if done else "已填报进展，节点仍在进行。",
    )
    return redirect("deadlines:plan-node", pk)


@login_required
@require_POST
def node_confirm(request: HttpRequest, pk: int) -> HttpResponse:
    node = _node(request, pk)
    act = lambda: services.confirm_node(node, actor=request.user)  # type: ignore[arg-type] # noqa: E731
    return attempt(request, act, "已确认完成。", "deadlines:plan-node", pk)


def _office_form(
    request: HttpRequest, pk: int, step: str, form: Any, act: Callable[..., Any], **words: Any
) -> HttpResponse:
    node = _node(request, pk)
    NODE_OFFICE.refuse_unless_possible(node, step, _scope(request), reason="-")
    return form_page(
        request, form, lambda data: act(node, actor=request.user, **data),
        lambda _: reverse("deadlines:plan-node", args=[pk]),
        back=reverse("deadlines:plan-node", args=[pk]),
        crumbs=[*_crumbs(node.task.plan), (node.title, reverse("deadlines:plan-node", args=[pk]))], **words,
    )  # fmt: skip


@login_required
@require_http_methods(WRITE)
def node_return(request: HttpRequest, pk: int) -> HttpResponse:
    return _office_form(
        request, pk, "return", ReasonForm(request.POST or None), services.return_node,
        title="退回重报", button="退回责任单位", done="已退回，节点按原时限继续计算。",
        hint="退回后节点回到进行中，完成时限不变；已过时限的即为逾期。", refuse=True,
    )  # fmt: skip


@login_required
@require_http_methods(WRITE)
def node_move(request: HttpRequest, pk: int) -> HttpResponse:
    return _office_form(
        request, pk, "move", MoveForm(request.POST or None), services.move_node,
        title="调整完成时限", button="调整完成时限", done="完成时限已调整。",
        hint="理由和前后时限记入办理记录，责任单位的期限随之改变。",
    )  # fmt: skip


@login_required
@require_http_methods(WRITE)
def node_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    return _office_form(
        request, pk, "cancel", ReasonForm(request.POST or None), services.cancel_node,
        title="取消节点", button="取消这个节点", done="节点已取消。",
        hint="取消后不再提醒，也不列入通报；节点和理由仍留在计划中。", refuse=True,
    )  # fmt: skip
