"""What runs by the clock: due by the ledger, one run at a time, nothing missed, nothing twice."""

from __future__ import annotations

import datetime as dt
import logging
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from celery.schedules import crontab
from django.db import connection, connections
from hypothesis import given
from hypothesis import strategies as st

from xianan.core import clock
from xianan.core.errors import DomainError
from xianan.jobs import lease, schedule
from xianan.jobs.choices import RunState
from xianan.jobs.models import ScheduledRun
from xianan.jobs.schedule import ScheduledJob

COMMITTING = pytest.mark.django_db(transaction=True)
MORNING = dt.datetime(2026, 11, 23, 8, 0, tzinfo=clock.ZONE)
Entry = Callable[..., list[str]]


@pytest.fixture
def entry(db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Entry]:
    """Register an entry; returns the list that grows with every run."""

    def make(
        when: Any = dt.timedelta(minutes=5), key: str = "test.one", body: Any = None, quiet: bool = False
    ) -> list[str]:
        runs: list[str] = []

        def run() -> str:
            runs.append(f"{clock.now():%m-%d %H:%M}")
            return body() if body else "做完了。"

        monkeypatch.setitem(schedule._entries, key, ScheduledJob(key, "试验", when, run, quiet=quiet))
        return runs

    yield make


def at(moment: dt.datetime, key: str = "test.one", *, now: bool = False) -> ScheduledRun | None:
    with clock.travel(moment, still=True):
        return schedule.run(key, now=now)


@pytest.mark.sqlite
def test_a_wake_up_sent_twice_runs_once(entry: Entry) -> None:
    runs = entry(crontab(hour=8, minute=0))
    first = at(MORNING)
    assert first is not None
    assert (first.state, first.outcome, first.asked_by) == (RunState.DONE, "做完了。", None)
    assert at(MORNING + dt.timedelta(seconds=1)) is None
    assert at(MORNING + dt.timedelta(hours=23, minutes=59)) is None
    assert at(MORNING + dt.timedelta(days=1)) is not None
    assert runs == ["11-23 08:00", "11-24 08:00"]


@pytest.mark.sqlite
def test_an_interval_counts_from_the_last_start(entry: Entry) -> None:
    runs = entry(dt.timedelta(minutes=5))
    for seconds in (0, 100, 299, 301, 310, 900):
        at(MORNING + dt.timedelta(seconds=seconds))
    assert len(runs) == 3


@pytest.mark.sqlite
def test_what_was_missed_is_made_up_for_once_however_long_the_machine_slept(entry: Entry) -> None:
    runs = entry(crontab(hour=8, minute=0))
    assert "test.one" not in schedule.missed(), "an entry that never ran waits for its first time"
    at(MORNING)
    with clock.travel(MORNING + dt.timedelta(days=1, seconds=30), still=True):
        assert "test.one" not in schedule.missed(), "beat has a minute to do it"
    with clock.travel(MORNING + dt.timedelta(days=5, hours=3), still=True):
        assert "test.one" in schedule.missed()
        assert schedule.run("test.one") is not None
        assert schedule.run("test.one") is None
        assert "test.one" not in schedule.missed()
    assert runs == ["11-23 08:00", "11-28 11:00"]


@pytest.mark.sqlite
def test_a_fault_is_kept_with_its_log_and_a_refusal_with_its_sentence(entry: Entry) -> None:
    def broken() -> str:
        logging.getLogger("xianan.test").info("打开文件")
        raise RuntimeError("磁盘坏了")

    def refused() -> str:
        raise DomainError("mail", "邮件服务器没有应答。")

    entry(body=broken)
    entry(key="test.two", body=refused)
    failed, mended = at(MORNING), at(MORNING, "test.two")
    assert failed is not None and mended is not None
    assert (failed.state, failed.outcome) == (RunState.FAILED, "发生意外错误，未能完成，详见日志。")
    assert "打开文件" in failed.log
    assert "RuntimeError: 磁盘坏了" in failed.log
    assert (mended.state, mended.outcome) == (RunState.FAILED, "邮件服务器没有应答。")


@pytest.mark.sqlite
def test_only_the_last_run_of_a_quiet_entry_is_kept(entry: Entry) -> None:
    entry(quiet=True)
    entry(key="test.two")
    for days in range(3):
        at(MORNING + dt.timedelta(days=days))
        at(MORNING + dt.timedelta(days=days), "test.two")
    assert ScheduledRun.objects.filter(key="test.one").count() == 1
    assert ScheduledRun.objects.filter(key="test.two").count() == 3


@pytest.mark.sqlite
def test_old_runs_are_pruned_but_the_last_of_each_stays(entry: Entry) -> None:
    entry()
    for days in (0, 1, 60):
        at(MORNING + dt.timedelta(days=days))
    with clock.travel(MORNING + dt.timedelta(days=100)):
        assert schedule.prune() == 2
    with clock.travel(MORNING + dt.timedelta(days=1000)):
        assert schedule.prune() == 0
    assert ScheduledRun.objects.count() == 1


@pytest.mark.sqlite
def test_a_run_whose_process_died_is_closed_and_taken_over_only_after_its_lease(entry: Entry) -> None:
    runs = entry()
    with clock.travel(MORNING, still=True):
        dead = ScheduledRun.objects.create(
            key="test.one", lease_owner="dead", lease_until=clock.now() + ScheduledRun.LEASE
        )
    assert at(MORNING + ScheduledRun.LEASE - dt.timedelta(seconds=1)) is None
    with clock.travel(MORNING + ScheduledRun.LEASE + dt.timedelta(seconds=1), still=True):
        assert "test.one" in schedule.missed()
    taken = at(MORNING + dt.timedelta(minutes=5))
    dead.refresh_from_db()
    assert taken is not None
    assert (dead.state, taken.state, len(runs)) == (RunState.FAILED, RunState.DONE, 1)
    assert "意外终止" in dead.outcome


@pytest.mark.sqlite
def test_a_run_that_lost_its_lease_changes_nothing_of_what_took_it_over(entry: Entry) -> None:
    def slow() -> str:
        if len(runs) == 1:
            at(MORNING + ScheduledRun.LEASE + dt.timedelta(seconds=1), now=True)
            return "晚到的一次。"
        return "接着做完了。"

    runs = entry(body=slow)
    late = at(MORNING)
    assert late is not None
    assert (late.state, "意外终止" in late.outcome, late.lease_owner) == (RunState.FAILED, True, "")
    last = schedule.last_run("test.one")
    assert last is not None
    assert (last.state, last.outcome, len(runs)) == (RunState.DONE, "接着做完了。", 2)


@COMMITTING
def test_of_two_workers_at_once_one_runs_the_entry(entry: Entry) -> None:
    assert connection.vendor == "postgresql"
    inside, go = threading.Event(), threading.Event()

    def slow() -> str:
        inside.set()
        assert go.wait(20)
        return "做完了。"

    runs = entry(body=slow)
    found: list[Any] = []

    def worker(first: bool) -> None:
        try:
            if not first:
                assert inside.wait(20)
            found.append(schedule.run("test.one"))
        finally:
            if not first:
                go.set()
            connections.close_all()

    threads = [threading.Thread(target=worker, args=(first,)) for first in (True, False)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(runs) == 1
    assert [row is None for row in found] == [True, False]


@COMMITTING
def test_the_lease_of_a_long_run_is_renewed(entry: Entry, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lease, "BEAT", 0.05)
    seen: list[Any] = []

    def slow() -> str:
        first = ScheduledRun.objects.get(key="test.one").lease_until
        for _ in range(200):
            now = ScheduledRun.objects.get(key="test.one").lease_until
            if now != first:
                seen.append(now - first)
                break
            threading.Event().wait(0.05)
        return "做完了。"

    entry(body=slow)
    assert schedule.run("test.one") is not None
    assert seen and seen[0] > dt.timedelta(0)


@pytest.mark.sqlite
def test_every_entry_says_in_words_when_it_runs_and_beat_knows_it() -> None:
    known = schedule.beat_schedule()
    keys = [entry.key for entry in schedule.entries()]
    assert {"jobs.sweep", "jobs.tidy", "organizations.sync_grants"} <= set(keys) == set(known)
    for entry in schedule.entries():
        assert schedule.rhythm(entry).startswith("每")
        assert known[entry.key]["args"] == (entry.key,)


@pytest.mark.parametrize(
    ("when", "words"),
    [
        (dt.timedelta(seconds=15), "每 15 秒"),
        (dt.timedelta(minutes=5), "每 5 分钟"),
        (dt.timedelta(hours=2), "每 2 小时"),
        (crontab(hour=8, minute=0), "每天 08:00"),
        (crontab(hour="8,14", minute=30), "每天 08:30、14:30"),
        (crontab(hour="8-23", minute=0), "每天 08:00 至 23:00 每小时"),
        (crontab(minute=5), "每小时第 5 分"),
        (crontab(minute="*/10"), "每 10 分钟"),
        (crontab(hour=7, minute=0, day_of_week="1"), "每周一 07:00"),
        (crontab(hour=6, minute=0, day_of_month="1-7"), "每月 1 至 7 日 06:00"),
        (crontab(hour=6, minute=0, day_of_month="1"), "每月 1 日 06:00"),
    ],
)
def test_a_rhythm_in_words(when: Any, words: str) -> None:
    assert schedule.rhythm(ScheduledJob("test.words", "试验", when, str)) == words


@given(
    st.dates(dt.date(2026, 1, 1), dt.date(2030, 12, 31)),
    st.times(),
    st.integers(0, 23),
    st.integers(0, 59),
)
def test_a_daily_entry_is_next_due_within_a_day_at_its_hour(
    day: dt.date, time: dt.time, hour: int, minute: int
) -> None:
    daily = ScheduledJob("test.daily", "试验", crontab(hour=hour, minute=minute), str)
    start = dt.datetime.combine(day, time, clock.ZONE)
    due = daily.next_after(start)
    assert dt.timedelta(0) < due - start <= dt.timedelta(days=1)
    assert (due.astimezone(clock.ZONE).hour, due.minute, due.second) == (hour, minute, 0)
