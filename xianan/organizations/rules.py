"""Rules about organizations and accounts. Pure."""

from __future__ import annotations

import datetime as dt
import unicodedata
from typing import TYPE_CHECKING

from xianan.core.dates import chinese_date

from .choices import Kind

if TYPE_CHECKING:
    from .models import Organization

DAY = dt.timedelta(days=1)

# GB 32100-2015: no I, O, S, V, Z, which read like digits or one another.
CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
CREDIT_LENGTH = 18
KINDS_NEEDED = 3
SHORTEST_PASSWORD = 8


def credit_code_check(body: str) -> str:
    """Return the check character of the first 17 characters of a 统一社会信用代码 (GB 32100-2015).

    Each character's place in the alphabet is weighted with 3^i mod 31; the check character is
    31 minus the sum mod 31. Raises ValueError for a character outside the alphabet.
    """
    total = sum(CREDIT_ALPHABET.index(char) * pow(3, place, 31) for place, char in enumerate(body))
    return CREDIT_ALPHABET[(31 - total % 31) % 31]


def credit_code_fault(code: str) -> str:
    """Return in Chinese what is wrong with a 统一社会信用代码, "" when it is sound."""
    if len(code) != CREDIT_LENGTH:
        return f"统一社会信用代码须为 18 位，现为 {len(code)} 位。"
    wrong = next((place for place, char in enumerate(code, start=1) if char not in CREDIT_ALPHABET), 0)
    if wrong:
        return f"统一社会信用代码第 {wrong} 位“{code[wrong - 1]}”不是可用字符（数字和除 I、O、S、V、Z 外的大写字母）。"
    if not code[2:8].isdigit():
        return "统一社会信用代码第 3 至 8 位是登记机关的行政区划代码，须为数字。"
    if credit_code_check(code[:-1]) != code[-1]:
        return "统一社会信用代码的校验位不符，请对照证书检查是否录错。"
    return ""


def kinds_of_characters(password: str) -> int:
    """Return how many of the four kinds a password uses: capitals, small letters, digits, the rest."""
    kinds = set()
    for char in password:
        category = unicodedata.category(char)
        kinds.add(category if category in ("Lu", "Ll", "Nd") else "other")
    return len(kinds)


def password_fault(password: str, *names: str) -> str:
    """Return in Chinese why a password is too weak, "" when it will do; ``names`` are the account's own."""
    if len(password) < SHORTEST_PASSWORD:
        return f"密码不少于 {SHORTEST_PASSWORD} 位，现为 {len(password)} 位。"
    if kinds_of_characters(password) < KINDS_NEEDED:
        return "密码须含大写字母、小写字母、数字、符号中的三类。"
    folded = password.casefold()
    if any(len(name) >= 4 and name.casefold() in folded for name in names):
        return "密码不能包含账号。"
    return ""


def successor_fault(row: Organization, successor: Organization) -> str:
    """Return in Chinese why ``successor`` can't take over from an organization that ends, "" when it can.

    It exists on the first day without the other one. Each so ends later than the one before it: a chain of
    them never closes to a circle.
    """
    assert row.active_until is not None
    day = row.active_until + DAY
    if successor.pk == row.pk:
        return "承接机构不能是本机构。"
    if successor.district_id != row.district_id:
        return "承接机构不属于本区。"
    if Kind(successor.kind).group != Kind(row.kind).group:
        return f"{row.get_kind_display()}由{successor.get_kind_display()}承接不合适，承接机构须与本机构同类。"
    if successor.active_from is not None and successor.active_from > day:
        return (
            f"“{successor}”成立于{chinese_date(successor.active_from)}，"
            f"{chinese_date(day)}还不存在，不能承接“{row}”。"
        )
    if successor.active_until is not None and successor.active_until < day:
        return (
            f"“{successor}”的撤销日期是{chinese_date(successor.active_until)}，"
            f"{chinese_date(day)}已不存在，不能承接“{row}”。"
        )
    return ""
