"""The rules about passwords in the shape that Django asks for."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.hashers import check_password
from django.core.exceptions import ValidationError

from .models import User
from .rules import KINDS_NEEDED, SHORTEST_PASSWORD, password_fault

LAST = 5
"""So many of the latest passwords, the one in use included, may not be chosen again."""


def was_used(user: User, password: str) -> bool:
    """Whether it is one of the last passwords of an account. Slow on purpose, like every look at one."""
    earlier = user.used_passwords.values_list("password", flat=True)[:LAST]
    return any(check_password(password, digest) for digest in dict.fromkeys((user.password, *earlier)))


class PasswordRule:
    """Eight characters of three kinds that don't contain the account."""

    def validate(self, password: str, user: Any = None) -> None:
        fault = password_fault(password, *([user.username] if user is not None else []))
        if fault:
            raise ValidationError(fault, code="weak_password")

    def get_help_text(self) -> str:
        return f"不少于 {SHORTEST_PASSWORD} 位，含大写字母、小写字母、数字、符号中的 {KINDS_NEEDED} 类，不包含账号，不用常见密码和最近 {LAST} 次用过的密码。"
