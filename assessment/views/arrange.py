"""Arranging a cycle: streets, leading group, team, who scores what, when (P36, P39)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from xianan.core.errors import DomainError
from xianan.organizations.requests import Request
from xianan.ui import html

from ..choices import Phase
from ..cycles import services
from ..cycles.page import facts, may, tabs
from ..cycles.steps import ARRANGE, MANAGE, PLAN, STREETS
from ..forms.cycles import AssignForm, GroupAssignForm, LeaderForm, MembersForm, PhasesForm, StreetsForm
from ..models import Assignment, Cycle, Group, LeadingMember, TeamMember
from ..selectors import cycles
from ..services import teams
from .common import STALE, WRITE, attempt, crumbs, form_page, held


def _back(cycle: Cycle, part: str = "") -> str:
    return reverse("assessment:cycle-arrange", args=[cycle.pk]) + (f"#{part}" if part else "")


@login_required
@require_safe
def arrange_page(request: Request, pk: int) -> HttpResponse:
    """All that is arranged before and while a cycle runs, and what is lacking before it can start."""
    scope = request.scope
    cycle = held(request, pk, MANAGE)
    planned = cycles.days_of(cycle)
    groups: dict[int, dict[str, Any]] = {}
    for row in cycles.assigned(cycle):
        entry = groups.setdefault(row.indicator.group_id, {"group": row.indicator.group, "rows": []})
        entry["rows"].append(row)
    context = {
        "title": "考核安排",
        "crumbs": crumbs(cycle),
        "badge": html.badge(Phase(cycle.phase), icon_name="auto"),
        "facts": [str(cycle), *facts(cycle)],
        "cycle": cycle,
        "tabs": tabs(cycle, scope, "cycle-arrange", member=cycles.member_of(cycle, request.user) is not None),
        "may": may(cycle, scope),
        "lacking": cycles.not_ready(cycle) if cycle.phase == Phase.PREPARING else [],
        "streets": cycles.streets(cycle),
        "leaders": list(LeadingMember.objects.filter(cycle=cycle)),
        "team": cycles.team(cycle),
        "groups": list(groups.values()),
        "days": [(phase, planned.get(phase)) for phase in cycles.PLANNED],
    }
    return render(request, "assessment/cycles/arrange.html", context)


@login_required
@require_http_methods(WRITE)
def cycle_streets(request: Request, pk: int) -> HttpResponse:
    cycle = held(request, pk, STREETS)
    return form_page(
        request, StreetsForm(request.POST or None, cycle=cycle),
        lambda data: services.set_streets(cycle, streets=list(data["streets"]), actor=request.user),
        lambda _: _back(cycle, "streets"), title="修改考核对象", button="保存考核对象",
        back=_back(cycle), crumbs=crumbs(cycle), done="已保存。",
    )  # fmt: skip


@login_required
@require_http_methods(WRITE)
def cycle_phases(request: Request, pk: int) -> HttpResponse:
    cycle = held(request, pk, PLAN)
    form = PhasesForm(request.POST or None, cycle=cycle)
    return form_page(
        request, form,
        lambda data: services.set_phases(cycle, days=form.days, actor=request.user),
        lambda _: _back(cycle, "phases"), title="安排考核时间", button="保存考核时间",
        back=_back(cycle), crumbs=crumbs(cycle), done="已保存，未办结的期限随之调整。",
        template="assessment/cycles/phases.html",
    )  # fmt: skip


# ---- The leading group -----------------------------------------------------------------------------------


@login_required
@require_http_methods(WRITE)
def leader_create(request: Request, pk: int) -> HttpResponse:
    cycle = held(request, pk, ARRANGE)
    first = {"is_chair": not LeadingMember.objects.filter(cycle=cycle, is_chair=True).exists()}
    return form_page(
        request, LeaderForm(request.POST or None, initial=first),
        lambda data: teams.add_leader(cycle, actor=request.user, **data), lambda _: _back(cycle, "leading"),
        title="登记领导小组成员", button="登记领导小组成员", back=_back(cycle), crumbs=crumbs(cycle), done="已登记。",
    )  # fmt: skip


def _inside(model: Any, cycle: Cycle, pk: int, *related: str) -> Any:
    found = get_object_or_404(model.objects.select_related(*related), pk=pk, cycle=cycle)
    found.cycle = cycle
    return found


@login_required
@require_POST
def leader_delete(request: Request, pk: int, leader: int) -> HttpResponse:
    cycle = held(request, pk, ARRANGE)
    row: LeadingMember = _inside(LeadingMember, cycle, leader)
    return attempt(
        request,
        lambda: teams.remove_leader(row, actor=request.user),
        f"已移出{row.name}。",
        _back(cycle, "leading"),
    )


# ---- The team --------------------------------------------------------------------------------------------


@login_required
@require_http_methods(WRITE)
def members_add(request: Request, pk: int) -> HttpResponse:
    cycle = held(request, pk, ARRANGE)
    form = MembersForm(request.POST or None, cycle=cycle)
    return form_page(
        request, form,
        lambda data: teams.add_members(cycle, people=list(data["people"]), actor=request.user),
        lambda _: _back(cycle, "team"), title="抽调考核组成员", button="抽调进考核组",
        back=_back(cycle), crumbs=crumbs(cycle), done="已抽调，接着分配指标。",
        hint="考核组由区政府办、区委组织部、区委编办、区委督查室、区政府督查室、区直相关部门等单位抽调人员组成。",
    )  # fmt: skip


@login_required
@require_POST
def member_delete(request: Request, pk: int, member: int) -> HttpResponse:
    cycle = held(request, pk, ARRANGE)
    row: TeamMember = _inside(TeamMember, cycle, member, "user", "organization")
    return attempt(
        request,
        lambda: teams.remove_member(row, actor=request.user),
        f"已移出{row.user.name}。",
        _back(cycle, "team"),
    )


@login_required
@require_http_methods(WRITE)
def member_assign(request: Request, pk: int, member: int) -> HttpResponse:
    """Tick the indicators that a member scores."""
    cycle = held(request, pk, ARRANGE)
    row: TeamMember = _inside(TeamMember, cycle, member, "user", "organization")
    form = AssignForm(request.POST or None, cycle=cycle)
    status, refused = 200, ""
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data

        def act() -> TeamMember:
            return teams.assign_member(
                row, indicators=list(data["indicators"]), leads=list(data["leads"]), actor=request.user
            )

        status, refused = _try(act)
        if not refused:
            return attempt(request, lambda: None, f"已分配{row.user.name}的指标。", _back(cycle, "team"))
    mine = {a.indicator_id: a for a in Assignment.objects.filter(member=row)}
    sent = {name: set(request.POST.getlist(name)) for name in ("indicators", "leads")}

    def ticked(name: str, key: int, kept: bool) -> bool:
        return str(key) in sent[name] if request.method == "POST" else kept

    context = {
        "title": f"分配{row.user.name}的指标",
        "crumbs": crumbs(cycle),
        "facts": [f"{row.organization}"],
        "form": form,
        "refused": refused,
        "cycle": cycle,
        "member": row,
        "rows": [
            {
                "indicator": each.indicator,
                "others": [a for a in each.assignments if a.member_id != row.pk],
                "on": ticked("indicators", each.indicator.pk, each.indicator.pk in mine),
                "lead": ticked(
                    "leads",
                    each.indicator.pk,
                    each.indicator.pk in mine and mine[each.indicator.pk].is_lead,
                ),
            }
            for each in cycles.assigned(cycle)
        ],
        "back": _back(cycle, "team"),
    }
    return render(request, "assessment/cycles/assign.html", context, status=status)


@login_required
@require_http_methods(WRITE)
def group_assign(request: Request, pk: int, group: int) -> HttpResponse:
    """Give a whole group to some members."""
    cycle = held(request, pk, ARRANGE)
    row: Group = get_object_or_404(Group, pk=group, scheme=cycle.scheme_id)
    present = list(Assignment.objects.filter(cycle=cycle, indicator__group=row).order_by("pk"))
    first = {
        "members": list({a.member_id for a in present}),
        "lead": next((a.member_id for a in present if a.is_lead), None),
    }
    form = GroupAssignForm(request.POST or None, group=row, cycle=cycle, initial=first)
    return form_page(
        request, form,
        lambda data: teams.assign_group(
            cycle, group=row, members=list(data["members"]), lead=data["lead"], actor=request.user
        ),
        lambda _: _back(cycle, "team"), title=f"分配“{row}”的评分人", button="由所选人员评这一项目",
        back=_back(cycle), crumbs=crumbs(cycle), done="已分配。",
        hint="这一考评项目下凡须评分的指标，都由所选人员评，原有分工由此替换；已有评分的分工不能取消。",
    )  # fmt: skip


def _try(act: Callable[[], Any]) -> tuple[int, str]:
    """Run a service; return the status and the refusal that the page shows."""
    try:
        act()
    except DomainError as error:
        if error.status == 403 or error.code in STALE:
            raise
        return error.status, error.message
    return 200, ""
