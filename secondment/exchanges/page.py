"""The list of upward study and guidance, the page of one, registering and changing it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import django_filters
from django import forms
from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import HttpResponse
from django.utils.safestring import SafeString
from django.views.decorators.http import require_http_methods

from secondment.choices import ExchangeKind, ExchangeState
from secondment.exchanges.model import Exchange
from secondment.exchanges.steps import EXCHANGE, FIELDS, RIGHT, change_exchange, register_exchange
from secondment.filters.training import holders, invited
from secondment.selectors import exchanges as selectors
from secondment.selectors.exchanges import CONFIRMED, REGISTERED
from secondment.views.common import SECTION
from xianan.acts.pages import NounList, NounPages
from xianan.core import clock
from xianan.core.errors import NotAllowed
from xianan.organizations.models import Organization
from xianan.organizations.requests import Request
from xianan.organizations.scope import Scope
from xianan.organizations.selectors import departments, streets
from xianan.ui import html
from xianan.ui.acts import WRITE, form_page
from xianan.ui.conditions import RowFilter
from xianan.ui.fields import form_field
from xianan.ui.forms import Form, RowField
from xianan.ui.lists import Tab
from xianan.ui.tables import Column, Day, EventDay, Name, Table, Tight
from xianan.ui.text import full_date

TITLE = "上派下挂"


# ---- The list ----------------------------------------------------------------------------------------


class ExchangeTable(Table):
    name = Name("姓名", url=EXCHANGE.page, second="post")
    kind = Tight("类别")
    sender = Tight("派出单位", orderable=False)
    receiver = Tight("接收单位", orderable=False)
    department = Tight("部门", accessor="department__name", hidden=True)
    street = Tight("街道", accessor="street__name", hidden=True)
    starts_on = EventDay("起始日期", late=REGISTERED.late)
    ends_on = Day("结束日期")
    mentor = Tight("带教人或对接人", wide_only=True)
    liaison_contact = Tight("大工委联系人", hidden=True)
    plan = Column("计划", hidden=True, orderable=False)
    confirmed_on = EventDay("到岗日期", late=CONFIRMED.late, hidden=True)
    report_by = Day("总结截止", hidden=True)
    reported_on = Day("总结日期", hidden=True)
    evaluation = Column("接收单位评价", hidden=True, orderable=False)
    state = Tight("状态", orderable=False)

    def render_sender(self, record: Exchange) -> str:
        return str(record.sender)

    def render_receiver(self, record: Exchange) -> str:
        return str(record.receiver)

    def render_state(self, record: Exchange) -> SafeString:
        return html.state(*EXCHANGE.standing(record))

    def export_sender(self, record: Exchange) -> str:
        return str(record.sender)

    def export_receiver(self, record: Exchange) -> str:
        return str(record.receiver)

    def export_state(self, record: Exchange) -> str:
        return EXCHANGE.standing(record)[0]


class ExchangeFilter(django_filters.FilterSet):
    kind = django_filters.ChoiceFilter(label="类别", choices=ExchangeKind.choices)
    department = RowFilter(label="部门", queryset=holders)
    street = RowFilter(label="街道", queryset=invited)


class ExchangeList(NounList[Exchange]):
    """Who is sent up to learn and down to guide."""

    noun = EXCHANGE
    title = TITLE
    section = SECTION
    unit = "人次"
    table_class = ExchangeTable
    filterset_class = ExchangeFilter
    search_fields = ("name", "mentor", "plan")
    search_hint = "姓名、带教人、计划"
    empty_title = "还没有上派学习和下挂指导"
    empty_text = "街道派干部到部门学习、部门派干部到街道指导，由派出单位登记，双方都能看到。"
    begins = "登记上派下挂", "secondment:exchange-create", RIGHT

    def get_tabs(self, scope: Any) -> Sequence[Tab]:
        today = clock.today()
        return (
            Tab("all", "全部"),
            Tab("ongoing", "进行中", selectors.ongoing(today)),
            Tab("coming", "未开始", selectors.coming(today)),
            Tab("to_report", "待报总结", selectors.to_report(today)),
            Tab("late", "逾期未报", selectors.to_report(today) & Q(report_by__lt=today)),
            Tab("reported", "已报总结", Q(state=ExchangeState.REPORTED)),
            Tab("cancelled", "已取消", Q(state=ExchangeState.CANCELLED)),
        )


PAGES: NounPages[Exchange] = NounPages(
    noun=EXCHANGE,
    section=SECTION,
    title=TITLE,
    name=str,
    facts=lambda row: (
        f"{row.sender} → {row.receiver}",
        f"{full_date(row.starts_on)}至{full_date(row.ends_on)}",
        "P10",
    ),
    sheet=(),
    template="secondment/exchanges/page.html",
    more=lambda row: {"registered": REGISTERED, "confirmed": CONFIRMED, "phase": row.phase().value},
)


# ---- Registering and changing ------------------------------------------------------------------------


class ExchangeForm(Form):
    """Who is sent where, for how long, to whom, with which plan."""

    kind = forms.ChoiceField(label="类别", choices=ExchangeKind.choices)
    street = RowField(label="街道", queryset=Organization.objects.none(), empty_label="请选择")
    department = RowField(label="部门", queryset=Organization.objects.none(), empty_label="请选择")
    name = form_field(Exchange.name)
    post = form_field(Exchange.post)
    mentor = form_field(Exchange.mentor)
    starts_on = form_field(Exchange.starts_on)
    ends_on = form_field(Exchange.ends_on)
    liaison_contact = form_field(Exchange.liaison_contact)
    plan = form_field(Exchange.plan, widget=forms.Textarea(attrs={"rows": 5}))

    def __init__(self, *args: Any, scope: Scope, fixed: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if fixed:
            for name in ("kind", "street", "department"):
                del self.fields[name]
            return
        # For the own side the own organizations alone.
        own = scope.organization_ids(RIGHT)
        from_street, from_department = streets(scope.district_id), departments(scope.district_id)
        kind = ExchangeKind.GUIDANCE
        if from_street.filter(pk__in=own).exists():
            kind, from_street = ExchangeKind.UPWARD, from_street.filter(pk__in=own)
        else:
            from_department = from_department.filter(pk__in=own)
        self.field("kind", forms.ChoiceField).choices = [(kind.value, kind.label)]
        self.field("street", RowField).queryset = from_street
        self.field("department", RowField).queryset = from_department
        side = "street" if kind == ExchangeKind.UPWARD else "department"
        self.initial = {"kind": kind.value, side: next(iter(own)), **self.initial}

    @property
    def values(self) -> dict[str, Any]:
        """What the service takes."""
        parties = ("kind", "street", "department")
        data = {name: value for name, value in self.cleaned_data.items() if name not in parties}
        return {**data, "by_liaison": bool(data["liaison_contact"].strip())}


@login_required
@require_http_methods(WRITE)
def create(request: Request) -> HttpResponse:
    """Register somebody of the own organization."""
    if not request.scope.organization_ids(RIGHT):
        raise NotAllowed("您没有“登记上派下挂”的权限。")
    form = ExchangeForm(request.POST or None, scope=request.scope)
    request.menu_current = "secondment:exchanges"
    return form_page(
        request, form,
        lambda data: register_exchange(
            kind=data["kind"], department=data["department"], street=data["street"],
            values=form.values, actor=request.user,
        ),
        EXCHANGE.url, title="登记上派下挂", button="登记并通知接收单位查看", back=EXCHANGE.list_url,
        crumbs=PAGES.crumbs(), done="已登记。结束后 15 日内报送总结。",
        hint="由派出单位登记：街道登记上派学习，部门登记下挂指导。接收单位确认到岗，结束后填写评价。",
    )  # fmt: skip


@login_required
@require_http_methods(WRITE)
def change(request: Request, pk: int) -> HttpResponse:
    """Change what was registered."""
    row = EXCHANGE.fetch(request.scope, pk)
    request.menu_current = "secondment:exchanges"
    change_exchange.refuse(row, request.scope)
    initial = {name: getattr(row, name) for name in FIELDS}
    form = ExchangeForm(request.POST or None, scope=request.scope, fixed=True, initial=initial)
    return form_page(
        request, form, lambda data: change_exchange(row, values=form.values, actor=request.user),
        EXCHANGE.url, title=change_exchange.label, button="保存修改", back=EXCHANGE.url(row), crumbs=PAGES.crumbs(row),
        done="已保存。",
    )  # fmt: skip
