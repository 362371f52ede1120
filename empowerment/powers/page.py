"""Powers in force: which street holds what, who bears it today, and the end of each transition."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any

import django_filters
from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_http_methods, require_POST

from empowerment.choices import Party, Readiness
from empowerment.filters.agreements import AgreementFilter
from empowerment.filters.claims import district_types
from empowerment.models import Empowerment
from empowerment.powers.many import obstacles, take_all
from empowerment.powers.panels import context_of
from empowerment.powers.steps import POWER, REVIEW, confirm, confirmed_words, end, move_end, revoking
from empowerment.powers.tables import PowerTable
from empowerment.selectors import transition
from empowerment.selectors.open_matters import open_matters
from empowerment.selectors.periods import not_over, over
from xianan.acts import Step
from xianan.acts.pages import NounPages, Offer, form_of
from xianan.core import clock
from xianan.core.dates import chinese_date
from xianan.core.errors import DomainError, NotAllowed
from xianan.organizations.choices import Kind
from xianan.organizations.pages import ListPage
from xianan.organizations.requests import Request
from xianan.organizations.scope import Scope
from xianan.ui.acts import WRITE, form_page
from xianan.ui.conditions import RowFilter
from xianan.ui.forms import DateInput, Form
from xianan.ui.lists import BulkAction, Tab
from xianan.ui.views import back_url

CRUMB = ("赋权事项", "")
SHOWN = 200
"""How many refused powers a page names; the others are counted."""


def own_title(scope: Scope) -> str:
    """Return what the page is called for this person."""
    if scope.whole_district("view_agreement"):
        return "街道职权"
    if scope.organization.kind in (Kind.STREET, Kind.STATION):
        return "本街道职权"
    return "本局下放职权"


class PowerFilter(AgreementFilter):
    type = RowFilter(label="类型", field_name="item__type", queryset=district_types)
    until = django_filters.DateFilter(
        label="过渡期不晚于", field_name="transition_until", lookup_expr="lte", widget=DateInput()
    )


class PowerList(ListPage):
    """Item × street in force with letter, dates, days left, what both sides state and who bears it."""

    right = "view_agreement"
    table_class = PowerTable
    filterset_class = PowerFilter
    search_fields = ("line__name", "agreement__number")
    search_hint = "事项名称、文号"
    crumbs = (CRUMB,)
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
        late = transition.unevaluated()
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
        return POWER.visible(scope)

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
        return {
            "dialogs": [
                {"id": f"bulk-{verdict}", "verdict": verdict, "form": bulk_form(REVIEW[self.side], verdict)}
                for verdict in Readiness
            ],
            "review_url": reverse("empowerment:powers-review"),
            "here": self.request.get_full_path(),
        }


# ---- One power ---------------------------------------------------------------------------------------


class _Pages(NounPages[Empowerment]):
    def shown(self, request: Request, row: Empowerment) -> dict[str, Any]:
        """What its own template draws: the log of the letter with that of the power, and who bears it on a day."""
        self._open(request)
        found = context_of(row, request.scope, asked=request.GET.get("on", "").strip())
        found["entries"] = entries = list(found["entries"])
        mine = found["mine"]
        return {
            **found,
            "title": self.name(row),
            "crumbs": self.crumbs(row)[:-1],
            "facts": (f"编号 {row.item.code}", row.line.type_name, f"{row.organization} → {row.street}"),
            "offers": self.offers(request, row),
            "panels": self.drawn(row),
            "seen": entries[0].pk if entries else 0,
            "form": self.form(REVIEW[mine.party], row) if mine else None,
        }

    def offers(self, request: Request, row: Empowerment) -> list[Offer]:
        """Its steps at their addresses: an end is put right below the end."""
        found = super().offers(request, row)
        names = [f"{self.noun.page}-{offer.name}" for offer in found]
        return [
            replace(offer, url=reverse(name, args=[row.pk])) for offer, name in zip(found, names, strict=True)
        ]


PAGES: NounPages[Empowerment] = _Pages(
    noun=POWER,
    section=CRUMB[0],
    title="街道职权",
    name=lambda row: row.line.name,
    facts=lambda row: (row.item.code, f"{row.organization} → {row.street}"),
    template="empowerment/powers/page.html",
    inline=(confirm.name, *(step.name for step in REVIEW.values())),
)


def _side(scope: Scope) -> Party:
    side = transition.side_of(scope)
    if side is None:
        raise NotAllowed("您没有“评估衔接情况”的权限。")
    return side


def _reviewing(row: Empowerment, scope: Scope) -> Step[Empowerment, Any]:
    return REVIEW[_side(scope)]


def _revoking(row: Empowerment, scope: Scope) -> Step[Empowerment, Any]:
    return revoking(row)


_MOVE_END, _REVOKE_END = PAGES.step_view(move_end), PAGES.step_view(_revoking)


@login_required
@require_http_methods(WRITE)
def power_correct_end(request: Request, pk: int) -> HttpResponse:
    """Put the day of an end right, or without a day revoke the end."""
    revoked = request.method == "POST" and not request.POST.get("ended_from", "").strip()
    return (_REVOKE_END if revoked else _MOVE_END)(request, pk)


@login_required
@require_http_methods(WRITE)
def power_end(request: Request, pk: int) -> HttpResponse:
    """Say from which day on a street no longer has a power, and by what; what is open on that day is named."""
    found = POWER.fetch(request.scope, pk)
    end.refuse(found, request.scope)
    form = form_of(end, found, request.POST or None)
    typed = form.cleaned_data.get("ended_from") if form.is_bound and form.errors is not None else None
    day = max(typed or clock.today(), found.effective_on)
    request.menu_current = POWER.menu
    return form_page(
        request,
        form,
        lambda data: end.take(found, {"actor": request.user, **data}),
        POWER.url,
        title=f"终止职权：{found.line.name}",
        button="登记终止",
        back=POWER.url(found),
        crumbs=PAGES.crumbs(found),
        done=lambda row: (
            f"已登记：{chinese_date(row.ended_from)}起{found.street}不再持有“{found.line.name}”。"
        ),
        refuse=True,
        template="empowerment/powers/end.html",
        more={"power": found, "matters": open_matters(found, day), "day": day},
    )


# ---- Many --------------------------------------------------------------------------------------------


def bulk_form(step: Step[Empowerment, Any], verdict: str, data: Any = None) -> Form:
    """Return the form of a statement in a dialog that has chosen the verdict already."""
    form = form_of(step, Empowerment(), data)
    form.auto_id = f"{verdict}-%s" if data is None else form.auto_id
    form.fields["verdict"].widget = forms.HiddenInput()
    form.fields["verdict"].initial = verdict
    remarks = form.fields["remarks"]
    if verdict == Readiness.NOT_READY:
        remarks.required = True
        remarks.label = "未具备的原因"
        remarks.error_messages["required"] = "未填写未具备的原因"
        remarks.help_text = "写明缺什么、由谁解决、何时可能具备。"
    else:
        remarks.help_text = "资料移交、人员受训、独立办理的情况。"
    return form


@login_required
@require_POST
def powers_review(request: Request) -> HttpResponse:
    """State for the person's side about the ticked powers, or all of the list as it was filtered."""
    step = REVIEW[_side(request.scope)]
    return _act(request, step, bulk_form(step, request.POST.get("verdict", ""), request.POST))


@login_required
@require_POST
def powers_confirm(request: Request) -> HttpResponse:
    """Confirm the ticked powers, or all of the list as it was filtered."""
    scope = request.scope
    scope.require(confirm.right, scope.district, label=confirm.label)
    return _act(request, confirm)


def _act(request: Request, step: Step[Empowerment, Any], form: Form | None = None) -> HttpResponse:
    """Take the step for the whole selection, or say for which powers it is refused and offer the others.

    Between a bulk action and its effect stands a page with what has to be put right, or what is left out.
    """
    chosen = list(PowerList.selection(request).order_by("pk"))
    blocked: list[tuple[Empowerment, str]] = []
    if form is None or form.is_valid():
        blocked = obstacles(step, chosen, actor=request.user)
        if request.POST.get("possible"):
            left_out = {row.pk for row, _ in blocked}
            chosen, blocked = [row for row in chosen if row.pk not in left_out], []
        if not blocked:
            typed = form.cleaned_data if form is not None else {}
            try:
                done = take_all(step, chosen, actor=request.user, **typed)
            except DomainError as refusal:
                if form is None or not refusal.field:
                    raise
                form.refuse(refusal)
            else:
                messages.success(request, _said(done, typed))
                return redirect(back_url(request, POWER.list_url))
    request.menu_current = POWER.menu
    context = {
        "title": step.label,
        "crumbs": (CRUMB, (own_title(request.scope), POWER.list_url)),
        "facts": (f"所选 {len(chosen)} 项",),
        "form": form,
        "refused": blocked[:SHOWN],
        "refused_count": len(blocked),
        "hidden_count": max(len(blocked) - SHOWN, 0),
        "possible": len(chosen) - len(blocked),
        "rows": request.POST.getlist("row"),
        "all": request.POST.get("all", ""),
        "query": request.POST.get("query", ""),
        "back": back_url(request, POWER.list_url),
    }
    return render(request, "empowerment/powers/many.html", context)


def _said(done: Sequence[Empowerment], typed: dict[str, Any]) -> str:
    if "verdict" not in typed:
        return confirmed_words(done)
    return f"已把 {len(done)} 项评估为{Readiness(typed['verdict']).label}。区委编办确认前仍可改变。"


urlpatterns: list[URLPattern] = [
    path("powers/", PowerList.as_view(), name="powers"),
    path("powers/review/", powers_review, name="powers-review"),
    path("powers/confirm/", powers_confirm, name="powers-confirm"),
    path("powers/<number:pk>/", PAGES.row_view(), name="power"),
    path(
        "powers/<number:pk>/review/",
        login_required(require_POST(PAGES.step_view(_reviewing))),
        name="power-review",
    ),
    path("powers/<number:pk>/confirm/", PAGES.step_view(confirm), name="power-confirm"),
    path("powers/<number:pk>/end/", power_end, name="power-end"),
    path("powers/<number:pk>/end/correct/", power_correct_end, name="power-correct-end"),
]
