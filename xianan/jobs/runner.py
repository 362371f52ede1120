"""Running a job once: its lease, its body, and one transaction for effect and completion."""

from __future__ import annotations

import datetime as dt
import logging

from django.db.models import F, Q

from xianan.core import clock
from xianan.core.errors import DomainError
from xianan.core.identity import without_id_numbers

from .choices import JobState
from .lease import RETURNED, LeaseLost, expired, taken
from .models import Job
from .registry import body
from .run import Run

logger = logging.getLogger(__name__)

BACKOFF = dt.timedelta(seconds=20)
LONGEST_DETAIL = 2000


def take(job_id: int) -> Job | None:
    """Take the lease of a job that waits or whose lease has run out; None if it is not to be had."""
    now = clock.now()
    free = Job.objects.filter(_waiting(now), pk=job_id, attempts__lt=F("max_attempts"))
    if free.update(attempts=F("attempts") + 1, started_at=now, **taken(Job, now)) != 1:
        return None
    return Job.objects.select_related("created_by", "district").get(pk=job_id)


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
        with current.lease:
            body(job.kind)(current)
            if not current.completed:
                with current.effect():
                    pass
    except LeaseLost:
        logger.info("Job %s was cancelled or taken over", job_id)
        return False
    except DomainError as refusal:
        _fail(current, refusal.message, final=True)
        return True
    except Exception as fault:
        logger.exception("Job %s failed in attempt %s", job_id, job.attempts)
        return _fail(
            current,
            f"处理时出现意外错误，试了 {job.attempts} 次没有成功。请把任务编号 {job.pk} 告知管理员，由其查看日志。",
            final=job.attempts >= job.max_attempts,
            detail=f"{type(fault).__name__}: {fault}",
        )
    return True


def _fail(current: Run, reason: str, *, final: bool, detail: str = "") -> bool:
    """Close a job as failed, or put it back for another attempt; ``reason`` is for people."""
    job, now = current.job, clock.now()
    line = f"{now:%Y-%m-%d %H:%M:%S} 第{job.attempts}次：{(detail or reason)[:LONGEST_DETAIL]}\n"
    current.lease.give_back(
        state=JobState.FAILED if final else JobState.QUEUED,
        not_before=now + BACKOFF * job.attempts,
        error=without_id_numbers(reason) if final else "",
        log=job.log + without_id_numbers(line),
        finished_at=now if final else None,
    )
    return final


def sweep() -> list[int]:
    """Return the jobs to be woken: never started ones, and those whose lease has run out.

    A job whose worker died in its last attempt is closed as failed here.
    """
    now = clock.now()
    Job.objects.filter(expired(now), attempts__gte=F("max_attempts")).update(
        state=JobState.FAILED,
        error="执行任务的进程多次意外终止，请联系管理员查看日志后重新发起。",
        finished_at=now,
        **RETURNED,
    )
    return list(Job.objects.filter(_waiting(now)).order_by("id").values_list("pk", flat=True)[:100])


def _waiting(now: dt.datetime) -> Q:
    return Q(state=JobState.QUEUED, not_before__lte=now) | expired(now)
