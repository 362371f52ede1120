"""Supervision orders and circulars: the paper, receipt, answer, judgement, accountability (P34)."""

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
from xianan.documents.models import DocumentFile
from xianan.history.selectors import timeline
from xianan.organizations.models import Organization
from xianan.organizations.pages import ListPage
from xianan.organizations.requests import Request
from xianan.policy.late import reading
from xianan.ui import html
from xianan.ui.acts import WRITE, attempt, form_page
from xianan.ui.lists import Tab

from ..choices import DeliveryState, OrderState
from ..flows import DELIVERY, DELIVERY_OFFICE, ORDER
from ..models import Accountability, Delivery, Order
from ..services import orders as services
from ..supervision import selectors
from ..supervision.filters import AccountabilityFilter, OrderFilter
from ..supervision.forms import (
    AcceptForm,
    AccountabilityForm,
    AnswerForm,
    IssueForm,
    SendBackForm,
)
from ..supervision.tables import AccountabilityTable, OrderTable
from .common import CRUMB


def order_crumbs(order: Order | None = None) -> list[tuple[str, str]]:
    """Return the way to the orders, or to a page below one."""
    found = [*CRUMB, ("督办与通报", reverse("deadlines:orders"))]
    return [*found, (order.title, reverse("deadlines:order", args=[order.pk]))] if order else found


class OrderList(ListPage):
    """The orders and circulars a person may see."""

    title = "督办与通报"
    unit = "件"
    right = "view_order"
    table_class = OrderTable
    filterset_class = OrderFilter
    search_fields = ("title", "number")
    search_hint = "标题、文号"
    crumbs = CRUMB
    template_name = "deadlines/orders/list.html"
    empty_title = "还没有督办单和通报"
    empty_text = "区政府办、督查室从逾期事项中选取，制成督办单或通报，送达责任单位签收和答复。"

    def get_tabs(self, scope: Any) -> Sequence[Tab]:
        return [Tab("all", "全部"), *(Tab(s.value, str(s.label), Q(state=s.value)) for s in OrderState)]

    def queryset(self, scope: Any) -> QuerySet[Order]:
        return selectors.with_answers(selectors.visible_orders(scope)).order_by("-pk")

    def context(self, scope: Any) -> dict[str, Any]:
        return {"may_issue": scope.holds("issue_order")}


class AccountabilityList(ListPage):
    """Measures of accountability on record."""

    title = "问责登记"
    unit = "条"
    right = "view_order"
    table_class = AccountabilityTable
    filterset_class = AccountabilityFilter
    search_fields = ("measure", "reason", "person", "order__number")
    search_hint = "方式、事由、文号"
    crumbs = CRUMB
    empty_title = "没有问责登记"
    empty_text = "督办或通报之后采取的问责措施，由制发单位在该件的页面登记。"

    def queryset(self, scope: Any) -> QuerySet[Accountability]:
        return selectors.accountabilities(scope).order_by("-pk")


# ---- One order --------------------------------------------------------------------------------------


def get_order(request: Request, pk: int) -> Order:
    """Return an order the person may see. 404 outside."""
    rows = selectors.visible_orders(request.scope).select_related(
        "organization", "district", "document", "created_by", "issued_by"
    )
    return get_object_or_404(rows, pk=pk)


def _page(
    request: Request,
    order: Order,
    *,
    issue_form: Any = None,
    answer_form: Any = None,
    refused: str = "",
    status: int = 200,
) -> HttpResponse:
    scope = request.scope
    draft = order.state == OrderState.DRAFT
    lines = list(order.lines.select_related("organization", "deadline"))
    deliveries = list(
        order.deliveries.select_related("organization", "received_by", "answered_by", "closed_by")
    )
    today = clock.today()
    listed = []
    for line in lines:
        late = line.deadline.closed_at is None and line.deadline.due_on < today
        if draft and late:
            line.due_on, line.days_overdue = line.deadline.due_on, (today - line.deadline.due_on).days
        listed.append((line, not late))
    for delivery in deliveries:
        delivery.order = order
    mine = [(row, {step.name for step in DELIVERY.offered(row, scope)}) for row in deliveries]
    files = list(DocumentFile.objects.filter(document=order.document_id).order_by("sequence"))
    newest = reverse("documents:file", args=[order.document_id, files[-1].sequence]) if files else ""
    may = {step.name for step in ORDER.offered(order, scope)}
    context = {
        "title": order.title,
        "crumbs": order_crumbs(),
        "badge": html.badge(OrderState(order.state), icon_name="auto"),
        "facts": [
            order.get_kind_display(),
            order.number or "文号签发时取得",
            str(order.organization),
            f"{len(lines)} 项",
        ],
        "order": order,
        "draft": draft,
        "lines": listed,
        "settled": sum(done for _, done in listed),
        "parties": len({line.organization_id for line in lines}),
        "deliveries": deliveries,
        "mine": [(row, steps) for row, steps in mine if steps],
        "to_judge": [row for row in deliveries if DELIVERY_OFFICE.offered(row, scope)],
        "closed": sum(row.state == DeliveryState.CLOSED for row in deliveries),
        "accountabilities": list(
            reading(order.accountabilities.select_related("organization", "recorded_by"), selectors.DECIDED)
        ),
        "decided": selectors.DECIDED,
        "may": may,
        "file_url": newest,
        "issue_form": issue_form or IssueForm(),
        "answer_form": answer_form or AnswerForm(),
        "refused": refused,
        "entries": timeline(order),
    }
    return render(request, "deadlines/orders/page.html", context, status=status)


@login_required
@require_safe
def order_page(request: Request, pk: int) -> HttpResponse:
    """The order: its lines, the paper, who has received and answered it, and what to do now."""
    return _page(request, get_order(request, pk))


@login_required
@require_POST
def order_issue(request: Request, pk: int) -> HttpResponse:
    """Issue with the password; a wrong one is said at its field, a stale page shows how it is now."""
    order = get_order(request, pk)
    form = IssueForm(request.POST)
    refused, status = "", 200
    if not form.is_valid():
        ORDER.refuse_unless_possible(order, "issue", request.scope)
    else:
        try:
            services.issue_order(order, actor=request.user, password=form.cleaned_data["password"])
        except DomainError as refusal:
            if refusal.status == 403:
                raise
            if refusal.field == "password":
                form.refuse(refusal)
            else:
                refused, status = refusal.message, refusal.status
        else:
            messages.success(request, "已签发，送达各责任单位签收和答复。")
            return redirect("deadlines:order", pk)
    return _page(request, get_order(request, pk), issue_form=form, refused=refused, status=status)


# ---- Deliveries -------------------------------------------------------------------------------------


def _delivery(request: Request, pk: int, delivery: int) -> Delivery:
    order = get_order(request, pk)
    found = get_object_or_404(Delivery.objects.select_related("organization"), pk=delivery, order=order)
    found.order = order
    return found


@login_required
@require_POST
def delivery_receive(request: Request, pk: int, delivery: int) -> HttpResponse:
    row = _delivery(request, pk, delivery)
    act = lambda: services.receive(row, actor=request.user)  # noqa: E731
    return attempt(request, act, "已签收。", "deadlines:order", pk)


@login_required
@require_POST
def delivery_answer(request: Request, pk: int, delivery: int) -> HttpResponse:
    row = _delivery(request, pk, delivery)
    form = AnswerForm(request.POST)
    DELIVERY.refuse_unless_possible(row, "answer", request.scope)
    if form.is_valid():
        services.answer(row, text=form.cleaned_data["answer"], actor=request.user)
        messages.success(request, f"已答复，待{row.order.organization}审核。")
        return redirect("deadlines:order", pk)
    return _page(request, row.order, answer_form=form)


def _judge(
    request: Request, pk: int, delivery: int, step: str, form: Any, act: Callable[..., Any], **words: Any
) -> HttpResponse:
    row = _delivery(request, pk, delivery)
    DELIVERY_OFFICE.refuse_unless_possible(row, step, request.scope, reason="-")
    return form_page(
        request, form, lambda data: act(row, actor=request.user, **data),
        lambda _: reverse("deadlines:order", args=[pk]),
        back=reverse("deadlines:order", args=[pk]), crumbs=order_crumbs(row.order),
        hint=f"{row.organization}的答复：{row.answer}", **words,
    )  # fmt: skip


@login_required
@require_http_methods(WRITE)
def delivery_accept(request: Request, pk: int, delivery: int) -> HttpResponse:
    return _judge(
        request, pk, delivery, "accept", AcceptForm(request.POST or None), services.accept,
        title="审核答复", button="审核通过", done="答复已审核通过。",
    )  # fmt: skip


@login_required
@require_http_methods(WRITE)
def delivery_return(request: Request, pk: int, delivery: int) -> HttpResponse:
    return _judge(
        request, pk, delivery, "return", SendBackForm(request.POST or None), services.send_back,
        title="退回重办", button="退回责任单位重办", done="已退回重办。", refuse=True,
    )  # fmt: skip


# ---- Accountability ---------------------------------------------------------------------------------


@login_required
@require_http_methods(WRITE)
def accountability_create(request: Request, pk: int) -> HttpResponse:
    """Put a measure of accountability on record."""
    order = get_order(request, pk)
    ORDER.refuse_unless_possible(order, "account", request.scope)
    named = Organization.objects.filter(pk__in=order.deliveries.values("organization"))
    first = {"decided_by": str(order.organization), "decided_on": clock.today()}
    return form_page(
        request, AccountabilityForm(request.POST or None, initial=first, organizations=named),
        lambda data: services.record_accountability(order, actor=request.user, **data),
        lambda _: f"{reverse('deadlines:order', args=[pk])}#accountability",
        title="登记问责", button="登记问责", back=reverse("deadlines:order", args=[pk]),
        crumbs=order_crumbs(order), done="已登记问责。", hint="登记后不能修改，记入该件的办理记录。",
    )  # fmt: skip
