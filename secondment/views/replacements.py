"""Demands for replacement: drafted and made by the street, answered by the department (P32)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from functools import cached_property
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from secondment.choices import ReplacementKind, ReplacementState, SecondmentState
from secondment.filters.staff import ReplacementFilter
from secondment.flows.replacements import ANSWER, DEMAND
from secondment.forms.replacements import (
    AcceptForm,
    DeclineForm,
    DemandForm,
    InsistForm,
    SuccessorForm,
    WithdrawForm,
)
from secondment.models import Replacement, Secondment
from secondment.rules.replacement import latest
from secondment.selectors import desk
from secondment.selectors.replacements import possible_successors, visible, year_words
from secondment.services import replacements as services
from secondment.tables.replacements import ReplacementTable
from secondment.terms.steps import SERVICE
from secondment.views.common import SECTION, StepPage, possible, take_step
from xianan.core import clock
from xianan.core.dates import chinese_date
from xianan.core.errors import DomainError, NotAllowed
from xianan.history.selectors import timeline
from xianan.organizations.pages import ListPage
from xianan.organizations.requests import Request
from xianan.ui import html
from xianan.ui.lists import Tab

R = ReplacementState
TITLE = "替换要求"


class ReplacementList(ListPage):
    """What streets have asked for, and how departments answer."""

    title = TITLE
    right = "view_secondment"
    table_class = ReplacementTable
    filterset_class = ReplacementFilter
    search_fields = ("secondment__person__name", "facts", "answer")
    search_hint = "姓名、事实、答复"
    crumbs = ((SECTION, ""),)
    empty_title = "没有替换要求"
    empty_text = "街道对不服从管理等情形，从下沉人员的页面提出替换要求，派出部门在规定的工作日内答复。"

    def queryset(self, scope: Any) -> QuerySet[Replacement]:
        return visible(scope)

    @cached_property
    def _tabs(self) -> list[Tab]:
        scope = self.scope
        tabs = [Tab("all", "全部")]
        if any(map(scope.holds, ("answer_replacement", "request_replacement", "agree_exception"))):
            tabs.append(Tab("mine", "待本单位办理", Q(pk__in=desk.replacements_waiting(scope).values("pk"))))
        drafts = scope.organization_ids("draft_replacement")
        states = [state for state in R if state != R.DRAFT or drafts]
        return [*tabs, *(Tab(state.value, str(state.label), Q(state=state.value)) for state in states)]

    def get_tabs(self, scope: Any) -> Sequence[Tab]:
        return self._tabs

    def get_empty_action(self, scope: Any) -> tuple[str, str]:
        return "查看下沉人员", reverse("secondment:secondments")


# ---- Drafting ----------------------------------------------------------------------------------------


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def replacement_create(request: Request, pk: int) -> HttpResponse:
    """Draft a demand about a secondment of the own street."""
    row = SERVICE.fetch(request.scope, pk)
    request.scope.require("draft_replacement", row, "street", label="起草替换要求")
    if row.state != SecondmentState.SERVING:
        raise DomainError(
            "not_serving", f"下沉现在是“{row.get_state_display()}”，只能对在岗人员提出替换要求。"
        )
    form = DemandForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            made = services.draft(row, actor=request.user, **form.cleaned_data)
        except NotAllowed:
            raise
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, "已起草替换要求，由街道负责人审定后提出。")
            return redirect("secondment:replacement", made.pk)
    return _form(request, row, form, back=(row.person.name, reverse("secondment:secondment", args=[row.pk])))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def replacement_edit(request: Request, pk: int) -> HttpResponse:
    """Change a draft."""
    row = _get(request, pk)
    DEMAND.refuse_unless_possible(row, "edit", request.scope)
    form = DemandForm(
        request.POST if request.method == "POST" else None, initial={"kind": row.kind, "facts": row.facts}
    )
    if request.method == "POST" and form.is_valid():
        try:
            services.change(row, actor=request.user, **form.cleaned_data)
        except NotAllowed:
            raise
        except DomainError as refusal:
            if refusal.code == "wrong_state":
                raise
            form.refuse(refusal)
        else:
            messages.success(request, "已保存替换要求草稿。")
            return redirect("secondment:replacement", row.pk)
    return _form(
        request, row.secondment, form, back=("替换要求", reverse("secondment:replacement", args=[row.pk]))
    )


def _form(request: Request, secondment: Secondment, form: DemandForm, back: tuple[str, str]) -> HttpResponse:
    request.menu_current = "secondment:replacements"
    context = {
        "title": f"要求替换{secondment.person}",
        "crumbs": ((SECTION, ""), (TITLE, reverse("secondment:replacements"))),
        "facts": (f"{secondment.organization} → {secondment.street}", secondment.person.post or "下沉人员"),
        "form": form,
        "secondment": secondment,
        "back": back,
    }
    return render(request, "secondment/replacements/form.html", context)


# ---- One demand --------------------------------------------------------------------------------------


def _get(request: Request, pk: int) -> Replacement:
    scope = request.scope
    rows = visible(scope).select_related(
        "drafted_by", "answered_by", "secondment__organization", "secondment__street"
    )
    return scope.fetch(rows, pk, "view_secondment", "organization", "street")


@login_required
@require_safe
def replacement(request: Request, pk: int) -> HttpResponse:
    """The page of one demand: facts, answer, successor, and what may be done now."""
    row = _get(request, pk)
    scope = request.scope
    state = R(row.state)
    request.menu_current = "secondment:replacements"
    offers = [
        (
            "改定接任人员" if (again := step.name == "name" and row.successor is not None) else step.label,
            reverse(f"secondment:replacement-{step.name}", args=[row.pk]),
            "" if again else _style(step.name),
        )
        for step in (*DEMAND.offered(row, scope), *ANSWER.offered(row, scope))
        if step.name != "name" or possible_successors(row).exists()
    ]
    registers = scope.can("register_secondment", row, "organization")
    if row.state == R.ACCEPTED and row.successor is None and registers:
        offers.append(
            (
                "登记接任人员",
                f"{reverse('secondment:secondment-create')}?succeeds={row.pk}",
                "" if any(offer[2] == "primary" for offer in offers) else "primary",
            )
        )
    context = {
        "title": f"要求替换{row.secondment.person}",
        "crumbs": ((SECTION, ""), (TITLE, reverse("secondment:replacements"))),
        "badge": html.badge(state, icon_name="auto"),
        "facts": (f"{row.street} → {row.organization}", row.get_kind_display()),
        "row": row,
        "state": row.state,
        "person": row.secondment.person,
        "caps": row.kind == ReplacementKind.DISOBEDIENCE,
        "year": year_words(row),
        "late": state in (R.REQUESTED, R.ACCEPTED) and row.complete_by and row.complete_by < clock.today(),
        "offers": sorted(offers, key=lambda offer: offer[2] == "primary"),
        "entries": timeline(row),
        "upcoming": _upcoming(row),
    }
    return render(request, "secondment/replacements/page.html", context)


def _style(name: str) -> str:
    if name in ("request", "accept", "name", "insist"):
        return "primary"
    return "refuse" if name in ("decline", "withdraw", "discard") else ""


def _upcoming(row: Replacement) -> list[tuple[str, str]]:
    if row.state == R.REQUESTED and row.answer_by:
        return [(f"{row.organization}负责人答复", chinese_date(row.answer_by))]
    if row.state == R.ACCEPTED and row.successor_by:
        return [("接任人员到岗，替换完成", chinese_date(row.successor_by))]
    if row.state == R.DRAFT:
        return [("街道负责人审定并提出", "")]
    if row.state == R.DECLINED:
        return [("街道坚持替换或撤回", "")]
    return []


# ---- Steps -------------------------------------------------------------------------------------------


def _request(row: Replacement, form: Any, actor: Any) -> str:
    done = services.request(row, actor=actor)
    assert done.answer_by is not None
    return f"已提出替换要求，{done.organization}须在 {chinese_date(done.answer_by)}前答复。"


def _discard(row: Replacement, form: Any, actor: Any) -> str:
    services.discard(row, actor=actor)
    return "已删去草稿。"


def _insist(row: Replacement, form: Any, actor: Any) -> str:
    services.insist(row, actor=actor, **form.cleaned_data)
    return "已坚持替换，部门重新答复，同时列入区委编办待办。"


def _withdraw(row: Replacement, form: Any, actor: Any) -> str:
    services.withdraw(row, actor=actor, **form.cleaned_data)
    return "已撤回替换要求，该人员今日起重新计入。"


def _accept(row: Replacement, form: Any, actor: Any) -> str:
    done = services.accept(row, actor=actor, **form.cleaned_data)
    if done.state == R.COMPLETED:
        return "已同意替换，接任人员已到岗，替换完成。"
    return "已同意替换。" + ("待接任人员到岗。" if done.successor_id else "登记接任人员后确定。")


def _decline(row: Replacement, form: Any, actor: Any) -> str:
    services.decline(row, actor=actor, **form.cleaned_data)
    return "已说明不予替换，由街道决定坚持或撤回。"


def _name(row: Replacement, form: Any, actor: Any) -> str:
    done = services.name_successor(row, actor=actor, **form.cleaned_data)
    return "接任人员已到岗，替换完成。" if done.state == R.COMPLETED else "已确定接任人员，待街道确认到岗。"


def _answers(row: Replacement) -> dict[str, Any]:
    today = clock.today()
    assert row.complete_by is not None
    return {
        "leaves_on": min(today, row.secondment.planned_until),
        "successor_by": min(today + dt.timedelta(days=14), latest(row.complete_by, today)),
    }


STEPS: dict[str, StepPage] = {
    "request": StepPage(
        "提出替换要求",
        "以街道名义提出替换要求",
        possible(DEMAND, "request"),
        _request,
        notes=(("对不服从街道管理的，街道可要求派出部门替换", "实施方案四（三）（P32）"),),
        after=(
            "今日起该人员不计入人员覆盖",
            "因不服从街道管理的，该人员考核等次待定，替换完成、撤回要求或部门说明不予替换后确定",
            "派出部门负责人在规定的工作日内答复",
        ),
    ),
    "discard": StepPage(
        "删去替换要求草稿", "删去草稿", possible(DEMAND, "discard"), _discard, style="refuse"
    ),
    "insist": StepPage(
        "坚持替换",
        "坚持替换并报区委编办",
        possible(DEMAND, "insist"),
        _insist,
        InsistForm,
        after=("部门重新答复，期限从今日起算", "同时列入区委编办待办"),
    ),
    "withdraw": StepPage(
        "撤回替换要求",
        "撤回替换要求",
        possible(DEMAND, "withdraw"),
        _withdraw,
        WithdrawForm,
        style="refuse",
        after=("该人员今日起重新计入人员覆盖",),
    ),
    "accept": StepPage(
        "同意替换",
        "同意替换并答复街道",
        possible(ANSWER, "accept"),
        _accept,
        AcceptForm,
        initial=_answers,
        needs_row=True,
        notes=(
            ("接任人员到岗前，该岗位不计为到位", "P32"),
            ("因不服从街道管理被替换的，当年考核不得评为称职（合格）及以上", "其他事由不影响等次"),
            ("最后一日和接任到岗不得拖过期限", "逾期完成的，仍按期限计算限制等次的年度"),
        ),
        after=("该人员的下沉在最后一日结束", "接任人员由街道确认到岗后，替换完成"),
    ),
    "decline": StepPage(
        "说明不予替换",
        "说明不予替换并答复街道",
        possible(ANSWER, "decline"),
        _decline,
        DeclineForm,
        style="refuse",
        after=("该人员今日起重新计入人员覆盖", "街道可以坚持，也可以撤回"),
    ),
    "name": StepPage(
        "确定接任人员",
        "确定接任人员",
        possible(ANSWER, "name"),
        _name,
        SuccessorForm,
        needs_row=True,
        after=("街道确认到岗后，替换完成",),
    ),
}


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def replacement_step(request: Request, pk: int, step: str) -> HttpResponse:
    """Show the form of a step or take it."""
    row = _get(request, pk)
    url = reverse("secondment:replacement", args=[row.pk])
    person = row.secondment.person
    return take_step(
        request,
        row,
        STEPS[step],
        crumbs=(
            (SECTION, ""),
            (TITLE, reverse("secondment:replacements")),
            (f"要求替换{person}", url),
        ),
        facts=(f"{row.street}要求替换{person}", str(row.get_kind_display())),
        menu="secondment:replacements",
        back=("替换要求", url),
    )
