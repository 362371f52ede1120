"""Exemptions: registered by the department, decided and ended by 区委编办 (P11)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from secondment.choices import ExemptionKind, ExemptionState
from secondment.filters.staff import ExemptionFilter
from secondment.flows.exemptions import EXEMPTION, EXEMPTION_OFFICE
from secondment.forms.exemptions import ConfirmForm, EndForm, ExemptionForm
from secondment.forms.staff import ReasonForm
from secondment.models import Exemption
from secondment.selectors.backdating import effects
from secondment.services import exemptions as services
from secondment.tables.exemptions import BEGUN, ENDED, ExemptionTable, state_word
from secondment.views.common import SECTION, StepPage, take_step
from secondment.views.secondment_steps import possible
from secondment.views.staff import registering
from xianan.core import clock
from xianan.core.dates import chinese_date
from xianan.core.errors import DomainError, NotAllowed
from xianan.core.outside import whole
from xianan.history.selectors import timeline
from xianan.organizations.pages import ListPage
from xianan.organizations.requests import Request
from xianan.organizations.scope import Scope
from xianan.policy.late import reading
from xianan.ui import html
from xianan.ui.lists import Tab

E = ExemptionState
TITLE = "下沉豁免"


def visible(scope: Scope) -> QuerySet[Exemption]:
    """Return the exemptions a person may see: the own department's or street's, or all."""
    rows = Exemption.objects.select_related("organization", "street", "submitted_by", "decided_by")
    rows = reading(rows, BEGUN, ENDED)
    return scope.filter(rows, "view_secondment", "organization", "street")


class ExemptionList(ListPage):
    """Stationed agencies and exceptions with how far they have come."""

    title = TITLE
    right = "view_secondment"
    table_class = ExemptionTable
    filterset_class = ExemptionFilter
    search_fields = ("agency", "reference", "reason")
    search_hint = "派驻机构、文件、理由"
    crumbs = ((SECTION, ""),)
    template_name = "secondment/exemptions/list.html"
    empty_title = "还没有豁免"
    empty_text = "已有延伸派驻机构的，或确有理由不派人的，由赋权部门登记，区委编办确认后不再计缺员。"

    def queryset(self, scope: Any) -> QuerySet[Exemption]:
        return visible(scope)

    def get_tabs(self, scope: Any) -> Sequence[Tab]:
        return (Tab("all", "全部"), *(Tab(s.value, str(s.label), Q(state=s.value)) for s in E))

    def get_empty_action(self, scope: Any) -> tuple[str, str] | None:
        if not scope.organization_ids("register_secondment"):
            return None
        return "登记豁免", reverse("secondment:exemption-create")

    def context(self, scope: Any) -> dict[str, Any]:
        return {"may_register": bool(scope.organization_ids("register_secondment"))}


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def exemption_create(request: Request) -> HttpResponse:
    """Register an exemption of the own department."""
    organization = registering(request.scope)
    form = ExemptionForm(
        request.POST if request.method == "POST" else None,
        request.FILES if request.method == "POST" else None,
        organization=organization,
        initial={
            "street": whole(request.GET.get("street")),
            "kind": ExemptionKind.STATIONED,
            "starts_on": clock.today(),
        },
    )
    if request.method == "POST" and form.is_valid():
        try:
            row = services.submit(
                organization=organization,
                actor=request.user,
                files=form.files_by_slot,
                **form.plain_data,
            )
        except NotAllowed:
            raise
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, "已登记豁免，待区委编办确认。")
            return redirect("secondment:exemption", row.pk)
    request.menu_current = "secondment:exemptions"
    context = {
        "title": "登记豁免",
        "crumbs": ((SECTION, ""), (TITLE, reverse("secondment:exemptions"))),
        "facts": (str(organization), "除注明可不填的以外均须填写"),
        "form": form,
    }
    return render(request, "secondment/exemptions/form.html", context)


def _get(request: Request, pk: int) -> Exemption:
    scope = request.scope
    return scope.fetch(visible(scope), pk, "view_secondment", "organization", "street")


@login_required
@require_safe
def exemption(request: Request, pk: int) -> HttpResponse:
    """The page of one exemption."""
    row = _get(request, pk)
    scope = request.scope
    word, tone = state_word(row)
    request.menu_current = "secondment:exemptions"
    offered = [*EXEMPTION.offered(row, scope), *EXEMPTION_OFFICE.offered(row, scope)]
    styles = {"confirm": "primary", "refuse": "refuse"}
    context = {
        "title": f"{row.get_kind_display()}：{row.agency or row.street.name}",
        "crumbs": ((SECTION, ""), (TITLE, reverse("secondment:exemptions"))),
        "badge": html.badge(word, tone, "auto"),
        "facts": (f"{row.organization} → {row.street}",),
        "row": row,
        "offers": sorted(
            (
                (
                    step.label,
                    reverse(f"secondment:exemption-{step.name}", args=[row.pk]),
                    styles.get(step.name, ""),
                )
                for step in offered
            ),
            key=lambda offer: offer[2] == "primary",
        ),
        "entries": timeline(row),
        "upcoming": [("区委编办确认或不予确认", "")] if row.state == E.SUBMITTED else [],
        "effects": effects(row) if row.state == E.SUBMITTED else None,
        "begun": BEGUN,
        "ended": ENDED,
        "post_url": reverse("secondment:post", args=[row.organization_id, row.street_id]),
    }
    return render(request, "secondment/exemptions/page.html", context)


# ---- Steps -------------------------------------------------------------------------------------------


def _withdraw(row: Exemption, form: Any, actor: Any) -> str:
    services.withdraw(row, actor=actor)
    return "已撤回豁免登记。"


def _confirm(row: Exemption, form: Any, actor: Any) -> str:
    row = services.confirm(row, actor=actor, **form.cleaned_data)
    return f"已确认，{chinese_date(row.starts_on)}起{row.organization}不须向{row.street}派人。"


def _refuse(row: Exemption, form: Any, actor: Any) -> str:
    services.refuse(row, actor=actor, reason=form.cleaned_data["reason"])
    return f"已答复{row.organization}不予确认。"


def _end(row: Exemption, form: Any, actor: Any) -> str:
    services.end(row, actor=actor, **form.cleaned_data)
    return f"已终止豁免，最后一日 {chinese_date(form.cleaned_data['last_day'])}。"


STEPS: dict[str, StepPage] = {
    "withdraw": StepPage(
        "撤回豁免登记",
        "撤回豁免登记",
        possible(EXEMPTION, "withdraw"),
        _withdraw,
        style="refuse",
        after=("记录保留，该街道仍须派人",),
    ),
    "confirm": StepPage(
        "确认豁免",
        "确认豁免，不计缺员",
        possible(EXEMPTION_OFFICE, "confirm"),
        _confirm,
        ConfirmForm,
        needs_row=True,
        notes=(("除已有延伸派驻机构下放的外，原则上按规定人数向每个街道下沉", "实施方案二（三）（P11）"),),
        after=("自起始日期起不计缺员", "在覆盖矩阵中标明派驻豁免或例外"),
    ),
    "refuse": StepPage(
        "不予确认",
        "不予确认并答复部门",
        possible(EXEMPTION_OFFICE, "refuse"),
        _refuse,
        ReasonForm,
        style="refuse",
        after=("该街道仍须派人，缺员照计",),
    ),
    "end": StepPage(
        "终止豁免",
        "终止豁免，恢复派人要求",
        possible(EXEMPTION_OFFICE, "end"),
        _end,
        EndForm,
        style="refuse",
        initial=lambda row: {"last_day": clock.today()},
        after=("次日起计缺员，部门收到补派的待办",),
    ),
}


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def exemption_step(request: Request, pk: int, step: str) -> HttpResponse:
    """Show the form of a step or take it."""
    row = _get(request, pk)
    url = reverse("secondment:exemption", args=[row.pk])
    return take_step(
        request,
        row,
        STEPS[step],
        crumbs=((SECTION, ""), (TITLE, reverse("secondment:exemptions")), (str(row.get_kind_display()), url)),
        facts=(
            f"{row.organization} → {row.street}",
            f"{row.agency}，{row.reference}" if row.agency else row.reason,
            f"{chinese_date(row.starts_on)}起",
        ),
        menu="secondment:exemptions",
        back=("豁免", url),
        more=lambda: {"effects": effects(row) if step == "confirm" else None, "row": row},
    )
