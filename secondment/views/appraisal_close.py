"""The end of a year: what lacks, who goes down, the lock (P30)."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from secondment.choices import Grade, SideState
from secondment.forms.appraisal import PasswordForm
from secondment.models import Appraisal, AppraisalRound
from secondment.rounds.steps import ROUND, close, close_round
from secondment.rules.appraisal import show
from secondment.selectors import appraisals as selectors
from secondment.services.grading import takes_place
from xianan.core.errors import DomainError
from xianan.core.outside import wholes
from xianan.organizations.requests import Request
from xianan.ui.acts import WRITE

from .appraisals import crumbs


@login_required
@require_http_methods(WRITE)
def round_close(request: Request, pk: int) -> HttpResponse:
    """Close a year; what lacks is listed with links, too many 优秀 ask which go down and why."""
    row, scope = ROUND.fetch(request.scope, pk), request.scope
    close.refuse(row, scope)
    form = PasswordForm(request.POST or None)
    status = 200
    down = {key: request.POST.get(f"reason_{key}", "") for key in wholes(request.POST.getlist("down"))}
    if request.method == "POST" and form.is_valid():
        try:
            close_round(row, actor=request.user, password=form.cleaned_data["password"], lowered=down)
        except DomainError as refusal:
            if refusal.status == 403:
                raise
            form.refuse(refusal)
            status = 200 if refusal.field else refusal.status
        else:
            messages.success(request, f"已办结{row.year}年度考核，登记表全部锁定。")
            return redirect("secondment:appraisal-round", pk)
    return _close_page(request, row, form=form, down=down, status=status)


def _close_page(
    request: Request, row: AppraisalRound, *, form: PasswordForm, down: dict[int, str], status: int
) -> HttpResponse:
    forms = list(
        selectors.with_sides(Appraisal.objects.filter(round=row, is_current=True)).order_by(
            "organization__display_order", "pk"
        )
    )
    whole, departments = selectors.excellence(row)
    lacking = [(each, side) for each in forms for side in each.sides.all() if side.state != SideState.SIGNED]
    best = sorted((each for each in forms if takes_place(each)), key=lambda each: each.total or 0)
    context = {
        "title": "办结年度考核",
        "crumbs": crumbs(row),
        "facts": (f"登记表 {len(forms)} 份",),
        "round": row,
        "form": form,
        "lacking": lacking,
        "whole": whole,
        "departments": departments,
        "best": [(each, show(each.total), each.pk in down, down.get(each.pk, "")) for each in best],
        "counts": _counts(forms),
        "capped": [each for each in forms if each.cap_id],
        "pending": [each for each in forms if each.pends_on_id],
    }
    return render(request, "secondment/appraisals/close.html", context, status=status)


def _counts(forms: list[Appraisal]) -> list[tuple[str, int, str]]:
    found = [(str(grade.label), sum(form.grade == grade for form in forms), grade.tone) for grade in Grade]
    return [*found, ("未完成", sum(not form.grade for form in forms), "amber")]
