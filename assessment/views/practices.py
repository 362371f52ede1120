"""Good practice: list, draft, send in, publish, read, print (P40)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Q, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from xianan.core import clock
from xianan.core.errors import NotAllowed
from xianan.documents.pdf import render_pdf
from xianan.history.selectors import timeline
from xianan.organizations.pages import ListPage
from xianan.organizations.requests import Request
from xianan.ui import html
from xianan.ui.lists import Tab

from ..choices import PracticeState
from ..filters.problems import PracticeFilter
from ..flows.practice import OFFICE, STREET
from ..forms.practices import ChangePracticeForm, NewPracticeForm, ReasonForm
from ..models import Practice
from ..selectors import practices
from ..services import practices as services
from ..services.common import seen_as
from ..tables.problems import PracticeTable
from .common import CRUMB, WRITE, attempt, form_page
from .print import as_pdf

MENU = "assessment:practices"


class PracticeList(ListPage):
    """What is published, and for those who write or publish it what is on its way."""

    title = "经验做法"
    unit = "篇"
    right = "view_practice"
    table_class = PracticeTable
    filterset_class = PracticeFilter
    search_fields = ("title", "background", "actions", "effects")
    search_hint = "题目、内容"
    crumbs = (CRUMB,)
    template_name = "assessment/practices/list.html"
    empty_title = "还没有经验做法"
    empty_text = "街道起草并报送，区委编办审核发布后各单位都能阅读、打印。"

    def get_tabs(self, scope: Any) -> Sequence[Tab]:
        if not scope.holds("submit_practice") and not scope.holds("publish_practice"):
            return ()
        return [
            Tab("all", "全部"),
            *(Tab(state.value, str(state.label), Q(state=state.value)) for state in PracticeState),
        ]

    def queryset(self, scope: Any) -> QuerySet[Practice]:
        return practices.visible(scope).order_by("-year", "-published_at", "-pk")

    def context(self, scope: Any) -> dict[str, Any]:
        years = Practice.objects.filter(district=scope.district_id, state=PracticeState.PUBLISHED)
        return {
            "may_draft": scope.holds("submit_practice"),
            "years": years.order_by("-year").values_list("year", flat=True).distinct()[:5],
        }

    def get_empty_action(self, scope: Any) -> tuple[str, str] | None:
        if not scope.holds("submit_practice"):
            return None
        return "起草经验做法", reverse("assessment:practice-create")


def _way(row: Practice | None = None) -> list[tuple[str, str]]:
    found = [CRUMB, ("经验做法", reverse(MENU))]
    return [*found, (str(row), _address(row))] if row is not None else found


def _address(row: Practice) -> str:
    return reverse("assessment:practice", args=[row.pk])


def _practice(request: Request, pk: int) -> Practice:
    scope = request.scope
    if not scope.holds("view_practice"):
        raise NotAllowed("您没有查看“经验做法”的权限。")
    request.menu_current = MENU
    rows = practices.visible(scope).select_related("drafted_by", "submitted_by", "published_by")
    row: Practice = get_object_or_404(rows, pk=pk)
    return row


@login_required
@require_http_methods(WRITE)
def practice_create(request: Request) -> HttpResponse:
    own = request.scope.organization_ids("submit_practice")
    if not own:
        raise NotAllowed("经验做法由街道起草。")
    first = {"year": clock.today().year, "street": next(iter(own))}
    form = NewPracticeForm(request.POST or None, streets=own, initial=first)
    return form_page(
        request, form, lambda data: services.draft_practice(data.pop("street"), actor=request.user, **data),
        _address, title="起草经验做法", button="保存草稿", back=reverse(MENU), crumbs=_way(),
        done="已保存草稿，由街道负责人报送。",
    )  # fmt: skip


@login_required
@require_safe
def practice_page(request: Request, pk: int) -> HttpResponse:
    row = _practice(request, pk)
    scope = request.scope
    inside = scope.can("publish_practice", row) or scope.can("view_own_assessment", row, "street")
    context = {
        "title": row.title,
        "crumbs": _way(),
        "badge": html.badge(PracticeState(row.state), icon_name="auto"),
        "facts": [str(row.street), f"{row.year}年度"],
        "row": row,
        "may": {step.name for flow in (STREET, OFFICE) for step in flow.offered(row, scope)},
        "inside": inside,
        "entries": timeline(row) if inside else [],
    }
    return render(request, "assessment/practices/page.html", context)


@login_required
@require_http_methods(WRITE)
def practice_change(request: Request, pk: int) -> HttpResponse:
    row = _practice(request, pk)
    STREET.refuse_unless_possible(row, "edit", request.scope)

    def seen() -> str:
        return seen_as(*services.texts_of(_practice(request, pk)))

    first = {name: getattr(row, name) for name in services.PARTS}
    return form_page(
        request, ChangePracticeForm(request.POST or None, initial={**first, "seen": seen()}),
        lambda data: services.change_practice(row, actor=request.user, **data), _address,
        title="修改经验做法", button="保存修改", back=_address(row), crumbs=_way(row), done="已保存。", seen=seen,
    )  # fmt: skip


@login_required
@require_POST
def practice_delete(request: Request, pk: int) -> HttpResponse:
    row = _practice(request, pk)
    return attempt(
        request,
        lambda: services.delete_practice(row, actor=request.user),
        f"已删除“{row}”。",
        reverse(MENU),
    )


@login_required
@require_POST
def practice_submit(request: Request, pk: int) -> HttpResponse:
    row = _practice(request, pk)
    return attempt(
        request,
        lambda: services.submit_practice(row, actor=request.user),
        "已报送区委编办审核。",
        _address(row),
    )


@login_required
@require_POST
def practice_publish(request: Request, pk: int) -> HttpResponse:
    row = _practice(request, pk)
    return attempt(
        request,
        lambda: services.publish_practice(row, actor=request.user),
        "已发布，已通知各街道。",
        _address(row),
    )


@login_required
@require_http_methods(WRITE)
def practice_return(request: Request, pk: int) -> HttpResponse:
    return _refuse(request, pk, "return", services.return_practice, "已退回街道修改。")


@login_required
@require_http_methods(WRITE)
def practice_withdraw(request: Request, pk: int) -> HttpResponse:
    return _refuse(request, pk, "withdraw", services.withdraw_practice, "已撤下。")


def _refuse(request: Request, pk: int, step: str, act: Any, done: str) -> HttpResponse:
    row = _practice(request, pk)
    OFFICE.refuse_unless_possible(row, step, request.scope, reason="—")
    to = reverse(MENU) if step == "return" else _address(row)
    return form_page(
        request, ReasonForm(request.POST or None), lambda data: act(row, actor=request.user, **data),
        lambda _: to, title=f"{OFFICE[step].label}经验做法", button=OFFICE[step].label, back=_address(row),
        crumbs=_way(row), done=done, hint=row.title,
    )  # fmt: skip


@login_required
@require_safe
def practice_print(request: Request, pk: int) -> HttpResponse:
    """Give one practice as PDF."""
    row = _practice(request, pk)
    pdf = render_pdf("assessment/print/practices.html", {"title": row.title, "rows": [row], "single": True})
    return as_pdf(pdf, f"{row.title}.pdf")


@login_required
@require_safe
def practices_print(request: Request, year: int) -> HttpResponse:
    """Give what was published of a year as one PDF."""
    scope = request.scope
    if not scope.holds("view_practice"):
        raise NotAllowed("您没有查看“经验做法”的权限。")
    rows = list(practices.published(scope.district_id, year)) if year <= 9999 else []
    if not rows:
        raise Http404
    title = f"{year}年度街道赋权工作经验做法汇编"
    return as_pdf(
        render_pdf("assessment/print/practices.html", {"title": title, "rows": rows}), f"{title}.pdf"
    )
