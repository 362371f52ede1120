"""Reading the measures of a cycle: what the portal says of every street on a day (P37)."""

from __future__ import annotations

import datetime as dt

from assessment.models import Cycle, Reading
from assessment.selectors.figures import figures
from xianan.history.services import record
from xianan.organizations.models import User


def read(cycle: Cycle, day: dt.date, *, actor: User) -> None:
    """Keep what every measured indicator says of every street of a locked cycle as of a day.

    The last reading holds, the log keeps when each was made. The caller writes ``measured_on``.
    """
    rows = figures(cycle, day)
    before = {(row.street_id, row.indicator_id): row.points for row in Reading.objects.filter(cycle=cycle)}
    Reading.objects.filter(cycle=cycle).delete()
    Reading.objects.bulk_create(
        (
            Reading(
                cycle=cycle,
                street_id=street,
                indicator_id=indicator,
                read_on=day,
                numerator=figure.numerator,
                denominator=figure.denominator,
                link=figure.link[:300],
                points=figure.points or 0,
            )
            for (street, indicator), figure in rows.items()
        ),
        batch_size=500,
    )
    old, cycle.measured_on = cycle.measured_on, day
    changed = sum(before.get(cell) not in (None, figure.points or 0) for cell, figure in rows.items())
    record(
        cycle,
        "cycle.read",
        f"取数 {len(rows)} 格" + (f"，其中 {changed} 格得分有变化" if changed else ""),
        actor=actor,
        changes={"取数日期": (old, day)},
    )
