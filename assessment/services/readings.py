"""Reading the measures of a cycle: what the portal says of every street on a day (P37)."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from assessment.flows.cycle import CYCLE
from assessment.models import Cycle, Reading
from assessment.selectors.figures import figures
from xianan.core import clock
from xianan.core.errors import DomainError
from xianan.core.flow import lock
from xianan.history.services import record
from xianan.organizations.models import User
from xianan.organizations.scope import scope_of


@transaction.atomic
def read_measures(cycle: Cycle, *, actor: User, on: dt.date | None = None) -> Cycle:
    """Read every measured indicator for every street as of a day (today) and keep what was counted.

    May be repeated until the leading group has the scores; the last reading holds, the log keeps when
    each was made. Errors: wrong_state, not_allowed, future (field on).
    """
    fresh = lock(cycle)
    CYCLE.refuse_unless_possible(fresh, "read", scope_of(actor))
    day = on or clock.today()
    if day > clock.today():
        raise DomainError("future", "取数日期不能晚于今日。", field="on")
    rows = figures(fresh, day)
    before = {(row.street_id, row.indicator_id): row.points for row in Reading.objects.filter(cycle=fresh)}
    Reading.objects.filter(cycle=fresh).delete()
    Reading.objects.bulk_create(
        (
            Reading(
                cycle=fresh,
                street_id=street,
                indicator_id=indicator,
                read_on=day,
                numerator=figure.numerator,
                denominator=figure.denominator,
                link=figure.link[:300],
                points=figure.points,
            )
            for (street, indicator), figure in rows.items()
        ),
        batch_size=500,
    )
    old, fresh.measured_on = fresh.measured_on, day
    fresh.save(update_fields=["measured_on"])
    changed = sum(before.get(cell) not in (None, figure.points) for cell, figure in rows.items())
    record(
        fresh,
        "cycle.read",
        f"取数 {len(rows)} 格" + (f"，其中 {changed} 格得分有变化" if changed else ""),
        actor=actor,
        changes={"取数日期": (old, day)},
    )
    return fresh
