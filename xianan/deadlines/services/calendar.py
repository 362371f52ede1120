"""Entering a year's holidays, and moving the open dates that it touches."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence

from django.db import transaction

from xianan.core import clock
from xianan.core.errors import DomainError
from xianan.deadlines.calendar import calendar_of, entries_of
from xianan.deadlines.models import CalendarDay, CalendarYear, Deadline
from xianan.deadlines.registry import kinds
from xianan.deadlines.rules import CalendarEntry, entry_faults
from xianan.deadlines.selectors import objects_of
from xianan.history.services import build, record, record_many
from xianan.organizations.models import District, User
from xianan.organizations.scope import scope_of

FIRST, LAST = 2020, 2100
REACH = dt.timedelta(days=31)
"""How long before a year a date may lie that the year's first working day receives."""


@transaction.atomic
def save_year(
    district: District, year: int, *, entries: Sequence[CalendarEntry], reference: str, actor: User
) -> int:
    """Enter the days of the State Council notice for a year; they replace what was known of it.

    Open dates of kinds that move to working days are reckoned anew, each with a line in the timeline
    of its object. Return how many moved. Errors: not_allowed, year, days.
    """
    scope_of(actor).require("edit_calendar", district, label="维护节假日安排")
    if not FIRST <= year <= LAST:
        raise DomainError("year", f"年份须在 {FIRST} 至 {LAST} 之间。", field="year")
    if not entries:
        raise DomainError("days", "没有填写放假和调休上班的日期。")
    faults = entry_faults(year, entries)
    if faults:
        raise DomainError("days", " ".join(text for _, text in faults[:5]))
    District.objects.select_for_update().get(pk=district.pk)
    before = {entry.day: entry for entry in entries_of(district.pk, year)[1]}
    row, _ = CalendarYear.objects.update_or_create(
        district=district,
        year=year,
        defaults={"reference": reference.strip(), "changed_by": actor, "changed_at": clock.now()},
    )
    row.days.all().delete()
    CalendarDay.objects.bulk_create(
        CalendarDay(
            district=district, year=row, day=entry.day, is_working=entry.is_working, name=entry.name.strip()
        )
        for entry in entries
    )
    after = {entry.day: entry for entry in entries}
    changes = {
        f"{day:%Y-%m-%d}": (_words(before.get(day)), _words(after.get(day)))
        for day in sorted(before.keys() | after.keys())
        if _words(before.get(day)) != _words(after.get(day))
    }
    record(row, "calendar.save", "保存节假日安排", actor=actor, changes=changes)
    return realign(district, {year}, actor=actor, reason=f"{year}年节假日安排已保存")


def catch_up(district: District, *, on: dt.date | None = None) -> dict[int, int]:
    """Move the open dates that the calendar no longer agrees with; return {year: how many moved}.

    A year becomes known, or is corrected, with an upgrade of the published table, and nobody saves
    anything then. Looks at this year and later; when nothing has changed it only reads, in one query
    beside those for the calendar, so that it may run at any time.
    """
    moving = [kind.key for kind in kinds() if kind.working_day]
    first = (on or clock.today()).replace(month=1, day=1)
    calendar = calendar_of(district.pk)
    pairs = (
        Deadline.objects.filter(district=district, closed_at__isnull=True, kind__in=moving, due_on__gte=first)
        .order_by()
        .values_list("nominal_on", "due_on")
        .distinct()
    )
    reckoned = [(due_on, calendar.next_working(day)) for day, due_on in pairs]
    # The earlier of the two days is the one that is seen otherwise now.
    years = {min(old, new).year for old, new in reckoned if old != new}
    return {
        year: realign(district, {year}, actor=None, reason=f"{year}年节假日安排已公布")
        for year in sorted(years)
    }


def _words(entry: CalendarEntry | None) -> str:
    if entry is None:
        return ""
    return f"{entry.name}{'上班' if entry.is_working else '放假'}"


@transaction.atomic
def realign(district: District, years: Collection[int], *, actor: User | None, reason: str) -> int:
    """Put the open dates around these years on working days as the calendar now says; return how many moved.

    A constant number of queries beside those for the objects' kinds.
    """
    moving = [kind.key for kind in kinds() if kind.working_day]
    if not moving or not years:
        return 0
    calendar = calendar_of(district.pk)
    rows = (
        Deadline.objects.select_for_update(of=("self",))
        .filter(
            district=district,
            closed_at__isnull=True,
            kind__in=moving,
            nominal_on__gte=dt.date(min(years), 1, 1) - REACH,
            nominal_on__lte=dt.date(max(years), 12, 31),
        )
        .select_related("organization", "content_type")
        .order_by("pk")
    )
    moved: list[tuple[Deadline, dt.date]] = []
    for row in rows:
        due_on = calendar.next_working(row.nominal_on)
        if due_on != row.due_on:
            moved.append((row, row.due_on))
            row.due_on = due_on
    Deadline.objects.bulk_update([row for row, _ in moved], ["due_on"], batch_size=1000)
    for kind in kinds():
        shown = {row.object_id: row.due_on for row, _ in moved if row.kind == kind.key}
        if shown and kind.moved is not None:
            kind.moved(shown)
    objects = objects_of(row for row, _ in moved)
    record_many(
        build(
            objects[row.pk],
            "deadline.move",
            "到期日随节假日安排调整",
            actor=actor,
            organization=row.organization,
            changes={"到期日": (old, row.due_on)},
            reason=reason,
        )
        for row, old in moved
        if row.pk in objects
    )
    return len(moved)
