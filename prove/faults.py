"""The proofs. Each returns what was accepted, what was lost, what happened twice, and how long it took."""

from __future__ import annotations

import datetime as dt
import itertools
import os
import random
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from django.contrib.contenttypes.models import ContentType
from django.db import connections, transaction
from django.db.models import Max

from prove.bodies import STEPS, TICK, sql
from prove.processes import PATIENCE, Process, Redis, beat, until, worker
from xianan.core import clock
from xianan.deadlines.models import Deadline, Notice, Reminder
from xianan.deadlines.registry import kinds
from xianan.jobs import schedule
from xianan.jobs.choices import JobState
from xianan.jobs.models import Job, ScheduledRun
from xianan.jobs.services import enqueue
from xianan.organizations.models import District, Organization, RoleAssignment, User
from xianan.portal.status import parts

OPEN = (JobState.QUEUED, JobState.RUNNING)


@dataclass
class Proof:
    """What came of one fault."""

    name: str
    accepted: int = 0
    lost: int = 0
    twice: int = 0
    seconds: float = 0.0
    recovery: float | None = None
    notes: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    @property
    def good(self) -> bool:
        return not (self.lost or self.twice or self.faults)

    def need(self, holds: bool, otherwise: str) -> None:
        if not holds:
            self.faults.append(otherwise)


def put(kind: str, count: int, **arguments: object) -> list[int]:
    """Accept so many jobs, each with the business row that asks for it in the same transaction."""
    home = District.objects.get()
    found = []
    for _ in range(count):
        with transaction.atomic():
            made = enqueue(kind, title="proof", district=home, actor=None, arguments=dict(arguments))
            sql("INSERT INTO prove_business VALUES (%s)", made.pk)
        found.append(made.pk)
    return found


def judge(proof: Proof, jobs: list[int]) -> None:
    """Count what is lost and what happened twice among the jobs that were accepted."""
    proof.accepted = len(jobs)
    done = set(Job.objects.filter(pk__in=jobs, state=JobState.DONE).values_list("pk", flat=True))
    rows = sql("SELECT job, count(*) FROM prove_effect WHERE job = ANY(%s) GROUP BY job", jobs)
    effects = {row[0]: row[1] for row in rows}
    proof.lost = sum(1 for key in jobs if key not in done or effects.get(key, 0) < STEPS)
    proof.twice = sum(1 for count in effects.values() if count > STEPS)
    again = Job.objects.filter(pk__in=jobs, attempts__gt=1).count()
    proof.notes.append(f"{again} jobs taken more than once")


def finished(jobs: list[int]) -> Callable[[], bool]:
    return lambda: not Job.objects.filter(pk__in=jobs, state__in=OPEN).exists()


def in_hand(running: Process) -> dict[int, int]:
    """Return {job: process} of what the living processes of a worker are at.

    A job whose worker died a moment ago stands as running too, until its lease ends: it doesn't count.
    """
    alive = set(running.children())
    rows = Job.objects.filter(state=JobState.RUNNING).values_list("pk", "lease_owner")
    return {pk: pid for pk, owner in rows if (pid := int(owner.split(":")[1])) in alive}


def recovered(keys: set[int], killed: dt.datetime) -> float | None:
    """Seconds from the kill to the end of the last job that was in hand then."""
    last = Job.objects.filter(pk__in=keys).aggregate(last=Max("finished_at"))["last"]
    return (last - killed).total_seconds() if last else None


def killed_workers(jobs: int, rounds: int) -> Proof:
    """The worker and its children are killed again and again while jobs are in hand."""
    proof = Proof("worker killed -9 mid-job")
    accepted = put("prove.work", jobs, pause=0.6)
    Job.objects.filter(pk__in=accepted).update(max_attempts=rounds + 3)
    clockwork, running = beat(), worker()
    held: list[tuple[set[int], dt.datetime]] = []
    try:
        for _ in range(rounds):
            if not until(lambda: in_hand(running), 90):
                break
            time.sleep(random.uniform(0.0, 1.0))
            keys = set(in_hand(running))
            running.kill()
            held.append((keys, clock.now()))
            running.start()
        until(finished(accepted))
    finally:
        running.end()
        clockwork.end()
    judge(proof, accepted)
    # From the last kill that met a job: some were in hand at more than one.
    last = {key: at for keys, at in held for key in keys}
    times = [found for key, at in last.items() if (found := recovered({key}, at)) is not None]
    proof.recovery = max(times, default=None)
    proof.need(len(held) == rounds, f"only {len(held)} of {rounds} kills found a job in hand")
    proof.notes.append(f"{len(held)} kills, {sum(len(keys) for keys, _ in held)} jobs in hand then")
    return proof


def killed_children(jobs: int, rounds: int) -> Proof:
    """Only the process that works dies; its worker lives on."""
    proof = Proof("process of the pool killed -9")
    accepted = put("prove.work", jobs, pause=0.6)
    Job.objects.filter(pk__in=accepted).update(max_attempts=rounds + 3)
    clockwork, running = beat(), worker()
    held: list[tuple[int, dt.datetime]] = []
    try:
        while len(held) < rounds and until(lambda: in_hand(running), 90):
            time.sleep(random.uniform(0.0, 0.8))
            now = in_hand(running)
            if now:
                key, pid = random.choice(list(now.items()))
                os.kill(pid, signal.SIGKILL)
                held.append((key, clock.now()))
                time.sleep(2)
        until(finished(accepted))
    finally:
        running.end()
        clockwork.end()
    judge(proof, accepted)
    times = [seconds for key, at in dict(held).items() if (seconds := recovered({key}, at)) is not None]
    proof.recovery = max(times, default=None)
    proof.need(len(held) == rounds, f"only {len(held)} of {rounds} kills found a job in hand")
    proof.notes.append(f"{len(held)} kills, each of a process with a job in hand")
    return proof


def restarted_redis(redis: Redis, jobs: int, rounds: int) -> Proof:
    """Redis dies with all its messages while people go on asking for work; some take it back."""
    proof = Proof("Redis killed and emptied under load")
    accepted: list[int] = []
    taken_back: list[int] = []
    slowest = 0.0

    def ask() -> None:
        nonlocal slowest
        home = District.objects.get()
        try:
            for number in range(jobs):
                begin = time.monotonic()
                if number % 10 == 9:
                    try:
                        with transaction.atomic():
                            made = enqueue("prove.work", title="back", district=home, actor=None)
                            taken_back.append(made.pk)
                            raise KeyboardInterrupt
                    except KeyboardInterrupt:
                        continue
                accepted.extend(put("prove.work", 1, pause=0.05))
                slowest = max(slowest, time.monotonic() - begin)
                time.sleep(0.05)
        finally:
            connections.close_all()

    clockwork, running = beat(), worker()
    try:
        with running.kept_alive() as ended:
            asking = threading.Thread(target=ask)
            asking.start()
            for _ in range(rounds):
                time.sleep(4)
                redis.kill()
                time.sleep(random.uniform(0.5, 4))
                redis.start()
            back = time.monotonic()
            asking.join()
            until(finished(accepted), 2 * PATIENCE)
            proof.recovery = time.monotonic() - back
    finally:
        running.end()
        clockwork.end()
    judge(proof, accepted)
    ghosts = Job.objects.filter(pk__in=taken_back).count()
    proof.need(ghosts == 0, f"{ghosts} jobs of changes that were taken back exist")
    rows = sql("SELECT count(*) FROM prove_business WHERE job = ANY(%s)", accepted)[0][0]
    proof.need(rows == len(accepted), "the business change and its job did not commit together")
    proof.notes.append(
        f"{rounds} restarts, {len(ended)} of which ended the worker; "
        f"nobody waited longer than {slowest:.1f} s to be accepted"
    )
    return proof


def poisoned(others: int) -> Proof:
    """One job fails each time, one kills its process each time; the others go on."""
    proof = Proof("poisoned jobs")
    bad = put("prove.broken", 1) + put("prove.deadly", 1)
    accepted = put("prove.work", others, pause=0.2)
    clockwork, running = beat(), worker()
    try:
        until(finished(accepted))
        others_done = time.monotonic()
        until(finished(bad))
        proof.recovery = time.monotonic() - others_done
    finally:
        running.end()
        clockwork.end()
    judge(proof, accepted)
    for job in Job.objects.filter(pk__in=bad):
        proof.need(job.state == JobState.FAILED, f"{job.kind} stands as {job.state}")
        proof.need(job.attempts == job.max_attempts, f"{job.kind} was tried {job.attempts} times")
        proof.need(bool(job.error), f"{job.kind} does not say why")
    left = sql("SELECT count(*) FROM prove_effect WHERE job = ANY(%s)", bad)[0][0]
    proof.need(left == 0, f"{left} rows of poisoned jobs stayed")
    proof.notes.append("both stopped after 3 attempts with their reason; recovery: seconds until then")
    return proof


def killed_beat(seconds: int) -> Proof:
    """Beat dies; later two run at once. No time passes without its run for long, none has two."""
    proof = Proof("beat killed, then two beats at once")
    running = worker()
    beats: list[Process] = [beat()]

    def ticks() -> int:
        return sql("SELECT count(*) FROM prove_tick")[0][0]

    try:
        proof.need(until(lambda: ticks() >= 2, 90), "beat did not begin")
        beats[0].kill()
        # An entry of the day whose time passed while nobody was there.
        ScheduledRun.objects.filter(key="jobs.tidy").delete()
        two_days = clock.now() - dt.timedelta(days=2)
        ScheduledRun.objects.create(key="jobs.tidy", state="done", started_at=two_days, finished_at=two_days)
        still = ticks()
        time.sleep(65)
        proof.need(ticks() - still <= 1, "somebody ran entries without beat")
        said = {part.key: part.ok for part in parts()}
        proof.need(not said["beat"] and said["worker"], f"health says {said}")
        begin = time.monotonic()
        beats[0].start()
        beats.append(beat())
        caught_up = until(lambda: ScheduledRun.objects.filter(key="jobs.tidy").count() == 2, 120)
        proof.recovery = time.monotonic() - begin
        proof.need(caught_up, "the entry that was missed was not made up for")
        time.sleep(seconds)
        for one in beats:
            one.end()
        # What is in hand ends first: a run and its trace are two commits.
        until(lambda: not ScheduledRun.objects.filter(state="running").exists(), 60)
        time.sleep(3)
    finally:
        for one in beats:
            one.end()
        running.end()
    missed_twice = ScheduledRun.objects.filter(key="jobs.tidy").count() - 2
    proof.twice = max(0, missed_twice)
    starts = list(
        ScheduledRun.objects.filter(key="prove.tick")
        .order_by("started_at")
        .values_list("started_at", flat=True)
    )
    near = schedule.PASSED * TICK
    proof.twice += sum(1 for one, two in itertools.pairwise(starts) if two - one < near * 0.99)
    proof.accepted = len(starts)
    proof.lost = abs(len(starts) - ticks())
    proof.notes.append(f"{len(starts)} runs; missed entry made up for once")
    return proof


def killed_reminders(units: int, rounds: int) -> Proof:
    """The worker dies while it reminds ten people of each unit of twelve dates."""
    proof = Proof("worker killed -9 while reminding")
    expected = _dates(units, people=10, dates=12)
    (asked,) = put("schedule.run", 1, key="deadlines.remind")
    Job.objects.filter(pk=asked).update(max_attempts=rounds + 3)
    clockwork, running = beat(), worker()
    killed = None
    kills = 0

    def reminding() -> bool:
        alive = set(running.children())
        rows = ScheduledRun.objects.filter(key="deadlines.remind", state="running")
        owners = [owner for owner in rows.values_list("lease_owner", flat=True) if owner]
        return any(int(owner.split(":")[1]) in alive for owner in owners)

    try:
        for _ in range(rounds):
            if not until(lambda: reminding() or finished([asked])(), 240, step=0.05):
                break
            time.sleep(random.uniform(0.1, 1.2))
            if not reminding():
                break
            running.kill()
            killed = clock.now()
            kills += 1
            running.start()
        until(finished([asked]))
    finally:
        running.end()
        clockwork.end()
    proof.accepted = expected
    told = Reminder.objects.count()
    proof.lost = max(0, expected - told)
    # Notices without reminders would be messages whose reason was rolled back.
    proof.twice = max(0, told - expected) + Notice.objects.filter(reminders__isnull=True).count()
    # Each person owes something in one unit, of one kind, on one day: one notice, whatever was killed.
    proof.twice += max(0, Notice.objects.count() - expected // 12)
    state = Job.objects.get(pk=asked)
    proof.need(state.state == JobState.DONE, f"the job stands as {state.state}: {state.error}")
    proof.recovery = (state.finished_at - killed).total_seconds() if killed and state.finished_at else None
    proof.notes.append(
        f"{kills} kills; reminders of {units * 12:,} dates, {Notice.objects.count():,} notices"
    )
    proof.need(kills > 0, "nothing was killed while it reminded")
    return proof


def _dates(units: int, *, people: int, dates: int) -> int:
    """Make units with people and with dates on the rung of seven days; return the reminders expected."""
    home = District.objects.get()
    day = clock.today()
    offices = Organization.objects.bulk_create(
        Organization(
            district=home, name=f"第{number}局", kind="department", empowering=True, code=f"P{number}"
        )
        for number in range(units)
    )
    for number in range(people):
        users = User.objects.bulk_create(
            User(username=f"p{number}-{unit.pk}", name="人员", password="!", district=home, organization=unit)
            for unit in offices
        )
        RoleAssignment.objects.bulk_create(
            RoleAssignment(
                district=home,
                user=user,
                organization=user.organization,
                role="department_clerk",
                starts_on=day,
            )
            for user in users
        )
    due = day + dt.timedelta(days=7)
    content_type = ContentType.objects.get_for_model(District)
    Deadline.objects.bulk_create(
        Deadline(
            district=home,
            kind=kinds()[0].key,
            organization=unit,
            content_type=content_type,
            object_id=unit.pk * 100 + number,
            title=f"事项 {number}",
            nominal_on=due,
            due_on=due,
            opened_at=clock.now() - dt.timedelta(days=30),
        )
        for unit in offices
        for number in range(dates)
    )
    return units * people * dates
