"""Who was called to account after an order or circular: the list, and putting a measure on record (P34)."""

from __future__ import annotations

from typing import Any

import django_filters
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import HttpResponse
from django.urls import path
from django.views.decorators.http import require_http_methods

from xianan.core import clock
from xianan.organizations.models import Organization
from xianan.organizations.pages import ListPage
from xianan.organizations.requests import Request
from xianan.policy.late import reading
from xianan.ui.acts import WRITE, form_page
from xianan.ui.conditions import RowFilter
from xianan.ui.fields import form_field
from xianan.ui.forms import Form, RowField
from xianan.ui.tables import Column, EventDay, Name, Table, Tight

from ..filters import every_owing
from .model import Accountability, Order
from .page import ORDERS, SECTION
from .selectors import DECIDED, seen
from .steps import (
    ACCOUNT,
    ORDER,
    record_accountability,
)


class AccountabilityTable(Table):
    organization = Name(
        "被问责单位", accessor="organization__name", url=lambda row: f"{ORDER.url(row.order_id)}#accountability",
        second=lambda row: row.reason, order_by=("organization__display_order",),
    )  # fmt: skip
    measure = Tight("问责方式")
    person = Tight("被问责人")
    reason = Column("事由", hidden=True)
    decided_by = Tight("决定机关")
    decided_on = EventDay("决定日期", late=DECIDED.late)
    order = Tight("依据文件", accessor="order__number")
    recorded_by = Tight("登记人", accessor="recorded_by__name", hidden=True)


class AccountabilityFilter(django_filters.FilterSet):
    organization = RowFilter(label="被问责单位", queryset=every_owing)


class AccountabilityList(ListPage):
    """Measures of accountability on record: the own unit's or, for offices, all."""

    title = "问责登记"
    unit = "条"
    right = ORDER.view
    table_class = AccountabilityTable
    filterset_class = AccountabilityFilter
    search_fields = ("measure", "reason", "person", "order__number")
    search_hint = "方式、事由、文号"
    crumbs = ((SECTION, ""),)
    empty_title = "没有问责登记"
    empty_text = "督办或通报之后采取的问责措施，由制发单位在该件的页面登记。"

    def queryset(self, scope: Any) -> QuerySet[Accountability]:
        orders = seen(Order.objects.filter(district_id=scope.district_id), scope)
        rows = Accountability.objects.filter(order__in=orders)
        if not scope.whole_district(self.right):
            rows = rows.filter(organization__in=scope.organization_ids(self.right))
        return reading(rows.select_related("order", "organization", "recorded_by"), DECIDED).order_by("-pk")


class AccountabilityForm(Form):
    organization = RowField(label="被问责单位", queryset=Organization.objects.none())
    person = form_field(Accountability.person)
    measure = form_field(Accountability.measure)
    decided_by = form_field(Accountability.decided_by)
    decided_on = form_field(Accountability.decided_on)
    reason = form_field(Accountability.reason)

    def __init__(self, *args: Any, organizations: QuerySet[Organization], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.field("organization", RowField).queryset = organizations


@login_required
@require_http_methods(WRITE)
def accountability_create(request: Request, pk: int) -> HttpResponse:
    """Put a measure of accountability on record."""
    order = ORDER.fetch(request.scope, pk)
    ACCOUNT.refuse(order, request.scope)
    named = Organization.objects.filter(pk__in=order.deliveries.values("organization"))
    first = {"decided_by": str(order.organization), "decided_on": clock.today()}
    return form_page(
        request, AccountabilityForm(request.POST or None, initial=first, organizations=named),
        lambda data: record_accountability(order, actor=request.user, **data),
        lambda _: f"{ORDER.url(pk)}#accountability",
        title="登记问责", button="登记问责", back=ORDER.url(pk), crumbs=ORDERS.crumbs(order), done="已登记问责。",
        hint="登记后不能修改，记入该件的办理记录。",
    )  # fmt: skip


URLS = [
    path("orders/accountabilities/", AccountabilityList.as_view(), name="accountabilities"),
    path("orders/<number:pk>/accountability/", accountability_create, name="accountability-create"),
]
