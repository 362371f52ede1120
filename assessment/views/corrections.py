"""Points put right: entered with what becomes of events, tried out, confirmed by a second person (P40)."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from xianan.history.selectors import timeline
from xianan.organizations.models import Organization
from xianan.organizations.requests import Request
from xianan.ui import html

from ..choices import CorrectionState, IndicatorKind
from ..flows.correction import CORRECTION
from ..flows.cycle import CYCLE
from ..forms.results import CorrectionForm, WhyForm
from ..models import Correction, Cycle, Indicator
from ..rules.changes import changes, event_words
from ..rules.points import show_points
from ..selectors import cycles, results
from ..services import corrections as services
from .common import WRITE, attempt, crumbs, form_page, get_cell, get_cycle

SECOND = "更正依据领导小组的决定，由一人登记、另一人复核；复核同意前得分、名次、文书和整改清单都不变。"


def of_cell(cycle: Cycle, street: int, indicator: Indicator) -> dict[str, Any]:
    """Return what a form about a cell takes: its full points and its events as they stand."""
    events = results.choices(results.current(cycle), street, indicator.pk)
    return {
        "full": indicator.points, "events": events, "penalty": indicator.kind == IndicatorKind.PENALTY,
    }  # fmt: skip


def comes_to(cycle: Cycle, street: Organization, indicator: Indicator, change: services.Change) -> list[str]:
    """Return what a correction would change, for trying it out."""
    line = services.outcome(cycle, street=street, indicator=indicator, change=change)
    return changes(*results.with_correction(cycle, line))


@login_required
@require_http_methods(WRITE)
def points_correct(request: Request, pk: int, street: int, indicator: int) -> HttpResponse:
    """Enter that the points of one street and indicator are put right."""
    cycle = get_cycle(request, pk, "manage_cycle")
    CYCLE.refuse_unless_possible(cycle, "correct", request.scope)
    place, row = get_cell(cycle, street, indicator)
    back = reverse("assessment:result-street", args=[pk, street])
    cell = results.current(cycle).street(street).cell(row.pk)
    given = of_cell(cycle, street, row)
    form = CorrectionForm(request.POST or None, **given)
    most = "最多扣" if given["penalty"] else "满分"
    hint = f"{place} {row}：现为 {show_points(cell.points)} 分，{most} {show_points(row.points)} 分。原来的评分保留，更正另记一条。"
    if cell.put_right:
        hint += f"\n现在的得分是更正时填写的（{cell.put_right}）；不再填写更正后得分的，按评分和扣分事项重新计算。"
    if cell.is_forged:
        hint += "\n该项认定弄虚作假不得分；撤销认定的，填写更正后得分。"
    public = cycle.phase in cycles.PUBLISHED
    return form_page(
        request, form,
        lambda data: services.correct_points(
            cycle, street=place, indicator=row, change=form.change, reason=data["reason"], actor=request.user
        ),
        lambda made: reverse("assessment:correction", args=[pk, made.pk]),
        title=f"更正{'扣分' if given['penalty'] else '得分'}", button="登记更正，报第二人复核",
        back=f"{back}?preview" if public else back, crumbs=[*crumbs(cycle), ("考核结果", _result(pk)), (str(place), back)],
        done="已登记更正，待第二人复核。", hint=hint,
        notice=SECOND + ("结果已经公布：复核同意后须再公布新的版本，原版本保留可查。" if public else ""),
        look=lambda: comes_to(cycle, place, row, form.change), template="assessment/results/correct.html",
    )  # fmt: skip


def _result(pk: int) -> str:
    return reverse("assessment:result", args=[pk])


# ---- One correction --------------------------------------------------------------------------------------


def _correction(request: Request, pk: int, correction: int, right: str = "manage_cycle") -> Correction:
    cycle = get_cycle(request, pk, right)
    row: Correction = get_object_or_404(results.corrections(cycle), pk=correction)
    row.cycle = cycle
    return row


@login_required
@require_safe
def correction_page(request: Request, pk: int, correction: int) -> HttpResponse:
    """A correction with what it makes of events and what would follow; the second person confirms it here."""
    row = _correction(request, pk, correction, "view_cycle")
    scope = request.scope
    line = results.line_of(row)
    may = {step.name for step in CORRECTION.offered(row, scope)}
    pending = row.state == CorrectionState.PENDING
    context = {
        "title": f"更正：{row.street} {row.indicator.code} {row.indicator.name}",
        "crumbs": [*crumbs(row.cycle), ("考核结果", _result(pk))],
        "badge": html.badge(CorrectionState(row.state), icon_name="auto"),
        "facts": [str(row.cycle), f"{row.made_by.name}登记"],
        "row": row,
        "said": event_words(line.events),
        "found": changes(*results.with_correction(row.cycle, line)) if pending else [],
        "may": may,
        "not_second": CORRECTION.other_party(row, "confirm", scope) if "confirm" in may else "",
        "own": row.made_by_id in scope.accounts,
        "entries": timeline(row),
    }
    return render(request, "assessment/results/correction.html", context)


@login_required
@require_POST
def correction_confirm(request: Request, pk: int, correction: int) -> HttpResponse:
    """Agree to what another person entered."""
    row = _correction(request, pk, correction)
    return attempt(
        request,
        lambda: services.confirm_correction(row, actor=request.user),
        "已复核同意，更正生效。",
        reverse("assessment:correction", args=[pk, correction]),
    )


@login_required
@require_http_methods(WRITE)
def correction_refuse(request: Request, pk: int, correction: int) -> HttpResponse:
    """Send back what another person entered, with a reason."""
    row = _correction(request, pk, correction)
    return _drop(request, row, "refuse", services.refuse_correction, "已退回登记人。")


@login_required
@require_http_methods(WRITE)
def correction_take_back(request: Request, pk: int, correction: int) -> HttpResponse:
    """Take back what one entered oneself, with a reason."""
    row = _correction(request, pk, correction)
    return _drop(request, row, "take_back", services.take_back_correction, "已撤回更正。")


def _drop(request: Request, row: Correction, step: str, act: Any, done: str) -> HttpResponse:
    CORRECTION.refuse_unless_possible(row, step, request.scope, reason="—")
    back = reverse("assessment:correction", args=[row.cycle_id, row.pk])
    label = CORRECTION[step].label
    return form_page(
        request, WhyForm(request.POST or None), lambda data: act(row, actor=request.user, **data),
        lambda _: back, title=label, button=label, back=back, done=done, refuse=True,
        crumbs=[*crumbs(row.cycle), ("考核结果", _result(row.cycle_id)), (str(row), back)],
        hint=f"{row.street} {row.indicator}：由 {show_points(row.before)} 分更正为 {show_points(row.after)} 分。\n更正原因：{row.reason}",
    )  # fmt: skip
