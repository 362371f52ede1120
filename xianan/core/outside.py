"""Numbers that come from outside: in an address, a query, a posted list.

Whatever is no whole number in ASCII digits that a key can be is no number at all: "١", "-1", "+1", " 1", "1.0",
and anything beyond 64 bits, which a database refuses with an error of its own.
"""

from __future__ import annotations

from collections.abc import Iterable

MOST = 2**63 - 1
_LONGEST = len(str(MOST))


def whole(text: str | None, *, most: int = MOST) -> int | None:
    """Return the number that stands in ``text``, None for anything but one from 0 to ``most``."""
    if not text or len(text) > _LONGEST or not (text.isascii() and text.isdigit()):
        return None
    number = int(text)
    return number if number <= most else None


def wholes(texts: Iterable[str]) -> list[int]:
    """Return those of ``texts`` that are numbers, in their order."""
    return [number for number in map(whole, texts) if number is not None]
