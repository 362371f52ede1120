"""What the policy does by the clock: keeping what every measure says of a day."""

from __future__ import annotations

from celery.schedules import crontab

from xianan.jobs.schedule import ScheduledJob, register
from xianan.organizations.models import District

from .services.snapshots import take_snapshot


def take_snapshots() -> str:
    """Take today's snapshot of every district that has none yet."""
    kept = [count for district in District.objects.order_by("pk") if (count := take_snapshot(district))]
    if not kept:
        return "今日的指标快照已经留存。"
    return f"已留存 {len(kept)} 个行政区今日的指标快照，共 {sum(kept)} 条。"


register(
    ScheduledJob(
        "policy.snapshots",
        "留存指标日快照",
        # After midnight, when yesterday is complete and before anybody has acted today.
        crontab(hour=0, minute=20),
        take_snapshots,
        note="每天留存各街道、各部门全部指标当日的数值；错过的日期不补造",
    )
)
