from __future__ import annotations

from typing import Any

from xianan.organizations.management.server import ServerCommand, read_secret
from xianan.organizations.models import User
from xianan.organizations.services.people import set_password

VARIABLE = "NEW_PASSWORD"


class Command(ServerCommand):
    help = (
        f"Resets a password; it is asked for or read from {VARIABLE} and must be changed at the next sign-in."
    )

    def act(self, user: User, *, by: str, reason: str, **options: Any) -> str:
        password = read_secret(VARIABLE, f"“{user.username}”的新密码", twice=True)
        set_password(user, password=password, actor=None, by=by, reason=reason)
        return f"已重置“{user.username}”的密码，登录后须先改密码。"
