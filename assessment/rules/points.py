"""Points as people type and read them; inside they are integer hundredths. Pure."""

from __future__ import annotations

import re
import unicodedata

LARGEST = 1000_00
_TYPED = re.compile(r"(\d{1,6})(?:\.(\d{1,2}))?")


def parse_points(text: str) -> int:
    """Return hundredths of a point for what was typed: 4, 0.5, 4.25. Raises ValueError in Chinese."""
    typed = unicodedata.normalize("NFKC", text).strip().removesuffix("分").strip()
    found = _TYPED.fullmatch(typed)
    if not found:
        raise ValueError(f"“{text.strip()}”不是分数，写作 4 或 0.5，最多两位小数。")
    whole, part = found.groups(default="")
    points = int(whole) * 100 + int((part + "00")[:2])
    if points > LARGEST:
        raise ValueError(f"“{text.strip()}”超过 {short_points(LARGEST)} 分。")
    return points


def show_points(points: int) -> str:
    """Return points with two decimals, as results are read: 7.24."""
    sign = "−" if points < 0 else ""
    return f"{sign}{abs(points) // 100}.{abs(points) % 100:02d}"


def short_points(points: int) -> str:
    """Return points without needless zeros, as schemes are written and typed: 4, 0.5."""
    return show_points(points).rstrip("0").rstrip(".")


def sum_words(total: int, full: int) -> str:
    """Say how a sum stands against what it must be: 合计 98.50 分，还差 1.50 分."""
    if total == full:
        return f"合计 {show_points(total)} 分"
    difference = (
        f"还差 {show_points(full - total)} 分" if total < full else f"超出 {show_points(total - full)} 分"
    )
    return f"合计 {show_points(total)} 分，{difference}"
