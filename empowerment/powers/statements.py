"""What both sides have stated of powers, read once for all rows of which guards ask."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import cast

from empowerment.choices import Party
from empowerment.models import Empowerment, TransitionReview
from empowerment.rules import not_ready_because, review_opens
from empowerment.selectors.transition import review_days

Rows = Sequence[Empowerment]


def read_statements(rows: Rows) -> None:
    """Hang on each row what both sides have stated; one query."""
    fresh = {row.pk: row for row in rows if "said" not in vars(row)}
    for row in fresh.values():
        vars(row)["said"] = {}
    if fresh:
        for each in TransitionReview.objects.filter(empowerment__in=fresh).select_related("given_by"):
            said_of(fresh[each.empowerment_id])[Party(each.party)] = each


def read_window(rows: Rows) -> None:
    """The same, and from which day on they may state; a query a district besides."""
    read_statements(rows)
    fresh = [row for row in rows if "opens" not in vars(row)]
    days = {district: review_days(district) for district in {row.district_id for row in fresh}}
    for row in fresh:
        vars(row)["opens"] = review_opens(row.transition_until, days[row.district_id])


def said_of(row: Empowerment) -> dict[Party, TransitionReview]:
    """Return what the sides have stated of a prepared power."""
    return cast("dict[Party, TransitionReview]", vars(row).get("said", {}))


def opens(row: Empowerment) -> dt.date:
    """Return the first day on which both sides may state about a power whose window was read."""
    return cast("dt.date", vars(row)["opens"])


def not_ready(row: Empowerment) -> str:
    """Return why the transition of a prepared power can't be confirmed as completed, or ""."""
    said = said_of(row)
    return not_ready_because(
        *(said[side].verdict if side in said else "" for side in (Party.DEPARTMENT, Party.STREET)),
        names={Party.DEPARTMENT: str(row.organization), Party.STREET: str(row.street)},
        remarks={side: statement.remarks for side, statement in said.items()},
    )
