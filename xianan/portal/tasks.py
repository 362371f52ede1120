"""The bodies of jobs that concern no single app."""

from __future__ import annotations

import time

from xianan.core.errors import DomainError
from xianan.jobs import schedule
from xianan.jobs.choices import RunState
from xianan.jobs.registry import job
from xianan.jobs.run import Run

from .services import exports

RUN_NOW = "schedule.run"
PATIENCE = 600.0
"""Seconds to wait for a run that is on its way."""

job(exports.KIND)(exports.write)


@job(RUN_NOW)
def run_now(run: Run) -> None:
    """Run an entry of the schedule because a person asked for it, after a run that is on its way."""
    until = time.monotonic() + PATIENCE
    while (done := schedule.run(run.arguments["key"], asked_by=run.job.created_by, now=True)) is None:
        if time.monotonic() >= until:
            raise DomainError("busy", "这项任务正在执行，请待本次结束后再试。")
        run.progress(0)
        time.sleep(1)
    if done.state == RunState.FAILED:
        raise DomainError("failed", done.outcome)
    with run.effect() as result:
        result["outcome"] = done.outcome
        result["run"] = done.pk
