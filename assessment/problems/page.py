"""Problems to be put right: the list, listing in bulk and by hand, the page of one (P40)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import django_filters
from django import forms
from django.contrib.auth.decorators import login_required
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.urls import reverse
from django.utils.safestring import SafeString
from django.views.decorators.http import require_http_methods

from assessment.choices import ProblemState
from assessment.cycles.steps import MANAGE
from assessment.forms.fields import ticked
from assessment.models import Cycle, Deduction, Indicator
from assessment.problems.model import Problem
from assessment.problems.services import Found, list_problems
from assessment.problems.steps import PROBLEM, plan_measure, refuse_strangers
from assessment.rules.points import show_points
from assessment.selectors import cycles, results
from assessment.selectors.problems import Candidate, candidates, checkers
from assessment.views.common import (
    CRUMB,
    WRITE,
    crumbs,
    district_of,
    edit_view,
    form_page,
    held,
    streets_of,
)
from xianan.acts.pages import NounList, NounPages
from xianan.core import clock
from xianan.core.dates import add_months, chinese_date
from xianan.core.errors import DomainError
from xianan.core.outside import whole
from xianan.deadlines.calendar import calendar_of
from xianan.organizations.choices import Duty
from xianan.organizations.models import Organization
from xianan.organizations.requests import Request
from xianan.organizations.selectors import office
from xianan.ui import html
from xianan.ui.conditions import RowFilter
from xianan.ui.fields import form_field
from xianan.ui.forms import Form, RowField
from xianan.ui.lists import Tab
from xianan.ui.tables import Column, Name, State, Table, Tight
from xianan.ui.text import days_left, short_date

TITLE = "问题整改"


# ---- The list ----------------------------------------------------------------------------------------


class ProblemTable(Table):
    text = Name("问题", url=PROBLEM.page, second="indicator")
    street = Tight("整改单位")
    points = Column("扣分", css="num")
    owner = Tight("责任人")
    due_on = Tight("整改时限")
    checker = Tight("验收单位")
    state = State("状态", waiting=("open", "handed"))

    def render_points(self, value: int) -> str:
        return show_points(value) if value else "—"

    def render_due_on(self, record: Any, value: dt.date) -> str | SafeString:
        # Days count as long as the street still owes something.
        if record.state != ProblemState.OPEN:
            return short_date(value)
        said, tone = days_left(value)
        return html.badge(said, tone, "auto")

    def export_due_on(self, record: Any) -> dt.date:
        day: dt.date = record.due_on
        return day

    def export_points(self, record: Any) -> float:
        return record.points / 100


def _cycles(request: Request) -> QuerySet[Any]:
    return Cycle.objects.filter(district=district_of(request), problems__isnull=False).distinct()


class ProblemFilter(django_filters.FilterSet):
    cycle = RowFilter(label="年度", queryset=_cycles)
    street = RowFilter(label="街道", queryset=streets_of)


class ProblemList(NounList[Problem]):
    """The problems a person may see, with those that wait for the own unit first among the tabs."""

    noun = PROBLEM
    title = TITLE
    section = CRUMB[0]
    right = ""  # any of three
    unit = "个问题"
    table_class = ProblemTable
    filterset_class = ProblemFilter
    search_fields = ("text", "indicator__name", "owner")
    search_hint = "问题、指标、责任人"
    template_name = "assessment/problems/list.html"
    empty_title = "没有须整改的问题"
    empty_text = "考核结果公布后，区委编办把扣分的问题列入整改清单，街道整改并提交材料，验收通过后销号。"

    def get_tabs(self, scope: Any) -> Sequence[Tab]:
        late = Q(state=ProblemState.OPEN, due_on__lt=clock.today())
        mine = Q(state=ProblemState.OPEN, street__in=scope.organization_ids("correct_problem"))
        if scope.holds("check_problem"):
            mine |= Q(state=ProblemState.HANDED, checker__in=_checked(scope))
        first, *states = super().get_tabs(scope)
        return [first, Tab("mine", "待本单位办理", mine), *states, Tab("late", "逾期未整改", late)]

    def queryset(self, scope: Any) -> QuerySet[Problem]:
        refuse_strangers(scope)
        return super().queryset(scope).order_by("due_on", "pk")

    def context(self, scope: Any) -> dict[str, Any]:
        query = self.request.GET
        return {
            "print_query": "&".join(
                f"{key}={query[key]}" for key in ("cycle", "street") if whole(query.get(key)) is not None
            ),
            "listing": self._listing(scope),
        }

    def _listing(self, scope: Any) -> Cycle | None:
        if not scope.whole_district("manage_cycle"):
            return None
        return (
            Cycle.objects.filter(district=scope.district_id, phase__in=cycles.PUBLISHED)
            .order_by("-year")
            .first()
        )


def _checked(scope: Any) -> Any:
    """The organizations a person checks for: of the whole district, or the own ones."""
    if scope.whole_district("check_problem"):
        desk = office(scope.district_id, Duty.ESTABLISHMENT)
        return [desk.pk] if desk is not None else []
    return scope.organization_ids("check_problem")


# ---- Listing ---------------------------------------------------------------------------------------------


class _Listing(Form):
    demand = form_field(Problem.demand)
    due_on = form_field(Problem.due_on)
    checker = RowField(
        label="验收单位", queryset=Organization.objects.none(), help_text="整改后由该单位验收销号"
    )

    def __init__(self, *args: Any, cycle: Cycle, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.field("checker", RowField).queryset = checkers(cycle.district_id)


class BulkForm(_Listing):
    """``picked`` are the candidates ticked; they keep their ticks when the form comes back."""

    def __init__(self, *args: Any, candidates: Sequence[Candidate], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.ticked = ticked(self, {row.key for row in candidates})
        self.picked = [row for row in candidates if row.key in self.ticked]


class ProblemForm(_Listing):
    field_order = ("street", "indicator", "text", "demand", "due_on", "checker")
    street = RowField(label="整改单位", queryset=Organization.objects.none())
    indicator = RowField(label="考评指标", queryset=Indicator.objects.none())
    text = form_field(Problem.text)

    def __init__(self, *args: Any, cycle: Cycle, **kwargs: Any) -> None:
        super().__init__(*args, cycle=cycle, **kwargs)
        keys = [row.pk for row in cycles.streets(cycle) if row.is_active]
        self.field("street", RowField).queryset = Organization.objects.filter(pk__in=keys)
        self.field("indicator", RowField).queryset = Indicator.objects.filter(scheme_id=cycle.scheme_id)
        self.order_fields(self.field_order)


def _first(cycle: Cycle) -> dict[str, Any]:
    return {
        "demand": "对照考评标准查明原因，限期整改到位，并建立长效机制。",
        "due_on": calendar_of(cycle.district_id).next_working(add_months(clock.today(), 1)),
        "checker": office(cycle.district_id, Duty.ESTABLISHMENT),
    }


def _published(request: Request, pk: int) -> Cycle:
    cycle = held(request, pk, MANAGE)
    if cycle.phase not in cycles.PUBLISHED:
        raise DomainError("wrong_state", "结果公布后方可列入整改清单，请在公布后再办理。")
    return cycle


@login_required
@require_http_methods(WRITE)
def list_in(request: Request, pk: int) -> HttpResponse:
    """Tick what of the published result goes on the list; all of it is ticked at first."""
    cycle = _published(request, pk)
    rows = candidates(cycle, results.current(cycle))
    form = BulkForm(request.POST or None, cycle=cycle, candidates=rows, initial=_first(cycle))

    def act(data: dict[str, Any]) -> list[Problem]:
        streets = {row.pk: row for row in cycles.streets(cycle)}
        indicators = cycle.scheme.indicators.in_bulk()
        taken = Deduction.objects.in_bulk([row.deduction_id for row in form.picked if row.deduction_id])
        found = [
            Found(
                streets[row.street_id],
                indicators[row.indicator_id],
                row.text,
                row.points,
                taken[row.deduction_id] if row.deduction_id is not None else None,
            )
            for row in form.picked
        ]
        return list_problems(cycle, found=found, actor=request.user, **data)

    return form_page(
        request, form, act, lambda made: f"{PROBLEM.list_url}?cycle={cycle.pk}", title="列入整改清单",
        button="列入整改清单并通知街道", back=reverse("assessment:result", args=[pk]), crumbs=crumbs(cycle),
        done="已列入整改清单，已通知街道。", template="assessment/problems/bulk.html", candidates=rows, cycle=cycle,
    )  # fmt: skip


@login_required
@require_http_methods(WRITE)
def add(request: Request, pk: int) -> HttpResponse:
    """List one problem by hand, such as one found on a visit."""
    cycle = _published(request, pk)
    form = ProblemForm(request.POST or None, cycle=cycle, initial=_first(cycle))

    def act(data: dict[str, Any]) -> list[Problem]:
        found = Found(data.pop("street"), data.pop("indicator"), data.pop("text"))
        return list_problems(cycle, found=[found], actor=request.user, **data)

    return form_page(
        request, form, act, lambda made: PROBLEM.url(made[0]), title="另列一个问题",
        button="列入整改清单并通知街道", back=PROBLEM.list_url, crumbs=crumbs(cycle), done="已列入整改清单，已通知街道。",
    )  # fmt: skip


# ---- One problem -----------------------------------------------------------------------------------------


def _asked(request: Request, row: Problem) -> Mapping[str, Any]:
    scope = request.scope
    reads = scope.can("view_cycle", row) or scope.can("view_own_assessment", row, "street")
    return {"reads_result": reads, "entries": row.log}


PAGES: NounPages[Problem] = NounPages(
    noun=PROBLEM,
    section=CRUMB[0],
    title=TITLE,
    name=lambda row: f"{row.indicator.code} {row.text}"[:60],
    facts=lambda row: (str(row.cycle), str(row.street), f"整改时限 {chinese_date(row.due_on)}"),
    step_facts=lambda row: (f"问题：{row.text}", f"整改要求：{row.demand}"),
    sheet=(),
    template="assessment/problems/page.html",
    asked=_asked,
)


class MeasureForm(Form):
    owner = form_field(Problem.owner, required=True)
    measure = form_field(Problem.measure, required=True, widget=forms.Textarea(attrs={"rows": 4}))


plan = edit_view(PAGES, plan_measure, MeasureForm, (Problem.owner, Problem.measure))
