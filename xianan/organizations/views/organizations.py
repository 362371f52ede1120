"""Organizations of the district, kept by 区委编办."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.db.models import Count, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from xianan.core import clock
from xianan.core.dates import chinese_date
from xianan.core.errors import DomainError
from xianan.history.selectors import timeline
from xianan.organizations.choices import Kind
from xianan.organizations.filters import OrganizationFilter
from xianan.organizations.forms import CloseForm, OrganizationForm, ReasonForm
from xianan.organizations.models import Organization, active, ceased
from xianan.organizations.pages import GuardedPage, ListPage
from xianan.organizations.requests import Request
from xianan.organizations.services.organizations import (
    change_organization,
    close_organization,
    create_organization,
    reopen_organization,
)
from xianan.organizations.tables import OrganizationTable, with_roles
from xianan.organizations.unfinished import unfinished
from xianan.ui.lists import Tab

TITLE = "机构"


class OrganizationList(ListPage):
    title = TITLE
    unit = "个机构"
    right = "view_organizations"
    table_class = OrganizationTable
    filterset_class = OrganizationFilter
    default_sort = "display_order"
    search_fields = ("name", "short_name", "full_name", "credit_code")
    search_hint = "名称、信用代码"
    template_name = "organizations/list.html"

    def get_tabs(self, scope: Any) -> Sequence[Tab]:
        return (
            Tab("active", "存续", active()),
            Tab("departments", "赋权部门", active() & Q(empowering=True)),
            Tab("streets", "街道", active() & Q(kind=Kind.STREET)),
            Tab("ceased", "已撤销", ceased()),
            Tab("coming", "未成立", Q(active_from__gt=clock.today())),
        )

    def queryset(self, scope: Any) -> QuerySet[Organization]:
        return (
            Organization.objects.filter(district_id=scope.district_id)
            .select_related("parent", "successor")
            .annotate(people=Count("users", filter=Q(users__is_active=True)))
        )

    def context(self, scope: Any) -> dict[str, Any]:
        if not scope.whole_district("edit_organizations"):
            return {}
        return {"create_url": reverse("organizations:organization-create"), "create_label": "增设机构"}

    def get_empty_action(self, scope: Any) -> tuple[str, str] | None:
        if scope.whole_district("edit_organizations"):
            return ("增设机构", reverse("organizations:organization-create"))
        return None


class OrganizationPage(GuardedPage):
    """What every page about organizations needs: the right, and rows of the own district alone."""

    right, label = "edit_organizations", "维护机构"

    def fetch(self, pk: int) -> Organization:
        rows = Organization.objects.filter(district_id=self.scope.district_id).select_related(
            "parent", "successor"
        )
        return get_object_or_404(rows, pk=pk)

    def form_page(self, form: Any, title: str, row: Organization | None = None) -> HttpResponse:
        context = {
            "title": title,
            "crumbs": _crumbs(row),
            "form": form,
            "row": row,
            "back": reverse("organizations:organization", args=[row.pk])
            if row
            else reverse("organizations:organizations"),
        }
        return render(self.request, "organizations/form.html", context)


class OrganizationCreate(OrganizationPage):
    def get(self, request: Request) -> HttpResponse:
        return self.form_page(OrganizationForm(district=self.scope.district), "增设机构")

    def post(self, request: Request) -> HttpResponse:
        form = OrganizationForm(request.POST, district=self.scope.district)
        if form.is_valid():
            try:
                row = create_organization(actor=request.user, **form.cleaned_data)
            except DomainError as error:
                form.refuse(error)
            else:
                messages.success(request, f"已增设“{row}”。")
                return redirect("organizations:organization", pk=row.pk)
        return self.form_page(form, "增设机构")


class OrganizationDetail(OrganizationPage):
    right, label = "view_organizations", "查看机构"

    def get(self, request: Request, pk: int) -> HttpResponse:
        row = self.fetch(pk)
        people = with_roles(row.users.filter(is_active=True))
        context = {
            "title": row.name,
            "crumbs": _crumbs(None),
            "row": row,
            "people": people,
            "children": row.children.filter(active()),
            "predecessors": row.predecessors.all(),
            "entries": timeline(row)[:50],
            "can_edit": self.scope.can("edit_organizations", row),
        }
        return render(request, "organizations/organization.html", context)


class OrganizationEdit(OrganizationPage):
    def get(self, request: Request, pk: int) -> HttpResponse:
        row = self.fetch(pk)
        return self.form_page(OrganizationForm(district=self.scope.district, row=row), f"修改{row.name}", row)

    def post(self, request: Request, pk: int) -> HttpResponse:
        row = self.fetch(pk)
        form = OrganizationForm(request.POST, district=self.scope.district, row=row)
        if form.is_valid():
            try:
                change_organization(row, actor=request.user, **form.cleaned_data)
            except DomainError as error:
                form.refuse(error)
            else:
                messages.success(request, f"已保存“{form.cleaned_data['name']}”。")
                return redirect("organizations:organization", pk=row.pk)
        return self.form_page(form, f"修改{row.name}", row)


class OrganizationClose(OrganizationPage):
    """Set the last day of an organization and who takes over, or put both right; what is open is named before."""

    def get(self, request: Request, pk: int) -> HttpResponse:
        row = self.fetch(pk)
        return self.page(row, CloseForm(row=row))

    def post(self, request: Request, pk: int) -> HttpResponse:
        row = self.fetch(pk)
        form = CloseForm(request.POST, row=row)
        if form.is_valid():
            try:
                done = close_organization(row, actor=request.user, **form.cleaned_data)
            except DomainError as error:
                form.refuse(error)
            else:
                assert done.active_until is not None
                messages.success(
                    request, f"“{row}”的撤销日期为{chinese_date(done.active_until)}，次日起不能再为其办理。"
                )
                return redirect("organizations:organization", pk=row.pk)
        return self.page(row, form)

    def page(self, row: Organization, form: CloseForm) -> HttpResponse:
        context = {
            "title": f"更正{row.name}的撤销" if row.active_until else f"撤销{row.name}",
            "crumbs": _crumbs(row),
            "row": row,
            "form": form,
            "unfinished": unfinished(row),
        }
        return render(self.request, "organizations/close.html", context)


class OrganizationReopen(OrganizationPage):
    """Take the end of an organization back, with the reason."""

    def get(self, request: Request, pk: int) -> HttpResponse:
        return self.page(self.fetch(pk), ReasonForm())

    def post(self, request: Request, pk: int) -> HttpResponse:
        row = self.fetch(pk)
        form = ReasonForm(request.POST)
        if form.is_valid():
            try:
                reopen_organization(row, actor=request.user, **form.cleaned_data)
            except DomainError as error:
                form.refuse(error)
            else:
                messages.success(request, f"“{row}”已恢复，仍在任期内的角色重新生效。")
                return redirect("organizations:organization", pk=row.pk)
        return self.page(row, form)

    def page(self, row: Organization, form: ReasonForm) -> HttpResponse:
        context = {"title": f"恢复{row.name}", "crumbs": _crumbs(row), "row": row, "form": form}
        return render(self.request, "organizations/reopen.html", context)


def _crumbs(row: Organization | None) -> list[tuple[str, str]]:
    crumbs = [(TITLE, reverse("organizations:organizations"))]
    if row is not None:
        crumbs.append((row.name, reverse("organizations:organization", args=[row.pk])))
    return crumbs
