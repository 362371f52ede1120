"""What the tests of seconded staff share: people with sound identity numbers, and services in any state."""

from __future__ import annotations

import datetime as dt
from typing import Any

from secondment.models import Secondment
from secondment.services.people import Particulars
from secondment.services.registration import Term, register
from secondment.terms.steps import confirm_arrival
from tests.documents.attachments.papers import pdf
from xianan.core import clock
from xianan.core.identity import check_digit
from xianan.documents.services.attachments import attach

TODAY = dt.date(2026, 11, 2)
START = dt.date(2026, 12, 1)
END = dt.date(2027, 11, 30)
"""Twelve months from START, its first day counted."""
BORN = dt.date(1986, 5, 20)


def id_number(serial: int = 1, born: dt.date = BORN) -> str:
    """A made-up identity number that passes the checks."""
    digits = f"421202{born:%Y%m%d}{serial:03d}"
    return digits + check_digit(digits)


def person(serial: int = 1, *, born: dt.date = BORN, **more: Any) -> Particulars:
    values: dict[str, Any] = {
        "name": f"张×{serial}",
        "id_number": id_number(serial, born),
        "track": "civil",
        "post": "执法中队科员",
        "certificate_number": f"鄂L0402{serial:04d}",
        "certificate_until": dt.date(2029, 6, 30),
        "membership": "party",
    }
    return Particulars(**{**values, **more})


def registered(
    world: Any,
    serial: int = 1,
    *,
    street: Any = None,
    organization: Any = None,
    starts_on: dt.date = START,
    planned_until: dt.date | None = None,
    particulars: Particulars | None = None,
    **more: Any,
) -> Secondment:
    """A secondment that waits for the street (or for 区委编办, with ``over_age_reason``)."""
    organization = organization or world.department
    until = planned_until or dt.date(starts_on.year + 1, starts_on.month, starts_on.day) - dt.timedelta(
        days=1
    )
    row = register(
        particulars or person(serial),
        Term(street or world.street, starts_on, until, **more),
        organization=organization,
        actor=world.clerk_of(organization),
    )
    scan(row, world.clerk_of(organization))
    return row


def scan(row: Secondment, actor: Any) -> None:
    """The scan of a certificate."""
    attach(row, "certificate", actor=actor, data=pdf(f"{row.pk}"), filename="执法证.pdf")


def serving(world: Any, serial: int = 1, *, on: dt.date | None = None, **more: Any) -> Secondment:
    """A secondment whose arrival the street has confirmed on its first day; moves no clock."""
    row = registered(world, serial, **more)
    return confirm_arrival(row, on=on or row.starts_on, actor=world.clerk_of(row.street))


def covered_from(world: Any, day: dt.date, *names: str, street: Any = None) -> None:
    """Let a letter of the department take effect in a street on a day, and stand on TODAY or later."""
    # Still: a second letter of that day is not signed before the certificates of the first.
    with clock.travel(day, still=True):
        world.effective(*(names or ("擅自占用城市道路的处罚",)), street=street)
