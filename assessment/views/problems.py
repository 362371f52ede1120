"""Problems to be put right: list, listing in bulk, the page of one with its steps, print (P40)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from xianan.core import clock
from xianan.core.dates import add_months, chinese_date
from xianan.core.errors import DomainError, NotAllowed
from xianan.core.outside import whole
from xianan.deadlines.calendar import calendar_of
from xianan.history.selectors import timeline
from xianan.organizations.choices import Duty
from xianan.organizations.pages import ListPage
from xianan.organizations.requests import Request
from xianan.organizations.selectors import office
from xianan.ui import html
from xianan.ui.lists import Tab

from ..choices import ProblemState
from ..filters.problems import ProblemFilter
from ..flows.problem import CHECK, OFFICE, STREET
from ..forms.problems import (
    BackForm,
    BulkForm,
    HandInForm,
    MeasureForm,
    PassForm,
    PostponeForm,
    ProblemForm,
    WithdrawForm,
)
from ..models import Cycle, Deduction, Problem
from ..selectors import cycles, problems, results
from ..services import problems as services
from ..services.common import seen_as
from ..tables.problems import ProblemTable
from .common import CRUMB, WRITE, crumbs, form_page, get_cycle

MENU = "assessment:problems"


class ProblemList(ListPage):
    """The problems a person may see, with those that wait for the own unit first among the tabs."""

    title = "问题整改"
    unit = "个问题"
    table_class = ProblemTable
    filterset_class = ProblemFilter
    search_fields = ("text", "indicator__name", "owner")
    search_hint = "问题、指标、责任人"
    crumbs = (CRUMB,)
    template_name = "assessment/problems/list.html"
    empty_title = "没有须整改的问题"
    empty_text = "考核结果公布后，区委编办把扣分的问题列入整改清单，街道整改并提交材料，验收通过后销号。"

    def get_tabs(self, scope: Any) -> Sequence[Tab]:
        late = Q(state=ProblemState.OPEN, due_on__lt=clock.today())
        mine = Q(state=ProblemState.OPEN, street__in=scope.organization_ids("correct_problem"))
        if scope.holds("check_problem"):
            mine |= Q(state=ProblemState.HANDED, checker__in=_checked(scope))
        return [
            Tab("all", "全部"),
            Tab("mine", "待本单位办理", mine),
            *(Tab(state.value, str(state.label), Q(state=state.value)) for state in ProblemState),
            Tab("late", "逾期未整改", late),
        ]

    def queryset(self, scope: Any) -> QuerySet[Problem]:
        if not any(scope.holds(right) for right in ("view_cycle", "view_own_assessment", "check_problem")):
            raise NotAllowed("您没有查看“问题整改”的权限。")
        return problems.visible(scope).order_by("due_on", "pk")

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


def _first(cycle: Cycle) -> dict[str, Any]:
    return {
        "demand": "对照考评标准查明原因，限期整改到位，并建立长效机制。",
        "due_on": calendar_of(cycle.district_id).next_working(add_months(clock.today(), 1)),
        "checker": office(cycle.district_id, Duty.ESTABLISHMENT),
    }


def _published(request: Request, pk: int) -> Cycle:
    cycle = get_cycle(request, pk, "manage_cycle")
    if cycle.phase not in cycles.PUBLISHED:
        raise DomainError("wrong_state", "结果公布后方可列入整改清单，请在公布后再办理。")
    return cycle


@login_required
@require_http_methods(WRITE)
def problems_list_in(request: Request, pk: int) -> HttpResponse:
    """Tick what of the published result goes on the list; all of it is ticked at first."""
    cycle = _published(request, pk)
    rows = problems.candidates(cycle, results.current(cycle))
    form = BulkForm(request.POST or None, cycle=cycle, candidates=rows, initial=_first(cycle))

    def act(data: dict[str, Any]) -> list[Problem]:
        streets = {row.pk: row for row in cycles.streets(cycle)}
        indicators = cycle.scheme.indicators.in_bulk()
        taken = Deduction.objects.in_bulk([row.deduction_id for row in form.picked if row.deduction_id])
        found = [
            services.Found(
                streets[row.street_id],
                indicators[row.indicator_id],
                row.text,
                row.points,
                taken[row.deduction_id] if row.deduction_id is not None else None,
            )
            for row in form.picked
        ]
        return services.list_problems(cycle, found=found, actor=request.user, **data)

    return form_page(
        request, form, act, lambda made: f"{reverse(MENU)}?cycle={cycle.pk}", title="列入整改清单",
        button="列入整改清单并通知街道", back=reverse("assessment:result", args=[pk]), crumbs=crumbs(cycle),
        done="已列入整改清单，已通知街道。", template="assessment/problems/bulk.html", candidates=rows, cycle=cycle,
    )  # fmt: skip


@login_required
@require_http_methods(WRITE)
def problem_add(request: Request, pk: int) -> HttpResponse:
    """List one problem by hand, such as one found on a visit."""
    cycle = _published(request, pk)
    form = ProblemForm(request.POST or None, cycle=cycle, initial=_first(cycle))

    def act(data: dict[str, Any]) -> list[Problem]:
        found = services.Found(data.pop("street"), data.pop("indicator"), data.pop("text"))
        return services.list_problems(cycle, found=[found], actor=request.user, **data)

    return form_page(
        request, form, act, lambda made: reverse("assessment:problem", args=[made[0].pk]), title="另列一个问题",
        button="列入整改清单并通知街道", back=reverse(MENU), crumbs=crumbs(cycle), done="已列入整改清单，已通知街道。",
    )  # fmt: skip


# ---- One problem -----------------------------------------------------------------------------------------


def _problem(request: Request, pk: int) -> Problem:
    request.menu_current = MENU
    rows = problems.visible(request.scope).select_related("handed_by", "checked_by", "created_by")
    row: Problem = get_object_or_404(rows, pk=pk)
    return row


def _way(row: Problem | None = None) -> list[tuple[str, str]]:
    found = [CRUMB, ("问题整改", reverse(MENU))]
    return [*found, (str(row), reverse("assessment:problem", args=[row.pk]))] if row is not None else found


@login_required
@require_safe
def problem_page(request: Request, pk: int) -> HttpResponse:
    """One problem: what is asked, what was done, the files, and the next step for who asks."""
    row = _problem(request, pk)
    scope = request.scope
    may = {step.name for flow in (STREET, CHECK, OFFICE) for step in flow.offered(row, scope)}
    context = {
        "title": f"{row.indicator.code} {row.text}"[:60],
        "crumbs": _way(),
        "badge": html.badge(ProblemState(row.state), icon_name="auto"),
        "facts": [str(row.cycle), str(row.street), f"整改时限 {chinese_date(row.due_on)}"],
        "row": row,
        "may": may,
        "planned": bool(row.owner and row.measure),
        "ready": "hand_in" in may and not STREET["hand_in"].refusal(row),
        "reads_result": scope.can("view_cycle", row) or scope.can("view_own_assessment", row, "street"),
        "entries": timeline(row),
    }
    return render(request, "assessment/problems/page.html", context)


def _act(
    request: Request,
    pk: int,
    flow: Any,
    step: str,
    form: Any,
    act: Any,
    done: str,
    *,
    hint: str = "",
    seen: Any = None,
) -> HttpResponse:
    """One step of a problem as a page with a form; it answers 403 and 409 before the form is shown."""
    row = _problem(request, pk)
    flow.refuse_unless_possible(row, step, request.scope, reason="—")
    back = reverse("assessment:problem", args=[pk])
    made = form(row)
    return form_page(
        request, made, lambda data: act(row, data), lambda _: back, title=flow[step].label,
        button=flow[step].label, back=back, crumbs=_way(row), done=done,
        hint=hint or f"问题：{row.text}\n整改要求：{row.demand}", seen=seen,
    )  # fmt: skip


@login_required
@require_http_methods(WRITE)
def problem_plan(request: Request, pk: int) -> HttpResponse:
    def seen() -> str:
        row = _problem(request, pk)
        return seen_as(row.owner, row.measure)

    def form(row: Problem) -> MeasureForm:
        first = {"owner": row.owner, "measure": row.measure, "seen": seen_as(row.owner, row.measure)}
        return MeasureForm(request.POST or None, initial=first)

    return _act(
        request, pk, STREET, "plan", form,
        lambda row, data: services.plan_measure(row, actor=request.user, **data), "已保存责任人和整改措施。",
        seen=seen,
    )  # fmt: skip


@login_required
@require_http_methods(WRITE)
def problem_hand_in(request: Request, pk: int) -> HttpResponse:
    return _act(
        request, pk, STREET, "hand_in",
        lambda row: HandInForm(request.POST or None, initial={"answer": row.answer}),
        lambda row, data: services.hand_in(row, actor=request.user, **data), "已提交，待验收。",
    )  # fmt: skip


@login_required
@require_http_methods(WRITE)
def problem_pass(request: Request, pk: int) -> HttpResponse:
    return _act(
        request, pk, CHECK, "pass", lambda row: PassForm(request.POST if request.method == "POST" else None),
        lambda row, data: services.judge(row, passed=True, actor=request.user, **data), "验收通过，已销号。",
    )  # fmt: skip


@login_required
@require_http_methods(WRITE)
def problem_return(request: Request, pk: int) -> HttpResponse:
    return _act(
        request, pk, CHECK, "return",
        lambda row: BackForm(request.POST or None, initial={"due_on": max(row.due_on, clock.today())}),
        lambda row, data: services.judge(row, passed=False, actor=request.user, **data), "已退回街道重新整改。",
    )  # fmt: skip


@login_required
@require_http_methods(WRITE)
def problem_postpone(request: Request, pk: int) -> HttpResponse:
    return _act(
        request, pk, OFFICE, "postpone",
        lambda row: PostponeForm(request.POST or None, initial={"due_on": row.due_on}),
        lambda row, data: services.postpone(row, actor=request.user, **data), "已调整整改时限。",
    )  # fmt: skip


@login_required
@require_http_methods(WRITE)
def problem_withdraw(request: Request, pk: int) -> HttpResponse:
    return _act(
        request, pk, OFFICE, "withdraw", lambda row: WithdrawForm(request.POST or None),
        lambda row, data: services.withdraw(row, actor=request.user, **data), "已撤销。",
    )  # fmt: skip
