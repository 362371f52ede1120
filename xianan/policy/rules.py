"""What a parameter may be. Pure."""

from __future__ import annotations

from typing import Any

from .choices import ParameterKind


def clean_parameter(kind: str, raw: Any, *, minimum: int | None = None, maximum: int | None = None) -> Any:
    """Return the stored value of what was typed in for a parameter.

    Money is typed in yuan and stored in fen; shares are whole percents that must total 100, typed
    "40:30:30". Raises ValueError with a Chinese sentence.
    """
    if kind == ParameterKind.BOOLEAN:
        return raw in (True, "true", "on", "1", "是")
    text = str(raw).strip()
    if not text:
        raise ValueError("不能为空。")
    if kind == ParameterKind.TEXT:
        if len(text) > 200:
            raise ValueError("不能超过 200 字。")
        return text
    if kind == ParameterKind.SHARES:
        return _shares(text)
    if kind == ParameterKind.MONEY:
        return _fen(text)
    try:
        number = int(text)
    except ValueError:
        raise ValueError(f"“{text}”不是整数。") from None
    if minimum is not None and number < minimum:
        raise ValueError(f"不能小于 {minimum}。")
    if maximum is not None and number > maximum:
        raise ValueError(f"不能大于 {maximum}。")
    return number


def _shares(text: str) -> list[int]:
    parts = text.replace("：", ":").split(":")
    try:
        shares = [int(part) for part in parts]
    except ValueError:
        raise ValueError("比例写作 40:30:30，各份为整数。") from None
    if any(share < 0 for share in shares):
        raise ValueError("各份比例不能为负数。")
    if sum(shares) != 100:
        raise ValueError(f"各份比例之和须为 100，现为 {sum(shares)}。")
    return shares


def _fen(text: str) -> int:
    digits = text.replace(",", "").replace("，", "")
    whole, dot, part = digits.partition(".")
    if not whole.isdigit() or (dot and not part.isdigit()) or len(part) > 2:
        raise ValueError(f"“{text}”不是金额，写作 5000000 或 5000000.00。")
    return int(whole) * 100 + int((part + "00")[:2])


def show_parameter(kind: str, value: Any) -> str:
    """Return a stored value as it is read and typed in."""
    if kind == ParameterKind.BOOLEAN:
        return "是" if value else "否"
    if kind == ParameterKind.SHARES:
        return ":".join(str(part) for part in value)
    if kind == ParameterKind.MONEY:
        return f"{int(value) // 100}.{int(value) % 100:02d}"
    return str(value)
