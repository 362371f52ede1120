"""Upward study and guidance: the list, registering, arrival, report, evaluation (P10)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from secondment.choices import ExchangeKind, ExchangeState
from secondment.filters.exchange import ExchangeFilter
from secondment.flows.exchange import RECEIVER, RIGHT, SENDER
from secondment.forms.exchange import ArrivalForm, CancelForm, EvaluationForm, ExchangeForm, ReportForm
from secondment.models import Exchange
from secondment.selectors import exchanges as selectors
from secondment.services import exchanges as services
from secondment.tables.exchange import ExchangeTable
from xianan.core import clock
from xianan.core.errors import NotAllowed
from xianan.history.selectors import timeline
from xianan.organizations.pages import ListPage
from xianan.organizations.requests import Request
from xianan.organizations.scope import Scope
from xianan.organizations.selectors import departments, streets
from xianan.ui import html
from xianan.ui.acts import form_page
from xianan.ui.lists import Tab
from xianan.ui.text import full_date

WRITE = ["GET", "HEAD", "POST"]
CRUMBS = (("人员与培训", ""),)


class ExchangeList(ListPage):
    """Who is sent up to learn and down to guide."""

    title = "上派下挂"
    unit = "人次"
    right = "view_exchange"
    table_class = ExchangeTable
    filterset_class = ExchangeFilter
    search_fields = ("name", "mentor", "plan")
    search_hint = "姓名、带教人、计划"
    crumbs = CRUMBS
    template_name = "secondment/exchanges/list.html"
    empty_title = "还没有上派学习和下挂指导"
    empty_text = "街道派干部到部门学习、部门派干部到街道指导，由派出单位登记，双方都能看到。"

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

    def queryset(self, scope: Any) -> QuerySet[Exchange]:
        return selectors.visible(scope).order_by("-starts_on", "-pk")

    def get_empty_action(self, scope: Any) -> tuple[str, str] | None:
        if not scope.organization_ids(RIGHT):
            return None
        return "登记上派下挂", reverse("secondment:exchange-create")

    def context(self, scope: Any) -> dict[str, Any]:
        return {"may_register": bool(scope.organization_ids(RIGHT))}


def _crumbs(*more: tuple[str, str]) -> list[tuple[str, str]]:
    return [*CRUMBS, ("上派下挂", reverse("secondment:exchanges")), *more]


def get_exchange(request: Request, pk: int) -> Exchange:
    """Return one the person may see, else raise Http404."""
    scope = request.scope
    request.menu_current = "secondment:exchanges"
    rows = selectors.visible(scope).select_related(
        "confirmed_by", "reported_by", "evaluated_by", "registered_by"
    )
    return scope.fetch(rows, pk, "view_exchange", *selectors.PARTIES)


def _here(row: Exchange) -> str:
    return reverse("secondment:exchange", args=[row.pk])


def _choices(scope: Scope) -> dict[str, Any]:
    """Return what a person may register: the kinds, and for the own side the own organizations alone."""
    own = scope.organization_ids(RIGHT)
    from_street, from_department = streets(scope.district_id), departments(scope.district_id)
    own_streets, own_departments = from_street.filter(pk__in=own), from_department.filter(pk__in=own)
    if own_streets.exists():
        return {"kinds": [ExchangeKind.UPWARD.value], "streets": own_streets, "departments": from_department}
    return {
        "kinds": [ExchangeKind.GUIDANCE.value],
        "streets": from_street,
        "departments": own_departments,
    }


@login_required
@require_http_methods(WRITE)
def exchange_create(request: Request) -> HttpResponse:
    """Register somebody of the own organization."""
    scope = request.scope
    if not scope.organization_ids(RIGHT):
        raise NotAllowed("您没有“登记上派下挂”的权限。")
    choices = _choices(scope)
    initial = {
        "kind": choices["kinds"][0],
        "street" if choices["kinds"] == ["upward"] else "department": next(
            iter(scope.organization_ids(RIGHT))
        ),
    }
    form = ExchangeForm(request.POST or None, initial=initial, **choices)
    request.menu_current = "secondment:exchanges"
    return form_page(
        request, form,
        lambda data: services.register_exchange(
            kind=data["kind"], department=data["department"], street=data["street"],
            values=form.values, actor=request.user,
        ),
        _here, title="登记上派下挂", button="登记并通知接收单位查看", back=reverse("secondment:exchanges"),
        crumbs=_crumbs(), done="已登记。结束后 15 日内报送总结。",
        hint="由派出单位登记：街道登记上派学习，部门登记下挂指导。接收单位确认到岗，结束后填写评价。",
    )  # fmt: skip


@login_required
@require_safe
def exchange_page(request: Request, pk: int) -> HttpResponse:
    """The page of one: facts, arrival, report, evaluation, log."""
    row, scope = get_exchange(request, pk), request.scope
    today, phase = clock.today(), row.phase()
    may = {step.name for flow in (SENDER, RECEIVER) for step in flow.offered(row, scope)}
    over = today >= row.ends_on
    if row.confirmed_on is not None or today < row.starts_on:
        may.discard("confirm")
    if not over:
        may -= {"report", "evaluate"}
    context = {
        "title": f"{row.name}{row.get_kind_display()}",
        "crumbs": _crumbs(),
        "badge": html.badge(phase.label, phase.tone, "auto"),
        "facts": (
            f"{row.sender} → {row.receiver}",
            f"{full_date(row.starts_on)}至{full_date(row.ends_on)}",
            "P10",
        ),
        "row": row,
        "registered": selectors.REGISTERED,
        "confirmed": selectors.CONFIRMED,
        "phase": phase.value,
        "may": may,
        "primary": next((name for name in ("report", "confirm", "evaluate") if name in may and not (name == "evaluate" and row.evaluation)), ""),
        "entries": timeline(row),
    }  # fmt: skip
    return render(request, "secondment/exchanges/page.html", context)


def _for_step(request: Request, pk: int, step: str) -> Exchange:
    row = get_exchange(request, pk)
    flow = RECEIVER if step in ("confirm", "evaluate") else SENDER
    flow.refuse_unless_possible(row, step, request.scope, reason="-")
    return row


@login_required
@require_http_methods(WRITE)
def exchange_change(request: Request, pk: int) -> HttpResponse:
    """Change what was registered."""
    row = _for_step(request, pk, "edit")
    scope = request.scope
    names = ("name", "post", "mentor", "starts_on", "ends_on", "liaison_contact", "plan")
    initial = {name: getattr(row, name) for name in names}
    form = ExchangeForm(request.POST or None, fixed=True, initial=initial, **_choices(scope))
    return form_page(
        request, form,
        lambda data: services.change_exchange(row, values=form.values, actor=request.user),
        _here, title="修改登记", button="保存修改", back=_here(row), crumbs=_crumbs((str(row), _here(row))),
        done="已保存。",
    )  # fmt: skip


@login_required
@require_http_methods(WRITE)
def exchange_cancel(request: Request, pk: int) -> HttpResponse:
    """Cancel it."""
    row = _for_step(request, pk, "cancel")
    return form_page(
        request, CancelForm(request.POST or None),
        lambda data: services.cancel_exchange(row, actor=request.user, **data),
        _here, title="取消安排", button="取消这次安排", back=_here(row), refuse=True,
        crumbs=_crumbs((str(row), _here(row))), done="已取消，不再报送总结。",
    )  # fmt: skip


@login_required
@require_http_methods(WRITE)
def exchange_confirm(request: Request, pk: int) -> HttpResponse:
    """Confirm arrival for the receiving organization."""
    row = _for_step(request, pk, "confirm")
    form = ArrivalForm(request.POST or None, initial={"arrived_on": row.starts_on})
    return form_page(
        request, form, lambda data: services.confirm_arrival(row, actor=request.user, **data),
        _here, title="确认到岗", button=f"以{row.receiver}名义确认到岗", back=_here(row),
        crumbs=_crumbs((str(row), _here(row))), done="已确认到岗。",
    )  # fmt: skip


@login_required
@require_http_methods(WRITE)
def exchange_report(request: Request, pk: int) -> HttpResponse:
    """Give the report for the sending organization."""
    row = _for_step(request, pk, "report")
    return form_page(
        request, ReportForm(request.POST or None),
        lambda data: services.report_exchange(row, text=data["report"], actor=request.user),
        _here, title="填报总结", button="报送总结", back=_here(row),
        crumbs=_crumbs((str(row), _here(row))), done="总结已报送。",
        hint="写明学习或指导的内容、成效、存在的问题和下一步打算。报送后不再修改。",
    )  # fmt: skip


@login_required
@require_http_methods(WRITE)
def exchange_evaluate(request: Request, pk: int) -> HttpResponse:
    """Write how it went, for the receiving organization."""
    row = _for_step(request, pk, "evaluate")
    form = EvaluationForm(request.POST or None, initial={"evaluation": row.evaluation})
    return form_page(
        request, form,
        lambda data: services.evaluate_exchange(row, text=data["evaluation"], actor=request.user),
        _here, title="填写评价", button=f"以{row.receiver}名义保存评价", back=_here(row),
        crumbs=_crumbs((str(row), _here(row))), done="评价已保存，双方都能看到。",
    )  # fmt: skip
