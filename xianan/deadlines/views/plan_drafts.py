"""Drawing up a work plan: its heading, its tasks and nodes by form or workbook (P47)."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from xianan.core import clock
from xianan.core.errors import NotAllowed
from xianan.organizations.models import Organization
from xianan.organizations.requests import Request
from xianan.ui.acts import WRITE, attempt, form_page

from ..flows import PLAN
from ..models import PlanNode, PlanTask, WorkPlan
from ..selectors import owing
from ..services import plan_drafts as services
from ..supervision.forms import (
    NewPlanForm,
    NodeForm,
    NodesForm,
    PlanForm,
    TaskForm,
    UploadForm,
)
from ..supervision.workbook import COLUMNS, read_nodes
from .plans import get_plan, plan_crumbs


def get_draft(request: Request, pk: int) -> WorkPlan:
    """Return a plan the person may change. 404 outside, 403 without the right, 409 once it is issued."""
    plan = get_plan(request, pk)
    PLAN.refuse_unless_possible(plan, "edit", request.scope)
    return plan


@login_required
@require_http_methods(WRITE)
def plan_create(request: Request) -> HttpResponse:
    """Begin a plan."""
    scope = request.scope
    own = Organization.objects.filter(pk__in=scope.organization_ids("issue_plan"))
    if not scope.holds("issue_plan"):
        raise NotAllowed("您没有“下达工作计划”的权限。")
    form = NewPlanForm(request.POST or None, organizations=own)
    return form_page(
        request, form, lambda data: services.create_plan(actor=request.user, **data),
        lambda plan: reverse("deadlines:plan", args=[plan.pk]),
        title="起草工作计划", button="建立计划草稿", back=reverse("deadlines:plans"), crumbs=plan_crumbs(),
        done="已建立草稿，接着增加任务和节点。", hint="下达之前可以修改；下达后每个节点成为责任单位的期限。",
    )  # fmt: skip


@login_required
@require_http_methods(WRITE)
def plan_change(request: Request, pk: int) -> HttpResponse:
    """Change title and note."""
    plan = get_draft(request, pk)
    form = PlanForm(request.POST or None, initial={"title": plan.title, "note": plan.note})
    return form_page(
        request, form, lambda data: services.change_plan(plan, actor=request.user, **data),
        lambda _: reverse("deadlines:plan", args=[pk]),
        title="修改标题和说明", button="保存修改", back=reverse("deadlines:plan", args=[pk]),
        crumbs=plan_crumbs(plan), done="已保存。",
    )  # fmt: skip


@login_required
@require_POST
def plan_delete(request: Request, pk: int) -> HttpResponse:
    plan = get_plan(request, pk)
    act = lambda: services.delete_plan(plan, actor=request.user)  # noqa: E731
    return attempt(request, act, f"已删除草稿“{plan.title}”。", "deadlines:plans")


# ---- Tasks and nodes --------------------------------------------------------------------------------


@login_required
@require_http_methods(WRITE)
def task_create(request: Request, pk: int) -> HttpResponse:
    plan = get_draft(request, pk)
    return form_page(
        request, TaskForm(request.POST or None),
        lambda data: services.add_task(plan, actor=request.user, **data),
        lambda task: reverse("deadlines:plan-nodes-add", args=[pk, task.pk]),
        title="增加任务", button="保存并增加节点", back=reverse("deadlines:plan", args=[pk]),
        crumbs=plan_crumbs(plan), done="已增加任务，接着填写节点。",
    )  # fmt: skip


def _task(plan: WorkPlan, task: int) -> PlanTask:
    found = get_object_or_404(PlanTask, pk=task, plan=plan)
    found.plan = plan
    return found


@login_required
@require_http_methods(WRITE)
def task_change(request: Request, pk: int, task: int) -> HttpResponse:
    plan = get_draft(request, pk)
    row = _task(plan, task)
    form = TaskForm(request.POST or None, initial={"title": row.title, "content": row.content})
    return form_page(
        request, form, lambda data: services.change_task(row, actor=request.user, **data),
        lambda _: reverse("deadlines:plan", args=[pk]),
        title="修改任务", button="保存修改", back=reverse("deadlines:plan", args=[pk]),
        crumbs=plan_crumbs(plan), done="已保存。",
    )  # fmt: skip


@login_required
@require_POST
def task_delete(request: Request, pk: int, task: int) -> HttpResponse:
    row = _task(get_draft(request, pk), task)
    act = lambda: services.remove_task(row, actor=request.user)  # noqa: E731
    return attempt(request, act, f"已移出任务“{row}”。", "deadlines:plan", pk)


@login_required
@require_http_methods(WRITE)
def nodes_add(request: Request, pk: int, task: int) -> HttpResponse:
    """Add a node for each of the organizations that owe it."""
    plan = get_draft(request, pk)
    row = _task(plan, task)
    return form_page(
        request, NodesForm(request.POST or None, district=plan.district),
        lambda data: services.add_nodes(row, actor=request.user, **data),
        lambda _: reverse("deadlines:plan", args=[pk]),
        title="增加节点", button="增加节点", back=reverse("deadlines:plan", args=[pk]),
        crumbs=plan_crumbs(plan), done="已增加节点。", hint=f"任务：{row.title}",
    )  # fmt: skip


@login_required
@require_http_methods(WRITE)
def node_change(request: Request, pk: int, node: int) -> HttpResponse:
    plan = get_draft(request, pk)
    row = get_object_or_404(PlanNode.objects.select_related("task__plan"), pk=node, task__plan=plan)
    first = {"title": row.title, "due_on": row.due_on, "organization": row.organization_id}
    return form_page(
        request, NodeForm(request.POST or None, initial=first, district=plan.district),
        lambda data: services.change_node(row, actor=request.user, **data),
        lambda _: reverse("deadlines:plan", args=[pk]),
        title="修改节点", button="保存修改", back=reverse("deadlines:plan", args=[pk]),
        crumbs=plan_crumbs(plan), done="已保存。", hint=f"任务：{row.task.title}",
    )  # fmt: skip


@login_required
@require_POST
def node_delete(request: Request, pk: int, node: int) -> HttpResponse:
    plan = get_draft(request, pk)
    row = get_object_or_404(PlanNode.objects.select_related("task__plan"), pk=node, task__plan=plan)
    act = lambda: services.remove_node(row, actor=request.user)  # noqa: E731
    return attempt(request, act, f"已移出节点“{row}”。", "deadlines:plan", pk)


@login_required
@require_http_methods(WRITE)
def plan_import(request: Request, pk: int) -> HttpResponse:
    """Add the tasks and nodes of a workbook to a draft, all or none."""
    plan = get_draft(request, pk)
    form = UploadForm(request.POST or None, request.FILES or None)
    faults: list[str] = []
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        rows, faults = read_nodes(file.read(), file.name, owing(plan.district), clock.today())
        if not faults:
            count = services.import_rows(plan, rows=rows, actor=request.user)
            messages.success(request, f"已导入 {count} 个节点。")
            return redirect("deadlines:plan", pk)
    context = {
        "title": "从表格导入任务",
        "crumbs": plan_crumbs(plan),
        "form": form,
        "faults": faults,
        "button": "导入任务和节点",
        "back": reverse("deadlines:plan", args=[pk]),
        "hint": f"表格一行一个节点，列为：{COLUMNS}。同名任务归为一项，一格写几个责任单位的各成一个节点。",
        "action": request.get_full_path(),
    }
    return render(request, "deadlines/plans/import.html", context)
