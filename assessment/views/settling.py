"""What is decided about a result: ties, objections and their answers (P40)."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from xianan.core import clock
from xianan.core.errors import DomainError, NotAllowed
from xianan.history.selectors import timeline
from xianan.organizations.requests import Request

from ..choices import CorrectionState
from ..flows.cycle import CYCLE
from ..flows.objection import OBJECTION, objecting_closed
from ..forms.results import AnswerForm, ObjectionForm, TieForm
from ..models import Cycle, Objection
from ..rules.changes import event_words
from ..rules.points import show_points
from ..selectors import results
from ..services import objections as objection_services
from ..services import results as services
from .common import WRITE, crumbs, form_page, get_cell, get_cycle
from .corrections import SECOND, comes_to, of_cell
from .results import may_read_street


def _back(cycle: Cycle) -> str:
    return reverse("assessment:result", args=[cycle.pk])


def _way(cycle: Cycle) -> list[tuple[str, str]]:
    return [*crumbs(cycle), ("考核结果", _back(cycle))]


@login_required
@require_http_methods(WRITE)
def tie_settle(request: Request, pk: int, points: int) -> HttpResponse:
    """Write down what the leading group decided about streets with one total."""
    cycle = get_cycle(request, pk, "manage_cycle")
    CYCLE.refuse_unless_possible(cycle, "settle", request.scope)
    snapshot = results.current(cycle)
    tie = next((row for row in snapshot.ties if row.points == points), None)
    if tie is None:
        raise Http404
    streets = [(key, snapshot.street(key).name) for key in tie.streets]
    first = {"decided_on": tie.decided_on or clock.today(), "reason": tie.reason}
    form = TieForm(request.POST or None, streets=streets, initial=first)
    names = "、".join(name for _, name in streets)
    return form_page(
        request, form,
        lambda _: services.settle_tie(cycle, points=points, actor=request.user, **form.values),
        lambda _: _back(cycle), title="登记同分审定", button="登记审定", back=_back(cycle), crumbs=_way(cycle),
        done="已登记领导小组审定。", hint=f"{names}同为 {show_points(points)} 分，由考核工作领导小组审定名次并列或者排定先后（P39、P40）。",
    )  # fmt: skip


@login_required
@require_http_methods(WRITE)
def objection_raise(request: Request, pk: int, street: int, indicator: int) -> HttpResponse:
    """Object to the own street's points of an indicator."""
    cycle = get_cycle(request, pk)
    place, row = get_cell(cycle, street, indicator)
    if not request.scope.can("object_to_score", place):
        raise NotAllowed("申诉由本街道负责人提出。")
    why = objecting_closed(cycle)
    if why:
        raise DomainError("closed", why)
    back = reverse("assessment:result-street", args=[pk, street])
    now = show_points(results.points_of(cycle, place, row))
    return form_page(
        request, ObjectionForm(request.POST or None),
        lambda data: objection_services.raise_objection(
            cycle, street=place, indicator=row, actor=request.user, **data
        ),
        lambda _: back, title="申诉", button=f"以{place}名义提出申诉", back=back,
        crumbs=[*_way(cycle), (str(place), back)], done="已提出申诉，区委编办答复后通知您。",
        hint=f"{row}：{now} 分，满分 {show_points(row.points)} 分。评分标准：{row.rule}",
    )  # fmt: skip


def _objection(request: Request, pk: int, objection: int) -> Objection:
    """Return an objection the person may read. 404 otherwise."""
    cycle = get_cycle(request, pk)
    row: Objection = get_object_or_404(results.objections(cycle), pk=objection)
    if not may_read_street(cycle, request.scope, row.street_id):
        raise Http404
    row.cycle = cycle
    return row


@login_required
@require_safe
def objection_page(request: Request, pk: int, objection: int) -> HttpResponse:
    """An objection with the points it is about, its answer and what was put right."""
    row = _objection(request, pk, objection)
    scope = request.scope
    mine = list(results.corrections(row.cycle).filter(objection=row))
    waits = next((each for each in mine if each.state == CorrectionState.PENDING), None)
    may_answer = (
        waits is None
        and "answer" in {step.name for step in CYCLE.offered(row.cycle, scope)}
        and bool(OBJECTION.offered(row, scope))
    )
    correction = next((each for each in mine if each.state == CorrectionState.STANDING), None)
    context = {
        "title": f"{row.street}申诉 {row.indicator.code} {row.indicator.name}",
        "crumbs": _way(row.cycle),
        "facts": [str(row.cycle), f"{row.raised_by.name}提出"],
        "row": row,
        "correction": correction,
        "said": event_words(results.line_of(correction).events) if correction is not None else [],
        "waits": waits if scope.whole_district("manage_cycle") else None,
        "points": results.points_of(row.cycle, row.street, row.indicator),
        "may_answer": may_answer,
        "sees": scope.whole_district("view_cycle"),
        "entries": timeline(row),
    }
    return render(request, "assessment/results/objection.html", context)


@login_required
@require_http_methods(WRITE)
def objection_answer(request: Request, pk: int, objection: int) -> HttpResponse:
    """Uphold the points or put them right, with words."""
    row = _objection(request, pk, objection)
    cycle = get_cycle(request, pk, "manage_cycle")
    CYCLE.refuse_unless_possible(cycle, "answer", request.scope)
    back = reverse("assessment:objection", args=[pk, objection])
    OBJECTION.refuse_unless_possible(row, "uphold", request.scope)
    form = AnswerForm(request.POST or None, **of_cell(cycle, row.street_id, row.indicator))

    def look() -> list[str]:
        change = form.values["change"]
        if change is None:
            return ["维持原分，得分和名次没有变化。"]
        return comes_to(cycle, row.street, row.indicator, change)

    now = show_points(results.points_of(cycle, row.street, row.indicator))
    return form_page(
        request, form,
        lambda _: objection_services.answer_objection(row, actor=request.user, **form.values),
        lambda _: back, title="答复申诉", button="答复", back=back, crumbs=[*_way(cycle), (str(row.street), back)],
        done="维持原分的已通知街道；更正得分的由第二人复核后答复街道。",
        hint=f"{row.indicator}：现为 {now} 分，满分 {show_points(row.indicator.points)} 分。\n申诉理由：{row.text}",
        notice=SECOND, look=look, template="assessment/results/correct.html",
    )  # fmt: skip
