"""The browsers in which an account was signed in before: a signed cookie, bound to the account.

It opens nothing. It only says that this browser's wrong passwords are counted apart from those of others.
"""

from __future__ import annotations

import secrets

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url
from django.utils.crypto import salted_hmac

COOKIE = "known"
DAYS = 180
MOST = 12
"""Accounts that one browser is remembered for, the latest: a computer at a counter has several people."""
_SALT = "xianan.portal.devices"


def device_of(request: HttpRequest, username: str) -> str:
    """Return the number of this browser for an account, "" when the account was never signed in here."""
    return _known(request).get(_mark(username), "")


def remember(request: HttpRequest, response: HttpResponse, username: str) -> None:
    """Let the browser be known for this account from now on, or for longer."""
    known = _known(request)
    mark = _mark(username)
    number = known.pop(mark, "") or secrets.token_hex(8)
    known[mark] = number
    latest = dict(list(known.items())[-MOST:])
    response.set_cookie(
        COOKIE,
        signing.dumps(latest, salt=_SALT),
        max_age=DAYS * 24 * 3600,
        path=resolve_url(settings.LOGIN_URL),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Strict",
    )


def _known(request: HttpRequest) -> dict[str, str]:
    try:
        found = signing.loads(request.COOKIES.get(COOKIE, ""), salt=_SALT, max_age=DAYS * 24 * 3600)
    except signing.BadSignature:
        return {}
    return dict(found)


def _mark(username: str) -> str:
    """Whose the number is; the cookie names nobody."""
    return salted_hmac(_SALT, username, algorithm="sha256").hexdigest()[:16]
