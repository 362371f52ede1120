"""The list of demands for replacement, the page of one, drafting and changing it (P32)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any

import django_filters
from django import forms
from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import HttpResponse
from django.urls import reverse
from django.utils.safestring import SafeString
from django.views.decorators.http import require_http_methods

from secondment.choices import ReplacementKind
from secondment.choices import ReplacementState as R
from secondment.filters.staff import UnitFilter
from secondment.models import Secondment
from secondment.replacements.model import Replacement
from secondment.replacements.steps import DEMAND, change, draft, name_successor, refuse_gone
from secondment.selectors import desk
from secondment.selectors.replacements import year_words
from secondment.terms.steps import SERVICE
from secondment.views.common import SECTION
from xianan.acts.pages import NounList, NounPages, Offer
from xianan.core import clock
from xianan.core.dates import chinese_date
from xianan.history.models import Entry
from xianan.organizations.requests import Request
from xianan.ui import html, text
from xianan.ui.acts import WRITE, form_page
from xianan.ui.fields import form_field
from xianan.ui.forms import Form
from xianan.ui.lists import Tab
from xianan.ui.tables import Column, Day, Name, State, Table, Tight

TITLE = "替换要求"


# ---- The list ----------------------------------------------------------------------------------------


class ReplacementTable(Table):
    name = Name(
        "被要求替换的人员",
        accessor="secondment__person__name",
        url=DEMAND.page,
        second="secondment__person__post",
    )
    street = Tight("街道", accessor="street__name", order_by=("street__display_order",))
    organization = Tight("派出部门", accessor="organization__name", order_by=("organization__display_order",))
    kind = State("事由")
    state = State("状态", waiting=("draft", "requested", "accepted"))
    requested_on = Day("提出日期")
    answer_by = Tight("答复截止")
    successor_by = Tight("接任到岗期限")
    successor = Tight("接任人员", accessor="successor__person__name", orderable=False, wide_only=True)
    leaves_on = Day("最后一日", hidden=True)
    completed_on = Day("接任到岗日期", hidden=True)
    facts = Column("事实", hidden=True)
    answer = Column("部门答复", hidden=True)

    def render_answer_by(self, record: Replacement, value: Any) -> SafeString | str:
        return _due(value, record.state == R.REQUESTED)

    def render_successor_by(self, record: Replacement, value: Any) -> SafeString | str:
        return _due(value, record.state == R.ACCEPTED)


def _due(day: dt.date, running: bool) -> SafeString | str:
    """The days left while a date runs, the date itself once it is over."""
    if not running:
        return text.full_date(day)
    words, tone = text.days_left(day)
    return html.badge(words, tone, "auto")


class ReplacementFilter(UnitFilter):
    kind = django_filters.ChoiceFilter(label="事由", choices=ReplacementKind.choices)


class ReplacementList(NounList[Replacement]):
    """What streets have asked for, and how departments answer."""

    noun = DEMAND
    title = TITLE
    section = SECTION
    table_class = ReplacementTable
    filterset_class = ReplacementFilter
    search_fields = ("secondment__person__name", "facts", "answer")
    search_hint = "姓名、事实、答复"
    empty_title = "没有替换要求"
    empty_text = "街道对不服从管理等情形，从下沉人员的页面提出替换要求，派出部门在规定的工作日内答复。"

    @cached_property
    def _tabs(self) -> list[Tab]:
        scope = self.scope
        every, *states = super().get_tabs(scope)
        mine = Tab("mine", "待本单位办理", Q(pk__in=desk.replacements_waiting(scope).values("pk")))
        waits = any(map(scope.holds, ("answer_replacement", "request_replacement", "agree_exception")))
        drafts = scope.organization_ids("draft_replacement")
        return [every, *([mine] if waits else []), *(tab for tab in states if tab.key != R.DRAFT or drafts)]

    def get_tabs(self, scope: Any) -> Sequence[Tab]:
        return self._tabs

    def get_empty_action(self, scope: Any) -> tuple[str, str]:
        return "查看下沉人员", reverse("secondment:secondments")


# ---- One demand --------------------------------------------------------------------------------------


def _upcoming(row: Replacement) -> list[tuple[str, str]]:
    if row.state == R.REQUESTED and row.answer_by:
        return [(f"{row.organization}负责人答复", chinese_date(row.answer_by))]
    if row.state == R.ACCEPTED and row.successor_by:
        return [("接任人员到岗，替换完成", chinese_date(row.successor_by))]
    return {R.DRAFT: [("街道负责人审定并提出", "")], R.DECLINED: [("街道坚持替换或撤回", "")]}.get(
        R(row.state), []
    )


def _more(row: Replacement) -> Mapping[str, Any]:
    running = row.state in (R.REQUESTED, R.ACCEPTED)
    return {
        "caps": row.kind == ReplacementKind.DISOBEDIENCE,
        "year": year_words(row),
        "late": running and row.complete_by is not None and row.complete_by < clock.today(),
    }


class _Pages(NounPages[Replacement]):
    def log(self, row: Replacement) -> list[Entry]:
        return row.entries

    def offers(self, request: Request, row: Replacement) -> list[Offer]:
        """Besides its steps: whoever names the successor may register one first."""
        found = super().offers(request, row)
        if row.state != R.ACCEPTED or row.successor_id or not name_successor.allows(row, request.scope):
            return found
        url = f"{reverse('secondment:secondment-create')}?succeeds={row.pk}"
        is_second = any(offer.style == "primary" and not offer.why for offer in found)
        register = Offer("register", "登记接任人员", url, "" if is_second else "primary", "")
        return [register, *found] if is_second else [*found, register]


PAGES: NounPages[Replacement] = _Pages(
    noun=DEMAND,
    section=SECTION,
    title=TITLE,
    name=lambda row: f"要求替换{row.secondment.person}",
    facts=lambda row: (f"{row.street} → {row.organization}", row.get_kind_display()),
    step_facts=lambda row: (f"{row.street}要求替换{row.secondment.person}", row.get_kind_display()),
    sheet=(),
    template="secondment/replacements/page.html",
    more=_more,
    upcoming=_upcoming,
)


# ---- Drafting ----------------------------------------------------------------------------------------


class DemandForm(Form):
    kind = form_field(Replacement.kind)
    facts = form_field(Replacement.facts, widget=forms.Textarea(attrs={"rows": 6}))


@login_required
@require_http_methods(WRITE)
def create(request: Request, pk: int) -> HttpResponse:
    """Draft a demand about a secondment of the own street."""
    row = SERVICE.fetch(request.scope, pk)
    request.scope.require("draft_replacement", row, "street", label="起草替换要求")
    refuse_gone(row)
    return _drafting(
        request, row, DemandForm(request.POST or None),
        lambda data: draft(row, actor=request.user, **data),
        back=(row.person.name, reverse("secondment:secondment", args=[row.pk])),
        done="已起草替换要求，由街道负责人审定后提出。",
    )  # fmt: skip


@login_required
@require_http_methods(WRITE)
def edit(request: Request, pk: int) -> HttpResponse:
    """Change a draft."""
    row = DEMAND.fetch(request.scope, pk)
    change.refuse(row, request.scope)
    return _drafting(
        request, row.secondment, DemandForm(request.POST or None, initial={"kind": row.kind, "facts": row.facts}),
        lambda data: change(row, actor=request.user, **data), back=PAGES.way_back(row), done="已保存替换要求草稿。",
    )  # fmt: skip


def _drafting(
    request: Request,
    secondment: Secondment,
    form: DemandForm,
    act: Callable[[dict[str, Any]], Replacement],
    *,
    back: tuple[str, str],
    done: str,
) -> HttpResponse:
    request.menu_current = DEMAND.list_page
    facts = f"{secondment.organization} → {secondment.street}", secondment.person.post or "下沉人员"
    return form_page(
        request, form, act, DEMAND.url, title=f"要求替换{secondment.person}", button="保存替换要求草稿", back=back[1],
        crumbs=PAGES.crumbs(), done=done, template="secondment/replacements/form.html",
        more={"facts": facts, "back": back},
    )  # fmt: skip
