"""What the broker carries: the number of a job or the key of an entry, for a worker to look at its ledger."""

from __future__ import annotations

import logging

from celery import shared_task

from . import runner, schedule

logger = logging.getLogger(__name__)

# Seconds after which a wake-up is void. The sweep sends new ones, so they don't pile up behind a long job.
EXPIRES = 60


@shared_task(name="xianan.jobs.tasks.run_job", acks_late=True)
def run_job(job_id: int) -> None:
    """Run one job of the ledger; a second wake-up for the same job finds no lease and does nothing."""
    runner.run(job_id)


@shared_task(name=schedule.TASK, acks_late=True)
def run_scheduled(key: str) -> None:
    """Run one entry of the schedule if it is due; a second wake-up does nothing."""
    try:
        schedule.run(key)
    except KeyError:
        logger.warning("There is no entry %s in the schedule any more", key)


def wake(job_id: int) -> None:
    """Tell the broker that a job waits. Never raises: the ledger is the promise, not the message."""
    try:
        run_job.apply_async((job_id,), ignore_result=True, retry=False, expires=EXPIRES)
    except Exception as fault:
        logger.warning("The broker could not be told of job %s; the sweep will find it: %s", job_id, fault)


def wake_entry(key: str) -> None:
    """Tell the broker that an entry of the schedule was missed."""
    run_scheduled.apply_async((key,), ignore_result=True, retry=False, expires=EXPIRES)
