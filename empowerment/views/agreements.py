"""Letters: the list, the preparing of a batch, and the page of one where it is read and signed."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from empowerment.choices import AgreementState
from empowerment.filters.agreements import AgreementFilter
from empowerment.forms.agreements import ReasonForm, SignForm
from empowerment.models import Agreement
from empowerment.selectors import agreements as selectors
from empowerment.services import agreements as services
from empowerment.tables.agreements import AgreementTable
from xianan.core.errors import DomainError, NotAllowed
from xianan.core.outside import whole
from xianan.organizations.pages import ListPage
from xianan.organizations.requests import Request
from xianan.organizations.scope import Scope
from xianan.ui.conditions import Chip
from xianan.ui.lists import Tab
from xianan.ui.templatetags.ui import query_with

from .agreement_page import context_of, prepare_context

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
        rows = selectors.visible(scope)
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
        job = services.send_letters(_pairs(chosen), actor=request.user)
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


def _letter(request: Request, pk: int) -> Agreement:
    rows = selectors.visible(request.scope).select_related(
        "organization", "street", "item_list", "policy", "document", "sent_by"
    )
    return get_object_or_404(rows, pk=pk)


@login_required
@require_safe
def agreement_page(request: Request, pk: int) -> HttpResponse:
    """The letter: parties and dates, the PDF, who signed, and the panel to sign."""
    context = context_of(_letter(request, pk), request.scope, form=SignForm(), query=request.GET)
    return render(request, "empowerment/agreements/page.html", context)


@login_required
@require_POST
def agreement_sign(request: Request, pk: int) -> HttpResponse:
    """Sign with the password; a wrong one is said at its field, a stale page shows the letter as it is now."""
    letter = _letter(request, pk)
    form = SignForm(request.POST)
    refused, status = "", 200
    if form.is_valid():
        try:
            signed = services.sign(letter, actor=request.user, password=form.cleaned_data["password"])
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
            return redirect("empowerment:agreement", pk=pk)
    context = context_of(_letter(request, pk), request.scope, form=form, refused=refused)
    return render(request, "empowerment/agreements/page.html", context, status=status)


def _end(
    request: Request, pk: int, verb: str, *, title: str, button: str, hint: str, done: str
) -> HttpResponse:
    """Ask for a reason and end the letter; GET is the form as a page of its own."""
    letter = _letter(request, pk)
    _refuse_bystander(letter, request.scope, verb)
    form = ReasonForm(request.POST or None)
    status = 200
    if request.method == "POST" and form.is_valid():
        service = services.refuse if verb == "refuse" else services.withdraw
        try:
            service(letter, actor=request.user, reason=form.cleaned_data["reason"])
        except DomainError as refusal:
            if refusal.status == 403:
                raise
            form.refuse(refusal)
            status = 200 if refusal.field else refusal.status
        else:
            messages.success(request, done.format(number=letter.number))
            return redirect("empowerment:agreement", pk=pk)
    elif request.method != "POST" and not _may_end(letter, request.scope, verb):
        return redirect("empowerment:agreement", pk=pk)
    page = reverse("empowerment:agreement", args=[pk])
    context = {
        "title": title,
        "crumbs": (*CRUMB, ("承接确认书", reverse("empowerment:agreements")), (letter.number, page)),
        "letter": letter,
        "form": form,
        "action": request.path,
        "button": button,
        "hint": hint,
    }
    return render(request, "empowerment/agreements/reason.html", context, status=status)


def _refuse_bystander(letter: Agreement, scope: Scope, verb: str) -> None:
    """Raise NotAllowed for somebody who may read the letter but could never end it this way."""
    right = "sign_agreement" if verb == "refuse" else "send_agreement"
    if not any(scope.can(right, letter, party) for party in ("organization", "street")):
        raise NotAllowed("您没有办理此事的权限。")


def _may_end(letter: Agreement, scope: Scope, verb: str) -> bool:
    offered = context_of(letter, scope, form=SignForm())
    return bool(offered["refuse_step"] if verb == "refuse" else offered["withdraw_step"])


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def agreement_refuse(request: Request, pk: int) -> HttpResponse:
    """Refuse to sign, with a reason."""
    return _end(
        request,
        pk,
        "refuse",
        title="拒绝签署",
        button="拒绝签署这份确认书",
        hint="拒签后确认书作废，文号保留。理由送区委编办和对方，事项可重新发送。",
        done="已拒绝签署 {number}，理由已送区委编办。",
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def agreement_withdraw(request: Request, pk: int) -> HttpResponse:
    """Take back a letter that is not in force, with a reason."""
    return _end(
        request,
        pk,
        "withdraw",
        title="撤回确认书",
        button="撤回这份确认书",
        hint="撤回后确认书作废，文号保留，双方不能再签署。事项可重新发送。",
        done="已撤回 {number}，其中的事项可重新发送。",
    )
