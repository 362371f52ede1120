"""What Celery finds here: the tasks that wake, the signs of life, and the entries of this room."""

from __future__ import annotations

import datetime as dt

from celery.schedules import crontab

from . import downloads, heartbeat, runner, schedule
from .wakeups import run_job, run_scheduled, wake, wake_entry


def sweep() -> str:
    """Wake every job that waits without a worker, and every entry of the schedule that was missed."""
    jobs = runner.sweep()
    for job_id in jobs:
        wake(job_id)
    keys = [key for key in schedule.missed() if key != SWEEP]
    for key in keys:
        wake_entry(key)
    return f"唤醒后台任务 {len(jobs)} 个，补做定时任务 {len(keys)} 个。"


def tidy() -> str:
    """Clear the downloads and the ledger of runs."""
    expired, orphans = downloads.clear()
    return f"清理到期的下载 {expired} 个、残留文件 {orphans} 个、旧的执行记录 {schedule.prune()} 条。"


SWEEP = "jobs.sweep"

schedule.register(
    schedule.ScheduledJob(
        SWEEP,
        "接续后台任务",
        dt.timedelta(seconds=15),
        sweep,
        note="接续中断的任务，补做错过的定时任务",
        quiet=True,
    )
)

schedule.register(
    schedule.ScheduledJob(
        "jobs.tidy",
        "清理到期下载和旧记录",
        crontab(hour=2, minute=30),
        tidy,
        note="下载保留 30 天，执行记录保留 90 天",
    )
)

# Loaded with the entries, so that every worker knows the tasks and signs.
__all__ = ["heartbeat", "run_job", "run_scheduled"]
