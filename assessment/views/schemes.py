"""Scoring schemes: list, editor, copy, print (P38)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from xianan.core.errors import NotAllowed
from xianan.history.selectors import timeline
from xianan.organizations.pages import ListPage
from xianan.organizations.requests import Request
from xianan.ui import html
from xianan.ui.lists import Tab

from ..choices import Method, SchemeState
from ..flows.scheme import SCHEME
from ..forms.schemes import GroupForm, IndicatorForm, NewSchemeForm, SchemeForm
from ..models import Group, Indicator, Scheme
from ..rules.points import sum_words
from ..rules.scoring import FULL
from ..selectors import schemes
from ..services import schemes as services
from ..tables.schemes import SchemeTable
from .common import CRUMB, WRITE, attempt, form_page


class SchemeList(ListPage):
    """All schemes of the district."""

    title = "考评细则"
    unit = "份"
    right = "view_scheme"
    table_class = SchemeTable
    search_fields = ("title", "note")
    search_hint = "标题、说明"
    crumbs = (CRUMB,)
    template_name = "assessment/schemes/list.html"
    empty_title = "还没有考评细则"
    empty_text = "编制当年的考评细则，各项分值合计 100 分后，方可用于年度考核。"

    def get_tabs(self, scope: Any) -> Sequence[Tab]:
        return [Tab("all", "全部"), *(Tab(s.value, str(s.label), Q(state=s.value)) for s in SchemeState)]

    def queryset(self, scope: Any) -> QuerySet[Any]:
        return schemes.with_sums(schemes.visible(scope)).order_by("-year", "-version")

    def get_empty_action(self, scope: Any) -> tuple[str, str] | None:
        if not scope.holds("edit_scheme"):
            return None
        return "编制考评细则", reverse("assessment:scheme-create")

    def context(self, scope: Any) -> dict[str, Any]:
        return {"may_edit": scope.holds("edit_scheme")}


# ---- One scheme ----------------------------------------------------------------------------------------


def get_scheme(request: Request, pk: int) -> Scheme:
    """Return a scheme of the district. 404 outside of it or without the right."""
    found: Scheme = get_object_or_404(schemes.visible(request.scope), pk=pk)
    return found


def draft(request: Request, pk: int, step: str = "edit") -> Scheme:
    """Return a scheme the person may change. 404 outside, 403 without the right, 409 once frozen."""
    scheme = get_scheme(request, pk)
    SCHEME.refuse_unless_possible(scheme, step, request.scope)
    return scheme


def crumbs(scheme: Scheme | None = None) -> list[tuple[str, str]]:
    found = [CRUMB, ("考评细则", reverse("assessment:schemes"))]
    return [*found, (str(scheme), reverse("assessment:scheme", args=[scheme.pk]))] if scheme else found


def _back(scheme: Scheme) -> str:
    return reverse("assessment:scheme", args=[scheme.pk])


def _may_edit(request: Request) -> None:
    if not request.scope.holds("edit_scheme"):
        raise NotAllowed("您没有“编制考评细则”的权限。")


@login_required
@require_http_methods(WRITE)
def scheme_create(request: Request) -> HttpResponse:
    """Begin an empty scheme."""
    _may_edit(request)
    return form_page(
        request, NewSchemeForm(request.POST or None),
        lambda data: services.create_scheme(actor=request.user, **data), _back,
        title="编制考评细则", button="建立细则草稿", back=reverse("assessment:schemes"), crumbs=crumbs(),
        done="已建立草稿，接着增加考评项目和指标。",
        hint="通常从上一年的细则复制：打开上一年的细则，选“复制为新细则”。",
    )  # fmt: skip


@login_required
@require_safe
def scheme_page(request: Request, pk: int) -> HttpResponse:
    """The editor: groups, indicators, what they add up to and what is missing to a hundred."""
    scheme, scope = get_scheme(request, pk), request.scope
    lines = schemes.lines(scheme)
    total = sum(line.total for line in lines)
    labels = schemes.measure_labels()
    steps = {step.name for step in SCHEME.offered(scheme, scope)}
    count = sum(len(line.indicators) for line in lines)
    context = {
        "title": str(scheme),
        "crumbs": crumbs(),
        "badge": html.badge(SchemeState(scheme.state), icon_name="auto"),
        "facts": [f"{scheme.year}年度", f"{len(lines)} 个考评项目", f"{count} 项指标", *(["草案"] if scheme.is_draft_text else [])],
        "scheme": scheme,
        "lines": lines,
        "total": total,
        "is_whole": total == FULL,
        "sum": sum_words(total, FULL),
        "measures": labels,
        "methods": dict(Method.choices),
        "may": steps,
        "may_copy": scope.holds("edit_scheme"),
        "may_use": scope.holds("manage_cycle") and total == FULL and not scheme.cycles.exists(),
        "cycles": list(scheme.cycles.all()),
        "entries": timeline(scheme),
    }  # fmt: skip
    return render(request, "assessment/schemes/page.html", context)


@login_required
@require_http_methods(WRITE)
def scheme_change(request: Request, pk: int) -> HttpResponse:
    """Change title, note and caps."""
    scheme = draft(request, pk)
    return form_page(
        request, SchemeForm.of(scheme, request.POST or None),
        lambda data: services.change_scheme(scheme, actor=request.user, **data), _back,
        title="修改标题和上限", button="保存修改", back=_back(scheme), crumbs=crumbs(scheme), done="已保存。",
    )  # fmt: skip


@login_required
@require_http_methods(WRITE)
def scheme_copy(request: Request, pk: int) -> HttpResponse:
    """Begin next year's scheme or a new version from this one."""
    _may_edit(request)
    source = get_scheme(request, pk)
    year = source.year + 1
    first = {"year": year, "title": source.title.replace(str(source.year), str(year)), "note": source.note}
    return form_page(
        request, NewSchemeForm(request.POST or None, initial=first),
        lambda data: services.copy_scheme(source, actor=request.user, **data), _back,
        title="复制为新细则", button="复制并建立草稿", back=_back(source), crumbs=crumbs(source),
        done="已复制全部考评项目和指标，可以修改。",
        hint=f"从“{source}”复制全部考评项目和指标。年度填 {source.year} 则成为当年的新版本。",
    )  # fmt: skip


@login_required
@require_POST
def scheme_delete(request: Request, pk: int) -> HttpResponse:
    scheme = draft(request, pk, "delete")
    return attempt(
        request,
        lambda: services.delete_scheme(scheme, actor=request.user),
        f"已删除“{scheme}”。",
        reverse("assessment:schemes"),
    )


# ---- Groups --------------------------------------------------------------------------------------------


@login_required
@require_http_methods(WRITE)
def group_create(request: Request, pk: int) -> HttpResponse:
    scheme = draft(request, pk)
    first = {"position": scheme.groups.count() + 1}
    return form_page(
        request, GroupForm(request.POST or None, initial=first),
        lambda data: services.add_group(scheme, actor=request.user, **data), lambda _: _back(scheme),
        title="增加考评项目", button="增加考评项目", back=_back(scheme), crumbs=crumbs(scheme),
        done="已增加考评项目，接着增加指标。",
        hint="文件列明四项：组织领导体系、改革方案、赋权承接工作、配套措施落实。",
    )  # fmt: skip


def _group(scheme: Scheme, pk: int) -> Group:
    found: Group = get_object_or_404(Group, pk=pk, scheme=scheme)
    found.scheme = scheme
    return found


@login_required
@require_http_methods(WRITE)
def group_change(request: Request, pk: int, group: int) -> HttpResponse:
    scheme = draft(request, pk)
    row = _group(scheme, group)
    first = {"name": row.name, "position": row.position}
    return form_page(
        request, GroupForm(request.POST or None, initial=first),
        lambda data: services.change_group(row, actor=request.user, **data), lambda _: _back(scheme),
        title="修改考评项目", button="保存修改", back=_back(scheme), crumbs=crumbs(scheme), done="已保存。",
    )  # fmt: skip


@login_required
@require_POST
def group_delete(request: Request, pk: int, group: int) -> HttpResponse:
    scheme = draft(request, pk)
    row = _group(scheme, group)
    return attempt(
        request,
        lambda: services.remove_group(row, actor=request.user),
        f"已移出考评项目“{row}”。",
        _back(scheme),
    )


# ---- Indicators ----------------------------------------------------------------------------------------


@login_required
@require_http_methods(WRITE)
def indicator_create(request: Request, pk: int) -> HttpResponse:
    scheme = draft(request, pk)
    first = {"group": request.GET.get("group")}
    form = IndicatorForm(request.POST or None, scheme=scheme, initial=first)
    return form_page(
        request, form,
        lambda data: services.add_indicator(data["group"], values=form.values, actor=request.user),
        lambda row: f"{_back(scheme)}#indicator-{row.pk}",
        title="增加指标", button="增加指标", back=_back(scheme), crumbs=crumbs(scheme), done="已增加指标。",
        aside=_how(),
    )  # fmt: skip


def _indicator(scheme: Scheme, pk: int) -> Indicator:
    found: Indicator = get_object_or_404(Indicator.objects.select_related("group"), pk=pk, scheme=scheme)
    found.scheme = scheme
    return found


@login_required
@require_http_methods(WRITE)
def indicator_change(request: Request, pk: int, indicator: int) -> HttpResponse:
    scheme = draft(request, pk)
    row = _indicator(scheme, indicator)
    form = IndicatorForm.of(row, request.POST or None)
    return form_page(
        request, form,
        lambda data: services.change_indicator(
            row, group=data["group"], values=form.values, actor=request.user
        ),
        lambda found: f"{_back(scheme)}#indicator-{found.pk}",
        title="修改指标", button="保存修改", back=_back(scheme), crumbs=crumbs(scheme), done="已保存。",
        aside=_how(),
    )  # fmt: skip


@login_required
@require_POST
def indicator_delete(request: Request, pk: int, indicator: int) -> HttpResponse:
    scheme = draft(request, pk)
    row = _indicator(scheme, indicator)
    return attempt(
        request,
        lambda: services.remove_indicator(row, actor=request.user),
        f"已移出指标“{row}”。",
        _back(scheme),
    )


def _how() -> dict[str, Any]:
    return {
        "title": "四种计分方式",
        "lines": [
            ("评分人评定", "考核组成员直接给分，不高于分值"),
            ("逐项扣分", "从满分起，每件事扣几分，扣完为止，每条写明原因和佐证"),
            ("按比例自动计分", "分值 × 已完成 ÷ 应完成，两位小数，四舍五入"),
            ("按件数自动扣分", "未完成的每件扣几分，扣完为止"),
        ],
    }
