"""What the history does by the clock."""

from __future__ import annotations

from celery.schedules import crontab

from xianan.jobs.schedule import ScheduledJob, register

from .once import forget_sent_forms

register(
    ScheduledJob(
        "history.sent_forms",
        "清理表单提交记录",
        crontab(hour=3, minute=40),
        forget_sent_forms,
        note="防止同一表单重复提交的记录保留一日",
    )
)
