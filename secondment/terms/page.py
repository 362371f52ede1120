"""The page of one secondment and of what may be done about it; registering one is a view of its own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.db.models import prefetch_related_objects
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from secondment.choices import Membership, ReplacementState, SecondmentState
from secondment.deadlines.staff import ARRIVAL
from secondment.forms.staff import PersonForm
from secondment.models import Replacement, Secondment
from secondment.rules.term import earliest_end, is_unsettled, needs_certificate
from secondment.selectors import replacements
from secondment.selectors.figures import staff_figures, staff_policy
from secondment.selectors.staff import ENTRIES, types_in
from secondment.services.people import change_person
from secondment.services.registration import lacks_scan, move_membership
from secondment.tables.staff import state_word
from secondment.terms.steps import RIGHT, SERVICE, chain_start
from secondment.views.common import SECTION
from xianan.acts import Wording
from xianan.acts.pages import NounPages, Offer
from xianan.core import clock, dates
from xianan.core.dates import chinese_date, full_years
from xianan.core.errors import DomainError
from xianan.deadlines.selectors import due_days
from xianan.history.selectors import timeline
from xianan.organizations.requests import Request
from xianan.organizations.scope import Scope
from xianan.ui import html
from xianan.ui.acts import WRITE, form_page
from xianan.ui.forms import Form

S = SecondmentState
OPEN_DEMANDS = (
    ReplacementState.DRAFT,
    ReplacementState.REQUESTED,
    ReplacementState.DECLINED,
    ReplacementState.ACCEPTED,
)


def _step_facts(row: Secondment) -> Sequence[str]:
    facts = (
        f"{row.organization} → {row.street}",
        f"{chinese_date(row.starts_on)}至 {chinese_date(row.planned_until)}",
    )
    if row.state != S.APPROVAL:
        return facts
    # What 区委编办 decides about: the age, and why it is this person all the same.
    limit = staff_figures(row.district_id, row.starts_on).age_limit
    years = full_years(row.person.born_on, row.starts_on)
    return *facts, f"下沉之日 {years} 周岁，一般不超过 {limit} 周岁", f"理由：{row.over_age_reason}"


def _upcoming(row: Secondment) -> list[tuple[str, str]]:
    if row.state == S.APPROVAL:
        return [("区委编办同意后，请街道确认到岗", "")]
    if row.state == S.REGISTERED:
        return [(f"{row.street}确认到岗，计入人员覆盖", f"{chinese_date(row.starts_on)}起")]
    if row.state == S.SERVING:
        return [("期满返回或延长", chinese_date(row.planned_until))]
    return []


PAGES: NounPages[Secondment] = NounPages(
    noun=SERVICE,
    section=SECTION,
    title="下沉人员",
    name=lambda row: row.person.name,
    facts=lambda row: (
        f"{row.organization} → {row.street}",
        *((row.person.post,) if row.person.post else ()),
    ),
    step_facts=_step_facts,
    back=lambda row: row.person.name,
    sheet=(),
    upcoming=_upcoming,
)


# ---- The page of one ---------------------------------------------------------------------------------


def besides(row: Secondment, scope: Scope, demand: Replacement | None) -> Iterator[Offer]:
    """Yield what may be done about a secondment that is no step of it."""

    def offer(label: str, name: str) -> Offer:
        return Offer(name, label, reverse(f"secondment:{name}", args=[row.pk]), "", "")

    registers = scope.can(RIGHT, row, "organization")
    if registers and row.state in (S.APPROVAL, S.REGISTERED, S.SERVING):
        yield offer("修改人员情况", "secondment-person")
    moves = registers or scope.can("confirm_arrival", row, "street")
    if moves and row.person.membership != Membership.NONE and row.state in (S.REGISTERED, S.SERVING):
        label = "更正组织关系转入日期" if row.membership_on else "登记组织关系转入"
        yield offer(label, "secondment-membership")
    if row.state == S.SERVING and demand is None and scope.can("draft_replacement", row, "street"):
        yield offer("要求替换", "replacement-create")


def _demands(row: Secondment, scope: Scope) -> list[Replacement]:
    """Return the demands that the person sees, newest first: a draft is its street's alone."""
    own = row.street_id in scope.organization_ids("draft_replacement")
    return [each for each in row.replacements.all() if own or each.state != ReplacementState.DRAFT]


def _context(row: Secondment, scope: Scope, steps: Sequence[Offer]) -> dict[str, Any]:
    """Return what the page of a secondment shows of its own."""
    today, person = clock.today(), row.person
    policy = staff_policy(row.district_id)
    figures, months = policy.on(today), policy.on(chain_start(row)).months
    demands = _demands(row, scope)
    demand = next((each for each in demands if each.state in OPEN_DEMANDS), None)
    whole = scope.can("view_identity", row, "organization")
    left = dates.days_left(row.planned_until, today)
    term = (row.planned_until - row.starts_on).days + 1
    others = list(
        person.secondments.exclude(pk=row.pk).select_related("street", "organization").order_by("-starts_on")
    )
    if not scope.whole_district("view_secondment"):
        own = scope.organization_ids("view_secondment")
        others = [each for each in others if {each.organization_id, each.street_id} & own]
    return {
        "badge": html.badge(*state_word(row), "auto"),
        "person": person,
        "whole": whole,
        "masked": person.masked_id_number,
        "may_show": scope.can("view_identity", person, "organization"),
        "age": full_years(person.born_on, row.starts_on),
        "offers": sorted([*besides(row, scope, demand), *steps], key=lambda offer: offer.style == "primary"),
        "demands": demands,
        "demand": demand,
        "succeeds": row.succeeds.filter(state__in=replacements.AGREED).first(),
        "state": row.state,
        "arrival_due": due_days(ARRIVAL, Secondment, [row.pk]).get(row.pk)
        if row.state == S.REGISTERED
        else None,
        "lacks_scan": row.state in (S.APPROVAL, S.REGISTERED, S.SERVING) and lacks_scan(row),
        "late": is_unsettled(row.state, row.planned_until, today),
        "left": left,
        "left_size": abs(left),
        "near": 0 <= left <= figures.leaving_days,
        "term": term,
        "gone": min(max((today - row.starts_on).days + 1, 0), term),
        "months": months,
        "full_year": earliest_end(chain_start(row), months),
        "needs_certificate": needs_certificate(types_in(row.organization_id, row.street, row.starts_on)),
        "certificate_left": dates.days_left(person.certificate_until, today)
        if person.certificate_until
        else None,
        "member": person.membership != Membership.NONE,
        "others": others,
        "days": ENTRIES,
        "entries": timeline(row, person).select_related("organization"),
        "post_url": reverse("secondment:post", args=[row.organization_id, row.street_id]),
    }


@login_required
@require_safe
def secondment(request: Request, pk: int) -> HttpResponse:
    """The page of one secondment: the person, the term, what to do now, what was done."""
    row = SERVICE.fetch(request.scope, pk)
    prefetch_related_objects([row], "replacements")
    shown = PAGES.shown(request, row)
    more = _context(row, request.scope, shown["offers"])
    return render(request, "secondment/staff/page.html", {**shown, **more})


# ---- What is no step: either side moves a membership, and a person outlasts the secondment ----------


def _form(
    request: Request,
    row: Secondment,
    form: Form,
    act: Any,
    title: str,
    note: tuple[str, str],
    button: str,
    done: str,
) -> HttpResponse:
    """Show a form beside the note of the document, drawn as a step is."""
    request.menu_current = SERVICE.list_page
    back, wording = PAGES.way_back(row), Wording(notes=(note,))
    more = {"facts": _step_facts(row), "back": back, "style": "primary", "step": {"wording": wording}}
    return form_page(
        request, form, act, lambda _: back[1], title=title, button=button, back=back[1], crumbs=PAGES.crumbs(row),
        done=done, template="acts/step.html", more=more,
    )  # fmt: skip


class MembershipForm(Form):
    on = forms.DateField(label="转入日期")


@login_required
@require_http_methods(WRITE)
def membership(request: Request, pk: int) -> HttpResponse:
    """Enter the day on which the membership passed to the street."""
    row, scope = SERVICE.fetch(request.scope, pk), request.scope
    if not scope.can("confirm_arrival", row, "street"):
        scope.require(RIGHT, row, "organization", label="登记组织关系转入")
    if row.state not in (S.REGISTERED, S.SERVING):
        raise DomainError("wrong_state", f"下沉现在是“{row.get_state_display()}”，不能登记组织关系转入。")
    if row.person.membership == Membership.NONE:
        raise DomainError("no_membership", f"{row.person}无党（团）组织关系，不需要转接。")
    form = MembershipForm(request.POST or None, initial={"on": row.membership_on or clock.today()})
    return _form(
        request, row, form, lambda data: move_membership(row, on=data["on"], actor=request.user),
        "登记组织关系转入", ("党（团）组织关系转入街道", "实施方案四（三）（P31）"),
        "登记组织关系转入街道", "已登记组织关系转入街道。",
    )  # fmt: skip


@login_required
@require_http_methods(WRITE)
def person(request: Request, pk: int) -> HttpResponse:
    """Change what may change of the person."""
    row = SERVICE.fetch(request.scope, pk)
    request.scope.require(RIGHT, row, "organization", label="修改人员情况")
    form, known = PersonForm(request.POST or None, row=row), (row.person.name, row.person.id_number)
    return _form(
        request, row, form, lambda _: change_person(row.person, form.particulars(*known), actor=request.user),
        "修改人员情况", ("姓名和身份证号码不能修改", "有误的，撤销登记后重新登记"), "保存人员情况", "已保存人员情况。",
    )  # fmt: skip
