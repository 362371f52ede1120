"""Years of appraisal: the list, one year with its forms, progress and chasing, sign-off, the end (P30)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Page
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from secondment.choices import Grade, RoundState, Side, SideState
from secondment.filters.appraisal import AppraisalFilter
from secondment.forms.appraisal import ChaseForm, PasswordForm, StartForm
from secondment.models import Appraisal, AppraisalRound, AppraisalSide
from secondment.rounds import steps as rounds
from secondment.rounds.steps import ADD, CHASE, ROUND
from secondment.rules.appraisal import show
from secondment.selectors import appraisals as selectors
from secondment.services import papers
from secondment.sides.steps import sign_sides
from secondment.tables.appraisal import AppraisalTable, RoundTable
from xianan.core import clock
from xianan.core.errors import DomainError
from xianan.core.outside import wholes
from xianan.history.selectors import timeline
from xianan.organizations.pages import ListPage
from xianan.organizations.requests import Request
from xianan.organizations.scope import Scope
from xianan.ui.acts import WRITE, form_page
from xianan.ui.lists import BulkAction, Tab

MENU = "secondment:appraisal-rounds"
CRUMB = (("人员与培训", ""),)


def crumbs(round_: AppraisalRound | None = None) -> list[tuple[str, str]]:
    """Return the way to a page below 年度考核, or below one year."""
    found = [*CRUMB, ("下沉人员考核", reverse(MENU))]
    if round_ is not None:
        found.append((f"{round_.year}年度", reverse("secondment:appraisal-round", args=[round_.pk])))
    return found


class RoundList(ListPage):
    """The years."""

    title = "下沉人员考核"
    unit = "个年度"
    right = "view_appraisal"
    table_class = RoundTable
    crumbs = CRUMB
    template_name = "secondment/appraisals/rounds.html"
    empty_title = "还没有启动年度考核"
    empty_text = (
        "组织人社部门会同街道和派出部门制定考核细则，施行后每年启动一次，为当年下沉的每个人员生成登记表。"
    )

    def queryset(self, scope: Any) -> QuerySet[AppraisalRound]:
        rows = ROUND.visible(scope)
        return selectors.with_own_count(rows, scope).order_by("-year")

    def context(self, scope: Any) -> dict[str, Any]:
        return {"may_start": scope.whole_district("manage_appraisal")}


class RoundPage(ListPage):
    """One year: what was frozen for it, how far it is, and its forms."""

    unit = "人"
    right = "view_appraisal"
    table_class = AppraisalTable
    filterset_class = AppraisalFilter
    search_fields = ("person__name",)
    search_hint = "姓名"
    template_name = "secondment/appraisals/round.html"
    bulk_all = True
    empty_title = "本单位当年没有下沉人员"
    empty_text = "当年有人员下沉到岗的，组织人社部门补录后列在这里。"

    @cached_property
    def round(self) -> AppraisalRound:
        return ROUND.fetch(self.scope, self.kwargs["pk"])

    @property
    def title(self) -> str:
        return str(self.round)

    @property
    def crumbs(self) -> Sequence[tuple[str, str]]:
        return crumbs()

    def queryset(self, scope: Any) -> QuerySet[Appraisal]:
        rows = selectors.visible(scope).filter(round=self.round, is_current=True)
        return selectors.with_sides(rows).order_by(
            "organization__display_order", "street__display_order", "person_id"
        )

    def get_tabs(self, scope: Any) -> Sequence[Tab]:
        def sides(owners: set[int], state: str) -> Q:
            found = AppraisalSide.objects.filter(
                organization__in=owners, state=state, appraisal__round=self.round
            )
            return Q(pk__in=found.values("appraisal_id"))

        draft = AppraisalSide.objects.filter(state=SideState.DRAFT, appraisal__round=self.round)
        tabs = [Tab("all", "全部")]
        if scope.organization_ids("score_appraisal"):
            tabs.append(
                Tab("mine", "待本单位评分", sides(scope.organization_ids("score_appraisal"), SideState.DRAFT))
            )
        if scope.organization_ids("sign_appraisal"):
            tabs.append(
                Tab("sign", "待审定", sides(scope.organization_ids("sign_appraisal"), SideState.SUBMITTED))
            )
        return (
            *tabs,
            Tab("missing", "有一方未完成", Q(pk__in=draft.values("appraisal_id"))),
            Tab("excellent", "优秀", Q(grade=Grade.EXCELLENT)),
            Tab("low", "基本称职及以下", Q(grade__in=(Grade.BASIC, Grade.FAILED))),
            Tab("capped", "等次受限", Q(cap__isnull=False)),
            Tab("pending", "等次待定", Q(pends_on__isnull=False)),
        )

    def bulk_actions(self, scope: Any) -> Sequence[BulkAction]:
        if not scope.organization_ids("sign_appraisal") or self.round.state == RoundState.CLOSED:
            return ()
        url = reverse("secondment:appraisal-sign", args=[self.round.pk])
        return [BulkAction("审定所选评分…", url, "primary", icon="check")]

    def rows_of(self, page: Page[Any]) -> list[Any]:
        return self._dress(super().rows_of(page))

    def records(self, rows: QuerySet[Any]) -> list[Any]:
        return self._dress(list(rows))

    def _dress(self, rows: list[Any]) -> list[Any]:
        scope = self.scope
        for row in rows:
            row.round = self.round
        dues = selectors.due_dates(rows)
        for row in rows:
            row.late = dues[row.pk] < clock.today()
            row.seen = {side.side for side in row.sides.all() if selectors.sees_scores(scope, row, side)}
        return rows

    def context(self, scope: Any) -> dict[str, Any]:
        row = self.round
        manages = scope.can("manage_appraisal", row)
        lines = selectors.progress(row, scope)
        whole, _ = selectors.excellence(row)
        return {
            "round": row,
            "runs": manages and rounds.close.in_turn(row),
            "manages": manages,
            "owed": sum(line.all for line in lines),
            "scored": sum(line.scored for line in lines),
            "signed": sum(line.signed for line in lines),
            "whole": whole if manages or scope.whole_district("view_appraisal") else None,
            "closed": row.state == RoundState.CLOSED,
        }


# ---- Starting, adding --------------------------------------------------------------------------------


@login_required
@require_http_methods(WRITE)
def round_start(request: Request) -> HttpResponse:
    """Start a year: one click makes the forms of all who served."""
    scope = request.scope
    scope.require("manage_appraisal", scope.district, label="启动年度考核")
    return form_page(
        request, StartForm(request.POST or None),
        lambda data: rounds.start_round(actor=request.user, **data)[0],
        lambda row: reverse("secondment:appraisal-round", args=[row.pk]),
        title="启动年度考核", button="启动并生成登记表", back=reverse(MENU), crumbs=crumbs(),
        done="已启动年度考核，登记表已送街道和派出部门评分。",
        hint="为当年下沉到岗的每个人员生成一份登记表。占比、等次分数线按当年 12 月 31 日（未到的按今日）施行的实施方案确定，启动后不再变动。",
    )  # fmt: skip


@login_required
@require_POST
def round_add(request: Request, pk: int) -> HttpResponse:
    """Make forms for those registered since the start."""
    row = ROUND.fetch(request.scope, pk)
    ADD.refuse(row, request.scope)
    added = rounds.add_people(row, actor=request.user)
    messages.success(request, f"已补录 {added} 人。" if added else "没有新登记的下沉人员，登记表没有变化。")
    return redirect("secondment:appraisal-round", pk)


# ---- Progress ----------------------------------------------------------------------------------------


@login_required
@require_safe
def round_progress(request: Request, pk: int) -> HttpResponse:
    """Who owes what: organization by side, with the names that lack."""
    row, scope = ROUND.fetch(request.scope, pk), request.scope
    lines = selectors.progress(row, scope)
    context = {
        "title": "评分进度",
        "crumbs": crumbs(row),
        "round": row,
        "groups": [
            (side, [line for line in lines if line.side == side]) for side in (Side.STREET, Side.DEPARTMENT)
        ],
        "may_chase": CHASE.awaits(row, scope),
        "missing": sum(line.draft for line in lines),
        "unsigned": sum(line.submitted for line in lines),
        "shares": _shares(row, scope, lines),
        "whole": scope.whole_district("view_appraisal"),
        "limits": f"优秀 {show(row.excellent_from)}、称职（合格）{show(row.competent_from)}、"
        f"基本称职（基本合格）{show(row.basic_from)}",
        "entries": timeline(row),
    }
    return render(request, "secondment/appraisals/progress.html", context)


def _shares(row: AppraisalRound, scope: Scope, lines: list[selectors.Progress]) -> list[selectors.Excellence]:
    """The share of 优秀 of the departments that a person may see whole: all of them, or the own one."""
    whole, departments = selectors.excellence(row)
    if scope.whole_district("view_appraisal"):
        return [whole, *departments]
    own = {
        str(line.organization)
        for line in lines
        if line.side == Side.DEPARTMENT
        and line.organization.pk in scope.organization_ids("view_appraisal")
        and not line.draft
    }
    return [line for line in departments if line.name in own]


@login_required
@require_http_methods(WRITE)
def round_chase(request: Request, pk: int) -> HttpResponse:
    """Chase one organization, or all that owe scores, with a note."""
    row = ROUND.fetch(request.scope, pk)
    CHASE.refuse(row, request.scope)
    wanted = set(wholes(request.GET.getlist("organization")))
    owing = {
        line.organization.pk: line.organization
        for line in selectors.progress(row, request.scope)
        if (line.draft or line.submitted) and (not wanted or line.organization.pk in wanted)
    }
    if not owing:
        messages.error(request, "所选单位的评分都已审定，不需要催办。")
        return redirect("secondment:appraisal-progress", pk)
    names = "、".join(str(each) for each in owing.values())
    return form_page(
        request, ChaseForm(request.POST or None),
        lambda data: rounds.chase(row, organizations=owing, note=data["note"], actor=request.user),
        lambda _: reverse("secondment:appraisal-progress", args=[pk]),
        title="催办评分和审定", button="发出催办通知", back=reverse("secondment:appraisal-progress", args=[pk]),
        crumbs=crumbs(row), done="已催办。", hint=f"通知 {len(owing)} 个单位中可以办理的人员：{names}",
    )  # fmt: skip


# ---- Sign-off ----------------------------------------------------------------------------------------


def _chosen(request: Request, row: AppraisalRound) -> list[AppraisalSide]:
    """The submitted sides of the person's units: of the ticked forms, or of all of them with ``all``."""
    sides = selectors.sides_to_sign(request.scope).filter(appraisal__round=row)
    if not request.POST.get("all"):
        sides = sides.filter(appraisal__in=wholes(request.POST.getlist("row")))
    return list(
        sides.select_related("appraisal__person", "appraisal__organization", "appraisal__street", "organization")
        .order_by("appraisal_id")
    )  # fmt: skip


@login_required
@require_POST
def round_sign(request: Request, pk: int) -> HttpResponse:
    """Sign off the ticked forms or all of the unit's; asks for the password first."""
    row, scope = ROUND.fetch(request.scope, pk), request.scope
    if not scope.organization_ids("sign_appraisal"):
        scope.require("sign_appraisal", row, label="审定")
    sides = _chosen(request, row)
    back = f"{reverse('secondment:appraisal-round', args=[pk])}?tab=sign"
    if not sides:
        messages.error(request, "所选人员中没有待本单位审定的评分。")
        return redirect(back)
    asked = "password" in request.POST
    form = PasswordForm(request.POST if asked else None)
    if asked and form.is_valid():
        try:
            done = sign_sides(sides, actor=request.user, password=form.cleaned_data["password"])
        except DomainError as refusal:
            if refusal.status == 403:
                raise
            form.refuse(refusal)
        else:
            messages.success(request, f"已审定 {len(done)} 人的评分。")
            return redirect(back)
    context = {
        "title": "审定评分",
        "crumbs": crumbs(row),
        "facts": (f"共 {len(sides)} 人", str(sides[0].organization)),
        "form": form,
        "lines": [(side, show(side.score)) for side in sides],
        "round": row,
        "back": back,
    }
    return render(request, "secondment/appraisals/sign.html", context)


# ---- Papers ------------------------------------------------------------------------------------------


def _order(request: Request, pk: int, act: Any) -> HttpResponse:
    row = ROUND.fetch(request.scope, pk)
    try:
        job = act(row, actor=request.user)
    except DomainError as refusal:
        if refusal.status == 403:
            raise
        messages.error(request, refusal.message)
        return redirect("secondment:appraisal-round", pk)
    return redirect("portal:job", job.pk)


@login_required
@require_POST
def round_print(request: Request, pk: int) -> HttpResponse:
    """Print all forms of the year that the person sees, as one job into the downloads."""
    return _order(request, pk, papers.order_forms)


@login_required
@require_POST
def round_results(request: Request, pk: int) -> HttpResponse:
    """Print the list of results of a closed year into the downloads."""
    return _order(request, pk, papers.order_results)
