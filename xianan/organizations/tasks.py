"""The grants are held against the role assignments every night; the days of a role are ``Scope``'s matter."""

from __future__ import annotations

from celery.schedules import crontab

from xianan.jobs.schedule import ScheduledJob, register

from .services import grants, tries


def sync_grants() -> str:
    """Make the grants equal to the role assignments."""
    changed = grants.sync_grants()
    return f"更正授权 {changed} 条。" if changed else "授权与角色分配一致。"


def forget_tries() -> str:
    """Delete the counts of tries that have run out."""
    return f"清理过期的尝试次数 {tries.prune()} 条。"


register(
    ScheduledJob(
        "organizations.sync_grants",
        "核对角色授权",
        crontab(hour=0, minute=1),
        sync_grants,
        note="核对授权与角色分配，清理已到期的授权；角色到期、到任由平台按日判断",
    )
)

register(
    ScheduledJob(
        "organizations.forget_tries",
        "清理登录和核验的尝试次数",
        crontab(hour=2, minute=40),
        forget_tries,
        note="输错密码、核验文书的次数只留到期限为止",
    )
)
