"""Accounts and roles, kept by 区委编办."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.debug import sensitive_post_parameters

from xianan.core import clock
from xianan.core.errors import DomainError
from xianan.history.selectors import timeline
from xianan.organizations.filters import PersonFilter
from xianan.organizations.forms import NewPasswordForm, PersonForm, RoleForm
from xianan.organizations.models import PersonKey, RoleAssignment, User
from xianan.organizations.pages import GuardedPage, ListPage
from xianan.organizations.requests import Request
from xianan.organizations.selectors import other_accounts
from xianan.organizations.services.people import (
    assign_role,
    change_user,
    create_user,
    end_role,
    set_password,
)
from xianan.organizations.tables import PersonTable, with_roles
from xianan.ui.lists import Tab

TITLE = "人员与角色"


class PersonList(ListPage):
    title = TITLE
    unit = "人"
    right = "assign_roles"
    table_class = PersonTable
    filterset_class = PersonFilter
    default_sort = "organization"
    search_fields = ("name", "username", "title")
    search_hint = "姓名、账号、职务"
    tabs = (
        Tab("active", "启用", Q(is_active=True)),
        Tab("keyless", "未填人员标识", Q(is_active=True, person_index="")),
        Tab("disabled", "已停用", Q(is_active=False)),
    )
    template_name = "organizations/list.html"

    def queryset(self, scope: Any) -> QuerySet[User]:
        return with_roles(User.objects.filter(district_id=scope.district_id).select_related("organization"))

    def context(self, scope: Any) -> dict[str, Any]:
        return {"create_url": reverse("organizations:person-create"), "create_label": "开设账号"}

    def get_empty_action(self, scope: Any) -> tuple[str, str] | None:
        return ("开设账号", reverse("organizations:person-create"))


@method_decorator(sensitive_post_parameters("password", "key"), name="dispatch")
class PersonPage(GuardedPage):
    """What every page about people needs: the right, and people of the own district alone."""

    right, label = "assign_roles", "维护人员账号"

    def fetch(self, pk: int) -> User:
        rows = User.objects.filter(district_id=self.scope.district_id).select_related(
            "organization", "district"
        )
        return get_object_or_404(rows, pk=pk)

    def page(
        self, template: str, title: str, form: Any, person: User | None = None, **more: Any
    ) -> HttpResponse:
        crumbs = [(TITLE, reverse("organizations:people"))]
        back = reverse("organizations:people")
        if person is not None:
            back = reverse("organizations:person", args=[person.pk])
            if title != person.name:
                crumbs.append((person.name, back))
        context = {"title": title, "crumbs": crumbs, "form": form, "person": person, "back": back, **more}
        return render(self.request, f"organizations/{template}.html", context)


class PersonCreate(PersonPage):
    def get(self, request: Request) -> HttpResponse:
        initial = {"organization": request.GET.get("organization")}
        return self.page("person_form", "开设账号", PersonForm(district=self.scope.district, initial=initial))

    def post(self, request: Request) -> HttpResponse:
        form = PersonForm(request.POST, district=self.scope.district)
        if form.is_valid():
            try:
                person = create_user(actor=request.user, **form.cleaned_data)
            except DomainError as error:
                form.refuse(error)
            else:
                messages.success(request, f"已为{person}开设账号“{person.username}”。接着为其分配角色。")
                return redirect("organizations:person", pk=person.pk)
        return self.page("person_form", "开设账号", form)


class PersonDetail(PersonPage):
    """A person with the roles held, now and before; roles are given and ended here."""

    def get(self, request: Request, pk: int) -> HttpResponse:
        person = self.fetch(pk)
        initial = {"organization": person.organization_id, "starts_on": clock.today()}
        return self.detail(person, RoleForm(district=self.scope.district, initial=initial))

    def post(self, request: Request, pk: int) -> HttpResponse:
        person = self.fetch(pk)
        form = RoleForm(request.POST, district=self.scope.district)
        if form.is_valid():
            try:
                row = assign_role(person, actor=request.user, **form.cleaned_data)
            except DomainError as error:
                form.refuse(error)
            else:
                messages.success(request, f"已分配：{person}任{row.organization}{row.get_role_display()}。")
                return redirect("organizations:person", pk=pk)
        return self.detail(person, form)

    def detail(self, person: User, form: RoleForm) -> HttpResponse:
        today = clock.today()
        rows = list(person.assignments.select_related("organization").order_by("-starts_on", "role"))
        return self.page(
            "person",
            person.name,
            form,
            person,
            held=[row for row in rows if row.ends_on is None or row.ends_on >= today],
            past=[row for row in rows if row.ends_on is not None and row.ends_on < today],
            key=PersonKey.objects.filter(user=person).first(),
            other_accounts=other_accounts(person),
            is_own=person.pk in self.scope.accounts,
            today=today,
            entries=timeline(person)[:50],
        )


class PersonEdit(PersonPage):
    def form(self, person: User, *data: Any) -> PersonForm:
        own = person.pk == self.scope.user.pk
        return PersonForm(*data, district=self.scope.district, row=person, is_own=own)

    def get(self, request: Request, pk: int) -> HttpResponse:
        person = self.fetch(pk)
        form = self.form(person)
        return self.page("person_form", f"修改{person.name}", form, person)

    def post(self, request: Request, pk: int) -> HttpResponse:
        person = self.fetch(pk)
        form = self.form(person, request.POST)
        if form.is_valid():
            try:
                change_user(person, actor=request.user, **form.cleaned_data)
            except DomainError as error:
                form.refuse(error)
            else:
                messages.success(request, f"已保存{form.cleaned_data['name']}的资料。")
                return redirect("organizations:person", pk=pk)
        return self.page("person_form", f"修改{person.name}", form, person)


class PersonPassword(PersonPage):
    """Set a new password for somebody who forgot theirs."""

    def get(self, request: Request, pk: int) -> HttpResponse:
        person = self.fetch(pk)
        return self.page("person_password", f"重置{person.name}的密码", NewPasswordForm(), person)

    def fetch(self, pk: int) -> User:
        """Return somebody else: the own password is changed with the old one, at the door."""
        person = super().fetch(pk)
        if person.pk == self.scope.user.pk:
            raise DomainError("oneself", "本人的密码在右上角“修改密码”中凭现用密码修改，不在此重置。")
        return person

    def post(self, request: Request, pk: int) -> HttpResponse:
        person = self.fetch(pk)
        form = NewPasswordForm(request.POST)
        if form.is_valid():
            try:
                set_password(person, password=form.cleaned_data["password"], actor=request.user)
            except DomainError as error:
                form.refuse(error)
            else:
                messages.success(request, f"已重置{person}的密码，其现有登录已失效，登录后须先改密码。")
                return redirect("organizations:person", pk=pk)
        return self.page("person_password", f"重置{person.name}的密码", form, person)


class PersonActive(PersonPage):
    """Disable an account or enable it again."""

    def post(self, request: Request, pk: int) -> HttpResponse:
        person = self.fetch(pk)
        change_user(person, actor=request.user, is_active=not person.is_active)
        done = "已启用" if not person.is_active else "已停用，不能再登录"
        messages.success(request, f"{person}的账号{done}。")
        return redirect("organizations:person", pk=pk)


class RoleEnd(PersonPage):
    def post(self, request: Request, pk: int, assignment: int) -> HttpResponse:
        person = self.fetch(pk)
        row = get_object_or_404(
            RoleAssignment.objects.select_related("organization"), pk=assignment, user=person
        )
        label = f"{row.organization}{row.get_role_display()}"
        end_role(row, actor=request.user, reason=request.POST.get("reason", "")[:500])
        messages.success(request, f"{person}不再任{label}，权限已失效。")
        return redirect("organizations:person", pk=pk)
