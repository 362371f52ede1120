"""The coverage of department × street on any day (P11): the matrix and the page of one cell."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from empowerment.powers.steps import POWER
from empowerment.selectors.periods import in_force
from secondment.choices import CoverState
from secondment.deadlines.staff import GAP
from secondment.exemptions.steps import BEGUN, EXEMPTION
from secondment.exemptions.steps import ENDED as EXEMPTION_ENDED
from secondment.models import Exemption, Post
from secondment.rules.coverage import gap_since
from secondment.rules.term import needs_certificate
from secondment.selectors.coverage import coverage
from secondment.selectors.staff import ENTRIES
from secondment.tables.staff import left_words, state_word
from secondment.terms.steps import SERVICE
from secondment.views.common import SECTION
from secondment.views.matrix_page import ONLY, exporters, figures, gap_deadlines, matrix, title_of
from xianan.core import clock
from xianan.core.dates import chinese_date
from xianan.core.errors import NotAllowed
from xianan.core.outside import whole
from xianan.deadlines.selectors import due_days
from xianan.history.selectors import timeline
from xianan.organizations.models import Organization
from xianan.organizations.requests import Request
from xianan.policy.late import reading
from xianan.ui import html, workbook
from xianan.ui.templatetags.ui import query_with

TITLE = "人员覆盖"
SHOWN = 20
"""Powers that the page of a cell names; the list has the others."""


def asked_day(request: Request) -> tuple[dt.date, str]:
    """Return the day of ``?on=`` (today) and what is wrong with it."""
    asked = request.GET.get("on", "").strip()
    if not asked:
        return clock.today(), ""
    try:
        day = dt.date.fromisoformat(asked)
    except ValueError:
        return clock.today(), "日期须是实际存在的日期，如 2026-11-23。下面是今日的情况"
    if not 2000 <= day.year <= 2100:
        return clock.today(), "日期须在 2000 年至 2100 年之间。下面是今日的情况"
    return day, ""


@login_required
@require_safe
def coverage_matrix(request: Request) -> HttpResponseBase:
    """Every department against every street on a day; ``export=xlsx`` gives what is seen."""
    scope = request.scope
    if not scope.holds("view_secondment"):
        raise NotAllowed(f"您没有查看“{TITLE}”的权限。")
    on, complaint = asked_day(request)
    only = request.GET.get("only", "")
    only = only if only in ONLY else ""
    organization, street = (whole(request.GET.get(name)) for name in ("organization", "street"))
    found = matrix(scope, on, only=only, organization=organization, street=street)
    if request.GET.get("export") == "xlsx":
        name = f"{TITLE}{on:%Y-%m-%d}"
        content = workbook.write(name, exporters(found.streets), found.rows)
        return FileResponse(content, as_attachment=True, filename=f"{name}.xlsx", content_type=workbook.XLSX)
    is_today = on == clock.today()
    may_chase = is_today and scope.holds("chase_deadline")
    context = {
        "title": TITLE,
        "crumbs": ((SECTION, ""),),
        "facts": ("依据：实施方案二（三）", "P11、P12", f"截至 {chinese_date(on)}"),
        "matrix": found,
        "figures": figures(found, lambda key: query_with(request, only=key), is_today),
        "on": on,
        "on_error": complaint,
        "is_today": is_today,
        "only": only,
        "only_label": ONLY[only][0] if only else "",
        "narrowed": only or request.GET.get("organization") or request.GET.get("street"),
        "clear_url": query_with(request, only=None, organization=None, street=None),
        "chase": gap_deadlines(found) if may_chase else [],
        "here": request.get_full_path(),
        "export_url": query_with(request, export="xlsx"),
        "small": len(found.streets) > 12,
        "fixed": len(found.streets) <= 8,
        "legend": [
            (state.label, state.tone)
            for state in (CoverState.MISSING, CoverState.LEAVING, CoverState.PRINCIPLE, CoverState.STATIONED)
        ],
        "required": found.known.required.at(on),
        "may_register": bool(scope.organization_ids("register_secondment")),
        # The list of powers knows today alone.
        "may_see_powers": is_today and scope.holds("view_agreement"),
    }
    return render(request, "secondment/coverage/matrix.html", context)


@login_required
@require_safe
def post_page(request: Request, organization: int, street: int) -> HttpResponse:
    """One cell: who is there, who was, what is owed since when, which powers, which exemptions."""
    scope = request.scope
    places = Organization.objects.filter(district_id=scope.district_id)
    giver = get_object_or_404(places.filter(empowering=True), pk=organization)
    taker = get_object_or_404(places.filter(kind="street"), pk=street)
    if not (scope.can("view_secondment", giver) or scope.can("view_secondment", taker)):
        raise Http404
    on, complaint = asked_day(request)
    known = coverage(scope.district_id, on, organizations=[giver.pk], streets=[taker.pk])
    cell = known.cell(giver.pk, taker.pk)
    facts = known.facts.get((giver.pk, taker.pk))
    since = gap_since(facts, on=on, required=known.required) if facts else None
    pair = known.powers.get((giver.pk, taker.pk))
    post = Post.objects.filter(organization=giver, street=taker).first()
    services = list(
        SERVICE.visible(scope).filter(organization=giver, street=taker).order_by("-starts_on", "-pk")
    )
    exemptions = list(
        reading(Exemption.objects.filter(organization=giver, street=taker), BEGUN, EXEMPTION_ENDED).order_by(
            "-starts_on", "-pk"
        )
    )
    due = due_days(GAP, Post, [post.pk]).get(post.pk) if post else None
    powers = _powers(request, giver, taker, on)
    request.menu_current = "secondment:coverage"
    registers = scope.can("register_secondment", giver)
    context: dict[str, Any] = {
        "title": f"{giver}派往{taker}",
        "crumbs": ((SECTION, ""), (TITLE, f"{reverse('secondment:coverage')}?on={on:%Y-%m-%d}")),
        "badge": html.badge(cell.state, icon_name="auto"),
        "facts": (f"截至 {chinese_date(on)}", title_of(cell)),
        "giver": giver,
        "taker": taker,
        "on": on,
        "on_error": complaint,
        "is_today": on == clock.today(),
        "cell": cell,
        "since": since,
        "due": due if on == clock.today() else None,
        "required": known.required.at(on),
        "leaving_days": known.figures.leaving_days,
        "services": [(row, *state_word(row), left_words(row)) for row in services],
        "exemptions": [(row, *EXEMPTION.standing(row)) for row in exemptions],
        "days": ENTRIES,
        "exempt_begun": BEGUN,
        "exempt_ended": EXEMPTION_ENDED,
        "pair": pair,
        "needs_certificate": needs_certificate(pair.types) if pair else False,
        "types": "、".join(sorted(pair.types)) if pair else "",
        "powers": powers,
        "powers_url": f"{reverse('empowerment:powers')}?organization={giver.pk}&street={taker.pk}",
        "entries": timeline(post) if post else [],
        "may_register": registers,
        "register_url": f"{reverse('secondment:secondment-create')}?street={taker.pk}",
        "exempt_url": f"{reverse('secondment:exemption-create')}?street={taker.pk}",
    }
    return render(request, "secondment/coverage/post.html", context)


def _powers(request: Request, giver: Organization, taker: Organization, on: dt.date) -> list[Any]:
    scope = request.scope
    if not scope.holds("view_agreement"):
        return []
    rows = POWER.visible(scope).filter(in_force(on), organization=giver, street=taker)
    return list(rows[:SHOWN])
