"""Reading the ledger and the downloads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from xianan.core import clock

from . import heartbeat
from .choices import JobState
from .models import Download, Job


def downloads_of(user: Any) -> QuerySet[Download]:
    """Return what lies among a person's downloads and is not expired."""
    return Download.objects.filter(user_id=user.pk, expires_at__gte=clock.now())


def new_downloads(user: Any) -> QuerySet[Download]:
    """Return the files a person has not fetched yet."""
    return downloads_of(user).filter(fetched_at__isnull=True)


@dataclass(frozen=True)
class Standstill:
    """Why an open job doesn't get on: in a word for lists, and in a sentence with what to expect."""

    word: str
    says: str


NOBODY = Standstill(
    "等待恢复",
    "执行后台任务的程序现在没有运行，系统管理员恢复后自动开始。任务已经登记，不会丢失，不必重新提交。",
)
BROKEN_OFF = Standstill("等待接续", "执行它的程序中断了，平台会自动从头再做，不会只做一半。不必重新提交。")


def standstill(job: Job, *, nobody: bool) -> Standstill | None:
    """Return why this job doesn't get on, None when it does; ``nobody``: no worker gives a sign of life."""
    if not job.is_open:
        return None
    if job.state == JobState.RUNNING:
        if not job.is_left:
            return None
        return NOBODY if nobody else BROKEN_OFF
    return NOBODY if nobody else None


def nobody_works() -> bool:
    """Whether no worker gives a sign of life. One query."""
    return heartbeat.is_silent(heartbeat.WORKER)
