"""Resident identity numbers (GB 11643): checksum, birth date, and what may be shown of one."""

from __future__ import annotations

import datetime as dt
import logging
import re
from typing import Any

_SHAPE = re.compile(r"\d{17}[\dX]")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK = "10X98765432"
# Somebody may write one in groups, or in full-width signs: they are digits to this expression too.
_IN_TEXT = re.compile(r"(?<!\d)[1-9１-９](?:[ \u3000-]?\d){16}[ \u3000-]?[\dXxＸｘ](?!\d)")
_CENTURIES = range(1900, 2100)


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


def without_id_numbers(value: Any, *, sign: str = "*") -> Any:
    """Return text, or plain JSON, with each identity number in it masked; anything else as it is.

    What has the shape and the date of one is taken for one, whatever its check digit: a slip of the pen
    hides nobody.
    """
    if isinstance(value, str):
        return _IN_TEXT.sub(lambda found: _masked(found[0], sign), value) if len(value) >= 18 else value
    if isinstance(value, dict):
        return {
            without_id_numbers(key, sign=sign): without_id_numbers(item, sign=sign)
            for key, item in value.items()
        }
    if isinstance(value, list | tuple):
        return [without_id_numbers(item, sign=sign) for item in value]
    return value


def _masked(found: str, sign: str) -> str:
    number = tidy_id_number(found).replace("-", "")
    born_on = birth_date_of(number)
    if born_on is None or born_on.year not in _CENTURIES:
        return found
    return mask_id_number(number).replace("*", sign)


class LineFormatter(logging.Formatter):
    """Lines of the portal's log: what a fault quotes from the data may be somebody's number."""

    def format(self, record: logging.LogRecord) -> str:
        return str(without_id_numbers(super().format(record)))
