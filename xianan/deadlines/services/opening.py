"""Opening, moving and closing deadlines, called by the services that cause them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction

from xianan.core import clock
from xianan.deadlines.calendar import calendar_of
from xianan.deadlines.models import Deadline
from xianan.deadlines.registry import kind as registered
from xianan.deadlines.rules import Calendar
from xianan.organizations.models import Organization


@dataclass(frozen=True, slots=True)
class Due:
    """One date to be opened: for which row, owed by whom, until when (before any move to a working day)."""

    row: models.Model
    organization: Organization
    due_on: dt.date
    title: str


@transaction.atomic
def open_many(kind: str, dues: Iterable[Due]) -> list[Deadline]:
    """Open the deadline of each row, or move it if it is open already. A fixed number of statements.

    All rows must be of one model. Where the kind says so, the due date moves to the next working day.
    Raises KeyError for an unregistered kind.
    """
    moves = registered(kind).working_day
    wanted = list(dues)
    if not wanted:
        return []
    calendars = {
        district_id: calendar_of(district_id) if moves else None
        for district_id in {due.organization.district_id for due in wanted}
    }
    content_type = ContentType.objects.get_for_model(type(wanted[0].row))
    present = {
        deadline.object_id: deadline
        for deadline in Deadline.objects.select_for_update().filter(
            content_type=content_type,
            kind=kind,
            closed_at__isnull=True,
            object_id__in=[due.row.pk for due in wanted],
        )
    }
    fresh: list[Deadline] = []
    moved: list[Deadline] = []
    for due in wanted:
        due_on = _due_on(due.due_on, calendars[due.organization.district_id])
        deadline = present.get(due.row.pk)
        if deadline is None:
            fresh.append(
                Deadline(
                    district_id=due.organization.district_id,
                    kind=kind,
                    organization=due.organization,
                    content_type=content_type,
                    object_id=due.row.pk,
                    title=due.title[:300],
                    nominal_on=due.due_on,
                    due_on=due_on,
                )
            )
        else:
            deadline.organization, deadline.title = due.organization, due.title[:300]
            deadline.nominal_on, deadline.due_on = due.due_on, due_on
            moved.append(deadline)
    Deadline.objects.bulk_create(fresh)
    Deadline.objects.bulk_update(moved, ["organization", "nominal_on", "due_on", "title"])
    return fresh + moved


def _due_on(day: dt.date, calendar: Calendar | None) -> dt.date:
    return calendar.next_working(day) if calendar is not None else day


def open_deadline(
    kind: str, row: models.Model, *, organization: Organization, due_on: dt.date, title: str
) -> Deadline:
    """Open the deadline of one row, or move it if it is open already."""
    return open_many(kind, [Due(row, organization, due_on, title)])[0]


@transaction.atomic
def close(kind: str, rows: Sequence[models.Model], *, outcome: str) -> int:
    """Close the open deadlines of ``kind`` on ``rows``; return how many were open."""
    if not rows:
        return 0
    return Deadline.objects.filter(
        content_type=ContentType.objects.get_for_model(type(rows[0])),
        object_id__in=[row.pk for row in rows],
        kind=kind,
        closed_at__isnull=True,
    ).update(closed_at=clock.now(), outcome=outcome)
