"""What training does by the clock: opening the year's plan and the quarters that are owed."""

from __future__ import annotations

from celery.schedules import crontab

from secondment.services.duties import open_duties
from xianan.jobs.schedule import ScheduledJob, register
from xianan.organizations.models import District


def open_all() -> str:
    """Open what every district's departments owe of training as of today."""
    plans = quarters = short = 0
    for district in District.objects.order_by("pk"):
        done = open_duties(district)
        plans += done.plans
        quarters += done.quarters
        short += done.short
    words = (
        f"列入年度培训计划 {plans} 份、季度培训任务 {quarters} 项。"
        if plans or quarters
        else "没有新的培训任务。"
    )
    return f"{words}尚未举办的季度任务 {short} 项。"


register(
    ScheduledJob(
        "training.duties",
        "列入培训任务",
        crontab(hour=7, minute=30),
        open_all,
        note="每天核对各赋权部门的年度计划和季度培训",
    )
)
