"""The ladder of reminders: who is told today of which date, exactly once.

Set-based: a batch of deadlines costs a constant number of queries, whatever the number of people. The
batch's rows are locked while it is written, so two runs at once don't tell anybody twice; the unique
constraint on Reminder stands behind that.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from django.db import transaction
from django.db.models import Count, Q
from django.urls import reverse
from django.utils.http import urlencode

from xianan.core import clock
from xianan.core.dates import chinese_date
from xianan.core.errors import DomainError
from xianan.deadlines.choices import NoticeKind
from xianan.deadlines.ladders import Ladders, ladders_of
from xianan.deadlines.models import Deadline, Notice, Reminder
from xianan.deadlines.registry import kind, kinds
from xianan.deadlines.rules import CHASE_MARK, ESCALATION_MARK
from xianan.deadlines.selectors import Recipient, links_of, objects_of, office_recipients, recipients
from xianan.history.services import build, record_many
from xianan.organizations.models import District, User
from xianan.organizations.scope import scope_of

BATCH = 2000


@dataclass(frozen=True, slots=True)
class Sent:
    """One line of what was sent: the date's kind and title, who owes it, the rung, who was told."""

    kind: str
    object: str
    organization: str
    rung: str
    to: str


@dataclass
class Outcome:
    """What a run did. ``silent``: open dates on a rung whose organization has nobody to tell."""

    sent: list[Sent] = field(default_factory=list)
    silent: int = 0
    scanned: int = 0


class Wanted(NamedTuple):
    """One person to be told of one date on a rung."""

    deadline: Deadline
    rung: str
    recipient: Recipient


Key = tuple[int, str, int, dt.date, str]


def _key(want: Wanted) -> Key:
    """What one person is told in one notice: dates of one kind, unit, day and rung."""
    row = want.deadline
    return want.recipient.user_id, row.kind, row.organization_id, row.due_on, want.rung


def remind(district: District, *, on: dt.date | None = None, dry_run: bool = False) -> Outcome:
    """Send the reminders of a district that are due on a day (today) and have not been sent.

    May be run any number of times. With ``dry_run`` nothing is written.
    """
    day = on or clock.today()
    ladders = ladders_of(district.pk, day)
    offices = office_recipients(district.pk, day)
    people: dict[int, list[Recipient]] = {}
    outcome = Outcome()
    for batch in due_batches(district.pk, day + dt.timedelta(days=ladders.first)):
        outcome.scanned += len(batch)
        fresh = {row.organization_id for row in batch} - people.keys()
        if fresh:
            people.update({key: [] for key in fresh} | dict(recipients(fresh, day)))
        outcome.silent += sum(
            1 for row in batch if not people[row.organization_id] and _rung(row, ladders, day)
        )
        wanted = _missing(batch, ladders, people, offices, day)
        if wanted and not dry_run:
            wanted = _send([want.deadline for want in wanted], ladders, people, offices, day)
        outcome.sent += [
            Sent(
                want.deadline.kind,
                want.deadline.title,
                str(want.deadline.organization),
                want.rung,
                want.recipient.username,
            )
            for want in wanted
        ]
    return outcome


def due_batches(district_id: int, until: dt.date) -> Iterator[list[Deadline]]:
    """Yield the open deadlines due until a day, overdue ones included, 2,000 at a time over the index."""
    registered = [kind.key for kind in kinds()]
    last: tuple[dt.date, int] | None = None
    while True:
        rows = Deadline.objects.filter(
            district_id=district_id, closed_at__isnull=True, due_on__lte=until, kind__in=registered
        )
        if last is not None:
            rows = rows.filter(Q(due_on__gt=last[0]) | Q(pk__gt=last[1]), due_on__gte=last[0])
        batch = list(rows.select_related("organization").order_by("due_on", "id")[:BATCH])
        if batch:
            yield batch
        if len(batch) < BATCH:
            return
        last = batch[-1].due_on, batch[-1].pk


def _rung(row: Deadline, ladders: Ladders, day: dt.date) -> str:
    return ladders.of(row.kind).rung(row.due_on, day, clock.local_date(row.opened_at))


def _missing(
    batch: Sequence[Deadline],
    ladders: Ladders,
    people: Mapping[int, list[Recipient]],
    offices: Sequence[Recipient],
    day: dt.date,
) -> list[Wanted]:
    """Return who has not been told yet of what holds on a day; one query."""
    wanted: list[Wanted] = []
    for row in batch:
        ladder = ladders.of(row.kind)
        rung = _rung(row, ladders, day)
        if rung:
            wanted += [Wanted(row, rung, person) for person in people[row.organization_id]]
        if ladder.escalates(row.due_on, day):
            wanted += [Wanted(row, ladder.escalation_rung, person) for person in offices]
    if not wanted:
        return []
    told: set[tuple[int, dt.date, str, int]] = set()
    escalated: set[tuple[int, dt.date]] = set()
    rows = Reminder.objects.filter(
        Q(rung__in={want.rung for want in wanted}) | Q(rung__startswith=ESCALATION_MARK),
        deadline_id__in={want.deadline.pk for want in wanted},
    ).values_list("deadline_id", "due_on", "rung", "recipient_id")
    for deadline_id, due_on, rung, recipient_id in rows:
        told.add((deadline_id, due_on, rung, recipient_id))
        if rung.startswith(ESCALATION_MARK):
            escalated.add((deadline_id, due_on))
    return [
        want
        for want in wanted
        if (want.deadline.pk, want.deadline.due_on, want.rung, want.recipient.user_id) not in told
        # Reported once, also when the office has a new colleague or the number of days has changed.
        and not (
            want.rung.startswith(ESCALATION_MARK) and (want.deadline.pk, want.deadline.due_on) in escalated
        )
    ]


@transaction.atomic
def _send(
    batch: Sequence[Deadline],
    ladders: Ladders,
    people: Mapping[int, list[Recipient]],
    offices: Sequence[Recipient],
    day: dt.date,
) -> list[Wanted]:
    """Look at a batch again under lock and write its notices and reminders."""
    rows = list(
        Deadline.objects.select_for_update(of=("self",))
        .filter(pk__in={row.pk for row in batch}, closed_at__isnull=True)
        .select_related("organization")
        .order_by("pk")
    )
    # Moved to another organization meanwhile: the next run knows its people.
    rows = [row for row in rows if row.organization_id in people]
    wanted = _missing(rows, ladders, people, offices, day)
    _store(wanted, _notices(wanted, day), day)
    return wanted


def _store(wanted: Sequence[Wanted], notices: Mapping[Key, Notice], day: dt.date) -> None:
    """Write the notices and the reminders that stand behind them, in a constant number of statements.

    A reminder whose notice of that day is there already, from an earlier batch or run or from one
    that writes at the same moment, joins it: the unique key of Notice makes the second writer wait
    and gives it the row of the first.
    """
    # In one order everywhere, so that two runs wait for one another and never in a circle.
    told = [notices[key] for key in sorted(notices)]
    gathered = _upsert([row for row in told if row.group], ["group"])
    Notice.objects.bulk_create([row for row in told if not row.group])
    Reminder.objects.bulk_create(
        [
            Reminder(
                district_id=want.deadline.district_id,
                deadline_id=want.deadline.pk,
                due_on=want.deadline.due_on,
                rung=want.rung,
                recipient_id=want.recipient.user_id,
                organization_id=want.recipient.organization_id,
                notice=notices[_key(want)],
                sent_on=day,
            )
            for want in wanted
        ]
    )
    if gathered:
        _say_anew(wanted, notices)


def _upsert(rows: list[Notice], fields: Sequence[str]) -> list[Notice]:
    """Insert notices, or change these fields of those that are there, and lock them; they know their ids."""
    return Notice.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["group", "recipient"], update_fields=fields
    )


def _say_anew(wanted: Sequence[Wanted], notices: Mapping[Key, Notice]) -> None:
    """Let notices that other dates have joined say how many they are now, and count as unread and unsent."""
    fresh = Counter(_key(want) for want in wanted)
    counts = dict(
        Reminder.objects.filter(notice__group__in={row.group for row in notices.values()})
        .values_list("notice_id")
        .annotate(Count("pk"))
    )
    groups = {_key(want): want.deadline for want in reversed(wanted)}
    grown = []
    for key, row in notices.items():
        count = counts[row.pk]
        if count > fresh[key]:
            row.title, row.url = _title(groups[key], count), _list_url(groups[key])
            grown.append(row)
    _upsert(grown, ["title", "url", "read_at", "mail"])


def _notices(wanted: Sequence[Wanted], day: dt.date) -> dict[Key, Notice]:
    links = links_of({want.deadline.pk: want.deadline for want in wanted}.values())
    groups: dict[Key, list[Deadline]] = defaultdict(list)
    for want in wanted:
        groups[_key(want)].append(want.deadline)
    return {
        key: Notice(
            district_id=group[0].district_id,
            recipient_id=key[0],
            kind=NoticeKind.ESCALATION if key[4].startswith(ESCALATION_MARK) else NoticeKind.REMINDER,
            group=f"{key[1]} {key[2]} {key[3]} {key[4]} {day}",
            title=_title(group[0], len(group)),
            text=f"{group[0].organization}，{due_words(group[0].due_on, day)}。",
            url=links.get(group[0].pk, "") if len(group) == 1 else _list_url(group[0]),
        )
        for key, group in groups.items()
    }


def _title(first: Deadline, count: int) -> str:
    more = f" 等 {count} 项" if count > 1 else ""
    return f"{kind(first.kind).label}：{first.title[: 280 - len(more)]}{more}"[:300]


def due_words(due_on: dt.date, day: dt.date) -> str:
    """Return a due date as a notice says it: 2026年12月1日到期，剩 7 天."""
    left = (due_on - day).days
    if left > 0:
        return f"{chinese_date(due_on)}到期，剩 {left} 天"
    return f"{chinese_date(due_on)}到期，" + (f"已逾期 {-left} 天" if left else "就在今日")


def _list_url(first: Deadline) -> str:
    query: dict[str, str | int] = {
        "kind": first.kind,
        "due": first.due_on.isoformat(),
        "organization": first.organization_id,
    }
    return f"{reverse('deadlines:list')}?{urlencode(query)}"


# ---- By hand ----------------------------------------------------------------------------------------


@transaction.atomic
def chase(deadlines: Sequence[Deadline], *, note: str, actor: User, right: str = "chase_deadline") -> int:
    """Tell the people who owe these dates that somebody waits, with a note; return how many were told.

    ``right`` is another one for an app whose own office chases its own dates.

    Each person once a day for each date, so that a second click tells nobody twice; what was done
    stands in the timeline of each object. Errors: not_allowed, note_missing (field note), closed,
    chased_today, nobody.
    """
    scope = scope_of(actor)
    scope.require(right, scope.district, label="催办")
    note = note.strip()
    if not note:
        raise DomainError("note_missing", "催办须写明要求。", field="note")
    if len(note) > 300:
        raise DomainError("note_long", f"催办要求不超过 300 字，现为 {len(note)} 字。", field="note")
    rows = list(
        Deadline.objects.select_for_update(of=("self",))
        .filter(pk__in=[row.pk for row in deadlines], district_id=scope.district_id, closed_at__isnull=True)
        .select_related("organization", "content_type")
        .order_by("due_on", "pk")
    )
    if not rows:
        raise DomainError("closed", "所选期限都已办结，不需要催办。")
    day = clock.today()
    rung = f"{CHASE_MARK}{day:%y%m%d}"
    people = recipients({row.organization_id for row in rows}, day)
    wanted = [Wanted(row, rung, person) for row in rows for person in people.get(row.organization_id, ())]
    if not wanted:
        raise DomainError("nobody", "责任单位没有可以办理的人员，请先由区委编办分配角色。")
    told = set(
        Reminder.objects.filter(deadline__in=rows, rung=rung).values_list("deadline_id", "recipient_id")
    )
    wanted = [want for want in wanted if (want.deadline.pk, want.recipient.user_id) not in told]
    if not wanted:
        raise DomainError("chased_today", "所选期限今天已经催办过，明天可以再次催办。")
    made = _notices(wanted, day)
    for notice in made.values():
        # With a note of its own: it is never one with what somebody else wrote.
        notice.kind, notice.sender, notice.group = NoticeKind.CHASE, actor, None
        notice.text = f"{actor.organization}催办：{note} {notice.text}"[:500]
    _store(wanted, made, day)
    objects = objects_of({want.deadline.pk: want.deadline for want in wanted}.values())
    record_many(
        build(
            objects[want.pk],
            "deadline.chase",
            "催办",
            actor=actor,
            reason=note,
            changes={"责任单位": (None, str(want.organization)), "到期日": (None, want.due_on)},
        )
        for want in {want.deadline.pk: want.deadline for want in wanted}.values()
        if want.pk in objects
    )
    return len({want.recipient.user_id for want in wanted})
