"""What is decided about a result: ties (P40)."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from xianan.core import clock
from xianan.organizations.requests import Request

from ..cycles.services import settle_tie
from ..cycles.steps import SETTLE
from ..forms.results import TieForm
from ..rules.points import show_points
from ..selectors import results
from .common import WRITE, form_page, held, way_to_result


@login_required
@require_http_methods(WRITE)
def tie_settle(request: Request, pk: int, points: int) -> HttpResponse:
    """Write down what the leading group decided about streets with one total."""
    cycle = held(request, pk, SETTLE)
    snapshot = results.current(cycle)
    tie = next((row for row in snapshot.ties if row.points == points), None)
    if tie is None:
        raise Http404
    streets = [(key, snapshot.street(key).name) for key in tie.streets]
    first = {"decided_on": tie.decided_on or clock.today(), "reason": tie.reason}
    form = TieForm(request.POST or None, streets=streets, initial=first)
    names, back = "、".join(name for _, name in streets), reverse("assessment:result", args=[pk])
    return form_page(
        request, form,
        lambda _: settle_tie(cycle, points=points, actor=request.user, **form.values),
        lambda _: back, title="登记同分审定", button="登记审定", back=back, crumbs=way_to_result(cycle),
        done="已登记领导小组审定。", hint=f"{names}同为 {show_points(points)} 分，由考核工作领导小组审定名次并列或者排定先后（P39、P40）。",
    )  # fmt: skip
