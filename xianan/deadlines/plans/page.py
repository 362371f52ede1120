"""Lists of plans and their nodes, the pages of both, and drawing a plan up by forms or a workbook."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, cast

import django_filters
from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q, QuerySet
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from xianan.acts.pages import NounList, NounPages, form_of
from xianan.core import clock
from xianan.core.errors import NotAllowed
from xianan.organizations.models import District, Organization
from xianan.organizations.requests import Request
from xianan.ui import html, text, workbook
from xianan.ui.acts import WRITE, attempt, form_page
from xianan.ui.conditions import RowFilter
from xianan.ui.fields import form_field
from xianan.ui.forms import DropFile, Form, RowField, RowsField
from xianan.ui.lists import Tab
from xianan.ui.tables import Badge, Column, Day, Due, Name, Number, Ops, State, Table, Tight

from ..choices import NodeState, PlanState
from ..filters import every_owing
from ..selectors import owing
from .model import PlanNode, PlanTask, WorkPlan
from .selectors import Progress
from .sheet import COLUMNS, read_nodes
from .steps import (
    ISSUE,
    NODE,
    PLAN,
    add_nodes,
    add_task,
    change_node,
    change_plan,
    change_task,
    create_plan,
    delete_plan,
    import_rows,
    is_live,
    remove_part,
    report_done,
    report_progress,
)

SECTION = "督导与监督"


# ---- The lists ---------------------------------------------------------------------------------------


class PlanTable(Table):
    title = Name("标题", url=PLAN.page, second=lambda row: row.organization)
    state = Badge("状态")
    done = Tight("完成进度", accessor="done_count", orderable=False)
    reported_count = Number("待确认")
    overdue_count = Number("逾期")
    issued_at = Day("下达日期")
    ops = Ops()

    def render_done(self, record: Any) -> str:
        return f"{text.share(record.done_count, record.node_count)}" if record.node_count else "尚无节点"

    export_done = render_done

    def render_overdue_count(self, record: Any) -> SafeString | str:
        return html.badge(f"{record.overdue_count} 个", "red", "auto") if record.overdue_count else "0"

    def render_ops(self, record: Any) -> SafeString:
        label = "继续起草" if record.state == PlanState.DRAFT else "查看"
        return format_html('<a class="link" href="{}">{}</a>', PLAN.url(record), label)


class PlanList(NounList[WorkPlan]):
    """The plans a person may see."""

    noun = PLAN
    title = "工作计划"
    section = SECTION
    unit = "份"
    table_class = PlanTable
    search_fields = ("title",)
    search_hint = "标题"
    template_name = "deadlines/plans/list.html"
    empty_title = "还没有工作计划"
    empty_text = "区政府办、区委编办下达计划后，任务、责任单位和节点列在这里，到期前逐级提醒。"
    begins = "起草工作计划", "deadlines:plan-create", ISSUE


class NodeTable(Table):
    left = Due("期限", accessor="due_on", orderable=False)
    title = Name("节点", url=NODE.page, second=lambda row: row.task.title)
    organization = Tight("责任单位", accessor="organization__name", order_by=("organization__display_order",))
    plan = Column("工作计划", accessor="task__plan__title", css="clip", hidden=True)
    due_on = Day("完成时限", css="tight num")
    state = State("状态", waiting=(NodeState.OPEN, NodeState.REPORTED))
    report = Column("进展", hidden=True)
    ops = Ops()

    def render_left(self, record: Any) -> SafeString | str:
        if record.state != NodeState.OPEN:
            return "—"
        words, tone = text.days_left(record.due_on)
        return html.badge(words, tone, "auto")

    def render_ops(self, record: Any) -> SafeString:
        return format_html('<a class="link" href="{}">查看</a>', NODE.url(record))


class NodeFilter(django_filters.FilterSet):
    organization = RowFilter(label="责任单位", queryset=every_owing)
    state = django_filters.ChoiceFilter(label="状态", choices=NodeState.choices)


class NodeList(NounList[PlanNode]):
    """The nodes of all issued plans a person may see."""

    noun = NODE
    section = SECTION
    title = "计划节点"
    unit = "个"
    table_class = NodeTable
    filterset_class = NodeFilter
    default_sort = "due_on"
    search_fields = ("title", "task__title", "task__plan__title")
    search_hint = "节点、任务、计划"
    empty_title = "还没有计划节点"
    empty_text = "工作计划下达后，各责任单位的节点列在这里。"

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
        return NODE.visible(scope).exclude(task__plan__state=PlanState.DRAFT)


# ---- A plan ------------------------------------------------------------------------------------------


def _plan(row: WorkPlan) -> Mapping[str, Any]:
    """Tasks with their nodes and how far they are."""
    tasks, counted = list(row.tasks.prefetch_related("nodes__organization")), cast("Progress", row)
    issued = [f"{text.full_date(row.issued_at)}下达"] if row.issued_at else []
    return {
        "facts": [str(row.organization), f"{len(tasks)} 项任务", f"{counted.node_count} 个节点", *issued],
        "plan": row,
        "tasks": tasks,
        "draft": row.state == PlanState.DRAFT,
        "left": counted.node_count - counted.done_count,
    }


PLANS: NounPages[WorkPlan] = NounPages(
    noun=PLAN,
    section=SECTION,
    title="工作计划",
    name=lambda row: row.title,
    facts=lambda row: (str(row.organization),),
    sheet=(),
    template="deadlines/plans/page.html",
    more=_plan,
    inline=("issue", "close"),
)


@login_required
@require_safe
def plan_export(request: Request, pk: int) -> FileResponse:
    """Give the plan with its nodes as a workbook, in the columns that the import reads."""
    plan = PLAN.fetch(request.scope, pk)
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


# ---- A node ------------------------------------------------------------------------------------------


def _node(row: PlanNode) -> Mapping[str, Any]:
    return {
        "node": row,
        "plan": row.task.plan,
        "open": is_live(row) and row.state == NodeState.OPEN,
        "form": form_of(report_done, row),
    }


NODES: NounPages[PlanNode] = NounPages(
    noun=NODE,
    way=lambda row: PLANS.crumbs(row.task.plan),
    name=lambda row: row.title,
    facts=lambda row: (str(row.organization), row.task.title),
    sheet=(),
    template="deadlines/plans/node.html",
    more=_node,
    inline=("progress", "report", "confirm"),
)


@login_required
@require_POST
def node_report(request: Request, pk: int) -> HttpResponse:
    """Write down progress, or with `done` report the node done."""
    step = report_done if request.POST.get("done") else report_progress
    return NODES.step_view(step)(request, pk=pk)


# ---- Drawing up --------------------------------------------------------------------------------------


class PlanForm(Form):
    title = form_field(WorkPlan.title)
    note = form_field(WorkPlan.note)
    organization = RowField(label="制发单位", queryset=Organization.objects.none())

    def __init__(self, *args: Any, organizations: QuerySet[Organization], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.field("organization", RowField)
        field.queryset = organizations
        only = list(organizations[:2])
        if len(only) == 1:
            field.initial = only[0].pk
            field.empty_label = None


class TaskForm(Form):
    title = form_field(PlanTask.title)
    content = form_field(PlanTask.content)


class NodesForm(Form):
    title = form_field(PlanNode.title, help_text="到期要做到什么，如“完成街道执法人员培训”")
    due_on = form_field(PlanNode.due_on)
    organizations = RowsField(
        label="责任单位",
        queryset=Organization.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        help_text="每个责任单位各成一个节点，分别报告和确认",
    )

    def __init__(self, *args: Any, district: District, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.field("organizations", RowsField).queryset = owing(district)


class NodeForm(Form):
    title = form_field(PlanNode.title)
    due_on = form_field(PlanNode.due_on)
    organization = RowField(label="责任单位", queryset=Organization.objects.none())

    def __init__(self, *args: Any, district: District, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.field("organization", RowField).queryset = owing(district)


class UploadForm(Form):
    file = forms.FileField(label="任务表", widget=DropFile("xlsx、xls 或 csv", accept=".xlsx,.xls,.csv"))


@login_required
@require_http_methods(WRITE)
def plan_create(request: Request) -> HttpResponse:
    """Begin a plan."""
    if not request.scope.holds(ISSUE):
        raise NotAllowed("您没有“下达工作计划”的权限。")
    own = Organization.objects.filter(pk__in=request.scope.organization_ids(ISSUE))
    return form_page(
        request, PlanForm(request.POST or None, organizations=own),
        lambda data: create_plan(actor=request.user, **data), PLAN.url,
        title="起草工作计划", button="建立计划草稿", back=PLAN.list_url, crumbs=PLANS.crumbs(),
        done="已建立草稿，接着增加任务和节点。", hint="下达之前可以修改；下达后每个节点成为责任单位的期限。",
    )  # fmt: skip


@login_required
@require_POST
def plan_delete(request: Request, pk: int) -> HttpResponse:
    plan = PLAN.fetch(request.scope, pk)
    act = partial(delete_plan, plan, actor=request.user)
    return attempt(request, act, f"已删除草稿“{plan.title}”。", PLAN.list_page)


def _draft(request: Request, pk: int) -> WorkPlan:
    """Return a plan the person may change. 404 outside, 403 without the right, 409 once it is issued."""
    plan = PLAN.fetch(request.scope, pk)
    change_plan.refuse(plan, request.scope)
    return plan


def _form(
    request: Request,
    plan: WorkPlan,
    form: Form,
    act: Callable[..., Any],
    to: Callable[[Any], str] | None = None,
    **words: Any,
) -> HttpResponse:
    """The page of something that changes a draft; it leads back to the plan."""
    back = PLAN.url(plan)
    return form_page(
        request, form, lambda data: act(actor=request.user, **data), to or (lambda _: back), back=back,
        crumbs=PLANS.crumbs(plan), **words,
    )  # fmt: skip


@login_required
@require_http_methods(WRITE)
def task_create(request: Request, pk: int) -> HttpResponse:
    plan = _draft(request, pk)
    return _form(
        request, plan, TaskForm(request.POST or None), partial(add_task, plan),
        lambda task: reverse("deadlines:plan-nodes-add", args=[pk, task.pk]),
        title="增加任务", button="保存并增加节点", done="已增加任务，接着填写节点。",
    )  # fmt: skip


@login_required
@require_http_methods(WRITE)
def task_change(request: Request, pk: int, task: int) -> HttpResponse:
    plan = _draft(request, pk)
    row = get_object_or_404(plan.tasks, pk=task)
    form = TaskForm(request.POST or None, initial={"title": row.title, "content": row.content})
    return _form(
        request, plan, form, partial(change_task, row), title="修改任务", button="保存修改", done="已保存。"
    )


@login_required
@require_http_methods(WRITE)
def nodes_add(request: Request, pk: int, task: int) -> HttpResponse:
    """Add a node for each of the organizations that owe it."""
    plan = _draft(request, pk)
    row = get_object_or_404(plan.tasks, pk=task)
    return _form(
        request, plan, NodesForm(request.POST or None, district=plan.district), partial(add_nodes, row),
        title="增加节点", button="增加节点", done="已增加节点。", hint=f"任务：{row.title}",
    )  # fmt: skip


def _node_of(plan: WorkPlan, pk: int) -> PlanNode:
    return get_object_or_404(PlanNode.objects.select_related("task__plan"), pk=pk, task__plan=plan)


@login_required
@require_http_methods(WRITE)
def node_change(request: Request, pk: int, node: int) -> HttpResponse:
    plan = _draft(request, pk)
    row = _node_of(plan, node)
    first = {"title": row.title, "due_on": row.due_on, "organization": row.organization_id}
    return _form(
        request, plan, NodeForm(request.POST or None, initial=first, district=plan.district),
        partial(change_node, row), title="修改节点", button="保存修改", done="已保存。", hint=f"任务：{row.task.title}",
    )  # fmt: skip


@login_required
@require_POST
def part_delete(request: Request, pk: int, task: int = 0, node: int = 0) -> HttpResponse:
    """Take a task with its nodes, or a node, out of a draft."""
    plan = _draft(request, pk)
    row = get_object_or_404(plan.tasks, pk=task) if task else _node_of(plan, node)
    act = partial(remove_part, row, actor=request.user)
    return attempt(request, act, f"已移出{row._meta.verbose_name}“{row}”。", PLAN.page, pk)


@login_required
@require_http_methods(WRITE)
def plan_import(request: Request, pk: int) -> HttpResponse:
    """Add the tasks and nodes of a workbook to a draft, all or none."""
    plan = _draft(request, pk)
    form = UploadForm(request.POST or None, request.FILES or None)
    faults: list[str] = []
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        rows, faults = read_nodes(file.read(), file.name, owing(plan.district), clock.today())
        if not faults:
            count = import_rows(plan, rows=rows, actor=request.user)
            messages.success(request, f"已导入 {count} 个节点。")
            return redirect(PLAN.url(plan))
    context = {
        "title": "从表格导入任务",
        "crumbs": PLANS.crumbs(plan),
        "form": form,
        "faults": faults,
        "button": "导入任务和节点",
        "back": PLAN.url(plan),
        "hint": f"表格一行一个节点，列为：{COLUMNS}。同名任务归为一项，一格写几个责任单位的各成一个节点。",
        "action": request.get_full_path(),
    }
    return render(request, "deadlines/plans/import.html", context)


_PLAN = "plans/<number:pk>"
URLS = [
    *PLANS.urls("plans", PlanList, create=("create", plan_create)),
    *NODES.urls("plan-nodes", NodeList, own={"report": node_report, "progress": None}, at="plans/nodes"),
    path(f"{_PLAN}/delete/", plan_delete, name="plan-delete"),
    path(f"{_PLAN}/import/", plan_import, name="plan-import"),
    path(f"{_PLAN}/export/", plan_export, name="plan-export"),
    path(f"{_PLAN}/tasks/create/", task_create, name="plan-task-create"),
    path(f"{_PLAN}/tasks/<number:task>/", task_change, name="plan-task"),
    path(f"{_PLAN}/tasks/<number:task>/delete/", part_delete, name="plan-task-delete"),
    path(f"{_PLAN}/tasks/<number:task>/nodes/", nodes_add, name="plan-nodes-add"),
    path(f"{_PLAN}/nodes/<number:node>/", node_change, name="plan-node-change"),
    path(f"{_PLAN}/nodes/<number:node>/delete/", part_delete, name="plan-node-delete"),
]
