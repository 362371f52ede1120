"""Services: the list, and registering one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from functools import cached_property
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from empowerment.selectors.pairs import pairs_in_force
from secondment.choices import SecondmentState
from secondment.filters.staff import SecondmentFilter
from secondment.forms.staff import RegisterForm
from secondment.imports.staff import StaffImport
from secondment.models import Replacement, Secondment
from secondment.replacements.steps import name_successor
from secondment.rules.term import needs_certificate
from secondment.selectors import desk
from secondment.selectors.figures import staff_figures
from secondment.selectors.staff import is_leaving, unsettled
from secondment.services.people import Particulars
from secondment.services.registration import Term, register
from secondment.tables.staff import SecondmentTable
from secondment.terms.steps import SERVICE
from secondment.views.common import SECTION
from xianan.core import clock
from xianan.core.dates import last_day_of_secondment
from xianan.core.errors import DomainError, NotAllowed
from xianan.core.outside import whole
from xianan.documents.services.attachments import together
from xianan.history.services import record
from xianan.imports.registry import kind_of
from xianan.organizations.models import Organization
from xianan.organizations.pages import ListPage
from xianan.organizations.requests import Request
from xianan.organizations.scope import Scope
from xianan.organizations.selectors import streets
from xianan.ui import workbook
from xianan.ui.lists import Tab

S = SecondmentState
TITLE = "下沉人员"


class SecondmentList(ListPage):
    """Everybody seconded, as far as the person may see."""

    title = TITLE
    unit = "人次"
    right = "view_secondment"
    table_class = SecondmentTable
    filterset_class = SecondmentFilter
    search_fields = ("person__name", "person__post", "post", "person__certificate_number")
    search_hint = "姓名、职务、岗位、执法证号"
    crumbs = ((SECTION, ""),)
    template_name = "secondment/staff/list.html"
    empty_title = "还没有下沉人员"
    empty_text = "赋权部门按实施方案规定的人数登记下沉人员，街道确认到岗后计入人员覆盖。"

    def queryset(self, scope: Any) -> QuerySet[Secondment]:
        return SERVICE.visible(scope)

    @cached_property
    def _tabs(self) -> list[Tab]:
        scope: Scope = self.scope
        days = staff_figures(scope.district_id).leaving_days
        tabs = [Tab("all", "全部")]
        if any(map(scope.holds, ("confirm_arrival", "agree_exception", "register_secondment"))):
            mine = desk.secondments_waiting(scope).values("pk")
            tabs.append(Tab("mine", "待本单位办理", Q(pk__in=mine)))
        return [
            *tabs,
            Tab("serving", "在岗", Q(state=S.SERVING)),
            Tab("waiting", "待确认到岗", Q(state=S.REGISTERED)),
            Tab("approval", "待编办同意", Q(state=S.APPROVAL)),
            Tab("leaving", f"{days} 天内期满", is_leaving(days)),
            Tab("late", "期满未办理", unsettled()),
            Tab("ended", "已结束", Q(state=S.ENDED)),
        ]

    def get_tabs(self, scope: Any) -> Sequence[Tab]:
        return self._tabs

    def table(self, rows: list[Any]) -> Any:
        table = super().table(rows)
        table.scope = self.scope
        return table

    def get_empty_action(self, scope: Any) -> tuple[str, str] | None:
        if not scope.organization_ids("register_secondment"):
            return None
        return "登记下沉人员", reverse("secondment:secondment-create")

    def context(self, scope: Any) -> dict[str, Any]:
        own = scope.organization_ids("register_secondment")
        if not own:
            return {}
        upload = kind_of("seconded").address("upload", registering(scope))
        return {"may_register": True, "upload_url": upload}


def registering(scope: Scope) -> Organization:
    """Return the department a person registers for. Raises NotAllowed."""
    own = scope.organization_ids("register_secondment")
    if not own:
        raise NotAllowed("您没有“登记下沉人员”的权限。")
    mine = scope.organization
    return mine if mine.pk in own else Organization.objects.filter(pk__in=own).order_by("display_order")[0]


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def secondment_create(request: Request) -> HttpResponse:
    """Register somebody, on ``?street=`` or as the successor of ``?succeeds=`` a replacement."""
    scope = request.scope
    organization = registering(scope)
    figures = staff_figures(organization.district_id)
    succeeds = _succeeds(request, organization)
    form = RegisterForm(
        request.POST if request.method == "POST" else None,
        request.FILES if request.method == "POST" else None,
        organization=organization,
        figures=figures,
        initial=_suggested(request, succeeds, figures.months),
    )
    if request.method == "POST" and form.is_valid():
        particulars, term = form.asked()
        try:
            row = _registered(request, form, particulars, term, organization, succeeds)
        except NotAllowed:
            raise
        except DomainError as refusal:
            refusal.field = {"post": "person_post"}.get(refusal.field, refusal.field)
            form.refuse(refusal)
        else:
            beyond = row.state == S.APPROVAL
            messages.success(
                request,
                f"已登记{row.person}，超过年龄，待区委编办同意。"
                if beyond
                else f"已登记{row.person}，待{row.street}确认到岗。",
            )
            return redirect("secondment:secondment", row.pk)
    request.menu_current = "secondment:secondments"
    context = {
        "title": "登记下沉人员",
        "crumbs": ((SECTION, ""), (TITLE, reverse("secondment:secondments"))),
        "facts": [
            str(organization),
            *([f"接任{succeeds.street}要求替换的{succeeds.secondment.person}"] if succeeds else []),
            "除注明可不填的以外均须填写",
        ],
        "form": form,
        "figures": figures,
        "age_from": figures.age_limit + 1,
        "enforcing": _enforcing(organization),
    }
    return render(request, "secondment/staff/form.html", context)


def _registered(
    request: Request,
    form: RegisterForm,
    particulars: Particulars,
    term: Term,
    organization: Organization,
    succeeds: Replacement | None,
) -> Secondment:
    """Register, and name the successor with it where the form was opened for one: both or neither."""
    with together():
        row = register(
            particulars,
            term,
            organization=organization,
            actor=request.user,
            files=form.files_by_slot,
        )
        if succeeds is not None and term.street.pk == succeeds.street_id:
            name_successor(succeeds, successor=row, actor=request.user)
    return row


def _succeeds(request: Request, organization: Organization) -> Replacement | None:
    wanted = whole(request.GET.get("succeeds"))
    if wanted is None:
        return None
    rows = Replacement.objects.select_related("secondment__person", "street")
    return rows.filter(pk=wanted, organization=organization, state="accepted").first()


def _suggested(request: Request, succeeds: Replacement | None, months: int) -> dict[str, Any]:
    street = succeeds.street_id if succeeds else whole(request.GET.get("street"))
    starts_on = clock.today() + dt.timedelta(days=1)
    return {
        "street": street,
        "track": "civil",
        "starts_on": starts_on,
        "planned_until": last_day_of_secondment(starts_on, months),
    }


def _enforcing(organization: Organization) -> list[str]:
    """Return the streets in which the department's powers call for a certificate."""
    pairs = pairs_in_force(organization.district_id, organizations=[organization.pk])
    asking = {pair.street for pair in pairs.values() if needs_certificate(pair.types)}
    return [str(street) for street in streets(organization.district_id) if street.pk in asking]


@login_required
@require_safe
def secondment_export(request: Request) -> HttpResponse:
    """The own department's people in the shape of the workbook that can be read back; it is logged."""
    scope = request.scope
    organization = registering(scope)
    scope.require("view_identity", organization, label="导出登记表")
    kind = kind_of("seconded")
    assert isinstance(kind, StaffImport)
    if request.method == "GET":
        # HEAD carries no numbers out of the house.
        record(organization, "seconded.exported", "导出下沉人员登记表（含身份证号码）", actor=request.user)
    return workbook.as_file(
        kind.export(organization), f"{kind.label}（{organization}）{clock.today():%Y-%m-%d}.xlsx"
    )
