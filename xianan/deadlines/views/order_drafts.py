"""Picking overdue rows and drawing up an order or circular of them (P34)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Page
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from xianan.core import clock
from xianan.core.errors import DomainError, NotAllowed
from xianan.core.outside import whole, wholes
from xianan.organizations.models import Organization
from xianan.organizations.pages import ListPage
from xianan.organizations.requests import Request
from xianan.ui.acts import WRITE, attempt, form_page
from xianan.ui.lists import BulkAction, Tab

from ..choices import OrderKind, OrderState
from ..flows import ORDER
from ..models import Deadline, Order
from ..registry import kind as deadline_kind
from ..services import order_drafts as services
from ..supervision import selectors
from ..supervision.filters import OverdueFilter
from ..supervision.forms import (
    OrderForm,
)
from ..supervision.tables import OverdueTable
from .orders import get_order, order_crumbs


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
    def crumbs(self) -> Sequence[tuple[str, str]]:
        return order_crumbs(self._draft)

    @property
    def _draft(self) -> Order | None:
        """The draft that ticked rows are to be added to, if the page was opened for one."""
        wanted = whole(self.request.GET.get("order"))
        if wanted is None:
            return None
        own = self.scope.organization_ids("issue_order")
        return Order.objects.filter(pk=wanted, state=OrderState.DRAFT, organization__in=own).first()

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
        by_kind: dict[str, list[Any]] = {}
        for row in rows:
            by_kind.setdefault(row.kind, []).append(row)
        for key, group in by_kind.items():
            links = deadline_kind(key).links([row.object_id for row in group])
            for row in group:
                row.link = links.get(row.object_id, "")
        return rows


# ---- The draft --------------------------------------------------------------------------------------


def _issuer(request: Request) -> Organization:
    scope = request.scope
    own = scope.organization_ids("issue_order")
    if not own:
        raise NotAllowed("您没有“签发督办单、通报”的权限。")
    mine = scope.organization
    return mine if mine.pk in own else Organization.objects.filter(pk__in=own).order_by("display_order")[0]


@login_required
@require_POST
def order_create(request: Request) -> HttpResponse:
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
            actor=request.user,
        )
    except NotAllowed:
        raise
    except DomainError as refusal:
        messages.error(request, refusal.message)
        return redirect("deadlines:overdue")
    messages.success(request, "已建立草稿，核对后签发。")
    return redirect("deadlines:order", order.pk)


@login_required
@require_POST
def order_add(request: Request, pk: int) -> HttpResponse:
    """Add the ticked rows to a draft."""
    order = get_order(request, pk)
    ORDER.refuse_unless_possible(order, "edit", request.scope)
    picked = OverdueList.selection(request)
    act = lambda: services.add_lines(order, deadlines=picked, actor=request.user)  # noqa: E731
    return attempt(request, act, "已加入草稿。", "deadlines:order", pk)


@login_required
@require_POST
def order_remove(request: Request, pk: int) -> HttpResponse:
    """Take one line out of a draft, or with `settled` all that are no longer overdue."""
    order = get_order(request, pk)
    ORDER.refuse_unless_possible(order, "edit", request.scope)
    if request.POST.get("settled"):
        gone = Q(deadline__closed_at__isnull=False) | Q(deadline__due_on__gte=clock.today())
        keys = list(order.lines.filter(gone).values_list("pk", flat=True))
    else:
        keys = wholes(request.POST.getlist("line"))
    act = lambda: services.remove_lines(order, lines=keys, actor=request.user)  # noqa: E731
    return attempt(request, act, "已移出。", "deadlines:order", pk)


@login_required
@require_http_methods(WRITE)
def order_change(request: Request, pk: int) -> HttpResponse:
    order = get_order(request, pk)
    ORDER.refuse_unless_possible(order, "edit", request.scope)
    first = {"title": order.title, "text": order.text, "answer_by": order.answer_by}
    return form_page(
        request, OrderForm(request.POST or None, initial=first),
        lambda data: services.change_order(order, actor=request.user, **data),
        lambda _: reverse("deadlines:order", args=[pk]),
        title="修改草稿", button="保存修改", back=reverse("deadlines:order", args=[pk]),
        crumbs=order_crumbs(order), done="已保存。",
    )  # fmt: skip


@login_required
@require_POST
def order_delete(request: Request, pk: int) -> HttpResponse:
    order = get_order(request, pk)
    act = lambda: services.delete_order(order, actor=request.user)  # noqa: E731
    return attempt(request, act, f"已删除草稿“{order.title}”。", "deadlines:orders")
