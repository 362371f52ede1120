"""What is asked of the words, days and parties of plans and orders."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from typing import Any

from xianan.core import clock
from xianan.core.dates import chinese_date
from xianan.core.errors import DomainError
from xianan.core.parties import by


def ahead(day: dt.date, field: str, label: str) -> None:
    """Refuse a day that is past. Errors: past."""
    if day < clock.today():
        raise DomainError("past", f"{label}不能早于今日 {chinese_date(clock.today())}。", field=field)


def between(*fields: str) -> Callable[[Any], Iterable[int | None]]:
    """The accounts in these fields; none where an office is asked by itself and there is one party only."""
    found = by(*fields)
    return lambda row: () if row.organization_id == row.issuer_id else found(row)
