"""Dates, money and sizes in the words of the office. Pure functions; money is fen, sizes bytes."""

import datetime as dt
from typing import overload

from xianan.core import clock, dates

WEEKDAYS = "一二三四五六日"
SOON = 7


@overload
def local(value: dt.datetime) -> dt.datetime: ...
@overload
def local(value: dt.date) -> dt.date: ...
def local(value: dt.date) -> dt.date:
    if isinstance(value, dt.datetime) and value.tzinfo is not None:
        return value.astimezone(clock.ZONE)
    return value


def full_date(value: dt.date | dt.datetime | None) -> str:
    """2026年11月23日; a moment in its local date; "" for nothing."""
    return dates.chinese_date(local(value)) if value else ""


def full_moment(value: dt.datetime | None) -> str:
    """2026年11月23日 09:41."""
    if not value:
        return ""
    value = local(value)
    return f"{full_date(value)} {value:%H:%M}"


def short_date(value: dt.date | dt.datetime | None) -> str:
    """11月23日 in the present year, with the year otherwise."""
    if not value:
        return ""
    day = local(value)
    return f"{day.month}月{day.day}日" if day.year == clock.today().year else full_date(day)


def short_moment(value: dt.datetime | None) -> str:
    """11月23日 09:41 in the present year, with the year otherwise; 今日 09:41 today."""
    if not value:
        return ""
    value = local(value)
    day = "今日" if value.date() == clock.today() else short_date(value)
    return f"{day} {value:%H:%M}"


def late(entered: dt.date | None) -> str:
    """补登 11月23日: the mark of what was entered late on that day; "" for what was not."""
    return f"补登 {short_date(entered)}" if entered else ""


def late_after(day: str, entered: dt.date | None) -> str:
    """Return a written day with the day it was entered on behind it, where that was late: …（2026年11月23日补登）."""
    return f"{day}（{full_date(entered)}补登）" if entered else day


def weekday(value: dt.date | dt.datetime | None) -> str:
    """星期一."""
    return f"星期{WEEKDAYS[local(value).weekday()]}" if value else ""


def days_left(due: dt.date | None) -> tuple[str, str]:
    """Return (words, tone) for a due date: 逾期 2 天 red, 今日 amber, 剩 3 天 amber, 剩 9 天 grey."""
    if not due:
        return "", "grey"
    left = dates.days_left(due, clock.today())
    if left < 0:
        return f"逾期 {-left} 天", "red"
    if left == 0:
        return "今日", "amber"
    return f"剩 {left} 天", "amber" if left <= SOON else "grey"


def yuan(fen: int | None) -> str:
    """Return fen as 元 with two decimals and thousands: 123456 → 1,234.56. "" for nothing."""
    if fen is None:
        return ""
    sign = "-" if fen < 0 else ""
    whole, rest = divmod(abs(int(fen)), 100)
    return f"{sign}{whole:,}.{rest:02d}"


def size(count: int | None) -> str:
    """Return bytes as people read them: 86 KB, 1.2 MB. "" for nothing."""
    if count is None:
        return ""
    if count < 1024:
        return f"{count} B"
    if count < 1024 * 1024:
        return f"{count / 1024:.0f} KB"
    if count < 1024**3:
        return f"{count / 1024 / 1024:.1f} MB"
    return f"{count / 1024**3:.1f} GB"


def share(part: int, whole: int) -> str:
    """Return a share with its fraction: 90.2% 46/51; — where there is nothing to share."""
    return f"{part * 100 / whole:.1f}% {part}/{whole}" if whole else "—"
