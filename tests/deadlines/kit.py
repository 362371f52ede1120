"""A kind of deadlines of the tests, about organizations, and what they need around it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib.contenttypes.models import ContentType

from xianan.core import clock
from xianan.deadlines.models import Deadline
from xianan.deadlines.registry import DeadlineKind
from xianan.deadlines.services import Due, open_many

TODAY = dt.date(2026, 11, 23)
"""A Monday."""
DAY = dt.timedelta(days=1)


def _links(ids: Any) -> dict[int, str]:
    return {key: f"/organizations/{key}/" for key in ids}


PLAIN = DeadlineKind("test_plain", "试期限", "P00", "去办理", _links)
WORKING = DeadlineKind("test_working", "试工作日期限", "P01", "去报送", _links, working_day=True)


def open_at(
    row: Any, owner: Any, due_on: dt.date, *, kind: DeadlineKind = PLAIN, title: str = "报送材料"
) -> Deadline:
    """Open one date about an organization."""
    return open_many(kind.key, [Due(row, owner, due_on, title)])[0]


def fill(world: Any, count: int, first: int = 0) -> None:
    """Write many dates that are due in a week, spread over the streets."""
    content_type = ContentType.objects.get_for_model(Deadline)
    Deadline.objects.bulk_create(
        Deadline(
            district=world.district,
            kind=PLAIN.key,
            organization=world.streets[number % 3],
            content_type=content_type,
            object_id=10_000 + first + number,
            title=f"材料{number}",
            nominal_on=TODAY + DAY * 7,
            due_on=TODAY + DAY * 7,
            opened_at=clock.now() - dt.timedelta(days=90),
        )
        for number in range(count)
    )
