"""Thirty minutes without doing anything end a session; working in it keeps it open."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, resolve_url
from django.utils.http import urlencode

from xianan.core import clock
from xianan.ui.protocols import PortalRequest
from xianan.ui.views import page_of_form

RENEW_AFTER = 60
ENDED = "登录已失效，刚才填写的内容没有提交。重新登录后回到原页，可再次办理。"


class IdleMiddleware:
    """Renew the session of a person at work, at most once a minute so that reading costs no writes.

    A page that asks by itself (htmx polling for progress) is not a person at work.
    """

    def __init__(self, get_response: Callable[[PortalRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: PortalRequest) -> HttpResponse:
        session = request.session
        if request.user.is_authenticated and "HX-Request" not in request.headers:
            now = int(clock.now().timestamp())
            if now - int(session.get("seen", 0)) >= RENEW_AFTER:
                session["seen"] = now
            left = settings.SESSION_COOKIE_AGE - (now - int(session["seen"]))
            request.session_left = left
        response = self.get_response(request)
        return self._back_to_the_form(request, response)

    def _back_to_the_form(self, request: PortalRequest, response: HttpResponse) -> HttpResponse:
        """Lead whoever sent a form after the end of the session back to its page, by way of the door.

        The address of the form itself answers no GET.
        """
        sent = request.method == "POST" and not request.user.is_authenticated
        page = page_of_form(request) if sent and response.status_code == 302 else ""
        door = resolve_url(settings.LOGIN_URL)
        if page and response.headers.get("Location", "").startswith(f"{door}?"):
            messages.warning(request, ENDED)
            response.headers["Location"] = f"{door}?{urlencode({'next': page})}"
        return response


class InitialPasswordMiddleware:
    """Lead whoever signed in with a password that another person has set to the form that changes it."""

    OPEN = frozenset({"password_change", "login", "logout", "session", "health"})

    def __init__(self, get_response: Callable[[PortalRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: PortalRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: PortalRequest, *_: Any) -> HttpResponse | None:
        match = request.resolver_match
        if match is None or match.view_name in self.OPEN or not request.user.is_authenticated:
            return None
        if not request.user.password_is_initial:
            return None
        # What was sent hasn't been done.
        request.turned_away = True
        return redirect("password_change")
