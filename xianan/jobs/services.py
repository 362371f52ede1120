"""Accepting and cancelling work."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction

from xianan.core import clock
from xianan.core.errors import DomainError, NotAllowed
from xianan.core.identity import without_id_numbers
from xianan.history.services import record

from .choices import JobState
from .lease import RETURNED
from .models import Job
from .wakeups import wake

if TYPE_CHECKING:
    from xianan.organizations.models import District, User


def enqueue(
    kind: str,
    *,
    title: str,
    district: District,
    actor: User | None,
    arguments: dict[str, Any] | None = None,
    link: str = "",
    max_attempts: int = 3,
) -> Job:
    """Put a job into the ledger inside the caller's transaction; the broker is told after commit.

    If the broker can't be reached the job is not lost: the sweep finds it.
    """
    job = Job.objects.create(
        district=district,
        kind=kind,
        title=str(without_id_numbers(title))[:200],
        arguments=arguments or {},
        link=link,
        created_by=actor,
        max_attempts=max_attempts,
    )
    transaction.on_commit(lambda: wake(job.pk))
    return job


@transaction.atomic
def cancel(job: Job, *, actor: User) -> Job:
    """Stop a job that has not ended. A running one notices at its next step and leaves nothing behind.

    Only the person who asked for it may cancel. Errors: not_allowed, wrong_state.
    """
    if job.created_by_id != actor.pk:
        raise NotAllowed("只有发起人可以取消这项任务。")
    stopped = Job.objects.filter(pk=job.pk, state__in=(JobState.QUEUED, JobState.RUNNING)).update(
        state=JobState.CANCELLED, finished_at=clock.now(), **RETURNED
    )
    if stopped != 1:
        raise DomainError("wrong_state", "任务已经结束，不能取消。")
    record(job, "job.cancel", "停止任务", actor=actor)
    job.refresh_from_db()
    return job


@transaction.atomic
def run_again(job: Job, *, actor: User) -> Job:
    """Run a job now that failed or still waits, with all its attempts before it. Error: wrong_state.

    The caller has checked the right.
    """
    changed = Job.objects.filter(pk=job.pk, state__in=(JobState.FAILED, JobState.QUEUED)).update(
        state=JobState.QUEUED,
        attempts=0,
        not_before=clock.now(),
        finished_at=None,
        progress=0,
        error="",
    )
    if changed != 1:
        raise DomainError("wrong_state", "任务正在执行或已经结束，不能再次执行。")
    record(job, "job.run_again", "立即执行", actor=actor)
    transaction.on_commit(lambda: wake(job.pk))
    job.refresh_from_db()
    return job
