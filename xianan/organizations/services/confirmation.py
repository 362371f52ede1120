"""Asking for the password once more before an act that binds an organization."""

from __future__ import annotations

import datetime as dt

from xianan.core import refusals
from xianan.core.errors import DomainError
from xianan.organizations.models import User

from . import tries
from .keys import refuse_unless_able_to_sign

LIMIT = tries.Limit("confirm-password", 5, dt.timedelta(minutes=15))
SIGNING = "签署"


def confirm_password(
    user: User, password: str, *, field: str = "password", name: str = "密码", act: str = SIGNING
) -> None:
    """Refuse unless ``password`` is the person's own; five wrong tries lock it for fifteen minutes.

    The lock runs from the last wrong try. ``name`` and ``act`` are words for the refusal; what is signed
    also wants an account that says who signs. Called outside of the act's transaction, which would take the
    count back. Errors, at ``field``: wrong_password, locked, no_key, initial_password.
    """
    if act == SIGNING:
        refuse_unless_able_to_sign(user)
    if not password:
        raise DomainError("wrong_password", "未填写登录密码。", field=field)
    now = tries.count(LIMIT, str(user.pk), owner=user.username)
    if now.allowed and user.check_password(password):
        tries.clear(LIMIT, str(user.pk))
    elif now.left:
        raise DomainError("wrong_password", f"{name}不正确，没有{act}。还可再试 {now.left} 次。", field=field)
    else:
        refusals.reason.set("locked")
        raise DomainError(
            "locked",
            f"{name}连续输错 {LIMIT.tries} 次，15 分钟内不能{act}。忘记密码时由区委编办重置。",
            field=field,
        )
