"""The door: signing in, signing out, one's own password."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login, logout, update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from xianan.core.errors import DomainError
from xianan.organizations.models import District
from xianan.organizations.passwords import PasswordRule
from xianan.organizations.requests import Request
from xianan.organizations.services.confirmation import confirm_password
from xianan.organizations.services.people import set_password
from xianan.portal import demonstration, devices
from xianan.portal.services.accounts import check_password, signed_out
from xianan.ui.context import PORTAL
from xianan.ui.forms import Form
from xianan.ui.views import back_url


class LoginForm(Form):
    username = forms.CharField(
        label="账号",
        max_length=60,
        widget=forms.TextInput({"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}),
    )
    password = forms.CharField(
        label="密码",
        max_length=128,
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "current-password"}),
        help_text="连续 5 次输入错误，15 分钟内不能再试。",
    )


class PasswordForm(Form):
    current = forms.CharField(
        label="现用密码",
        max_length=128,
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "current-password"}),
    )
    password = forms.CharField(
        label="新密码",
        max_length=128,
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
        help_text=PasswordRule().get_help_text(),
    )
    again = forms.CharField(
        label="再输入一次新密码",
        max_length=128,
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
    )

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if "password" in values and "again" in values and values["password"] != values["again"]:
            self.add_error("again", "两次输入的新密码不一致")
        if values.get("password") and values.get("password") == values.get("current"):
            self.add_error("password", "新密码不能与现用密码相同")
        return values


@method_decorator([sensitive_post_parameters("password"), never_cache], name="dispatch")
class LoginView(View):
    """The page before everything else. In demonstration mode it lists the accounts to start with."""

    def get(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            return self.onward(request)
        chosen = request.GET.get("account", "")
        return self.page(request, LoginForm(initial={"username": chosen} if settings.DEMO else None))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = LoginForm(request.POST)
        if not form.is_valid():
            return self.page(request, form)
        try:
            user = check_password(request, **form.cleaned_data)
        except DomainError as error:
            form.refuse(error)
            return self.page(request, form, status=429 if error.code == "locked" else 200)
        login(request, user)
        response = redirect("password_change") if user.password_is_initial else self.onward(request)
        devices.remember(request, response, user.username)
        return response

    def onward(self, request: HttpRequest) -> HttpResponse:
        return HttpResponseRedirect(back_url(request, resolve_url(settings.LOGIN_REDIRECT_URL)))

    def page(self, request: HttpRequest, form: LoginForm, status: int = 200) -> HttpResponse:
        districts = list(District.objects.all()[:2])
        name = districts[0] if len(districts) == 1 else None
        context = {
            "title": "登录",
            "form": form,
            "place": name.name if name else "",
            "brand": f"{name.short_name}{name.portal_name}" if name else PORTAL,
            "next": back_url(request, ""),
            "demo": settings.DEMO,
            "demonstration": demonstration.offered(),
        }
        return render(request, "registration/login.html", context, status=status)


@require_POST
def log_out(request: HttpRequest) -> HttpResponse:
    """End the session. By POST alone: a link on another page must not sign anybody out."""
    if request.user.is_authenticated:
        signed_out(request.user)
    logout(request)
    messages.success(request, "您已退出平台。")
    return redirect("login")


@login_required
@require_POST
def prolong(request: Request) -> HttpResponse:
    """Somebody who was told that the session is about to end goes on; the seconds that are left now."""
    return JsonResponse({"left": getattr(request, "session_left", 0)})


@method_decorator([sensitive_post_parameters(), never_cache], name="dispatch")
class PasswordView(LoginRequiredMixin, View):
    """Change one's own password; other sessions of the account end."""

    def get(self, request: Request) -> HttpResponse:
        return self.page(request, PasswordForm())

    def post(self, request: Request) -> HttpResponse:
        form = PasswordForm(request.POST)
        if not form.is_valid():
            return self.page(request, form)
        user = request.user
        try:
            confirm_password(
                user, form.cleaned_data["current"], field="current", name="现用密码", act="修改密码"
            )
            set_password(user, password=form.cleaned_data["password"], actor=user)
        except DomainError as error:
            form.refuse(error)
            return self.page(request, form, status=429 if error.code == "locked" else 200)
        update_session_auth_hash(request, user)
        messages.success(request, "密码已修改，其他设备上的登录已失效。")
        return redirect("portal:home")

    def page(self, request: Request, form: PasswordForm, status: int = 200) -> HttpResponse:
        context = {"title": "修改密码", "form": form}
        return render(request, "registration/password.html", context, status=status)
