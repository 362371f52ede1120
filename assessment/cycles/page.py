"""Cycles: list, beginning one, the board of who owes what, moving on, reading measures, chasing (P39)."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Count, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assessment.choices import NoneDue, Phase
from assessment.cycles import services
from assessment.cycles.steps import (
    ARRANGE,
    CHASE,
    CORRECT,
    CYCLE,
    DELETE,
    PLAN,
    READ,
    RULE,
    SETTLE,
    STREETS,
    change_cycle,
)
from assessment.forms.cycles import ChaseForm, CycleForm, NewCycleForm, ReadForm, RulingForm
from assessment.models import Cycle, Indicator, NoneDueRuling, SelfReport
from assessment.selectors import board, cycles
from assessment.views.common import CRUMB, WRITE, attempt, crumbs, form_page, held
from xianan.acts.pages import NounPages
from xianan.core import clock
from xianan.core.dates import chinese_date
from xianan.core.errors import DomainError, NotAllowed
from xianan.history.selectors import timeline
from xianan.organizations.pages import ListPage
from xianan.organizations.requests import Request
from xianan.organizations.scope import Scope
from xianan.ui import html
from xianan.ui.tables import Badge, Day, Name, Number, Table, Tight
from xianan.ui.text import days_left

TITLE = "年度考核"


class CycleTable(Table):
    title = Name("名称", url=CYCLE.page, second="scheme")
    year = Tight("年度")
    street_count = Number("考核对象（个）")
    phase = Badge("阶段")
    measured_on = Day("取数日期")

    def render_year(self, value: int) -> str:
        return f"{value}年度"


class CycleList(ListPage):
    """The cycles a person may see: all, those of the own street, those of the own team."""

    title = TITLE
    unit = "个年度"
    right = "view_scheme"
    table_class = CycleTable
    crumbs = (CRUMB,)
    template_name = "acts/list.html"
    empty_title = "还没有年度考核"

    @property
    def empty_text(self) -> str:
        if self.scope.holds("manage_cycle"):
            return "选定合计 100 分的考评细则，发起当年的考核。"
        return "区委编办发起考核后，与您单位有关的、您参加考核组的年度考核列在这里。"

    def queryset(self, scope: Any) -> QuerySet[Any]:
        rows = CYCLE.visible(scope).annotate(street_count=Count("objects_assessed"))
        return rows.order_by("-year")

    def get_empty_action(self, scope: Any) -> tuple[str, str] | None:
        if not scope.holds("manage_cycle"):
            return None
        return "发起年度考核", reverse("assessment:cycle-create")

    def context(self, scope: Any) -> dict[str, Any]:
        return {"begin": self.get_empty_action(scope)}


@login_required
@require_http_methods(WRITE)
def cycle_create(request: Request) -> HttpResponse:
    """Begin a year's cycle; where no version of 考核办法 is in force its ground is asked."""
    scope = request.scope
    if not scope.holds("manage_cycle"):
        raise NotAllowed("您没有“组织年度考核”的权限。")
    ground = cycles.ground(scope.district_id)
    year = clock.today().year
    first = {
        "year": year,
        "title": f"{year}年度街道管理体制改革工作考核",
        "scheme": request.GET.get("scheme"),
    }
    form = NewCycleForm(
        request.POST or None, district=scope.district_id, asks_ground=not ground.in_force, initial=first
    )
    notice = ""
    if not ground.in_force:
        notice = (
            f"“{ground.version}”的有效期至{chinese_date(ground.version.valid_until)}，今日没有施行的考核办法。"
            "继续考核须写明依据，依据印在考核文书上。"
            if ground.version is not None and ground.version.valid_until
            else "还没有登记施行的考核办法，请先在“政策参数”中登记。"
        )
    return form_page(
        request, form,
        lambda data: services.create_cycle(actor=request.user, **data),
        lambda cycle: reverse("assessment:cycle-arrange", args=[cycle.pk]),
        title="发起年度考核", button="发起考核并冻结细则", back=CYCLE.list_url, crumbs=crumbs(),
        done="已发起，接着登记领导小组、考核组、指标分工和时间。", notice=notice,
    )  # fmt: skip


# ---- One cycle -------------------------------------------------------------------------------------------


def tabs(cycle: Cycle, scope: Scope, here: str, *, member: bool) -> list[dict[str, Any]]:
    """Return the pages of a cycle that a person may open."""
    sees, manages = scope.whole_district("view_cycle"), scope.whole_district("manage_cycle")
    pages = [("cycle", "进度", True), ("cycle-arrange", "考核安排", manages)]
    pages += [
        ("scoring", "评分", member),
        ("scores", "得分一览", sees),
        ("visits", "实地查看", sees or member),
        ("result", "考核结果", _has_result(cycle, scope)),
        ("papers", "考核文书", sees or cycle.phase in cycles.PUBLISHED),
    ]
    return [
        {"label": label, "url": reverse(f"assessment:{name}", args=[cycle.pk]), "current": name == here}
        for name, label, shown in pages
        if shown
    ]


def _has_result(cycle: Cycle, scope: Scope) -> bool:
    """Whether there is a result that the person may read: see ``views.results.shown``."""
    if cycle.phase in cycles.PUBLISHED:
        return True
    if scope.whole_district("view_cycle"):
        return cycles.reached(cycle, Phase.LEADING)
    return cycle.phase == Phase.PUBLICITY and bool(scope.organization_ids("view_own_assessment"))


def facts(cycle: Cycle) -> list[str]:
    """Return the grey line under the title: what is on now and until when."""
    found = [cycle.get_phase_display()]
    planned = cycles.days_of(cycle).get(cycle.phase)
    if planned is not None:
        found = [
            f"{cycle.get_phase_display()}阶段，{chinese_date(planned.ends_on)}截止，{days_left(planned.ends_on)[0]}"
        ]
    if cycle.measured_on:
        found.append(f"取数日期 {chinese_date(cycle.measured_on)}")
    return found


@login_required
@require_safe
def cycle_page(request: Request, pk: int) -> HttpResponse:
    """The board: phases, what every street and every member owes, and the next step."""
    cycle = held(request, pk)
    return _board(request, cycle, ChaseForm(cycle=cycle))


def _board(request: Request, cycle: Cycle, chase: ChaseForm) -> HttpResponse:
    scope = request.scope
    sees = scope.whole_district("view_cycle")
    manages = scope.whole_district("manage_cycle")
    member = cycles.sits_in(cycle)
    planned = cycles.days_of(cycle)
    now = Phase(cycle.phase)
    streets = board.street_lines(cycle) if sees else []
    # Once the leading group has the scores nobody owes any.
    scoring = not cycles.reached(cycle, Phase.LEADING)
    lines = board.scorer_lines(cycle) if scoring and (sees or member) else []
    members = lines if sees else []
    own = [line for line in lines if line.member.user_id == request.user.pk]
    mine = scope.organization_ids("view_own_assessment")
    reports = SelfReport.objects.filter(cycle=cycle, street__in=mine).select_related("street")
    permitted = may(cycle, scope)
    context = {
        "title": str(cycle),
        "crumbs": crumbs(),
        "badge": html.badge(now, icon_name="auto"),
        "facts": facts(cycle),
        "cycle": cycle,
        "tabs": tabs(cycle, scope, "cycle", member=member),
        "phases": [
            {
                "phase": phase,
                "days": planned.get(phase),
                "is_now": phase == now,
                "is_past": cycles.ORDER.index(phase) < cycles.ORDER.index(now),
            }
            for phase in cycles.PLANNED
        ],
        "sees": sees,
        "manages": manages,
        "streets": streets,
        "arrived": sum(line.is_in for line in streets),
        "members": members,
        "scoring": scoring,
        "done_cells": sum(line.done for line in members),
        "all_cells": sum(line.needed for line in members),
        "own": own[0] if own else None,
        "reports": list(reports) if mine else [],
        "offers": PAGES.offers(request, cycle),
        "may": permitted,
        "may_chase": "chase" in permitted and any([*(not line.is_in for line in streets), *(line.left for line in members)]),
        "chase": chase,
        "read_form": ReadForm(cycle=cycle),
        "unruled": board.left_open(cycle) if "rule" in permitted else [],
        "entries": timeline(cycle)[:15] if sees else [],
    }  # fmt: skip
    return render(request, "assessment/cycles/page.html", context)


# ---- What moves it ---------------------------------------------------------------------------------------


PERMITS = {
    "edit": change_cycle, "delete": DELETE, "streets": STREETS, "arrange": ARRANGE, "plan": PLAN, "read": READ,
    "rule": RULE, "chase": CHASE, "settle": SETTLE, "correct": CORRECT,
}  # fmt: skip


def may(cycle: Cycle, scope: Scope) -> set[str]:
    """Return what the person may do to a cycle now, by the words that templates ask for."""
    return {name for name, permit in PERMITS.items() if permit.awaits(cycle, scope)}


PAGES: NounPages[Cycle] = NounPages(
    noun=CYCLE,
    section=CRUMB[0],
    title=TITLE,
    name=lambda row: f"{row.year}年度",
    facts=lambda row: (str(row), *facts(row)),
    forms={"change": CycleForm.of},
)
RESULT = (Phase.PUBLICITY, *cycles.PUBLISHED)


def _then(answer: HttpResponse, page: str, pk: int) -> HttpResponse:
    """Lead from a step that was taken to the page that shows what came of it."""
    return redirect(f"assessment:{page}", pk) if answer.status_code == 302 else answer


@login_required
@require_http_methods(WRITE)
def cycle_change(request: Request, pk: int) -> HttpResponse:
    """Change title and how two scorers are put together."""
    return _then(PAGES.step_view(change_cycle)(request, pk), "cycle-arrange", pk)


@login_required
@require_http_methods(WRITE)
def cycle_step(request: Request, pk: int) -> HttpResponse:
    """Move the cycle on by the ``step`` in the address."""
    step = CYCLE.steps.get(request.GET.get("step", ""))
    if step is None or not step.target:
        raise Http404
    return _then(PAGES.step_view(step)(request, pk), "result" if step.target in RESULT else "cycle", pk)


@login_required
@require_POST
def cycle_delete(request: Request, pk: int) -> HttpResponse:
    cycle = held(request, pk, DELETE)
    return attempt(
        request,
        lambda: services.delete_cycle(cycle, actor=request.user),
        f"已删除“{cycle}”，所用细则保持启用。",
        CYCLE.list_url,
    )


# ---- Readings, chasing -------------------------------------------------------------------------------------


@login_required
@require_POST
def cycle_read(request: Request, pk: int) -> HttpResponse:
    """Read the measures as of a day."""
    cycle = held(request, pk, READ)
    form = ReadForm(request.POST, cycle=cycle)

    def act() -> Cycle:
        if not form.is_valid():
            raise DomainError("invalid", "；".join(map(str, form.errors["on"])) + "，没有取数。", field="on")
        return services.read_measures(cycle, on=form.cleaned_data["on"], actor=request.user)

    return attempt(
        request,
        act,
        lambda row: f"已按 {chinese_date(row.measured_on)} 取数。",
        CYCLE.url(pk),
    )


@login_required
@require_http_methods(WRITE)
def cycle_none_due(request: Request, pk: int, indicator: int) -> HttpResponse:
    """Record what the leading group lets an indicator count for streets that owed nothing of it."""
    cycle = held(request, pk, RULE)
    row = get_object_or_404(Indicator, pk=indicator, scheme=cycle.scheme_id, none_due=NoneDue.PENDING)
    ruling = NoneDueRuling.objects.filter(cycle=cycle, indicator=row).first()
    first = {"counts_as": ruling.counts_as, "reason": ruling.reason} if ruling else None
    back = CYCLE.url(pk)
    return form_page(
        request,
        RulingForm(request.POST or None, initial=first),
        lambda data: services.rule_none_due(cycle, indicator=row, actor=request.user, **data),
        lambda _: back,
        title=f"无应办事项的审定：{row.code} {row.name}",
        button="登记领导小组意见",
        back=back,
        crumbs=crumbs(cycle),
        done="已登记领导小组意见。",
        hint="考评细则没有写明街道本年度没有应办的事时怎样计分，由领导小组确定，对所有这样的街道一样适用。",
    )


@login_required
@require_POST
def cycle_chase(request: Request, pk: int) -> HttpResponse:
    """Chase the ticked streets and members with a note."""
    cycle = held(request, pk, CHASE)
    form = ChaseForm(request.POST, cycle=cycle)
    if form.is_valid():
        data = form.cleaned_data
        try:
            told = services.chase(
                cycle,
                streets=[row.pk for row in data["streets"]],
                members=[row.pk for row in data["members"]],
                note=data["note"],
                actor=request.user,
            )
        except DomainError as refusal:
            if refusal.code == "wrong_state":
                raise
            form.refuse(refusal)
        else:
            return attempt(request, lambda: None, f"已催办，通知 {told} 人。", CYCLE.url(pk))
    return _board(request, cycle, form)
