"""The only source of the present time.

Nothing else in the portal asks the operating system what time it is, so that tests and the
demonstration story can move the clock and every row they leave behind is consistent.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Shanghai")

# Process-wide on purpose: a job's heartbeat thread must see the same time as its body.
_offset: dt.timedelta | None = None
_still: dt.datetime | None = None


def now() -> dt.datetime:
    """Return the present moment, aware, in Asia/Shanghai."""
    if _still is not None:
        return _still
    present = dt.datetime.now(ZONE)
    return present + _offset if _offset is not None else present


def today() -> dt.date:
    """Return the present date as people in the district read it (Asia/Shanghai)."""
    return now().date()


def local_date(moment: dt.datetime) -> dt.date:
    """Return the date in Asia/Shanghai of an aware ``moment``."""
    return moment.astimezone(ZONE).date()


def set_to(moment: dt.datetime | dt.date | None, *, still: bool = False) -> None:
    """Move the clock to ``moment`` and let it run on from there; ``None`` returns to real time.

    A plain date means nine in the morning of that day. ``still`` stops the clock there, so that what
    is written twice is written with the same times. Only tests and ``seed_demo`` call this.
    """
    global _offset, _still
    _offset = _still = None
    if moment is None:
        return
    if not isinstance(moment, dt.datetime):
        moment = dt.datetime.combine(moment, dt.time(9, 0), ZONE)
    if still:
        _still = moment.astimezone(ZONE)
    else:
        _offset = moment.astimezone(ZONE) - dt.datetime.now(ZONE)


@contextmanager
def travel(moment: dt.datetime | dt.date, *, still: bool = False) -> Iterator[None]:
    """Run a block as if it were ``moment``, then restore the clock as it was."""
    global _offset, _still
    before = _offset, _still
    set_to(moment, still=still)
    try:
        yield
    finally:
        _offset, _still = before


def reset() -> None:
    """Return to real time."""
    set_to(None)
