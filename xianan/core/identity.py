"""Resident identity numbers (GB 11643): checksum, birth date, and what may be shown of one."""

from __future__ import annotations

import datetime as dt
import re

_SHAPE = re.compile(r"\d{17}[\dX]")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK = "10X98765432"


def tidy_id_number(text: str) -> str:
    """Return the number as it is kept: without blanks, with a capital X, in half-width digits."""
    folded = text.strip().upper().replace("Ｘ", "X")
    return "".join(str(int(sign)) if sign.isdecimal() else sign for sign in folded if not sign.isspace())


def id_number_fault(number: str) -> str:
    """Return what is wrong with a tidied number as a Chinese sentence, or "" when it holds."""
    if not _SHAPE.fullmatch(number):
        return f"身份证号码须为 18 位数字，末位可为 X，现为 {len(number)} 位"
    if birth_date_of(number) is None:
        return "身份证号码第 7 至 14 位不是实际存在的日期"
    if number[17] != check_digit(number):
        return "身份证号码校验位不符，逐位核对"
    return ""


def check_digit(number: str) -> str:
    """Return the eighteenth sign that belongs to the first seventeen digits."""
    total = sum(int(digit) * weight for digit, weight in zip(number[:17], _WEIGHTS, strict=True))
    return _CHECK[total % 11]


def birth_date_of(number: str) -> dt.date | None:
    """Return the birth date that a number carries, or None when it is no date."""
    try:
        return dt.date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return None


def mask_id_number(number: str) -> str:
    """Return the number with all but its first three and last two signs hidden."""
    return f"{number[:3]}{'*' * (len(number) - 5)}{number[-2:]}" if len(number) > 5 else "*" * len(number)
