"""Looking for what is due among four million dates, and telling ten thousand people, in sets and row by row."""

from __future__ import annotations

import datetime as dt
import io
import json
import statistics
import time

from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from bench.measure import Figure
from xianan.core import clock
from xianan.deadlines.models import Deadline, Notice, Reminder
from xianan.deadlines.registry import kinds
from xianan.deadlines.services.reminders import due_batches, remind
from xianan.organizations.models import District, Organization, RoleAssignment, User

ROWS = 4_000_000
PEOPLE = 10_000
UNITS = 500
OPEN_SHARE = 20
"""One date in so many is open; the others are history."""
AHEAD = 60


def measure(runs: int, rows: int = ROWS, people: int = PEOPLE) -> list[Figure]:
    """Make a district of its own, measure, and take its rows away again."""
    district = _district(people)
    try:
        return [*_scan(district, rows, runs), *_people(district, people)]
    finally:
        _empty()


def _empty() -> None:
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE deadlines_deadline, deadlines_reminder, deadlines_notice CASCADE")


# ---- The scan -----------------------------------------------------------------------------------------


def _scan(district: District, rows: int, runs: int) -> list[Figure]:
    group = f"Due scan of {rows:,} dates"
    _dates(district, rows)
    until = clock.today() + dt.timedelta(days=AHEAD)
    first, whole, found = [], [], 0
    for _ in range(runs + 1):
        begin = time.perf_counter()
        next(due_batches(district.pk, until))
        first.append((time.perf_counter() - begin) * 1000)
        begin = time.perf_counter()
        found = sum(len(batch) for batch in due_batches(district.pk, until))
        whole.append((time.perf_counter() - begin) * 1000)
    counted = Deadline.objects.filter(closed_at__isnull=True).count()
    figures = [
        Figure(group, "first batch of 2,000", statistics.median(first[1:]), "ms", min(first), _plan(district, until)),
        Figure(
            group, f"all due within {AHEAD} days and overdue", statistics.median(whole[1:]), "ms", min(whole),
            f"{found:,} of {counted:,} open",
        ),
    ]  # fmt: skip
    figures.append(_without_index(district, until, group))
    return figures


def _dates(district: District, rows: int) -> None:
    """Dates over six years back and two ahead; one in twenty is open, of those one in ten overdue."""
    content_type = ContentType.objects.get_for_model(District)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(
            """INSERT INTO deadlines_deadline (district_id, kind, organization_id, content_type_id, object_id,
                 title, nominal_on, due_on, opened_at, closed_at, outcome)
               SELECT %s, %s, o.id, %s, n, '期限 ' || n, d, d, now() - interval '1 year',
                 CASE WHEN n %% %s = 0 THEN NULL ELSE now() END, ''
               FROM (SELECT n, CASE WHEN n %% %s <> 0 THEN current_date - (n * 7919 %% 2190)::int
                   WHEN n %% 200 = 0 THEN current_date - (n / 200 %% 90)::int
                   ELSE current_date + (n * 104729 %% 730)::int END AS d
                 FROM generate_series(1, %s::bigint) n) s
               JOIN LATERAL (SELECT id FROM organizations_organization WHERE district_id = %s
                 ORDER BY id OFFSET 0 LIMIT 1) o ON true""",
            [district.pk, kinds()[0].key, content_type.pk, OPEN_SHARE, OPEN_SHARE, rows, district.pk],
        )
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE deadlines_deadline")


def _statement(district: District, until: dt.date) -> str:
    with CaptureQueriesContext(connection) as found:
        next(due_batches(district.pk, until))
    return str(found.captured_queries[0]["sql"])


def _explained(district: District, until: dt.date) -> tuple[float, str]:
    statement = _statement(district, until)
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}")
        (given,) = cursor.fetchone()
    plan = given if isinstance(given, list) else json.loads(given)
    node, words = plan[0]["Plan"], []
    stack = [node]
    while stack:
        node = stack.pop(0)
        index = node.get("Index Name", "")
        words.append(f"{node['Node Type']}{f' on {index}' if index else ''}")
        stack = node.get("Plans", []) + stack
    return float(plan[0]["Execution Time"]), " > ".join(words)


def _plan(district: District, until: dt.date) -> str:
    spent, words = _explained(district, until)
    return f"{spent:.0f} ms in the database: {words}"


def _without_index(district: District, until: dt.date, group: str) -> Figure:
    """The same statement if the partial indexes were not there."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = '5s'")
        for name in ("deadline_due_open", "deadline_organization_open"):
            cursor.execute(f"DROP INDEX {name}")
        spent, words = _explained(district, until)
        transaction.set_rollback(True)
    return Figure(group, "  the same without the partial indexes", spent, "ms", note=words)


# ---- The people ---------------------------------------------------------------------------------------


def _district(people: int) -> District:
    call_command("migrate", interactive=False, verbosity=0, stdout=io.StringIO())
    district = District.objects.create(code="990000", name="测量区", short_name="测量区")
    units = Organization.objects.bulk_create(
        Organization(
            district=district, name=f"第{number}局", kind="department", empowering=True, code=f"U{number:04d}",
            display_order=number,
        )
        for number in range(UNITS)
    )  # fmt: skip
    users = User.objects.bulk_create(
        User(
            username=f"u{number:05d}", name=f"人员{number}", password="!", district=district,
            organization=units[number % UNITS],
        )
        for number in range(people)
    )  # fmt: skip
    today = clock.today()
    RoleAssignment.objects.bulk_create(
        RoleAssignment(
            district=district, user=user, organization=user.organization, role="department_clerk", starts_on=today
        )
        for user in users
    )  # fmt: skip
    return district


def _people(district: District, people: int) -> list[Figure]:
    """One date of each unit stands on the rung of seven days: everybody of the unit is told."""
    group = f"{people:,} people reminded"
    _empty()
    due = clock.today() + dt.timedelta(days=7)
    content_type = ContentType.objects.get_for_model(District)
    Deadline.objects.bulk_create(
        Deadline(
            district=district, kind=kinds()[0].key, organization=unit, content_type=content_type,
            object_id=number, title=f"事项 {number}", nominal_on=due, due_on=due,
            opened_at=clock.now() - dt.timedelta(days=30),
        )
        for number, unit in enumerate(Organization.objects.filter(district=district))
    )  # fmt: skip
    with CaptureQueriesContext(connection) as counted:
        begin = time.perf_counter()
        outcome = remind(district)
        seconds = time.perf_counter() - begin
    told = len({line.to for line in outcome.sent})
    if told != people or Reminder.objects.count() != people:
        raise SystemExit(f"{told} people told by {Reminder.objects.count()} reminders")
    begin = time.perf_counter()
    again = remind(district)
    once_more = time.perf_counter() - begin
    if again.sent:
        raise SystemExit("a second run told somebody twice")
    figures = [
        Figure(group, "in sets", seconds, "s", note=f"{len(counted):,} queries, 1 message"),
        Figure(group, "  run again, nobody left", once_more, "s"),
    ]
    Notice.objects.all().delete()
    Reminder.objects.all().delete()
    seconds, queries = _row_by_row(district)
    if Reminder.objects.count() != people:
        raise SystemExit("row by row told another number")
    note = f"{queries:,} queries, {people:,} messages"
    figures.append(Figure(group, "  yardstick: one task a row", seconds, "s", note=note))
    return figures


def _row_by_row(district: District) -> tuple[float, int]:
    """A message to the broker for each date and person, and a task that reads, asks and writes one notice.

    The tasks run here one after the other, without the time that a worker takes to fetch each.
    """
    from xianan.celery import app

    pairs = list(
        RoleAssignment.objects.filter(district=district)
        .order_by("pk")
        .values_list("user_id", "organization_id", "organization__deadlines__pk")
    )
    queue = "bench"
    begin = time.perf_counter()
    for user_id, _, deadline_id in pairs:
        app.send_task("bench.remind", (deadline_id, user_id), queue=queue, ignore_result=True)
    for pair in pairs[:-1]:
        _task(district, *pair)
    seconds = time.perf_counter() - begin
    with CaptureQueriesContext(connection) as counted:
        _task(district, *pairs[-1])
    with app.connection_for_write() as link:
        link.default_channel.queue_purge(queue)
    return seconds, len(counted) * len(pairs)


def _task(district: District, user_id: int, organization_id: int, deadline_id: int) -> None:
    with transaction.atomic():
        due = Deadline.objects.select_related("organization").get(pk=deadline_id)
        person = User.objects.get(pk=user_id)
        told = Reminder.objects.filter(deadline=due, due_on=due.due_on, rung="7", recipient=person)
        if told.exists():
            return
        notice = Notice.objects.create(district=district, recipient=person, title=due.title)
        Reminder.objects.create(
            district=district, deadline=due, due_on=due.due_on, rung="7", recipient=person,
            organization_id=organization_id, notice=notice, sent_on=clock.today(),
        )  # fmt: skip
