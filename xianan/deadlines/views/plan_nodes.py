"""The nodes of issued plans: reported by the unit, confirmed by the office (P47)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from xianan.core import clock
from xianan.core.errors import DomainError
from xianan.history.selectors import timeline
from xianan.organizations.pages import ListPage
from xianan.organizations.requests import Request
from xianan.ui import html
from xianan.ui.acts import WRITE, attempt, form_page
from xianan.ui.lists import Tab

from ..choices import NodeState, PlanState
from ..flows import NODE, NODE_OFFICE
from ..models import PlanNode
from ..services import plans as services
from ..supervision import selectors
from ..supervision.filters import NodeFilter
from ..supervision.forms import (
    MoveForm,
    ReasonForm,
    ReportForm,
)
from ..supervision.tables import NodeTable
from .common import CRUMB
from .plans import plan_crumbs


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
    def crumbs(self) -> Sequence[tuple[str, str]]:
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


# ---- One node ---------------------------------------------------------------------------------------


def _node(request: Request, pk: int) -> PlanNode:
    rows = selectors.visible_nodes(request.scope).select_related(
        "organization", "task__plan__organization", "reported_by", "confirmed_by"
    )
    return get_object_or_404(rows, pk=pk)


def _node_page(request: Request, node: PlanNode, *, form: Any = None, status: int = 200) -> HttpResponse:
    scope, plan = request.scope, node.task.plan
    live = plan.state == PlanState.ISSUED
    context = {
        "title": node.title,
        "crumbs": plan_crumbs(plan),
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
def node_page(request: Request, pk: int) -> HttpResponse:
    """A node: what is owed, what was reported, and the panel of whoever is to act."""
    return _node_page(request, _node(request, pk))


@login_required
@require_POST
def node_report(request: Request, pk: int) -> HttpResponse:
    """Write down progress, or with `done` report the node done."""
    node = _node(request, pk)
    form = ReportForm(request.POST)
    if not form.is_valid():
        NODE.refuse_unless_possible(node, "report", request.scope)
        return _node_page(request, node, form=form)
    done = bool(request.POST.get("done"))
    act = services.report_done if done else services.report_progress
    try:
        act(node, text=form.cleaned_data["text"], actor=request.user)
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
def node_confirm(request: Request, pk: int) -> HttpResponse:
    node = _node(request, pk)
    act = lambda: services.confirm_node(node, actor=request.user)  # noqa: E731
    return attempt(request, act, "已确认完成。", "deadlines:plan-node", pk)


def _office_form(
    request: Request, pk: int, step: str, form: Any, act: Callable[..., Any], **words: Any
) -> HttpResponse:
    node = _node(request, pk)
    NODE_OFFICE.refuse_unless_possible(node, step, request.scope, reason="-")
    return form_page(
        request, form, lambda data: act(node, actor=request.user, **data),
        lambda _: reverse("deadlines:plan-node", args=[pk]),
        back=reverse("deadlines:plan-node", args=[pk]),
        crumbs=[*plan_crumbs(node.task.plan), (node.title, reverse("deadlines:plan-node", args=[pk]))], **words,
    )  # fmt: skip


@login_required
@require_http_methods(WRITE)
def node_return(request: Request, pk: int) -> HttpResponse:
    return _office_form(
        request, pk, "return", ReasonForm(request.POST or None), services.return_node,
        title="退回重报", button="退回责任单位", done="已退回，节点按原时限继续计算。",
        hint="退回后节点回到进行中，完成时限不变；已过时限的即为逾期。", refuse=True,
    )  # fmt: skip


@login_required
@require_http_methods(WRITE)
def node_move(request: Request, pk: int) -> HttpResponse:
    return _office_form(
        request, pk, "move", MoveForm(request.POST or None), services.move_node,
        title="调整完成时限", button="调整完成时限", done="完成时限已调整。",
        hint="理由和前后时限记入办理记录，责任单位的期限随之改变。",
    )  # fmt: skip


@login_required
@require_http_methods(WRITE)
def node_cancel(request: Request, pk: int) -> HttpResponse:
    return _office_form(
        request, pk, "cancel", ReasonForm(request.POST or None), services.cancel_node,
        title="取消节点", button="取消这个节点", done="节点已取消。",
        hint="取消后不再提醒，也不列入通报；节点和理由仍留在计划中。", refuse=True,
    )  # fmt: skip
