"""Thirty minutes without doing anything end a session; working in it keeps it open."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from xianan.core import clock

RENEW_AFTER = 60


class IdleMiddleware:
    """Renew the session of a person at work, at most once a minute so that reading costs no writes.

    A page that asks by itself (htmx polling for progress) is not a person at work.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        session = request.session
        if request.user.is_authenticated and "HX-Request" not in request.headers:
            now = int(clock.now().timestamp())
            if now - int(session.get("seen", 0)) >= RENEW_AFTER:
                session["seen"] = now
        return self.get_response(request)
