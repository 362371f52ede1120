from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from .models import User
from .scope import scope_of


class ScopeMiddleware:
    """Put the rights of the signed-in person on the request; they are read when first asked for."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.scope = scope_of(request.user)  # type: ignore[attr-defined]
        return self.get_response(request)


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
