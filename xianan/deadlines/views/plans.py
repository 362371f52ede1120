"""Work plans: the list, the page of one, issuing and closing it, its workbook (P47)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, cast

from django.contrib.auth.decorators import login_required
from django.db.models import Q, QuerySet
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from xianan.core import clock
from xianan.history.selectors import timeline
from xianan.organizations.pages import ListPage
from xianan.organizations.requests import Request
from xianan.ui import html, text, workbook
from xianan.ui.acts import attempt
from xianan.ui.lists import Tab

from ..choices import PlanState
from ..flows import PLAN
from ..models import PlanNode, WorkPlan
from ..services import plans as services
from ..supervision import selectors
from ..supervision.tables import PlanTable
from .common import CRUMB


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


def get_plan(request: Request, pk: int) -> WorkPlan:
    """Return a plan the person may see. 404 outside."""
    rows = selectors.with_progress(selectors.visible_plans(request.scope))
    return get_object_or_404(rows.select_related("organization", "district", "created_by"), pk=pk)


def plan_crumbs(plan: WorkPlan | None = None) -> list[tuple[str, str]]:
    """Return the way to a plan, or to a page below it."""
    found = [*CRUMB, ("工作计划", reverse("deadlines:plans"))]
    return [*found, (plan.title, reverse("deadlines:plan", args=[plan.pk]))] if plan else found


@login_required
@require_safe
def plan_page(request: Request, pk: int) -> HttpResponse:
    """The plan: tasks with their nodes and how far they are; a draft with what changes it."""
    plan, scope = get_plan(request, pk), request.scope
    steps = {step.name for step in PLAN.offered(plan, scope)}
    tasks = list(plan.tasks.prefetch_related("nodes__organization"))
    counted = cast("selectors.Progress", plan)
    context = {
        "title": plan.title,
        "crumbs": plan_crumbs(),
        "badge": html.badge(PlanState(plan.state), icon_name="auto"),
        "facts": [
            str(plan.organization),
            f"{len(tasks)} 项任务",
            f"{counted.node_count} 个节点",
            *([f"{text.full_date(plan.issued_at)}下达"] if plan.issued_at else []),
        ],
        "plan": plan,
        "tasks": tasks,
        "draft": plan.state == PlanState.DRAFT,
        "may": steps,
        "left": counted.node_count - counted.done_count,
        "entries": timeline(plan),
    }
    return render(request, "deadlines/plans/page.html", context)


@login_required
@require_POST
def plan_issue(request: Request, pk: int) -> HttpResponse:
    plan = get_plan(request, pk)
    act = lambda: services.issue_plan(plan, actor=request.user)  # noqa: E731
    return attempt(request, act, "计划已下达，节点列入各责任单位的期限。", "deadlines:plan", pk)


@login_required
@require_POST
def plan_close(request: Request, pk: int) -> HttpResponse:
    plan = get_plan(request, pk)
    act = lambda: services.close_plan(plan, actor=request.user)  # noqa: E731
    return attempt(request, act, "计划已办结。", "deadlines:plan", pk)


@login_required
@require_safe
def plan_export(request: Request, pk: int) -> FileResponse:
    """Give the plan with its nodes as a workbook, in the columns that the import reads."""
    plan = get_plan(request, pk)
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
