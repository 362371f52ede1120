"""The rule about passwords in the shape that Django asks for."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError

from .rules import KINDS_NEEDED, SHORTEST_PASSWORD, password_fault


class PasswordRule:
    """Eight characters of three kinds that don't contain the account."""

    def validate(self, password: str, user: Any = None) -> None:
        fault = password_fault(password, *([user.username] if user is not None else []))
        if fault:
            raise ValidationError(fault, code="weak_password")

    def get_help_text(self) -> str:
        return f"不少于 {SHORTEST_PASSWORD} 位，含大写字母、小写字母、数字、符号中的 {KINDS_NEEDED} 类，不包含账号。"
