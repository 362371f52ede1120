"""The two Celery tasks: run one job of the ledger, and look for jobs nobody runs."""

from __future__ import annotations

from celery import shared_task

from . import runner
from .services import wake


@shared_task(name="xianan.jobs.tasks.run_job", acks_late=True)
def run_job(job_id: int) -> None:
    """Run one job of the ledger; a second wake-up for the same job finds no lease and does nothing."""
    runner.run(job_id)


@shared_task(name="xianan.jobs.tasks.sweep", acks_late=True)
def sweep() -> None:
    """Wake every job that waits without a worker."""
    for job_id in runner.sweep():
        wake(job_id)
