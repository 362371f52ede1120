"""The list of yearly plans, the plan by quarters, beginning one, copying last year's (P14)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

import django_filters
from django import forms
from django.contrib.auth.decorators import login_required
from django.db.models import Count, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from secondment.choices import SessionState
from secondment.choices import TrainingPlanState as P
from secondment.filters.training import holders
from secondment.models import Session
from secondment.rules.training import needs_words, quarter_of, quarters_of
from secondment.selectors import duties
from secondment.selectors.proof import HELD
from secondment.selectors.training import as_entered
from secondment.sessions.page import state_word
from secondment.training_plans import steps
from secondment.training_plans.model import TrainingPlan
from secondment.training_plans.steps import FILL, PLAN, RIGHT, create_plan, submit_plan
from secondment.views.common import SECTION
from xianan.acts.pages import NounList, NounPages
from xianan.core import clock
from xianan.core.errors import NotAllowed
from xianan.organizations.models import Organization
from xianan.organizations.requests import Request
from xianan.ui import html, text
from xianan.ui.acts import WRITE, attempt, form_page
from xianan.ui.conditions import RowFilter
from xianan.ui.fields import form_field
from xianan.ui.forms import Form, RowField
from xianan.ui.tables import Day, Name, Number, State, Table, Tight

TITLE = "年度培训计划"


# ---- The list ----------------------------------------------------------------------------------------


class PlanTable(Table):
    year = Tight("年度", locked=True)
    organization = Name(
        "赋权部门",
        accessor="organization__name",
        url=PLAN.page,
        order_by=("organization__display_order",),
    )
    count = Number("场次")
    held = Number("已举办")
    due_on = Day("提交截止")
    submitted_on = Day("提交日期")
    state = State("状态", waiting=("draft",))
    late = Tight("是否按时", accessor="due_on", orderable=False, empty_values=())

    def render_year(self, value: int) -> str:
        return f"{value}年"

    def export_year(self, record: TrainingPlan) -> int:
        return record.year

    def render_late(self, record: TrainingPlan) -> SafeString | str:
        if record.due_on is None:
            return "—"
        if record.submitted_on is None:
            words, tone = text.days_left(record.due_on)
            return html.badge(words, tone, "auto")
        return html.state("逾期提交", "red") if record.is_late else html.state("按时提交", "green")

    def export_late(self, record: TrainingPlan) -> str:
        if record.due_on is None:
            return ""
        if record.submitted_on is None:
            return "逾期未提交" if record.is_late else "未提交"
        return "逾期提交" if record.is_late else "按时提交"


class PlanFilter(django_filters.FilterSet):
    organization = RowFilter(label="赋权部门", queryset=holders)
    year = django_filters.NumberFilter(label="年度", method="of_year")

    def of_year(self, rows: QuerySet[Any], name: str, value: Any) -> QuerySet[Any]:
        return rows.filter(year=int(value)) if 1 <= value <= 9999 else rows.none()


class PlanList(NounList[TrainingPlan]):
    """The yearly plans that a person may see."""

    noun = PLAN
    title = TITLE
    section = SECTION
    unit = "份"
    table_class = PlanTable
    filterset_class = PlanFilter
    search_fields = ("organization__name",)
    search_hint = "部门"
    template_name = "secondment/training_plans/list.html"
    empty_title = "还没有年度培训计划"
    empty_text = "赋权部门自第一份承接确认书生效起须制定年度培训计划，计划提交后列在这里。"
    begins = "制定培训计划", "secondment:training-plan-create", RIGHT

    def queryset(self, scope: Any) -> QuerySet[TrainingPlan]:
        live = ~Q(sessions__state=SessionState.CANCELLED) & Q(sessions__isnull=False)
        held = Q(sessions__state=SessionState.HELD)
        rows = super().queryset(scope)
        return rows.annotate(count=Count("sessions", filter=live), held=Count("sessions", filter=held))


# ---- One of them -------------------------------------------------------------------------------------


def _quarters(plan: TrainingPlan) -> Mapping[str, Any]:
    """Return the plan by quarters; of one in work what it lacks."""
    grouped: dict[int, list[tuple[Session, str, str]]] = defaultdict(list)
    rows = (
        as_entered(plan.sessions.prefetch_related("streets"))
        .annotate(item_count=Count("items"))
        .order_by("planned_on", "pk")
    )
    for row in rows:
        grouped[quarter_of(row.planned_on).number].append((row, *state_word(row)))
    draft = plan.state == P.DRAFT
    span, needs = duties.spans(plan.district_id).get(plan.organization_id), duties.needs(plan.district_id)
    total = sum(len(found) for found in grouped.values())
    return {
        "facts": (f"{total} 场", needs_words(quarters_of(plan.year), needs), "P14"),
        "draft": draft,
        "quarters": [
            (quarter, grouped[quarter.number], span is not None and span.owes(quarter), needs(quarter))
            for quarter in quarters_of(plan.year)
        ],
        "held": HELD,
        "total": total,
        "lacking": steps.lacking(plan) if draft else "",
        "has_last_year": draft and steps.of_last_year(plan).exists(),
        "today": clock.today(),
    }


PAGES: NounPages[TrainingPlan] = NounPages(
    noun=PLAN,
    section=SECTION,
    title=TITLE,
    name=str,
    facts=lambda row: (),
    sheet=(),
)


@login_required
@require_safe
def page(request: Request, pk: int) -> HttpResponse:
    """The plan by quarters; one in work with what it lacks and what may be done about it."""
    plan = PLAN.fetch(request.scope, pk)
    submits = submit_plan.awaits(plan, request.scope)
    context = {**PAGES.shown(request, plan), **_quarters(plan), "submits": submits}
    return render(request, "secondment/training_plans/page.html", context)


class PlanForm(Form):
    """Whose plan, and of which year."""

    organization = RowField(label="赋权部门", queryset=Organization.objects.none(), empty_label=None)
    year = forms.TypedChoiceField(label="年度", coerce=int)
    note = form_field(TrainingPlan.note)

    def __init__(self, *args: Any, organizations: QuerySet[Organization], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.field("organization", RowField).queryset = organizations
        year = clock.today().year
        self.field("year", forms.ChoiceField).choices = [(one, f"{one}年") for one in (year, year + 1)]


@login_required
@require_http_methods(WRITE)
def create(request: Request) -> HttpResponse:
    """Begin the plan of this year or the next."""
    own = request.scope.organization_ids(RIGHT)
    if not own:
        raise NotAllowed(f"您没有“{FILL.label}”的权限。")
    year = clock.today().year
    if not own - set(TrainingPlan.objects.filter(year=year).values_list("organization_id", flat=True)):
        year += 1
    form = PlanForm(
        request.POST or None, organizations=Organization.objects.filter(pk__in=own), initial={"year": year}
    )
    request.menu_current = PLAN.menu
    words = needs_words(quarters_of(year), duties.needs(request.scope.district_id))
    return form_page(
        request, form, lambda data: create_plan(actor=request.user, **data), PLAN.url,
        title="制定培训计划", button="建立计划", back=PLAN.list_url, crumbs=PAGES.crumbs(),
        done="已建立计划，接着逐场增加或者复制上年计划。",
        hint=f"有赋权事项在用的季度：{words}。",
    )  # fmt: skip


@login_required
@require_POST
def copy(request: Request, pk: int) -> HttpResponse:
    """Take over last year's sessions."""
    plan = PLAN.fetch(request.scope, pk)
    act = lambda: steps.copy_last_year(plan, actor=request.user)  # noqa: E731
    return attempt(request, act, "已复制上年场次，日期顺延到本年同一星期，逐场核对。", PLAN.page, pk)


@login_required
@require_POST
def submit(request: Request, pk: int) -> HttpResponse:
    """Submit the plan for the department."""
    plan = PLAN.fetch(request.scope, pk)
    act = lambda: submit_plan(plan, actor=request.user)  # noqa: E731
    return attempt(request, act, submit_plan.said(plan), PLAN.page, pk)
