"""The scoring sheet of a member, the offices' sheet of all scores, and one cell with all behind it (P37, P39)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Count, OuterRef, Subquery
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from xianan.core.errors import DomainError, NotAllowed
from xianan.core.outside import whole
from xianan.history.selectors import timeline
from xianan.organizations.models import Organization
from xianan.organizations.requests import Request
from xianan.ui import html

from ..choices import Method, Phase, ScoreState
from ..cycles.page import facts, tabs
from ..forms.fields import put
from ..forms.scoring import SheetForm
from ..models import Assignment, Cycle, Deduction, Group, Indicator, Score, SelfReport, TeamMember
from ..selectors import board, cycles, grid, results, scores, visits
from ..services import scores as services
from .common import STALE, crumbs, held

METHODS = dict(Method.choices)
FEW = 4
"""So many streets stand beside each other without scrolling."""


def _member(request: Request, cycle: Cycle) -> TeamMember:
    """Return the place in the team of the one who asks. 403 for everybody else."""
    member = cycles.member_of(cycle, request.user)
    if member is None:
        raise NotAllowed("评分由考核组成员办理，您不在本次考核的考核组中。")
    member.cycle = cycle
    return member


def _own(member: TeamMember) -> dict[Indicator, int]:
    """Return the indicators a member scores, each with how many of its cells are done."""
    done = (
        Score.objects.filter(member=member, state=ScoreState.DONE, indicator=OuterRef("indicator"))
        .order_by()
        .values("indicator")
        .annotate(count=Count("pk"))
        .values("count")
    )
    rows = Assignment.objects.filter(member=member).select_related("indicator__group")
    return {row.indicator: row.cells_done or 0 for row in rows.annotate(cells_done=Subquery(done))}


def _chosen(request: Request, groups: list[Group]) -> Group | None:
    wanted = request.GET.get("group", "")
    return next((row for row in groups if str(row.pk) == wanted), groups[0] if groups else None)


def _groups(indicators: Iterable[Indicator]) -> list[Group]:
    return list({row.group_id: row.group for row in indicators}.values())


# ---- The member's sheet ----------------------------------------------------------------------------------


@login_required
@require_safe
def scoring_page(request: Request, pk: int) -> HttpResponse:
    """Own indicators × streets; the cell named in the address is a form."""
    cycle = held(request, pk)
    member = _member(request, cycle)
    return _sheet(request, cycle, member)


def _sheet(
    request: Request,
    cycle: Cycle,
    member: TeamMember,
    *,
    form: SheetForm | None = None,
    editing: tuple[int, int] | None = None,
    group: Group | None = None,
    stale: scores.ScorerLine | None = None,
    status: int = 200,
) -> HttpResponse:
    own = _own(member)
    groups = _groups(own)
    group = group or _chosen(request, groups)
    closed = cycles.scoring_closed(cycle)
    shown = [row for row in own if group is not None and row.group_id == group.pk]
    sheet = grid.sheet(cycle, shown, member=member)
    if editing is None:
        editing = _cell_key(request.GET.get("cell", ""))
    for cell in sheet.cells:
        if not closed and (cell.street.pk, cell.indicator.pk) == editing:
            cell.editing = True
            if form is None:
                form = SheetForm(indicator=cell.indicator, kept=_kept(cell.mine))
    done: Counter[int] = Counter()
    for row, count in own.items():
        done[row.group_id] += count
    count = len(sheet.streets)
    needed = Counter(row.group_id for row in own)
    left = sum(column.left for column in sheet.columns)
    context = {
        "title": "评分",
        "crumbs": crumbs(cycle),
        "badge": html.badge(Phase(cycle.phase), icon_name="auto"),
        "facts": [str(cycle), *facts(cycle), f"考核组：{member.organization} {member.user.name}"],
        "cycle": cycle,
        "tabs": tabs(cycle, request.scope, "scoring", member=True),
        "groups": [
            {"group": row, "done": done[row.pk], "needed": needed[row.pk] * count, "current": row == group}
            for row in groups
        ],
        "group": group,
        "sheet": sheet,
        "many": count > FEW,
        "methods": METHODS,
        "form": form,
        "stale": stale,
        "closed": closed,
        "left": left,
        "left_all": sum(needed.values()) * count - sum(done.values()),
        "all_cells": sum(needed.values()) * count,
    }
    return render(request, "assessment/scoring/sheet.html", context, status=status)


def _kept(line: scores.ScorerLine | None) -> scores.ScorerLine | None:
    """A member's line where something has been saved."""
    return line if line is not None and line.score_id is not None else None


def _cell_key(text: str) -> tuple[int, int] | None:
    street, indicator = (whole(part) for part in text.partition("-")[::2])
    return None if street is None or indicator is None else (street, indicator)


@login_required
@require_POST
def score_save(request: Request, pk: int, street: int, indicator: int) -> HttpResponse:
    """Save a cell; what is wrong or came too late is shown in the cell, with everything typed."""
    cycle = held(request, pk)
    member = _member(request, cycle)
    place, row = _street(cycle, street), _indicator(cycle, indicator)
    kept = _kept(_line(cycle, member, place, row))
    form = SheetForm(request.POST, indicator=row, kept=kept)
    valid = "more" not in request.POST and form.is_valid()
    if valid:
        done = "done" in request.POST
        try:
            services.save_score(
                cycle,
                street=place,
                indicator=row,
                sheet=form.sheet,
                revision=form.cleaned_data["revision"],
                actor=request.user,
                done=done,
            )
        except DomainError as refusal:
            if refusal.status == 403 or refusal.code in STALE | {"closed"}:
                raise
            return _refused(request, cycle, member, form, refusal, place, row)
        messages.success(request, f"已{'评定' if done else '保存'} {place} {row.code}。")
        return redirect(f"{_sheet_url(cycle, row.group_id)}#c{place.pk}-{row.pk}")
    return _sheet(request, cycle, member, form=form, editing=(place.pk, row.pk), group=row.group)


def _refused(
    request: Request,
    cycle: Cycle,
    member: TeamMember,
    form: SheetForm,
    refusal: DomainError,
    street: Organization,
    indicator: Indicator,
) -> HttpResponse:
    """Show the sheet with the refusal in the open cell, and everything typed there."""
    form.refuse(refusal)
    stale = None
    if refusal.code == "stale":
        stale = _line(cycle, member, street, indicator)
        put(form, "revision", stale.revision if stale is not None else 0)
    return _sheet(
        request,
        cycle,
        member,
        form=form,
        editing=(street.pk, indicator.pk),
        group=indicator.group,
        stale=stale,
        status=200 if refusal.field else refusal.status,
    )


def _sheet_url(cycle: Cycle, group: int) -> str:
    return f"{reverse('assessment:scoring', args=[cycle.pk])}?group={group}"


def _line(
    cycle: Cycle, member: TeamMember, street: Organization, indicator: Indicator
) -> scores.ScorerLine | None:
    found = scores.indicator_results(cycle, streets=[street.pk], indicators=[indicator])
    scorers = found[street.pk, indicator.pk].scorers
    return next((row for row in scorers if row.member_id == member.pk), None)


def _street(cycle: Cycle, pk: int) -> Organization:
    found = next((row for row in cycles.streets(cycle) if row.pk == pk), None)
    if found is None:
        raise Http404
    return found


def _indicator(cycle: Cycle, pk: int) -> Indicator:
    found: Indicator = get_object_or_404(
        Indicator.objects.select_related("group"), pk=pk, scheme=cycle.scheme_id
    )
    return found


@login_required
@require_POST
def column_finish(request: Request, pk: int, street: int, group: int) -> HttpResponse:
    """Finish a street's column of a group, with what was typed into the cell that stands open."""
    cycle = held(request, pk)
    member = _member(request, cycle)
    place = _street(cycle, street)
    row: Group = get_object_or_404(Group, pk=group, scheme=cycle.scheme_id)
    form, typed = None, None
    open_cell = _cell_key(request.POST.get("cell", ""))
    if open_cell is not None:
        street_of, indicator = _street(cycle, open_cell[0]), _indicator(cycle, open_cell[1])
        form = SheetForm(
            request.POST, indicator=indicator, kept=_kept(_line(cycle, member, street_of, indicator))
        )
        if not form.is_valid():
            return _sheet(request, cycle, member, form=form, editing=open_cell, group=row)
        if form.has_changed():
            typed = services.Typed(street_of, indicator, form.sheet, form.cleaned_data["revision"])
    try:
        count = services.finish_column(cycle, street=place, group=row, actor=request.user, typed=typed)
    except DomainError as refusal:
        if refusal.status == 403 or refusal.code in STALE | {"closed"}:
            raise
        if form is None or typed is None:
            messages.error(request, refusal.message)
            return redirect(_sheet_url(cycle, row.pk))
        return _refused(request, cycle, member, form, refusal, typed.street, typed.indicator)
    messages.success(request, f"已评定{place} {count} 项。")
    return redirect(_sheet_url(cycle, row.pk))


def _events(keys: list[int]) -> list[tuple[Deduction, str]]:
    """Return the deductions of some scores, each with the heading of its card of files."""
    rows = Deduction.objects.filter(score__in=keys).select_related("score__member", "score__cycle")
    return [(row, f"扣分佐证：{row.cause}"[:40]) for row in rows]


# ---- What the offices see --------------------------------------------------------------------------------


@login_required
@require_safe
def scores_page(request: Request, pk: int) -> HttpResponse:
    """All indicators × streets with what they have come to; what is missing stands first."""
    cycle = held(request, pk)
    request.scope.require("view_cycle", cycle, label="查看年度考核进度和得分")
    scope = request.scope
    indicators = list(scores.indicators_of(cycle))
    groups = _groups(indicators)
    group = _chosen(request, groups)
    shown = [row for row in indicators if group is not None and row.group_id == group.pk]
    sheet = grid.sheet(cycle, shown, results=scores.all_results(cycle))
    missing = board.missing_cells(cycle) if cycles.reached(cycle, Phase.PAPERS) else []
    by_group = Counter(row.indicator.group_id for row in missing)
    context = {
        "title": "得分一览",
        "crumbs": crumbs(cycle),
        "badge": html.badge(Phase(cycle.phase), icon_name="auto"),
        "facts": [str(cycle), *facts(cycle)],
        "cycle": cycle,
        "tabs": tabs(cycle, scope, "scores", member=cycles.member_of(cycle, request.user) is not None),
        "groups": [{"group": row, "missing": by_group[row.pk], "current": row == group} for row in groups],
        "group": group,
        "sheet": sheet,
        "many": len(sheet.streets) > FEW,
        "methods": METHODS,
        "missing": missing[:60],
        "missing_count": len(missing),
        "all_cells": len(indicators) * len(sheet.streets),
    }
    return render(request, "assessment/scoring/scores.html", context)


@login_required
@require_http_methods(["GET", "HEAD"])
def cell_page(request: Request, pk: int, street: int, indicator: int) -> HttpResponse:
    """One indicator of one street: the self-report, the measure, the visits, and the scores one may see."""
    cycle = held(request, pk)
    scope = request.scope
    place, row = _street(cycle, street), _indicator(cycle, indicator)
    member = cycles.member_of(cycle, request.user)
    mine = member is not None and Assignment.objects.filter(member=member, indicator=row).exists()
    sees = scope.whole_district("view_cycle")
    if not (mine or sees):
        raise NotAllowed("这项指标没有分给您评分。")
    # A scorer who also sits in an office looks as an office here; the own sheet shows the own cell.
    sheet = grid.sheet(cycle, [row], member=None if sees else member)
    cell = next(each for each in sheet.cells if each.street.pk == place.pk)
    lines = cell.result.scorers if sees else [cell.mine] if cell.mine is not None else []
    keys = [line.score_id for line in lines if line.score_id is not None]
    context = {
        "title": f"{place} {row.code} {row.name}",
        "crumbs": [*crumbs(cycle), ("得分一览", reverse("assessment:scores", args=[pk])) if sees else ("评分", reverse("assessment:scoring", args=[pk]))],
        "facts": [str(cycle), f"满分 {row.points / 100:g} 分", *(METHODS[key] for key in row.methods)],
        "cycle": cycle,
        "cell": cell,
        "indicator": row,
        "report": SelfReport.objects.filter(cycle=cycle, street=place).first(),
        "lines": lines,
        "sees": sees,
        "corrected": results.standing(cycle, place, row) if sees and cycle.phase in cycles.PUBLIC else None,
        "events": _events(keys),
        "visits": visits.visible(scope, cycle).filter(street=place, indicators=row),
        "visited": visits.VISITED,
        "score_url": f"{_sheet_url(cycle, row.group_id)}&cell={cell.key}#c{cell.key}" if mine and not cycles.scoring_closed(cycle) else "",
        "entries": timeline(*Score.objects.filter(pk__in=keys)) if keys else [],
    }  # fmt: skip
    return render(request, "assessment/scoring/cell.html", context)
