"""Lists of overdue rows and of orders; the page of an order and of its copies; drawing one up."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import django_filters
from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Page
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.views.decorators.http import require_POST

from xianan.acts.pages import NounList, NounPages, Panel, form_of
from xianan.core import clock
from xianan.core.errors import DomainError, NotAllowed
from xianan.core.outside import whole, wholes
from xianan.documents.models import DocumentFile
from xianan.organizations.models import Organization
from xianan.organizations.pages import ListPage
from xianan.organizations.requests import Request
from xianan.policy.late import reading
from xianan.ui import html, text
from xianan.ui.acts import attempt
from xianan.ui.conditions import RowFilter
from xianan.ui.forms import Form
from xianan.ui.lists import BulkAction, Tab
from xianan.ui.tables import Badge, Day, Due, Name, Number, Ops, State, Table, Tight

from ..choices import DeliveryState, OrderKind, OrderState
from ..filters import every_owing
from ..models import Deadline
from ..registry import kind, kinds
from .model import Delivery, Order
from .selectors import DECIDED, overdue, with_answers
from .steps import (
    ACCOUNT,
    DELIVERY,
    ISSUE,
    ORDER,
    add_lines,
    answer,
    change_order,
    delete_order,
    draft_order,
    issue_order,
    remove_lines,
)

SECTION = "督导与监督"


# ---- The lists ---------------------------------------------------------------------------------------


class OrderTable(Table):
    title = Name("标题", url=ORDER.page, second=lambda row: row.number)
    kind = Badge("种类")
    organization = Tight("制发单位", accessor="organization__name", order_by=("organization__display_order",))
    line_count = Number("事项")
    state = State("状态", waiting=("draft",))
    answered = Tight("答复办结", accessor="closed_count", orderable=False)
    answer_by = Tight("答复时限")
    issued_at = Day("签发日期", wide_only=True)
    ops = Ops()

    def render_answered(self, record: Any) -> str:
        return f"{record.closed_count}/{record.delivery_count}" if record.delivery_count else "—"

    export_answered = render_answered

    def render_answer_by(self, record: Any) -> SafeString | str:
        if record.state != "issued":
            return text.short_date(record.answer_by)
        words, tone = text.days_left(record.answer_by)
        return html.state(f"{text.short_date(record.answer_by)}，{words}", tone)

    def render_ops(self, record: Any) -> SafeString:
        label = "审阅并签发" if record.state == "draft" else "查看"
        return format_html('<a class="link" href="{}">{}</a>', ORDER.url(record), label)


class OrderFilter(django_filters.FilterSet):
    kind = django_filters.ChoiceFilter(label="种类", choices=OrderKind.choices)


class OrderList(NounList[Order]):
    """The orders and circulars a person may see."""

    noun = ORDER
    title = "督办与通报"
    section = SECTION
    unit = "件"
    table_class = OrderTable
    filterset_class = OrderFilter
    search_fields = ("title", "number")
    search_hint = "标题、文号"
    empty_title = "还没有督办单和通报"
    empty_text = "区政府办、督查室从逾期事项中选取，制成督办单或通报，送达责任单位签收和答复。"
    begins = "从逾期事项起草", "deadlines:overdue", ISSUE

    def queryset(self, scope: Any) -> QuerySet[Order]:
        rows = ORDER.visible(scope).select_related(None).select_related("organization")
        return with_answers(rows).order_by("-pk")


class OverdueTable(Table):
    left = Due("期限", accessor="due_on", orderable=False)
    title = Name("事由", url=lambda row: row.link, second=lambda row: kind(row.kind).label)
    organization = Tight("责任单位", accessor="organization__name", order_by=("organization__display_order",))
    due_on = Day("到期日", css="tight num")
    clause = Tight("条款", accessor="kind", orderable=False)
    taken = Tight("督办情况", orderable=False)

    def render_clause(self, record: Any) -> str:
        return kind(record.kind).clause

    export_clause = render_clause

    def render_taken(self, record: Any) -> SafeString:
        return html.state("已列入", "blue") if record.taken else html.state("未列入", "grey", is_open=True)

    def export_taken(self, record: Any) -> str:
        return "已列入" if record.taken else "未列入"


class OverdueFilter(django_filters.FilterSet):
    organization = RowFilter(label="责任单位", queryset=every_owing)
    kind = django_filters.ChoiceFilter(
        label="种类", choices=lambda: [(row.key, row.label) for row in kinds()]
    )


class OverdueList(ListPage):
    """The overdue deadlines of the whole district, to be ticked for an order or circular."""

    title = "逾期事项"
    right = ISSUE
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
        return ORDERS.crumbs(self._draft)

    @property
    def _draft(self) -> Order | None:
        """The draft that ticked rows are to be added to, if the page was opened for one."""
        wanted = whole(self.request.GET.get("order"))
        if wanted is None:
            return None
        own = self.scope.organization_ids(ISSUE)
        return Order.objects.filter(pk=wanted, state=OrderState.DRAFT, organization__in=own).first()

    def queryset(self, scope: Any) -> QuerySet[Deadline]:
        return overdue(scope.district_id)

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
        by_kind: dict[str, list[Any]] = defaultdict(list)
        for row in rows:
            by_kind[row.kind].append(row)
        for key, group in by_kind.items():
            links = kind(key).links([row.object_id for row in group])
            for row in group:
                row.link = links.get(row.object_id, "")
        return rows


# ---- One order ---------------------------------------------------------------------------------------


class IssueForm(Form):
    # Spaces are part of a password.
    password = forms.CharField(
        label="再次输入登录密码",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "class": "control"}),
    )


def _facts(row: Order) -> list[str]:
    return [row.get_kind_display(), row.number or "文号签发时取得", str(row.organization)]


def _asked(request: Request, row: Order) -> Mapping[str, Any]:
    scope, today = request.scope, clock.today()
    draft = row.state == OrderState.DRAFT
    listed = []
    for line in row.lines.select_related("organization", "deadline"):
        late = line.deadline.closed_at is None and line.deadline.due_on < today
        if draft and late:
            line.due_on, line.days_overdue = line.deadline.due_on, (today - line.deadline.due_on).days
        listed.append((line, not late))
    copies = list(row.deliveries.select_related("organization", "received_by", "answered_by", "closed_by"))
    for copy in copies:
        copy.order = row
    steps = [(copy, {step.name for step in DELIVERY.offered(copy, scope)}) for copy in copies]
    files = list(DocumentFile.objects.filter(document=row.document_id).order_by("sequence"))
    return {
        "facts": [*_facts(row), f"{len(listed)} 项"],
        "order": row,
        "draft": draft,
        "lines": listed,
        "settled": sum(done for _, done in listed),
        "parties": len({line.organization_id for line, _ in listed}),
        "deliveries": copies,
        "mine": [(copy, names) for copy, names in steps if names & {"receive", "answer"}],
        "to_judge": [copy for copy, names in steps if "accept" in names],
        "closed": sum(copy.state == DeliveryState.CLOSED for copy in copies),
        "accountabilities": list(
            reading(row.accountabilities.select_related("organization", "recorded_by"), DECIDED)
        ),
        "decided": DECIDED,
        "may_account": ACCOUNT.awaits(row, scope),
        "file_url": reverse("documents:file", args=[row.document_id, files[-1].sequence]) if files else "",
        "issue_form": IssueForm(),
        "answer_form": form_of(answer, None),
    }


ORDERS: NounPages[Order] = NounPages(
    noun=ORDER,
    section=SECTION,
    title="督办与通报",
    name=lambda row: row.title,
    facts=_facts,
    sheet=(),
    template="deadlines/orders/page.html",
    asked=_asked,
    inline=("issue",),
)


@login_required
@require_POST
def order_issue(request: Request, pk: int) -> HttpResponse:
    """Issue with the password; a wrong one is said at its field, a stale page shows how it is now."""
    order = ORDER.fetch(request.scope, pk)
    form = IssueForm(request.POST)
    refused, status = "", 200
    if not form.is_valid():
        ORDER.steps["issue"].refuse(order, request.scope)
    else:
        try:
            issue_order(order, actor=request.user, password=form.cleaned_data["password"])
        except DomainError as refusal:
            if refusal.status == 403:
                raise
            if refusal.field == "password":
                form.refuse(refusal)
            else:
                refused, status = refusal.message, refusal.status
        else:
            messages.success(request, "已签发，送达各责任单位签收和答复。")
            return redirect(ORDER.url(pk))
    order = ORDER.fetch(request.scope, pk)
    return ORDERS.show(request, order, issue_form=form, refused=refused, status=status)


# ---- Its copies --------------------------------------------------------------------------------------


class DeliveryPages(NounPages[Delivery]):
    """A copy has no page of its own; what is refused of one stands on the page of the order."""

    def show(self, request: Request, row: Delivery, *, status: int = 200, **more: Any) -> HttpResponse:
        form = more["form"]
        refused = {"answer_form": form} if form.fields else {"refused": "".join(form.non_field_errors())}
        return ORDERS.show(request, row.order, status=status, **refused)


DELIVERIES = DeliveryPages(
    noun=DELIVERY,
    section=SECTION,
    title=ORDERS.title,
    name=lambda row: row.order.title,
    facts=lambda row: (str(row.organization), row.order.number),
    sheet=(),
    panels=(Panel("deadlines/orders/_answer.html", lambda row: {}, steps=("accept", "return")),),
    inline=("receive", "answer"),
)


# ---- The draft ---------------------------------------------------------------------------------------


@login_required
@require_POST
def order_create(request: Request) -> HttpResponse:
    """Draw up an order or circular about the ticked rows."""
    own = request.scope.organization_ids(ISSUE)
    if not own:
        raise NotAllowed("您没有“签发督办单、通报”的权限。")
    issuer = request.scope.organization
    if issuer.pk not in own:
        issuer = Organization.objects.filter(pk__in=own).order_by("display_order")[0]
    kind = request.GET.get("kind", "")
    try:
        order = draft_order(
            kind=kind if kind in OrderKind.values else OrderKind.ORDER,
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
    return redirect(ORDER.url(order))


@login_required
@require_POST
def order_add(request: Request, pk: int) -> HttpResponse:
    """Add the ticked rows to a draft."""
    order = ORDER.fetch(request.scope, pk)
    change_order.refuse(order, request.scope)
    picked = OverdueList.selection(request)
    act = partial(add_lines, order, deadlines=picked, actor=request.user)
    return attempt(request, act, "已加入草稿。", ORDER.page, pk)


@login_required
@require_POST
def order_remove(request: Request, pk: int) -> HttpResponse:
    """Take one line out of a draft, or with `settled` all that are no longer overdue."""
    order = ORDER.fetch(request.scope, pk)
    change_order.refuse(order, request.scope)
    if request.POST.get("settled"):
        gone = Q(deadline__closed_at__isnull=False) | Q(deadline__due_on__gte=clock.today())
        keys = list(order.lines.filter(gone).values_list("pk", flat=True))
    else:
        keys = wholes(request.POST.getlist("line"))
    act = partial(remove_lines, order, lines=keys, actor=request.user)
    return attempt(request, act, "已移出。", ORDER.page, pk)


@login_required
@require_POST
def order_delete(request: Request, pk: int) -> HttpResponse:
    order = ORDER.fetch(request.scope, pk)
    act = partial(delete_order, order, actor=request.user)
    return attempt(request, act, f"已删除草稿“{order.title}”。", ORDER.list_page)


_ORDER = "orders/<number:pk>"
URLS = [
    *ORDERS.urls("orders", OrderList, own={"issue": order_issue}, create=("create", order_create)),
    path("orders/overdue/", OverdueList.as_view(), name="overdue"),
    path(f"{_ORDER}/delete/", order_delete, name="order-delete"),
    path(f"{_ORDER}/lines/", order_add, name="order-add"),
    path(f"{_ORDER}/lines/remove/", order_remove, name="order-remove"),
    *DELIVERIES.step_urls("orders/<number:above>/deliveries"),
]
