"""Powers in force: which street holds what, who bears it today, and the end of each transition."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from functools import cached_property
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from empowerment.choices import Party, Readiness
from empowerment.filters.agreements import PowerFilter
from empowerment.flows import POWER
from empowerment.forms.ending import CorrectEndForm, EndForm
from empowerment.forms.transition import BulkReviewForm, ReviewForm
from empowerment.models import Empowerment
from empowerment.selectors import agreements as selectors
from empowerment.selectors import transition
from empowerment.selectors.open_matters import open_matters
from empowerment.selectors.periods import not_over, over
from empowerment.services import ending
from empowerment.services import transition as services
from empowerment.services.powers import prepare, refuse
from empowerment.tables.powers import PowerTable
from xianan.core import clock
from xianan.core.dates import chinese_date
from xianan.core.errors import DomainError, NotAllowed
from xianan.organizations.choices import Kind
from xianan.organizations.pages import ListPage
from xianan.organizations.requests import Request
from xianan.organizations.scope import Scope
from xianan.ui.acts import WRITE, form_page
from xianan.ui.lists import BulkAction, Tab
from xianan.ui.views import back_url

from .power_page import context_of

SHOWN = 200
"""How many refused powers a page names; the others are counted."""


def own_title(scope: Scope) -> str:
    """Return what the page is called for this person."""
    if scope.whole_district("view_agreement"):
        return "街道职权"
    if scope.organization.kind in (Kind.STREET, Kind.STATION):
        return "本街道职权"
    return "本局下放职权"


class PowerList(ListPage):
    """Item × street in force with letter, dates, days left, what both sides state and who bears it."""

    right = "view_agreement"
    table_class = PowerTable
    filterset_class = PowerFilter
    search_fields = ("line__name", "agreement__number")
    search_hint = "事项名称、文号"
    crumbs = (("赋权事项", ""),)
    template_name = "empowerment/powers/list.html"
    bulk_all = True
    empty_title = "还没有生效的职权"
    empty_text = "承接确认书经双方签署生效后，事项列在这里，并开始计算过渡期。"

    @property
    def title(self) -> str:
        return own_title(self.scope)

    @cached_property
    def side(self) -> Party | None:
        return transition.side_of(self.scope)

    @cached_property
    def _tabs(self) -> tuple[Tab, ...]:
        late = selectors.unevaluated()
        tabs = [
            Tab("all", "全部", not_over()),
            Tab("transition", "过渡期内", transition.in_transition() & ~late),
        ]
        if self.side is not None:
            days = transition.review_days(self.scope.district)
            tabs.append(Tab("mine", "待本单位评估", transition.mine_to_review(self.scope, days)))
        return (
            *tabs,
            Tab("unready", "未具备", transition.NOT_READY),
            Tab("ready", "待编办确认", transition.BOTH_READY),
            Tab("late", "逾期未评估", late),
            Tab("operating", "运行", transition.borne_by_street()),
            Tab("ended", "已终止", over()),
        )

    def get_empty_action(self, scope: Any) -> tuple[str, str]:
        return "查看承接确认书", reverse("empowerment:agreements")

    def get_tabs(self, scope: Any) -> tuple[Tab, ...]:
        return self._tabs

    def queryset(self, scope: Any) -> QuerySet[Empowerment]:
        return selectors.powers(scope)

    def bulk_actions(self, scope: Any) -> Sequence[BulkAction]:
        actions = []
        if self.side is not None:
            url = reverse("empowerment:powers-review")
            actions += [
                BulkAction("评估为未具备…", url, "refuse", dialog=f"bulk-{Readiness.NOT_READY}"),
                BulkAction("评估为已具备…", url, "primary", dialog=f"bulk-{Readiness.READY}", icon="check"),
            ]
        if scope.whole_district("confirm_transition"):
            url = reverse("empowerment:powers-confirm")
            actions.append(BulkAction("确认衔接完成", url, "primary", icon="check"))
        return actions

    def context(self, scope: Any) -> dict[str, Any]:
        if self.side is None:
            return {}
        forms = [BulkReviewForm(verdict=verdict, auto_id=f"{verdict}-%s") for verdict in Readiness]
        return {
            "dialogs": [
                {"id": f"bulk-{verdict}", "verdict": verdict, "form": form}
                for verdict, form in zip(Readiness, forms, strict=True)
            ],
            "review_url": reverse("empowerment:powers-review"),
            "here": self.request.get_full_path(),
        }


# ---- One power ---------------------------------------------------------------------------------------


def get_power(request: Request, pk: int) -> Empowerment:
    """Return a power the person may see, else raise Http404."""
    scope = request.scope
    return scope.fetch(selectors.powers(scope), pk, "view_agreement", "street", "organization")


@login_required
@require_safe
def power(request: Request, pk: int) -> HttpResponse:
    """The page of one power: facts, who bears it through time and on a day asked for, both statements."""
    found = get_power(request, pk)
    asked = request.GET.get("on", "").strip()
    day, complaint = _day(asked)
    return _page(request, found, form=_form(request, found), on=day, on_error=complaint)


def _day(asked: str) -> tuple[dt.date | None, str]:
    if not asked:
        return None, ""
    try:
        return dt.date.fromisoformat(asked), ""
    except ValueError:
        return None, "日期须是实际存在的日期，如 2026-11-23"


def _form(request: Request, found: Empowerment) -> ReviewForm:
    """Return the form with what the person's side has stated so far."""
    side = transition.side_of(request.scope)
    said = found.reviews.filter(party=side).first() if side else None
    return ReviewForm(initial={"verdict": said.verdict, "remarks": said.remarks} if said else {})


def _page(request: Request, found: Empowerment, *, form: Any, **more: Any) -> HttpResponse:
    request.menu_current = "empowerment:powers"
    context = context_of(found, request.scope, form=form, **more)
    return render(request, "empowerment/powers/page.html", context)


@login_required
@require_POST
def power_review(request: Request, pk: int) -> HttpResponse:
    """State for the person's side whether the street can take over this power."""
    found = get_power(request, pk)
    side = _side(request)
    form = ReviewForm(request.POST)
    if not form.is_valid():
        return _page(request, found, form=form)
    services.review([found], party=side, actor=request.user, **form.cleaned_data)
    word = Readiness(form.cleaned_data["verdict"]).label
    messages.success(request, f"已评估为{word}。区委编办确认前仍可改变。")
    return redirect("empowerment:power", pk=pk)


@login_required
@require_POST
def power_confirm(request: Request, pk: int) -> HttpResponse:
    """Confirm that the transition of this power is completed."""
    found = get_power(request, pk)
    (done,) = services.confirm([found], actor=request.user)
    messages.success(request, _passed([done]))
    return redirect("empowerment:power", pk=pk)


@login_required
@require_http_methods(WRITE)
def power_end(request: Request, pk: int) -> HttpResponse:
    """Say from which day on a street no longer has a power, and by what."""
    found = get_power(request, pk)
    prepare([found])
    refuse([found], POWER, "end", request.scope)
    form = EndForm(request.POST or None, initial={"ended_from": clock.today()})
    day = max(form.day(), found.effective_on)
    back = reverse("empowerment:power", args=[pk])
    request.menu_current = "empowerment:powers"
    return form_page(
        request,
        form,
        lambda data: ending.end([found], actor=request.user, **data)[0],
        lambda row: back,
        title=f"终止职权：{found.line.name}",
        button="登记终止",
        back=back,
        crumbs=_crumbs(request, found),
        done=lambda row: (
            f"已登记：{chinese_date(row.ended_from)}起{found.street}不再持有“{found.line.name}”。"
        ),
        refuse=True,
        template="empowerment/powers/end.html",
        more={"power": found, "matters": open_matters(found, day), "day": day},
    )


@login_required
@require_http_methods(WRITE)
def power_correct_end(request: Request, pk: int) -> HttpResponse:
    """Put the day of an end right, or revoke the end."""
    found = get_power(request, pk)
    prepare([found])
    refuse([found], POWER, "correct_end", request.scope, reason="—")
    back = reverse("empowerment:power", args=[pk])
    now = chinese_date(found.ended_from) if found.ended_from else ""
    request.menu_current = "empowerment:powers"
    return form_page(
        request,
        CorrectEndForm(request.POST or None, initial={"ended_from": found.ended_from}),
        lambda data: ending.correct_end(found, actor=request.user, **data),
        lambda row: back,
        title=f"更正终止：{found.line.name}",
        button="登记更正",
        back=back,
        crumbs=_crumbs(request, found),
        done=lambda row: (
            f"已更正：{chinese_date(row.ended_from)}起终止。" if row.ended_from else "已撤销终止，职权继续。"
        ),
        hint=f"现登记：{now}起终止，{found.get_end_ground_display()}（{found.end_reference}）。",
    )


def _crumbs(request: Request, found: Empowerment) -> tuple[tuple[str, str], ...]:
    return (
        ("赋权事项", ""),
        (own_title(request.scope), reverse("empowerment:powers")),
        (found.line.name, reverse("empowerment:power", args=[found.pk])),
    )


def _passed(done: list[Empowerment]) -> str:
    later = [
        row
        for row in done
        if row.operating_on and row.confirmed_at and row.operating_on > clock.local_date(row.confirmed_at)
    ]
    if not later:
        return f"已确认衔接完成 {len(done)} 项，自今日起由街道承担主体责任。"
    return f"已确认衔接完成 {len(done)} 项。其中 {len(later)} 项过渡期未满，主体责任在期满次日转由街道承担。"


def _side(request: Request) -> Party:
    side = transition.side_of(request.scope)
    if side is None:
        raise NotAllowed("您没有“评估衔接情况”的权限。")
    return side


# ---- Many --------------------------------------------------------------------------------------------


@login_required
@require_POST
def powers_review(request: Request) -> HttpResponse:
    """State for the person's side about the ticked powers, or all of the list as it was filtered."""
    side = _side(request)
    verdict = request.POST.get("verdict", "")
    form = BulkReviewForm(request.POST, verdict=verdict)
    if not form.is_valid():
        return _many(request, "评估衔接情况", form=form, chosen=PowerList.selection(request))
    return _act(request, "评估衔接情况", form=form, party=side)


@login_required
@require_POST
def powers_confirm(request: Request) -> HttpResponse:
    """Confirm the ticked powers, or all of the list as it was filtered."""
    scope = request.scope
    scope.require("confirm_transition", scope.district, label="确认衔接完成")
    return _act(request, "确认衔接完成", form=None, party=None)


def _act(request: Request, label: str, *, form: BulkReviewForm | None, party: Party | None) -> HttpResponse:
    """Take the step for the whole selection, or say for which powers it is refused and offer the others."""
    chosen = PowerList.selection(request).order_by()
    blocked = services.obstacles(chosen, actor=request.user, party=party)
    if blocked and request.POST.get("possible"):
        chosen = chosen.exclude(pk__in=[row.pk for row, _ in blocked])
    elif blocked:
        return _many(request, label, form=form, chosen=chosen, blocked=blocked)
    try:
        if party is not None and form is not None:
            done = services.review(chosen, party=party, actor=request.user, **form.cleaned_data)
            word = Readiness(form.cleaned_data["verdict"]).label
            messages.success(request, f"已把 {len(done)} 项评估为{word}。区委编办确认前仍可改变。")
        else:
            messages.success(request, _passed(services.confirm(chosen, actor=request.user)))
    except DomainError as refusal:
        if form is None or not refusal.field:
            raise
        form.refuse(refusal)
        return _many(request, label, form=form, chosen=chosen)
    return redirect(back_url(request, reverse("empowerment:powers")))


def _many(
    request: Request,
    label: str,
    *,
    form: BulkReviewForm | None,
    chosen: QuerySet[Empowerment],
    blocked: list[tuple[Empowerment, str]] | None = None,
) -> HttpResponse:
    """The page between a bulk action and its effect: what has to be put right, or what is left out."""
    total = chosen.order_by().count()
    refused = blocked or []
    request.menu_current = "empowerment:powers"
    context = {
        "title": label,
        "crumbs": (("赋权事项", ""), (own_title(request.scope), reverse("empowerment:powers"))),
        "facts": (f"所选 {total} 项",),
        "form": form,
        "refused": refused[:SHOWN],
        "refused_count": len(refused),
        "hidden_count": max(len(refused) - SHOWN, 0),
        "possible": total - len(refused),
        "rows": request.POST.getlist("row"),
        "all": request.POST.get("all", ""),
        "query": request.POST.get("query", ""),
        "back": back_url(request, reverse("empowerment:powers")),
    }
    return render(request, "empowerment/powers/many.html", context)
