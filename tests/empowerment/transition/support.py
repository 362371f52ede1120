"""What the tests of a transition's end share: a power that took effect on a day, and its people."""

from __future__ import annotations

import datetime as dt
from typing import Any

from empowerment.choices import Party
from empowerment.models import Agreement, Empowerment
from empowerment.powers.many import review
from xianan.core import clock

START = dt.date(2026, 6, 5)
UNTIL = dt.date(2026, 12, 5)
OPENS = dt.date(2026, 11, 5)


def power(world: Any, name: str = "甲事项", **more: Any) -> Empowerment:
    """A power whose term runs from START to UNTIL; the clock stands on the day the window opens."""
    return powers(world, name, **more)[0]


def powers(world: Any, *names: str, **more: Any) -> list[Empowerment]:
    """The same for several items under one letter."""
    # A second letter is signed later than the certificates of the first were issued.
    clock.set_to(dt.datetime.combine(START, dt.time(9 + Agreement.objects.count()), clock.ZONE))
    letter = world.effective(*names, **more)
    clock.set_to(OPENS)
    return list(Empowerment.objects.filter(agreement=letter).order_by("pk"))


def both_ready(world: Any, *rows: Empowerment) -> None:
    """Have both sides say 已具备."""
    review(rows, party=Party.DEPARTMENT, verdict="ready", actor=world.head)
    review(rows, party=Party.STREET, verdict="ready", actor=world.street_head)
