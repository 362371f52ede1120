from __future__ import annotations

import logging
import re
from collections.abc import Callable

from django.db import Error as DatabaseFault
from django.http import HttpRequest, HttpResponse

from xianan.core import refusals
from xianan.ui.address import address_of
from xianan.ui.protocols import PortalRequest

from .models import RoleAssignment, User
from .scope import scope_of

refused = logging.getLogger("xianan.refused")
REFUSALS = frozenset({400, 403, 404, 405, 409, 413, 429})
LOCKED = "locked"
"""The one refusal that a form shows beside its field and the log is to have all the same."""


class ScopeMiddleware:
    """Put the rights of the signed-in person on the request; they are read when first asked for."""

    def __init__(self, get_response: Callable[[PortalRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: PortalRequest) -> HttpResponse:
        request.scope = scope_of(request.user)
        return self.get_response(request)


class RefusalMiddleware:
    """Write one line for every request that was refused: who, from where, as what, and which request.

    No names and nothing that was typed: a person is the key of the account, an address is told without
    its query, long numbers and signs that are no part of an address of ours.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        token = refusals.reason.set("")
        try:
            response = self.get_response(request)
            reason = refusals.reason.get()
        finally:
            refusals.reason.reset(token)
        if response.status_code in REFUSALS or reason == LOCKED:
            self._write(request, response.status_code, reason)
        return response

    def _write(self, request: HttpRequest, status: int, reason: str) -> None:
        user = getattr(request, "user", None)
        person = user.pk if user is not None and user.is_authenticated else None
        match = request.resolver_match
        refused.warning(
            "%s %s %s %s view=%s person=%s roles=%s from=%s request=%s",
            status,
            reason or "-",
            request.method,
            told(request.path),
            match.view_name if match else "-",
            person or "-",
            _roles(person) if person else "-",
            told(address_of(request)),
            getattr(request, "request_id", "-"),
        )


def told(address: str) -> str:
    """An address as the log may have it: a line of its own signs, nobody's name or number in it."""
    plain = re.sub(r"[^A-Za-z0-9/._:\-]", "?", address)
    return re.sub(r"\d{9,}", "…", plain)[:120]


def _roles(person: int) -> str:
    held = RoleAssignment.objects.living().filter(user_id=person)
    try:
        return ",".join(sorted(set(held.values_list("role", flat=True)))) or "-"
    except DatabaseFault:
        return "?"


class AccountBackend:
    """Sign people in by account and password, and read their organization and district in the same query."""

    def authenticate(
        self, request: HttpRequest | None, username: str = "", password: str = ""
    ) -> User | None:
        user = User.objects.filter(username=username.strip()).first()
        if user is None:
            # The same work as for a known account, so that timing doesn't tell accounts apart.
            User().set_password(password)
            return None
        return user if user.check_password(password) and user.is_active else None

    def get_user(self, user_id: int) -> User | None:
        user = User.objects.select_related("organization", "district").filter(pk=user_id).first()
        return user if user is not None and user.is_active else None
