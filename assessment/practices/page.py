"""Good practice: the list, one of them, drafting and changing it, print (P40)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import django_filters
from django import forms
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.views.decorators.http import require_http_methods, require_safe

from assessment.choices import PracticeState
from assessment.forms.fields import ShortNumber
from assessment.practices.model import Practice
from assessment.practices.selectors import published
from assessment.practices.steps import (
    PRACTICE,
    TEXTS,
    change_practice,
    draft_practice,
)
from assessment.rules.scheme import EARLIEST, LATEST
from assessment.views.common import CRUMB, WRITE, edit_view, form_page, streets_of
from assessment.views.print import as_pdf
from xianan.acts.pages import NounList, NounPages
from xianan.core import clock
from xianan.core.errors import NotAllowed
from xianan.documents.pdf import render_pdf
from xianan.organizations.models import Organization
from xianan.organizations.requests import Request
from xianan.ui.conditions import RowFilter
from xianan.ui.fields import form_field
from xianan.ui.forms import Form, RowField
from xianan.ui.lists import Tab
from xianan.ui.tables import Moment, Name, State, Table, Tight

TITLE = "经验做法"
PRINT = "assessment/print/practices.html"


# ---- The list ----------------------------------------------------------------------------------------


class PracticeTable(Table):
    title = Name("题目", url=PRACTICE.page)
    street = Tight("报送街道")
    year = Tight("年度")
    state = State("状态", waiting=("draft", "submitted"))
    published_at = Moment("发布时间")

    def render_year(self, value: int) -> str:
        return f"{value}年度"


class PracticeFilter(django_filters.FilterSet):
    street = RowFilter(label="街道", queryset=streets_of)
    year = django_filters.NumberFilter(label="年度")


class PracticeList(NounList[Practice]):
    """What is published, and for those who write or publish it what is on its way."""

    noun = PRACTICE
    title = TITLE
    section = CRUMB[0]
    unit = "篇"
    table_class = PracticeTable
    filterset_class = PracticeFilter
    search_fields = ("title", "background", "actions", "effects")
    search_hint = "题目、内容"
    template_name = "assessment/practices/list.html"
    empty_title = "还没有经验做法"
    empty_text = "街道起草并报送，区委编办审核发布后各单位都能阅读、打印。"
    begins = "起草经验做法", "assessment:practice-create", "submit_practice"

    def get_tabs(self, scope: Any) -> Sequence[Tab]:
        writes = scope.holds("submit_practice") or scope.holds("publish_practice")
        return super().get_tabs(scope) if writes else ()

    def context(self, scope: Any) -> dict[str, Any]:
        years = Practice.objects.filter(district=scope.district_id, state=PracticeState.PUBLISHED)
        newest = years.order_by("-year").values_list("year", flat=True).distinct()[:5]
        return {**super().context(scope), "years": newest}


# ---- One of them -------------------------------------------------------------------------------------


def _inside(request: Request, row: Practice) -> Mapping[str, Any]:
    """How it came about is read by its street and 区委编办 alone."""
    scope = request.scope
    return {
        "inside": scope.can("publish_practice", row) or scope.can("view_own_assessment", row, "street"),
        "changes": change_practice.awaits(row, scope),
    }


PAGES: NounPages[Practice] = NounPages(
    noun=PRACTICE,
    section=CRUMB[0],
    title=TITLE,
    name=str,
    facts=lambda row: (str(row.street), f"{row.year}年度"),
    sheet=(),
    template="assessment/practices/page.html",
    asked=_inside,
)


# ---- Drafting and changing ---------------------------------------------------------------------------


def _lines(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class PracticeForm(Form):
    title = form_field(Practice.title)
    background = form_field(Practice.background, widget=_lines(4))
    actions = form_field(Practice.actions, widget=_lines(8))
    effects = form_field(Practice.effects, widget=_lines(4))


class NewPracticeForm(PracticeForm):
    field_order = ("street", "year")
    street = RowField(label="街道", queryset=Organization.objects.none(), empty_label=None)
    year = ShortNumber(label="年度", min_value=EARLIEST, max_value=LATEST)

    def __init__(self, *args: Any, streets: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.field("street", RowField).queryset = Organization.objects.filter(pk__in=streets)


@login_required
@require_http_methods(WRITE)
def create(request: Request) -> HttpResponse:
    own = request.scope.organization_ids("submit_practice")
    if not own:
        raise NotAllowed("经验做法由街道起草。")
    first = {"year": clock.today().year, "street": next(iter(own))}
    form = NewPracticeForm(request.POST or None, streets=own, initial=first)
    return form_page(
        request, form, lambda data: draft_practice(data.pop("street"), actor=request.user, **data), PRACTICE.url,
        title="起草经验做法", button="保存草稿", back=PRACTICE.list_url, crumbs=PAGES.crumbs(),
        done="已保存草稿，由街道负责人报送。",
    )  # fmt: skip


change = edit_view(PAGES, change_practice, PracticeForm, TEXTS)


# ---- Print -------------------------------------------------------------------------------------------


@login_required
@require_safe
def print_one(request: Request, pk: int) -> HttpResponse:
    """Give one practice as PDF."""
    row = PRACTICE.fetch(request.scope, pk)
    return as_pdf(render_pdf(PRINT, {"title": row.title, "rows": [row], "single": True}), f"{row.title}.pdf")


@login_required
@require_safe
def print_year(request: Request, year: int) -> HttpResponse:
    """Give what was published of a year as one PDF."""
    scope = request.scope
    if not scope.holds("view_practice"):
        raise NotAllowed("您没有查看“经验做法”的权限。")
    rows = list(published(scope.district_id, year)) if year <= 9999 else []
    if not rows:
        raise Http404
    title = f"{year}年度街道赋权工作经验做法汇编"
    return as_pdf(render_pdf(PRINT, {"title": title, "rows": rows}), f"{title}.pdf")
