"""Gaps that open or close by the mere passing of time: a term runs out, an exemption ends, a letter takes effect."""

from __future__ import annotations

from celery.schedules import crontab

from secondment.services.coverage import refresh
from xianan.jobs.schedule import ScheduledJob, register
from xianan.organizations.models import District


def look_at_posts() -> str:
    """Bring the gaps of every district to how they stand today; may be run any number of times."""
    opened = closed = moved = 0
    for district in District.objects.order_by("pk"):
        done = refresh(district)
        opened, closed, moved = opened + done.opened, closed + done.closed, moved + done.moved
    if not opened and not closed and not moved:
        return "各部门下沉人员缺员情况没有变化。"
    return f"新增缺员 {opened} 处，补齐 {closed} 处，人数或起始日期有变 {moved} 处。"


register(
    ScheduledJob(
        "secondment.posts",
        "核对下沉人员缺员",
        crontab(hour="0-23", minute=10),
        look_at_posts,
        note="每小时核对一次，期满、豁免到期和新签确认书随之反映",
    )
)
