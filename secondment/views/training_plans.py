"""Yearly plans: the list, drawing one up, copying last year's, submitting (P14)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Count, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from secondment.choices import SessionState, TrainingPlanState
from secondment.filters.training import PlanFilter
from secondment.flows.training import TRAINING_PLAN
from secondment.forms.training import PlanForm, PlanNoteForm
from secondment.models import Session, TrainingPlan
from secondment.rules.training import needs_words, quarter_of, quarters_of
from secondment.selectors import duties
from secondment.selectors.proof import HELD
from secondment.selectors.training import VIEW, as_entered, visible_plans
from secondment.services import training_plans as services
from secondment.tables.training import PlanTable, state_word
from xianan.core import clock
from xianan.core.errors import NotAllowed
from xianan.history.selectors import timeline
from xianan.organizations.models import Organization
from xianan.organizations.pages import ListPage
from xianan.organizations.requests import Request
from xianan.ui import html
from xianan.ui.acts import attempt, form_page
from xianan.ui.lists import Tab

from .sessions import crumbs

WRITE = ["GET", "HEAD", "POST"]


class PlanList(ListPage):
    """The yearly plans that a person may see."""

    title = "年度培训计划"
    unit = "份"
    right = VIEW
    table_class = PlanTable
    filterset_class = PlanFilter
    search_fields = ("organization__name",)
    search_hint = "部门"
    template_name = "secondment/training/plans.html"
    empty_title = "还没有年度培训计划"
    empty_text = "赋权部门自第一份承接确认书生效起须制定年度培训计划，计划提交后列在这里。"

    @property
    def crumbs(self) -> Sequence[tuple[str, str]]:
        return crumbs()

    def get_tabs(self, scope: Any) -> Sequence[Tab]:
        return (
            Tab("all", "全部"),
            *(Tab(state.value, str(state.label), Q(state=state)) for state in TrainingPlanState),
        )

    def queryset(self, scope: Any) -> QuerySet[TrainingPlan]:
        live = ~Q(sessions__state=SessionState.CANCELLED) & Q(sessions__isnull=False)
        return (
            visible_plans(scope)
            .select_related("organization")
            .annotate(
                count=Count("sessions", filter=live),
                held=Count("sessions", filter=Q(sessions__state=SessionState.HELD)),
            )
            .order_by("-year", "organization__display_order", "pk")
        )

    def context(self, scope: Any) -> dict[str, Any]:
        return {"may_plan": bool(scope.organization_ids("plan_training"))}


def get_plan(request: Request, pk: int) -> TrainingPlan:
    """Return a plan the person may see, else raise Http404."""
    scope = request.scope
    request.menu_current = "secondment:trainings"
    return scope.fetch(visible_plans(scope).select_related("organization", "submitted_by"), pk, VIEW)


@login_required
@require_http_methods(WRITE)
def plan_create(request: Request) -> HttpResponse:
    """Begin the plan of this year or the next."""
    scope = request.scope
    own = scope.organization_ids("plan_training")
    if not own:
        raise NotAllowed("您没有“制定培训计划”的权限。")
    year = clock.today().year
    if not set(own) - set(TrainingPlan.objects.filter(year=year).values_list("organization_id", flat=True)):
        year += 1
    form = PlanForm(
        request.POST or None, organizations=Organization.objects.filter(pk__in=own), initial={"year": year}
    )
    request.menu_current = "secondment:trainings"
    words = needs_words(quarters_of(year), duties.needs(request.scope.district_id))
    return form_page(
        request, form, lambda data: services.create_plan(actor=request.user, **data),
        lambda plan: reverse("secondment:training-plan", args=[plan.pk]),
        title="制定培训计划", button="建立计划", back=reverse("secondment:training-plans"),
        crumbs=crumbs(("年度培训计划", reverse("secondment:training-plans"))),
        done="已建立计划，接着逐场增加或者复制上年计划。",
        hint=f"有赋权事项在用的季度：{words}。",
    )  # fmt: skip


@login_required
@require_safe
def plan_page(request: Request, pk: int) -> HttpResponse:
    """The plan by quarters; one in work with what it lacks and what may be done about it."""
    plan = get_plan(request, pk)
    scope = request.scope
    may = {step.name for step in TRAINING_PLAN.offered(plan, scope)}
    grouped: dict[int, list[tuple[Session, str, str]]] = defaultdict(list)
    rows = (
        as_entered(plan.sessions.prefetch_related("streets"))
        .annotate(item_count=Count("items"))
        .order_by("planned_on", "pk")
    )
    for row in rows:
        grouped[quarter_of(row.planned_on).number].append((row, *state_word(row)))
    draft = plan.state == TrainingPlanState.DRAFT
    span, needs = duties.spans(plan.district_id).get(plan.organization_id), duties.needs(plan.district_id)
    quarters = [
        (quarter, grouped[quarter.number], span is not None and span.owes(quarter), needs(quarter))
        for quarter in quarters_of(plan.year)
    ]
    total = sum(len(found) for found in grouped.values())
    lacking = services.lacking(plan) if draft else ""
    state = TrainingPlanState(plan.state)
    context = {
        "title": str(plan),
        "crumbs": crumbs(("年度培训计划", reverse("secondment:training-plans"))),
        "badge": html.badge(state, icon_name="auto"),
        "facts": [f"{total} 场", needs_words(quarters_of(plan.year), needs), "P14"],
        "plan": plan,
        "may": may,
        "draft": draft,
        "quarters": quarters,
        "held": HELD,
        "total": total,
        "lacking": lacking,
        "has_last_year": draft
        and "edit" in may
        and Session.objects.filter(plan__organization=plan.organization_id, plan__year=plan.year - 1)
        .exclude(state=SessionState.CANCELLED)
        .exists(),
        "today": clock.today(),
        "entries": timeline(plan),
    }
    return render(request, "secondment/training/plan.html", context)


@login_required
@require_http_methods(WRITE)
def plan_change(request: Request, pk: int) -> HttpResponse:
    """Change the note of a plan in work."""
    plan = get_plan(request, pk)
    TRAINING_PLAN.refuse_unless_possible(plan, "edit", request.scope)
    here = reverse("secondment:training-plan", args=[pk])
    return form_page(
        request, PlanNoteForm(request.POST or None, initial={"note": plan.note}),
        lambda data: services.change_plan(plan, actor=request.user, **data),
        lambda _: here, title="修改计划说明", button="保存说明", back=here,
        crumbs=crumbs((str(plan), here)), done="已保存。",
    )  # fmt: skip


@login_required
@require_POST
def plan_copy(request: Request, pk: int) -> HttpResponse:
    """Take over last year's sessions."""
    plan = get_plan(request, pk)
    act = lambda: services.copy_last_year(plan, actor=request.user)  # noqa: E731
    done = "已复制上年场次，日期顺延到本年同一星期，逐场核对。"
    return attempt(request, act, done, "secondment:training-plan", pk)


@login_required
@require_POST
def plan_submit(request: Request, pk: int) -> HttpResponse:
    """Submit the plan for the department."""
    plan = get_plan(request, pk)
    act = lambda: services.submit_plan(plan, actor=request.user)  # noqa: E731
    return attempt(request, act, "计划已提交，场次对街道公布。", "secondment:training-plan", pk)
