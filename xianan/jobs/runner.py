"""Running a job once: a lease, a heartbeat that renews it, and one transaction for effect and completion."""

from __future__ import annotations

import datetime as dt
import logging
import os
import socket
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import Error as DatabaseFault
from django.db import connection, connections, transaction
from django.db.models import F, Q

from xianan.core import clock
from xianan.core.errors import DomainError
from xianan.core.identity import without_id_numbers

from .choices import JobState
from .models import Job
from .registry import body

logger = logging.getLogger(__name__)

LEASE = dt.timedelta(seconds=30)
BEAT = 2.0
BACKOFF = dt.timedelta(seconds=20)
LONGEST_DETAIL = 2000


class LeaseLost(Exception):
    """The job was cancelled or taken by another worker; whatever this run has not committed is void."""


class Run:
    """What a body is given: its arguments, its progress bar and the one transaction it may commit."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.arguments: dict[str, Any] = job.arguments
        self.completed = False
        self._progress = job.progress
        self._total = job.total
        self._lost = threading.Event()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._beat, name=f"lease-{job.pk}", daemon=True)

    def progress(self, done: int, total: int | None = None) -> None:
        """Move the progress bar; it is written with the next heartbeat. Raises LeaseLost."""
        self._progress = done
        if total is not None:
            self._total = total
        if self._lost.is_set():
            raise LeaseLost

    @contextmanager
    def effect(self) -> Iterator[dict[str, Any]]:
        """Open the transaction in which the work takes effect and the ledger says so.

        Yields the result to be filled in. Both commit together or neither does: the last statement is
        an UPDATE that needs this run's lease, so a run that lost it rolls its own effect back.
        """
        if self.completed:
            raise RuntimeError("a job takes effect once")
        result: dict[str, Any] = {}
        with transaction.atomic():
            yield result
            done = Job.objects.filter(
                pk=self.job.pk, state=JobState.RUNNING, lease_owner=self.job.lease_owner
            ).update(
                state=JobState.DONE,
                result=result,
                progress=F("total") if not self._total else self._total,
                total=self._total or F("total"),
                finished_at=clock.now(),
                lease_owner="",
                lease_until=None,
                error="",
            )
            if done != 1:
                raise LeaseLost
        self.completed = True

    def _beat(self) -> None:
        try:
            while not self._stop.wait(BEAT):
                try:
                    kept = Job.objects.filter(
                        pk=self.job.pk, state=JobState.RUNNING, lease_owner=self.job.lease_owner
                    ).update(lease_until=clock.now() + LEASE, progress=self._progress, total=self._total)
                except DatabaseFault:
                    # SQLite keeps other writers out while the effect is being written; nobody else can
                    # take the lease then either.
                    connection.close()
                    continue
                if kept != 1 and not self._stop.is_set():
                    self._lost.set()
                    return
        finally:
            connections.close_all()

    def __enter__(self) -> Run:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join(timeout=30)


def take(job_id: int) -> Job | None:
    """Take the lease of a job that waits or whose lease has run out; None if it is not to be had."""
    now = clock.now()
    owner = f"{socket.gethostname()[:40]}:{os.getpid()}:{uuid.uuid4().hex[:8]}"
    free = Q(state=JobState.QUEUED, not_before__lte=now) | Q(state=JobState.RUNNING, lease_until__lt=now)
    taken = Job.objects.filter(free, pk=job_id, attempts__lt=F("max_attempts")).update(
        state=JobState.RUNNING,
        attempts=F("attempts") + 1,
        lease_owner=owner,
        lease_until=now + LEASE,
        started_at=now,
    )
    return Job.objects.select_related("created_by", "district").get(pk=job_id) if taken == 1 else None


def run(job_id: int) -> bool:
    """Run a job if its lease can be taken; return whether this run brought it to its end.

    A refusal by a rule (DomainError) fails the job at once with the sentence shown to the person who
    asked; any other fault is tried again up to ``max_attempts`` and then stands with its reason.
    """
    job = take(job_id)
    if job is None:
        return False
    current = Run(job)
    try:
        with current:
            body(job.kind)(current)
            if not current.completed:
                with current.effect():
                    pass
    except LeaseLost:
        logger.info("Job %s was cancelled or taken over", job_id)
        return False
    except DomainError as refusal:
        _fail(job, refusal.message, final=True)
        return True
    except Exception as fault:
        logger.exception("Job %s failed in attempt %s", job_id, job.attempts)
        return _fail(
            job,
            f"处理时出现意外错误，试了 {job.attempts} 次没有成功。请把任务编号 {job.pk} 告知管理员，由其查看日志。",
            final=job.attempts >= job.max_attempts,
            detail=f"{type(fault).__name__}: {fault}",
        )
    return True


def _fail(job: Job, reason: str, *, final: bool, detail: str = "") -> bool:
    """Close a job as failed, or put it back for another attempt; ``reason`` is for people."""
    now = clock.now()
    line = f"{now:%Y-%m-%d %H:%M:%S} 第{job.attempts}次：{(detail or reason)[:LONGEST_DETAIL]}\n"
    Job.objects.filter(pk=job.pk, state=JobState.RUNNING, lease_owner=job.lease_owner).update(
        state=JobState.FAILED if final else JobState.QUEUED,
        not_before=now + BACKOFF * job.attempts,
        error=without_id_numbers(reason) if final else "",
        log=job.log + without_id_numbers(line),
        finished_at=now if final else None,
        lease_owner="",
        lease_until=None,
    )
    return final


def sweep() -> list[int]:
    """Return the jobs to be woken: never started ones, and those whose lease has run out.

    A job whose worker died in its last attempt is closed as failed here.
    """
    now = clock.now()
    Job.objects.filter(state=JobState.RUNNING, lease_until__lt=now, attempts__gte=F("max_attempts")).update(
        state=JobState.FAILED,
        error="执行任务的进程多次意外终止，请联系管理员查看日志后重新发起。",
        finished_at=now,
        lease_owner="",
        lease_until=None,
    )
    waiting = Q(state=JobState.QUEUED, not_before__lte=now) | Q(state=JobState.RUNNING, lease_until__lt=now)
    return list(Job.objects.filter(waiting).order_by("id").values_list("pk", flat=True)[:100])
