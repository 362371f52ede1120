"""The published table learns a year with an upgrade: open dates follow it without anybody saving anything."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.deadlines.kit import PLAIN, WORKING, open_at
from xianan.core import clock
from xianan.deadlines import calendar, tasks
from xianan.deadlines.models import Deadline
from xianan.deadlines.rules import CalendarEntry
from xianan.deadlines.services import close
from xianan.deadlines.services.calendar import catch_up, save_year
from xianan.deadlines.services.reminders import remind
from xianan.history.selectors import timeline
from xianan.jobs import schedule

pytestmark = pytest.mark.sqlite
BEFORE = dt.date(2025, 10, 20)
"""A day on which the notice for 2026 has not come out yet."""
MAY_DAY = dt.date(2026, 5, 1)  # a Friday; off until Tuesday, 5 May
LUNAR_SUNDAY = dt.date(2026, 2, 28)  # a Saturday worked for the Spring Festival
REAL = calendar.PUBLISHED


@pytest.fixture(autouse=True)
def _autumn_before() -> Any:
    with clock.travel(BEFORE):
        yield


@pytest.fixture
def unknown(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """The table ends with 2025, until ``learn``."""
    calendar.published.cache_clear()
    monkeypatch.setattr(calendar, "PUBLISHED", frozenset(year for year in REAL if year < 2026))
    return monkeypatch


def learn(patch: pytest.MonkeyPatch) -> None:
    calendar.published.cache_clear()
    patch.setattr(calendar, "PUBLISHED", REAL)


def test_a_new_year_moves_the_dates_that_were_reckoned_by_weekends(world: Any, unknown: Any) -> None:
    later = open_at(world.street, world.street, MAY_DAY, kind=WORKING)
    sooner = open_at(world.department, world.department, LUNAR_SUNDAY, kind=WORKING)
    plain = open_at(world.street, world.street, MAY_DAY, kind=PLAIN)
    closed = open_at(world.other_street, world.other_street, MAY_DAY, kind=WORKING)
    close(WORKING.key, [world.other_street], outcome="done")
    assert (later.due_on, sooner.due_on) == (MAY_DAY, dt.date(2026, 3, 2))
    assert catch_up(world.district) == {}

    learn(unknown)
    assert catch_up(world.district) == {2026: 2}
    due = dict(Deadline.objects.values_list("pk", "due_on"))
    assert due[later.pk] == dt.date(2026, 5, 6)
    assert due[sooner.pk] == LUNAR_SUNDAY
    assert due[plain.pk] == due[closed.pk] == MAY_DAY
    entry = timeline(world.street)[0]
    assert (entry.label, entry.actor_id) == ("到期日随节假日安排调整", None)
    assert entry.changes == {"到期日": ["2026-05-01", "2026-05-06"]}
    assert entry.reason == "2026年节假日安排已公布"


def test_it_moves_them_once(world: Any, unknown: Any) -> None:
    open_at(world.street, world.street, MAY_DAY, kind=WORKING)
    learn(unknown)
    assert tasks.follow_calendar() == "2026年节假日安排已公布，1 项未办结的期限随之调整。"
    lines = timeline(world.street).count()
    for _ in range(2):
        assert tasks.follow_calendar() == "未办结的期限都与节假日安排一致。"
    assert timeline(world.street).count() == lines


def test_the_turn_of_the_year_belongs_to_the_year_that_became_known(world: Any, unknown: Any) -> None:
    """Wednesday, 31 December 2025 is worked; the days after it are not known yet."""
    row = open_at(world.street, world.street, dt.date(2026, 1, 1), kind=WORKING)
    assert row.due_on == dt.date(2026, 1, 1)
    learn(unknown)
    assert catch_up(world.district) == {2026: 1}
    row.refresh_from_db()
    # 1 to 3 January off, Sunday the 4th worked for it.
    assert row.due_on == dt.date(2026, 1, 4)


def test_a_year_that_somebody_entered_stands(world: Any, unknown: Any) -> None:
    days = [CalendarEntry(MAY_DAY, False, "劳动节")]
    save_year(world.district, 2026, entries=days, reference="", actor=world.establishment)
    row = open_at(world.street, world.street, MAY_DAY, kind=WORKING)
    assert row.due_on == dt.date(2026, 5, 4)
    learn(unknown)
    assert catch_up(world.district) == {}
    row.refresh_from_db()
    assert row.due_on == dt.date(2026, 5, 4)


def test_each_district_goes_by_its_own_calendar(world: Any, other_world: Any, unknown: Any) -> None:
    open_at(world.street, world.street, MAY_DAY, kind=WORKING)
    open_at(other_world.street, other_world.street, MAY_DAY, kind=WORKING)
    learn(unknown)
    assert catch_up(other_world.district) == {2026: 1}
    assert catch_up(world.district) == {2026: 1}


def test_the_mark_goes_and_the_ladder_begins_anew(world: Any, unknown: Any) -> None:
    open_at(world.street, world.street, MAY_DAY, kind=WORKING)
    with clock.travel(dt.date(2026, 4, 24)):
        client = world.client(world.street_head)
        assert "暂按周末推算" in client.get("/deadlines/").content.decode()
        assert {line.rung for line in remind(world.district).sent} == {"7"}
        learn(unknown)
        tasks.follow_calendar()
        assert "暂按周末推算" not in client.get("/deadlines/").content.decode()
        assert remind(world.district).sent != []


def test_a_night_on_which_nothing_changed_only_reads(world: Any) -> None:
    for row in (world.street, world.department, world.other_street):
        open_at(row, row, MAY_DAY, kind=WORKING)
    with CaptureQueriesContext(connection) as queries:
        assert catch_up(world.district) == {}
    assert len(queries) == 3


def test_the_night_has_its_entry(world: Any, unknown: Any) -> None:
    open_at(world.street, world.street, MAY_DAY, kind=WORKING)
    learn(unknown)
    done = schedule.run("deadlines.calendar", now=True)
    assert done is not None
    assert (done.state, done.outcome) == ("done", "2026年节假日安排已公布，1 项未办结的期限随之调整。")
    assert schedule.rhythm(schedule.entry("deadlines.calendar")) == "每天 00:20"
