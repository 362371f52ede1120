"""The schedule: what runs by the clock. Each app registers its entries from its ``tasks.py``.

Beat only wakes; the ledger of runs decides whether an entry is due. A wake-up sent twice therefore
runs once, and one that was lost (beat killed, Redis emptied, machine off) is made up for by the sweep.
"""

from __future__ import annotations

import datetime as dt
import logging
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from celery.schedules import crontab
from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.module_loading import autodiscover_modules

from xianan.core import clock
from xianan.core.errors import DomainError

from .choices import RunState
from .lease import RETURNED, Lease, expired, taken
from .models import ScheduledRun

if TYPE_CHECKING:
    from xianan.organizations.models import User

logger = logging.getLogger(__name__)

LONGEST_LOG = 20_000
TASK = "xianan.jobs.tasks.run_scheduled"
"""The task that beat sends with the key of an entry."""
# Beat is a little early or late now and then; an interval that is this far through counts as passed.
PASSED = 0.8


@dataclass(frozen=True)
class ScheduledJob:
    """One entry of the schedule.

    `when`: a crontab in Asia/Shanghai or an interval. `run`: does the work, may be run again at any
    time, and returns one sentence on what came of it; raises DomainError for a fault that people can
    mend. `note`: what it is for. `quiet`: runs so often that only its last run is kept.
    """

    key: str
    label: str
    when: crontab | dt.timedelta
    run: Callable[[], str]
    note: str = ""
    quiet: bool = False

    def next_after(self, moment: dt.datetime) -> dt.datetime:
        """Return the first time after ``moment`` at which the entry is due, in Asia/Shanghai."""
        if isinstance(self.when, dt.timedelta):
            return (moment + self.when).astimezone(clock.ZONE)
        start, delta, _ = self.when.remaining_delta(moment, tz=clock.ZONE)
        following: dt.datetime = start + delta
        return following

    def is_due(self, last: dt.datetime | None) -> bool:
        """Whether it is to run now, given when its last run began; one that never ran is due."""
        if last is None:
            return True
        if isinstance(self.when, dt.timedelta):
            return clock.now() >= last + self.when * PASSED
        return clock.now() >= self.next_after(last)


_entries: dict[str, ScheduledJob] = {}


def register(entry: ScheduledJob) -> ScheduledJob:
    """Add an entry. Raises ValueError when the key is taken by another one."""
    known = _entries.get(entry.key)
    if known is not None and known.run.__qualname__ != entry.run.__qualname__:
        raise ValueError(f"schedule entry {entry.key} is registered twice")
    _entries[entry.key] = entry
    return entry


def entries() -> list[ScheduledJob]:
    """Return all entries, by key."""
    autodiscover_modules("tasks")
    return [_entries[key] for key in sorted(_entries)]


def entry(key: str) -> ScheduledJob:
    """Return the entry of a key. Raises KeyError."""
    if key not in _entries:
        autodiscover_modules("tasks")
    return _entries[key]


def beat_schedule() -> dict[str, dict[str, Any]]:
    """Return the schedule as Celery's beat wants it."""
    return {
        item.key: {
            "task": TASK,
            "schedule": item.when,
            "args": (item.key,),
            # A wake-up that nobody took in time is void; the sweep sends another one.
            "options": {"expires": min(_seconds(item), 600), "ignore_result": True},
        }
        for item in entries()
    }


def _seconds(item: ScheduledJob) -> float:
    return item.when.total_seconds() if isinstance(item.when, dt.timedelta) else 600.0


# ---- Running ------------------------------------------------------------------------------------------


def run(key: str, *, asked_by: User | None = None, now: bool = False) -> ScheduledRun | None:
    """Run an entry if it is due, or with ``now`` anyway; return its run. ``asked_by`` wants it now.

    None: it isn't due, or somebody is running it. A fault is kept in the run and not raised.
    """
    item = entry(key)
    current = _take(item, asked_by, now=now or asked_by is not None)
    if current is None:
        return None
    with _lines() as lines, Lease(current) as lease:
        try:
            outcome, state = item.run() or "已完成。", RunState.DONE
        except DomainError as refusal:
            outcome, state = refusal.message, RunState.FAILED
        except Exception:
            logger.exception("Scheduled entry %s failed", key)
            outcome, state = "发生意外错误，未能完成，详见日志。", RunState.FAILED
            lines.append(traceback.format_exc())
    return _finish(item, lease, outcome, state, "\n".join(lines))


def _take(item: ScheduledJob, asked_by: User | None, *, now: bool) -> ScheduledRun | None:
    moment = clock.now()
    _close_dead(item.key, moment)
    last = last_run(item.key)
    if not now and not item.is_due(last.started_at if last else None):
        return None
    try:
        with transaction.atomic():
            return ScheduledRun.objects.create(key=item.key, asked_by=asked_by, **taken(ScheduledRun, moment))
    except IntegrityError:
        return None


def _close_dead(key: str, now: dt.datetime) -> None:
    ScheduledRun.objects.filter(expired(now), key=key).update(
        state=RunState.FAILED,
        finished_at=now,
        outcome="执行的进程意外终止，已由下一次执行接续。",
        **RETURNED,
    )


def _finish(
    item: ScheduledJob, lease: Lease[ScheduledRun], outcome: str, state: RunState, log: str
) -> ScheduledRun:
    current = lease.row
    lease.give_back(state=state, finished_at=clock.now(), outcome=outcome[:300], log=log[-LONGEST_LOG:])
    if item.quiet:
        ScheduledRun.objects.filter(key=item.key, pk__lt=current.pk).delete()
    current.refresh_from_db()
    return current


@contextmanager
def _lines() -> Iterator[list[str]]:
    """Collect what is logged by this thread."""
    lines: list[str] = []
    thread = threading.get_ident()

    class Collector(logging.Handler):
        def emit(self, line: logging.LogRecord) -> None:
            if line.thread == thread:
                lines.append(f"{clock.now():%H:%M:%S} {line.levelname} {line.getMessage()}")

    collector = Collector(level=logging.INFO)
    logging.getLogger().addHandler(collector)
    try:
        yield lines
    finally:
        logging.getLogger().removeHandler(collector)


# ---- Looking -----------------------------------------------------------------------------------------


def last_run(key: str) -> ScheduledRun | None:
    """Return the latest run of an entry."""
    return ScheduledRun.objects.filter(key=key).order_by("-id").first()


def last_runs() -> dict[str, ScheduledRun]:
    """Return the latest run of each entry that ever ran, with who asked for it; two queries."""
    latest = ScheduledRun.objects.values("key").annotate(latest=Max("id")).values_list("latest", flat=True)
    rows = ScheduledRun.objects.filter(pk__in=list(latest)).select_related("asked_by")
    return {row.key: row for row in rows}


def missed() -> list[str]:
    """Return the keys of entries whose time has passed without a run; beat would have woken them.

    An entry that never ran waits for its first time instead.
    """
    grace = dt.timedelta(seconds=60)
    known = last_runs()
    found = []
    for item in entries():
        last = known.get(item.key)
        if last is None:
            continue
        late = last.state != RunState.RUNNING and item.next_after(last.started_at) + grace < clock.now()
        if last.is_left or late:
            found.append(item.key)
    return found


def prune(days: int = 90) -> int:
    """Delete runs that ended more than ``days`` days ago; return how many. The last of each key stays."""
    keep = [row.pk for row in last_runs().values()]
    old = clock.now() - dt.timedelta(days=days)
    return ScheduledRun.objects.filter(finished_at__lt=old).exclude(pk__in=keep).delete()[0]


# ---- In words ----------------------------------------------------------------------------------------


def rhythm(item: ScheduledJob) -> str:
    """Say in words when an entry runs: 每 15 秒, 每天 08:00, 每月 1 日 06:00."""
    when = item.when
    if isinstance(when, dt.timedelta):
        seconds = int(when.total_seconds())
        for size, word in ((86400, "天"), (3600, "小时"), (60, "分钟")):
            if seconds % size == 0:
                return f"每 {seconds // size} {word}"
        return f"每 {seconds} 秒"
    minutes, hours = sorted(when.minute), sorted(when.hour)
    day = "每天"
    if len(when.day_of_month) < 31:
        day = f"每月 {_numbers(when.day_of_month)} 日"
    elif len(when.day_of_week) < 7:
        day = "每周" + "、".join("日一二三四五六"[number] for number in sorted(when.day_of_week))
    if len(hours) == 24:
        if len(minutes) == 1:
            return f"{'' if day == '每天' else day}每小时第 {minutes[0]} 分"
        return f"{'' if day == '每天' else day}每 {60 // len(minutes)} 分钟"
    if len(hours) > 3 and hours[-1] - hours[0] == len(hours) - 1 and len(minutes) == 1:
        return f"{day} {hours[0]:02d}:{minutes[0]:02d} 至 {hours[-1]:02d}:{minutes[0]:02d} 每小时"
    return f"{day} " + "、".join(f"{hour:02d}:{minute:02d}" for hour in hours for minute in minutes)


def _numbers(days: set[int]) -> str:
    found = sorted(days)
    if len(found) > 2 and found[-1] - found[0] == len(found) - 1:
        return f"{found[0]} 至 {found[-1]}"
    return "、".join(map(str, found))


def next_run(item: ScheduledJob, last: ScheduledRun | None) -> dt.datetime:
    """Return when an entry runs next, never before now."""
    now = clock.now()
    if isinstance(item.when, dt.timedelta) and last is not None:
        return max(now, item.next_after(last.started_at))
    return item.next_after(now)
