"""Supervision orders and circulars: picking overdue rows, issuing, receipt, answer, judgement (P34)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Page
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from xianan.core import clock
from xianan.core.errors import DomainError, NotAllowed
from xianan.documents.models import DocumentFile
from xianan.history.selectors import timeline
from xianan.organizations.models import Organization
from xianan.organizations.scope import Scope
from xianan.ui import html
from xianan.ui.lists import BulkAction, ListPage, Tab

from ..choices import DeliveryState, OrderKind, OrderState
from ..flows import DELIVERY, DELIVERY_OFFICE, ORDER
from ..models import Accountability, Deadline, Delivery, Order
from ..registry import kind as deadline_kind
from ..services import orders as services
from ..supervision import selectors
from ..supervision.filters import AccountabilityFilter, OrderFilter, OverdueFilter
from ..supervision.forms import (
    AcceptForm,
    AccountabilityForm,
    AnswerForm,
    IssueForm,
    OrderForm,
    SendBackForm,
)
from ..supervision.tables import AccountabilityTable, OrderTable, OverdueTable
from .plans import CRUMB, WRITE, attempt, form_page


def _scope(request: HttpRequest) -> Scope:
    return request.scope  # type: ignore[attr-defined]


def _crumbs(order: Order | None = None) -> list[tuple[str, str]]:
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


class OverdueList(ListPage):
    """The overdue deadlines of the whole district, to be ticked for an order or circular."""

    title = "逾期事项"
    right = "issue_order"
    table_class = OverdueTable
    filterset_class = OverdueFilter
    default_sort = "due_on"
    search_fields = ("title",)
    search_hint = "事由"
    bulk_all = True
    tabs = (
        Tab("all", "全部逾期"),
        Tab("fresh", "未列入督办或通报", Q(taken=False)),
        Tab("taken", "已列入", Q(taken=True)),
    )
    empty_title = "没有逾期事项"
    empty_text = "各单位的期限都没有超过。到期未办结的第二天起列在这里。"
    template_name = "deadlines/orders/pick.html"

    @property
    def crumbs(self) -> Sequence[tuple[str, str]]:  # type: ignore[override]
        return _crumbs(self._draft)

    @property
    def _draft(self) -> Order | None:
        """The draft that ticked rows are to be added to, if the page was opened for one."""
        wanted = self.request.GET.get("order", "")
        if not (wanted.isascii() and wanted.isdigit() and len(wanted) < 19):
            return None
        own = _scope(self.request).organization_ids("issue_order")
        return Order.objects.filter(pk=int(wanted), state=OrderState.DRAFT, organization__in=own).first()

    def queryset(self, scope: Any) -> QuerySet[Deadline]:
        return selectors.overdue(scope.district_id)

    def bulk_actions(self, scope: Any) -> Sequence[BulkAction]:
        draft = self._draft
        if draft is not None:
            return [BulkAction("加入这份草稿", reverse("deadlines:order-add", args=[draft.pk]), "primary")]
        url = reverse("deadlines:order-create")
        return [
            BulkAction("起草通报", f"{url}?kind={OrderKind.CIRCULAR}"),
            BulkAction("起草督办单", f"{url}?kind={OrderKind.ORDER}", "primary"),
        ]

    def rows_of(self, page: Page[Any]) -> list[Any]:
        rows = super().rows_of(page)
        by_kind: dict[str, list[Deadline]] = {}
        for row in rows:
            by_kind.setdefault(row.kind, []).append(row)
        for key, group in by_kind.items():
            links = deadline_kind(key).links([row.object_id for row in group])
            for row in group:
                row.link = links.get(row.object_id, "")  # type: ignore[attr-defined]
        return rows


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


# ---- Drafting ----------------------------------------------------------------------------------------


def _issuer(request: HttpRequest) -> Organization:
    scope = _scope(request)
    own = scope.organization_ids("issue_order")
    if not own:
        raise NotAllowed("您没有“签发督办单、通报”的权限。")
    mine = scope.organization
    return mine if mine.pk in own else Organization.objects.filter(pk__in=own).order_by("display_order")[0]


@login_required
@require_POST
def order_create(request: HttpRequest) -> HttpResponse:
    """Draw up an order or circular about the ticked rows."""
    issuer = _issuer(request)
    kind = request.GET.get("kind", "")
    if kind not in OrderKind.values:
        kind = OrderKind.ORDER.value
    try:
        order = services.draft_order(
            kind=kind,
            deadlines=OverdueList.selection(request),
            organization=issuer,
            actor=request.user,  # type: ignore[arg-type]
        )
    except NotAllowed:
        raise
    except DomainError as refusal:
        messages.error(request, refusal.message)
        return redirect("deadlines:overdue")
    messages.success(request, "已建立草稿，核对后签发。")
    return redirect("deadlines:order", order.pk)


def _order(request: HttpRequest, pk: int) -> Order:
    rows = selectors.visible_orders(_scope(request)).select_related(
        "organization", "district", "document", "created_by", "issued_by"
    )
    return get_object_or_404(rows, pk=pk)


@login_required
@require_POST
def order_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Add the ticked rows to a draft."""
    order = _order(request, pk)
    ORDER.refuse_unless_possible(order, "edit", _scope(request))
    picked = OverdueList.selection(request)
    act = lambda: services.add_lines(order, deadlines=picked, actor=request.user)  # type: ignore[arg-type] # noqa: E731
    return attempt(request, act, "已加入草稿。", "deadlines:order", pk)


@login_required
@require_POST
def order_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take one line out of a draft, or with `settled` all that are no longer overdue."""
    order = _order(request, pk)
    ORDER.refuse_unless_possible(order, "edit", _scope(request))
    if request.POST.get("settled"):
        gone = Q(deadline__closed_at__isnull=False) | Q(deadline__due_on__gte=clock.today())
        keys = list(order.lines.filter(gone).values_list("pk", flat=True))
    else:
        keys = [int(key) for key in request.POST.getlist("line") if key.isascii() and key.isdigit()]
        keys = [key for key in keys if key < 2**63]
    act = lambda: services.remove_lines(order, lines=keys, actor=request.user)  # type: ignore[arg-type] # noqa: E731
    return attempt(request, act, "已移出。", "deadlines:order", pk)


@login_required
@require_http_methods(WRITE)
def order_change(request: HttpRequest, pk: int) -> HttpResponse:
    order = _order(request, pk)
    ORDER.refuse_unless_possible(order, "edit", _scope(request))
    first = {"title": order.title, "text": order.text, "answer_by": order.answer_by}
    return form_page(
        request, OrderForm(request.POST or None, initial=first),
        lambda data: services.change_order(order, actor=request.user, **data),  # type: ignore[arg-type]
        lambda _: reverse("deadlines:order", args=[pk]),
        title="修改草稿", button="保存修改", back=reverse("deadlines:order", args=[pk]),
        crumbs=_crumbs(order), done="已保存。",
    )  # fmt: skip


@login_required
@require_POST
def order_delete(request: HttpRequest, pk: int) -> HttpResponse:
    order = _order(request, pk)
    act = lambda: services.delete_order(order, actor=request.user)  # type: ignore[arg-type] # noqa: E731
    return attempt(request, act, f"已删除草稿“{order.title}”。", "deadlines:orders")


# ---- One order ---------------------------------------------------------------------------------------


def _page(
    request: HttpRequest,
    order: Order,
    *,
    issue_form: Any = None,
    answer_form: Any = None,
    refused: str = "",
    status: int = 200,
) -> HttpResponse:
    scope = _scope(request)
    draft = order.state == OrderState.DRAFT
    lines = list(order.lines.select_related("organization", "deadline"))
    deliveries = list(
        order.deliveries.select_related("organization", "received_by", "answered_by", "closed_by")
    )
    today = clock.today()
    for line in lines:
        late = line.deadline.closed_at is None and line.deadline.due_on < today
        line.settled = not late  # type: ignore[attr-defined]
        if draft and late:
            line.due_on, line.days_overdue = line.deadline.due_on, (today - line.deadline.due_on).days
    for delivery in deliveries:
        delivery.order = order
        delivery.steps = {step.name for step in DELIVERY.offered(delivery, scope)}  # type: ignore[attr-defined]
        delivery.office = {step.name for step in DELIVERY_OFFICE.offered(delivery, scope)}  # type: ignore[attr-defined]
    files = list(DocumentFile.objects.filter(document=order.document_id).order_by("sequence"))
    newest = reverse("documents:file", args=[order.document_id, files[-1].sequence]) if files else ""
    may = {step.name for step in ORDER.offered(order, scope)}
    context = {
        "title": order.title,
        "crumbs": _crumbs(),
        "badge": html.badge(OrderState(order.state), icon_name="auto"),
        "facts": [
            order.get_kind_display(),
            order.number or "文号签发时取得",
            str(order.organization),
            f"{len(lines)} 项",
        ],
        "order": order,
        "draft": draft,
        "lines": lines,
        "settled": sum(line.settled for line in lines),  # type: ignore[attr-defined]
        "parties": len({line.organization_id for line in lines}),
        "deliveries": deliveries,
        "mine": [row for row in deliveries if row.steps],  # type: ignore[attr-defined]
        "to_judge": [row for row in deliveries if row.office],  # type: ignore[attr-defined]
        "closed": sum(row.state == DeliveryState.CLOSED for row in deliveries),
        "accountabilities": list(order.accountabilities.select_related("organization", "recorded_by")),
        "may": may,
        "file_url": newest,
        "verify_url": reverse("documents:verify-code", args=[order.document.code]) if order.document else "",
        "issue_form": issue_form or IssueForm(),
        "answer_form": answer_form or AnswerForm(),
        "refused": refused,
        "entries": timeline(order),
    }
    return render(request, "deadlines/orders/page.html", context, status=status)


@login_required
@require_safe
def order_page(request: HttpRequest, pk: int) -> HttpResponse:
    """The order: its lines, the paper, who has received and answered it, and what to do now."""
    return _page(request, _order(request, pk))


@login_required
@require_POST
def order_issue(request: HttpRequest, pk: int) -> HttpResponse:
    """Issue with the password; a wrong one is said at its field, a stale page shows how it is now."""
    order = _order(request, pk)
    form = IssueForm(request.POST)
    refused, status = "", 200
    if not form.is_valid():
        ORDER.refuse_unless_possible(order, "issue", _scope(request))
    else:
        try:
            services.issue_order(order, actor=request.user, password=form.cleaned_data["password"])  # type: ignore[arg-type]
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
    return _page(request, _order(request, pk), issue_form=form, refused=refused, status=status)


# ---- Deliveries --------------------------------------------------------------------------------------


def _delivery(request: HttpRequest, pk: int, delivery: int) -> Delivery:
    order = _order(request, pk)
    found = get_object_or_404(Delivery.objects.select_related("organization"), pk=delivery, order=order)
    found.order = order
    return found


@login_required
@require_POST
def delivery_receive(request: HttpRequest, pk: int, delivery: int) -> HttpResponse:
    row = _delivery(request, pk, delivery)
    act = lambda: services.receive(row, actor=request.user)  # type: ignore[arg-type] # noqa: E731
    return attempt(request, act, "已签收。", "deadlines:order", pk)


@login_required
@require_POST
def delivery_answer(request: HttpRequest, pk: int, delivery: int) -> HttpResponse:
    row = _delivery(request, pk, delivery)
    form = AnswerForm(request.POST)
    DELIVERY.refuse_unless_possible(row, "answer", _scope(request))
    if form.is_valid():
        services.answer(row, text=form.cleaned_data["answer"], actor=request.user)  # type: ignore[arg-type]
        messages.success(request, f"已答复，待{row.order.organization}审核。")
        return redirect("deadlines:order", pk)
    return _page(request, row.order, answer_form=form)


def _judge(
    request: HttpRequest, pk: int, delivery: int, step: str, form: Any, act: Callable[..., Any], **words: Any
) -> HttpResponse:
    row = _delivery(request, pk, delivery)
    DELIVERY_OFFICE.refuse_unless_possible(row, step, _scope(request), reason="-")
    return form_page(
        request, form, lambda data: act(row, actor=request.user, **data),
        lambda _: reverse("deadlines:order", args=[pk]),
        back=reverse("deadlines:order", args=[pk]), crumbs=_crumbs(row.order),
        hint=f"{row.organization}的答复：{row.answer}", **words,
    )  # fmt: skip


@login_required
@require_http_methods(WRITE)
def delivery_accept(request: HttpRequest, pk: int, delivery: int) -> HttpResponse:
    return _judge(
        request, pk, delivery, "accept", AcceptForm(request.POST or None), services.accept,
        title="审核答复", button="审核通过", done="答复已审核通过。",
    )  # fmt: skip


@login_required
@require_http_methods(WRITE)
def delivery_return(request: HttpRequest, pk: int, delivery: int) -> HttpResponse:
    return _judge(
        request, pk, delivery, "return", SendBackForm(request.POST or None), services.send_back,
        title="退回重办", button="退回责任单位重办", done="已退回重办。", refuse=True,
    )  # fmt: skip


# ---- Accountability ----------------------------------------------------------------------------------


@login_required
@require_http_methods(WRITE)
def accountability_create(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a measure of accountability on record."""
    order = _order(request, pk)
    ORDER.refuse_unless_possible(order, "account", _scope(request))
    named = Organization.objects.filter(pk__in=order.deliveries.values("organization"))
    first = {"decided_by": str(order.organization), "decided_on": clock.today()}
    return form_page(
        request, AccountabilityForm(request.POST or None, initial=first, organizations=named),
        lambda data: services.record_accountability(order, actor=request.user, **data),  # type: ignore[arg-type]
        lambda _: f"{reverse('deadlines:order', args=[pk])}#accountability",
        title="登记问责", button="登记问责", back=reverse("deadlines:order", args=[pk]),
        crumbs=_crumbs(order), done="已登记问责。", hint="登记后不能修改，记入该件的办理记录。",
    )  # fmt: skip
