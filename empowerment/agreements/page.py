"""Letters: the list, the preparing of a batch, and the page of one where it is read and signed."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_POST, require_safe

from empowerment.agreements.model import Agreement
from empowerment.agreements.sending import send_letters
from empowerment.agreements.steps import (
    AGREEMENT,
    refuse_department,
    refuse_street,
    sign,
    turn,
    withdraw,
)
from empowerment.agreements.tables import AgreementTable
from empowerment.choices import AgreementState
from empowerment.filters.agreements import AgreementFilter
from empowerment.forms.agreements import SignForm
from empowerment.selectors import agreements as selectors
from xianan.acts import Step
from xianan.acts.pages import NounPages
from xianan.core.errors import DomainError
from xianan.core.outside import whole
from xianan.organizations.pages import ListPage
from xianan.organizations.requests import Request
from xianan.organizations.scope import Scope
from xianan.ui.conditions import Chip
from xianan.ui.lists import Tab
from xianan.ui.templatetags.ui import query_with

from .panels import context_of, prepare_context

CRUMB = (("赋权事项", ""),)


class AgreementList(ListPage):
    """The letters a person may see, those to be signed now on top."""

    title = "承接确认书"
    unit = "份"
    right = "view_agreement"
    table_class = AgreementTable
    filterset_class = AgreementFilter
    search_fields = ("number", "organization__name", "street__name")
    search_hint = "文号、部门、街道"
    crumbs = CRUMB
    template_name = "empowerment/agreements/list.html"
    empty_title = "还没有承接确认书"
    empty_text = "街道提交认领后，由区委编办按部门和街道逐份发送，双方依次签署。"

    def get_tabs(self, scope: Any) -> Sequence[Tab]:
        return self._tabs

    @cached_property
    def _tabs(self) -> Sequence[Tab]:
        scope = self.scope
        states = [Tab(state.value, str(state.label), Q(state=state)) for state in AgreementState]
        mine = (
            [Tab("mine", "待我签署", selectors.mine_to_sign(scope))] if scope.holds("sign_agreement") else []
        )
        late = [Tab("late", "逾期未签署", selectors.overdue())] if scope.holds("send_agreement") else []
        return [Tab("all", "全部"), *mine, *late, *states]

    def get_empty_action(self, scope: Any) -> tuple[str, str] | None:
        if scope.holds("send_agreement"):
            return "准备发送", reverse("empowerment:agreement-prepare")
        return None

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        # A job that has sent nothing leads back to where it was started.
        if self._job and self._sent is None and self.scope.holds("send_agreement"):
            return redirect("empowerment:agreement-prepare")
        return super().get(request, *args, **kwargs)

    @cached_property
    def _job(self) -> int:
        return whole(self.request.GET.get("job")) or 0

    @cached_property
    def _sent(self) -> Q | None:
        return selectors.sent_by_job(self.scope.district_id, self._job) if self._job else None

    @property
    def chips(self) -> list[Chip]:
        chip = Chip("本次发送", query_with(self.request, job=None, page=None))
        return [*([chip] if self._sent is not None else []), *super().chips]

    def queryset(self, scope: Any) -> QuerySet[Agreement]:
        rows = AGREEMENT.visible(scope)
        if self._sent is not None:
            rows = rows.filter(self._sent)
        return rows.annotate(mine=selectors.mine_first(scope)).order_by("mine", "-pk")

    def context(self, scope: Any) -> dict[str, Any]:
        return {"may_send": scope.holds("send_agreement")}


# ---- Sending ---------------------------------------------------------------------------------------


@login_required
@require_safe
def agreement_prepare(request: Request) -> HttpResponse:
    """What is claimed and not yet covered, by department and street, and what stands in the way."""
    request.scope.require("send_agreement", request.scope.district, label="发送承接确认书")
    return render(request, "empowerment/agreements/prepare.html", prepare_context(request.scope))


@login_required
@require_POST
def agreement_send(request: Request) -> HttpResponse:
    """Put the chosen letters into the job ledger and show the job."""
    request.scope.require("send_agreement", request.scope.district, label="发送承接确认书")
    chosen = request.POST.getlist("pair")
    try:
        job = send_letters(_pairs(chosen), actor=request.user)
    except DomainError as refusal:
        context = prepare_context(request.scope, chosen=set(chosen), refused=refusal.message)
        return render(request, "empowerment/agreements/prepare.html", context, status=refusal.status)
    return redirect("portal:job", pk=job.pk)


def _pairs(chosen: Sequence[str]) -> list[tuple[int, int]]:
    pairs = []
    for text in chosen:
        department, street = (whole(part) for part in text.partition("-")[::2])
        if department is None or street is None:
            raise DomainError("nothing_to_cover", "选中的部门和街道无法识别，刷新页面后可重新选择。")
        pairs.append((department, street))
    return pairs


# ---- One letter ------------------------------------------------------------------------------------

PAGES: NounPages[Agreement] = NounPages(
    noun=AGREEMENT,
    section=CRUMB[0][0],
    title="承接确认书",
    name=lambda row: row.number,
    facts=lambda row: (row.number, f"{row.organization} 与 {row.street}", f"{row.line_count} 项"),
    sheet=(),
)


@login_required
@require_safe
def agreement_page(request: Request, pk: int) -> HttpResponse:
    """The letter: parties and dates, the PDF, who signed, and the panel to sign."""
    letter = AGREEMENT.fetch(request.scope, pk)
    context = context_of(letter, request.scope, form=SignForm(), query=request.GET)
    return render(request, "empowerment/agreements/page.html", context)


@login_required
@require_POST
def agreement_sign(request: Request, pk: int) -> HttpResponse:
    """Sign with the password; a wrong one is said at its field, a stale page shows the letter as it is now."""
    letter = AGREEMENT.fetch(request.scope, pk)
    form = SignForm(request.POST)
    refused, status = "", 200
    if form.is_valid():
        try:
            signed = sign(letter, actor=request.user, password=form.cleaned_data["password"])
        except DomainError as refusal:
            if refusal.status == 403:
                raise
            if refusal.field:
                form.refuse(refusal)
            else:
                refused, status = refusal.message, refusal.status
        else:
            if signed.state == AgreementState.EFFECTIVE:
                messages.success(request, f"已签署，{signed.number} 生效，{signed.line_count} 项进入过渡期。")
            else:
                messages.success(request, f"已签署，转请{signed.street}签署。")
            return redirect(AGREEMENT.url(signed))
    letter = AGREEMENT.fetch(request.scope, pk)
    context = context_of(letter, request.scope, form=form, refused=refused)
    return render(request, "empowerment/agreements/page.html", context, status=status)


def _refusing(row: Agreement, scope: Scope) -> Step[Agreement, Any]:
    return turn(row, scope, refuse_department, refuse_street)


urlpatterns: list[URLPattern] = [
    path("agreements/", AgreementList.as_view(), name="agreements"),
    path("agreements/prepare/", agreement_prepare, name="agreement-prepare"),
    path("agreements/send/", agreement_send, name="agreement-send"),
    path("agreements/<number:pk>/", agreement_page, name="agreement"),
    path("agreements/<number:pk>/sign/", agreement_sign, name="agreement-sign"),
    path("agreements/<number:pk>/refuse/", PAGES.step_view(_refusing), name="agreement-refuse"),
    path("agreements/<number:pk>/withdraw/", PAGES.step_view(withdraw), name="agreement-withdraw"),
]
