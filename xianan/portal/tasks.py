"""The bodies of jobs that concern no single app."""

from __future__ import annotations

from xianan.core.errors import DomainError
from xianan.jobs import schedule
from xianan.jobs.choices import RunState
from xianan.jobs.registry import job
from xianan.jobs.runner import Run

from .services import exports

RUN_NOW = "schedule.run"

job(exports.KIND)(exports.write)


@job(RUN_NOW)
def run_now(run: Run) -> None:
    """Run an entry of the schedule because a person asked for it."""
    done = schedule.run(run.arguments["key"], asked_by=run.job.created_by)
    if done is None:
        raise DomainError("busy", "这项任务正在执行，请待本次结束后再试。")
    if done.state == RunState.FAILED:
        raise DomainError("failed", done.outcome)
    with run.effect() as result:
        result["outcome"] = done.outcome
        result["run"] = done.pk
