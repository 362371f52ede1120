"""Visits of the team: list, record, change, delete (P37)."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from xianan.core import clock
from xianan.core.dates import chinese_date
from xianan.core.errors import DomainError, NotAllowed
from xianan.history.selectors import timeline
from xianan.organizations.requests import Request
from xianan.ui import html

from ..choices import Phase
from ..cycles.page import facts, tabs
from ..forms.scoring import VisitForm
from ..models import Cycle, Visit
from ..selectors import cycles, visits
from ..services import visits as services
from .common import WRITE, attempt, crumbs, form_page, held


def _list(cycle: Cycle) -> str:
    return reverse("assessment:visits", args=[cycle.pk])


def _cycle(request: Request, pk: int) -> tuple[Cycle, bool]:
    """Return a cycle whose visits the person may see, and whether they are in its team. 404, 403."""
    cycle = held(request, pk)
    member = cycles.member_of(cycle, request.user) is not None
    if not member and not request.scope.whole_district("view_cycle"):
        raise NotAllowed("实地查看由考核组登记，您不在本次考核的考核组中。")
    return cycle, member


@login_required
@require_safe
def visit_list(request: Request, pk: int) -> HttpResponse:
    """The visits of a cycle, street by street."""
    cycle, member = _cycle(request, pk)
    rows = list(visits.visible(request.scope, cycle).prefetch_related("indicators"))
    seen = {row.street_id for row in rows}
    context = {
        "title": "实地查看",
        "crumbs": crumbs(cycle),
        "badge": html.badge(Phase(cycle.phase), icon_name="auto"),
        "facts": [str(cycle), *facts(cycle), f"{len(rows)} 次"],
        "cycle": cycle,
        "tabs": tabs(cycle, request.scope, "visits", member=member),
        "visits": rows,
        "visited": visits.VISITED,
        "unseen": [row for row in cycles.streets(cycle) if row.pk not in seen],
        "may_record": member and not cycles.scoring_closed(cycle),
        "closed": cycles.scoring_closed(cycle),
    }
    return render(request, "assessment/visits/list.html", context)


@login_required
@require_http_methods(WRITE)
def visit_create(request: Request, pk: int) -> HttpResponse:
    cycle, member = _cycle(request, pk)
    if not member:
        raise NotAllowed("登记实地查看的须是本次考核组成员。")
    why = cycles.scoring_closed(cycle)
    if why:
        raise DomainError("closed", why)
    first = {"visited_on": clock.today(), "street": request.GET.get("street")}
    form = VisitForm(request.POST or None, cycle=cycle, initial=first)
    return form_page(
        request, form,
        lambda _: services.record_visit(cycle, actor=request.user, **form.values), _address,
        title="登记实地查看", button="登记实地查看", back=_list(cycle),
        crumbs=[*crumbs(cycle), ("实地查看", _list(cycle))], done="已登记，可以附现场照片。",
    )  # fmt: skip


def _address(visit: Visit) -> str:
    return reverse("assessment:visit", args=[visit.cycle_id, visit.pk])


def _visit(request: Request, pk: int, visit: int) -> Visit:
    cycle, _ = _cycle(request, pk)
    found: Visit = get_object_or_404(visits.visible(request.scope, cycle), pk=visit)
    found.cycle = cycle
    return found


@login_required
@require_safe
def visit_page(request: Request, pk: int, visit: int) -> HttpResponse:
    row = _visit(request, pk, visit)
    context = {
        "title": f"{row.street} {row.place}",
        "crumbs": [*crumbs(row.cycle), ("实地查看", _list(row.cycle))],
        "facts": [str(row.cycle), chinese_date(row.visited_on)],
        "visit": row,
        "visited": visits.VISITED,
        "indicators": list(row.indicators.all()),
        "may_change": row.recorded_by.user_id == request.scope.person_id
        and not cycles.scoring_closed(row.cycle),
        "entries": timeline(row),
    }
    return render(request, "assessment/visits/page.html", context)


@login_required
@require_http_methods(WRITE)
def visit_change(request: Request, pk: int, visit: int) -> HttpResponse:
    row = _visit(request, pk, visit)
    why = services.may_change(row, request.user)
    if why:
        raise DomainError("closed", why)
    first = {name: getattr(row, name) for name in ("visited_on", "place", "people", "findings")}
    first["indicators"] = list(row.indicators.values_list("pk", flat=True))
    form = VisitForm(request.POST or None, cycle=row.cycle, change=True, initial=first)
    return form_page(
        request, form,
        lambda _: services.change_visit(row, actor=request.user, **form.values), _address,
        title="修改实地查看", button="保存修改", back=_address(row),
        crumbs=[*crumbs(row.cycle), ("实地查看", _list(row.cycle))], done="已保存。", hint=f"街道：{row.street}",
    )  # fmt: skip


@login_required
@require_POST
def visit_delete(request: Request, pk: int, visit: int) -> HttpResponse:
    row = _visit(request, pk, visit)
    return attempt(
        request, lambda: services.delete_visit(row, actor=request.user), "已删除。", _list(row.cycle)
    )
