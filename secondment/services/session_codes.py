"""The short code of a session by which people check in."""

from __future__ import annotations

import secrets

from secondment.models import Session
from secondment.rules.training import CODE_LENGTH, CODE_LETTERS


def new_code() -> str:
    """Return a code that no session has."""
    while True:
        code = "".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_LENGTH))
        if not Session.objects.filter(code=code).exists():
            return code
