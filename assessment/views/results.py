"""Results: the list of years, a year's table of totals and places, and one street with its workings (P40, P43)."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_safe

from xianan.core.dates import chinese_date
from xianan.core.errors import NotAllowed
from xianan.core.outside import whole
from xianan.organizations.pages import ListPage
from xianan.organizations.requests import Request
from xianan.organizations.scope import Scope
from xianan.ui import html

from ..choices import ObjectionState, Phase
from ..cycles.page import PAGES, facts, may, tabs
from ..cycles.steps import CORRECT, CYCLE
from ..models import Correction, Cycle, CycleStreet, ResultVersion
from ..objections.steps import objecting_closed
from ..rules.changes import event_words
from ..rules.costs import told
from ..rules.paper_blocks import group_chart, total_chart
from ..selectors import cycles, results
from ..snapshot import CorrectionLine, Snapshot, StreetLine
from ..tables.results import ResultTable
from .common import CRUMB, crumbs, held


class ResultList(ListPage):
    """The years a person may read the result of: the offices from the leading group on."""

    title = "考核结果"
    unit = "个年度"
    right = "view_scheme"
    table_class = ResultTable
    crumbs = (CRUMB,)
    empty_title = "还没有考核结果"
    empty_text = "年度考核公布后，得分、名次和更正记录列在这里。街道在公示期间可以查看本街道得分。"

    def queryset(self, scope: Any) -> QuerySet[Any]:
        versions = ResultVersion.objects.filter(cycle=OuterRef("pk"), number__gt=0).order_by("-number")
        rows = CYCLE.visible(scope).annotate(
            number=Subquery(versions.values("number")[:1]),
            published=Subquery(versions.values("published_at")[:1]),
        )
        open_to = Q(phase__in=cycles.PUBLISHED)
        if scope.whole_district("view_cycle"):
            open_to |= Q(phase__in=(Phase.LEADING, Phase.PUBLICITY))
        else:
            own = CycleStreet.objects.filter(street__in=scope.organization_ids("view_own_assessment"))
            open_to |= Q(phase=Phase.PUBLICITY, pk__in=own.values("cycle"))
        return rows.filter(open_to).order_by("-year")


# ---- Which result a person gets --------------------------------------------------------------------------


def shown(request: Request, cycle: Cycle) -> tuple[Snapshot, list[ResultVersion]]:
    """Return the result as the person asks for it, and the published versions without their data.

    What is published is read as it was frozen, the newest or the ``version`` of the address; before, it
    is computed. With ``preview`` 区委编办 sees what corrections made after the publication come to.
    Raises NotAllowed before the person's time.
    """
    scope = request.scope
    if cycle.phase not in cycles.PUBLISHED:
        offices = scope.whole_district("view_cycle") and cycles.reached(cycle, Phase.LEADING)
        if not offices and not (cycle.phase == Phase.PUBLICITY and own_streets(cycle, scope)):
            raise NotAllowed("考核结果公布后可以查看。")
        return results.current(cycle), []
    versions = list(results.published(cycle).defer("data"))
    if "preview" in request.GET and scope.whole_district("manage_cycle"):
        return results.current(cycle), versions
    wanted = whole(request.GET.get("version"))
    number = versions[0].number if wanted is None else wanted
    row = next((each for each in versions if each.number == number), None)
    if row is None:
        raise Http404
    return results.read(row), versions


def own_streets(cycle: Cycle, scope: Scope) -> list[int]:
    """Return the person's own streets among those assessed."""
    own = scope.organization_ids("view_own_assessment")
    if not own:
        return []
    return list(CycleStreet.objects.filter(cycle=cycle, street__in=own).values_list("street_id", flat=True))


def may_read_street(cycle: Cycle, scope: Scope, street: int) -> bool:
    """Whether the person may read a street's workings: the offices and the street itself."""
    if scope.can("view_cycle", cycle):
        return True
    return cycle.phase in cycles.PUBLIC and street in scope.organization_ids("view_own_assessment")


def _version_facts(snapshot: Snapshot, versions: list[ResultVersion]) -> list[str]:
    if not snapshot.version:
        return ["尚未公布" if not versions else "更正后的结果，尚未公布"]
    assert snapshot.published_on is not None
    found = f"第{snapshot.version}版，{chinese_date(snapshot.published_on)}公布"
    if versions and snapshot.version != versions[0].number:
        return [found, f"已由第{versions[0].number}版替代"]
    return [found]


def _charts(cycle: Cycle, snapshot: Snapshot) -> list[tuple[str, SafeString]]:
    """Return the charts that the report of the year prints, with their titles."""
    total = total_chart(snapshot, results.previous_year(cycle))
    # Drawn by us; names in it are escaped where it is drawn.
    return [
        ("各街道总分（分）", mark_safe(total)),
        ("各考评项目得分率（%）", mark_safe(group_chart(snapshot))),
    ]


# ---- Pages -----------------------------------------------------------------------------------------------


@login_required
@require_safe
def result_page(request: Request, pk: int) -> HttpResponse:
    """Totals and places of all streets, what the leading group decided, objections and corrections."""
    cycle = held(request, pk)
    scope = request.scope
    sees = scope.whole_district("view_cycle")
    snapshot, versions = shown(request, cycle)
    if not sees and cycle.phase == Phase.PUBLICITY:
        return redirect("assessment:result-street", pk, own_streets(cycle, scope)[0])
    manages = scope.whole_district("manage_cycle")
    behind = bool(versions) and manages and results.is_behind(cycle)
    names = {row.id: row.name for row in snapshot.streets}
    context = {
        "title": "考核结果",
        "crumbs": crumbs(cycle),
        "badge": html.badge(Phase(cycle.phase), icon_name="auto"),
        "facts": [str(cycle), *_version_facts(snapshot, versions), *facts(cycle)[1:]],
        "cycle": cycle,
        "tabs": tabs(cycle, scope, "result", member=cycles.sits_in(cycle)),
        "snapshot": snapshot,
        "versions": versions,
        "is_latest": not versions or snapshot.version in (0, versions[0].number),
        "behind": behind,
        "manages": manages,
        "sees": sees,
        "own": set(scope.organization_ids("view_own_assessment")),
        "names": names,
        "ties": [{"tie": row, "names": "、".join(names[pk] for pk in row.streets)} for row in snapshot.ties],
        "may": may(cycle, scope),
        "offers": PAGES.offers(request, cycle),
        "has_beside": any(row.bonus or row.penalty for row in snapshot.streets),
        "rows": [
            {
                "group": group,
                "lines": [
                    {"indicator": row, "cells": [street.cell(row.id) for street in snapshot.ranked]}
                    for row in group.indicators
                ],
            }
            for group in snapshot.groups
        ],
        "objections": [
            {"row": row, "street": names[row.street_id], "indicator": snapshot.indicator(row.indicator_id)}
            for row in snapshot.objections
        ],
        "charts": _charts(cycle, snapshot),
        "states": {value: ObjectionState(value) for value in ObjectionState.values},
        "corrections": [
            {**_correction(snapshot, row), "street": names[row.street_id]} for row in snapshot.corrections
        ],
        "waiting": results.waiting(cycle) if manages else [],
    }
    return render(request, "assessment/results/page.html", context)


@login_required
@require_safe
def street_page(request: Request, pk: int, street: int) -> HttpResponse:
    """One street: every indicator with what it stands on; its head objects, 区委编办 puts right."""
    cycle = held(request, pk)
    scope = request.scope
    if not may_read_street(cycle, scope, street):
        if street not in {row.pk for row in cycles.streets(cycle)}:
            raise Http404
        raise NotAllowed("各街道得分的依据由本街道和区级部门查看。")
    snapshot, versions = shown(request, cycle)
    line = _line(snapshot, street)
    latest = not versions or snapshot.version in (0, versions[0].number)
    objected = {row.indicator_id: row for row in snapshot.objections if row.street_id == street}
    heads = street in scope.organization_ids("object_to_score")
    closed = objecting_closed(cycle) if heads else "由街道负责人提出申诉。"
    public = cycle.phase in cycles.PUBLISHED
    may_correct = latest and CORRECT.awaits(cycle, scope)
    rows = results.waiting(cycle) if may_correct else []
    waiting = {row.indicator_id: row for row in rows if row.street_id == street}
    context = {
        "title": line.name,
        "crumbs": [*crumbs(cycle), ("考核结果", reverse("assessment:result", args=[pk]))],
        "badge": html.badge(Phase(cycle.phase), icon_name="auto"),
        "facts": [str(cycle), *_version_facts(snapshot, versions), *facts(cycle)[1:]],
        "cycle": cycle,
        "snapshot": snapshot,
        "line": line,
        "public": public or scope.whole_district("view_cycle"),
        "sees": scope.whole_district("view_cycle"),
        "groups": _workings(snapshot, line, objected, waiting),
        "may_object": heads and not closed,
        "closed": closed if heads and cycle.phase == Phase.PUBLICITY else "",
        "may_correct": may_correct,
        "objections": [{"row": row, "indicator": snapshot.indicator(key)} for key, row in objected.items()],
        "corrections": [
            _correction(snapshot, row) for row in snapshot.corrections if row.street_id == street
        ],
        "states": {value: ObjectionState(value) for value in ObjectionState.values},
        "others": [row for row in snapshot.streets if may_read_street(cycle, scope, row.id)],
    }
    return render(request, "assessment/results/street.html", context)


def _line(snapshot: Snapshot, street: int) -> StreetLine:
    try:
        return snapshot.street(street)
    except KeyError:
        raise Http404 from None


def _correction(snapshot: Snapshot, row: CorrectionLine) -> dict[str, Any]:
    said = "；".join([*event_words(row.events), row.reason])
    return {"row": row, "indicator": snapshot.indicator(row.indicator_id), "said": said}


def _workings(
    snapshot: Snapshot, line: StreetLine, objected: dict[int, Any], waiting: dict[int, Correction]
) -> list[dict[str, Any]]:
    return [
        {
            "group": group,
            "points": points,
            "lines": [
                {
                    "indicator": row,
                    "cell": line.cell(row.id),
                    "told": told(row, line.cell(row.id)),
                    "objection": objected.get(row.id),
                    "waits": waiting.get(row.id),
                }
                for row in group.indicators
            ],
        }
        for group, points in zip(snapshot.groups, line.groups, strict=True)
    ]
