"""What this app does by the clock."""

from __future__ import annotations

import datetime as dt
from collections import Counter

from celery.schedules import crontab
from django.conf import settings

from xianan.core.errors import DomainError
from xianan.jobs.schedule import ScheduledJob, register
from xianan.organizations.models import District

from .orders.steps import monthly_draft
from .services import calendar, mail, reminders, validity


def send_reminders() -> str:
    """Send what is due today; what was sent already is not sent again."""
    sent = people = silent = written = 0
    for district in District.objects.order_by("pk"):
        outcome = reminders.remind(district)
        sent += len(outcome.sent)
        people += len({line.to for line in outcome.sent})
        silent += outcome.silent
        written += mail.write_digests(district)
    words = f"提醒 {people} 人 {sent} 条。" if sent else "没有需要提醒的期限。"
    if written:
        words += f"待发邮件 {written} 封。"
    if silent:
        words += f"有 {silent} 项期限的责任单位没有可以办理的人员。"
    return words


def send_mail() -> str:
    """Hand the waiting mail to the server. Raises DomainError when the server did not take it."""
    if settings.MAIL_SERVER is None:
        return "没有配置邮件服务器，不发邮件。"
    done = mail.send_queued()
    if done.fault:
        raise DomainError("mail_server", f"{done.fault}。已发 {done.sent} 封，其余稍后再发。")
    return f"发出邮件 {done.sent} 封，未发出 {done.failed} 封，稍后再发 {done.put_off} 封。"


register(
    ScheduledJob(
        "deadlines.remind",
        "发送到期提醒",
        crontab(hour="8-23", minute=0),
        send_reminders,
        note="每天 8 时发送当日提醒，此后每小时补发",
    )
)
register(
    ScheduledJob(
        "mail.send",
        "发送邮件",
        dt.timedelta(minutes=1),
        send_mail,
        note="每人每天一封",
        quiet=True,
    )
)


def follow_calendar() -> str:
    """Put the open dates on the working days of years that have become known since they were reckoned."""
    moved: Counter[int] = Counter()
    for district in District.objects.order_by("pk"):
        moved.update(calendar.catch_up(district))
    if not moved:
        return "未办结的期限都与节假日安排一致。"
    return (
        "；".join(
            f"{year}年节假日安排已公布，{count} 项未办结的期限随之调整"
            for year, count in sorted(moved.items())
        )
        + "。"
    )


register(
    ScheduledJob(
        "deadlines.calendar",
        "按节假日安排调整期限",
        crontab(hour=0, minute=20),
        follow_calendar,
        note="得知新一年的安排后，暂按周末推算的期限随之调整",
    )
)


def draft_monthly() -> str:
    """Draw up each district's circular of the month; one that is drawn up stands for the whole month."""
    drafts = [order for row in District.objects.order_by("pk") if (order := monthly_draft(row))]
    if not drafts:
        return "本月通报已起草，或者还没到本月第一个工作日，或者没有逾期事项。"
    return (
        "已起草" + "、".join(f"{order.district}《{order.title}》" for order in drafts) + "，待区政府办签发。"
    )


register(
    ScheduledJob(
        "orders.monthly_draft",
        "起草每月逾期通报",
        crontab(hour=8, minute=30),
        draft_monthly,
        note="每月第一个工作日起草，由区政府办审阅签发",
    )
)


def follow_documents() -> str:
    """Put the ends of the documents on the desk of 区委编办, also of those that came before this job did."""
    count = sum(validity.follow_versions(district) for district in District.objects.order_by("pk"))
    return f"{count} 份文件写明了有效期，期满前提醒区委编办。" if count else "没有写明有效期的文件。"


register(
    ScheduledJob(
        "policy.validity",
        "提醒文件有效期",
        crontab(hour=0, minute=30),
        follow_documents,
        note="两份文件各版本期满前提醒区委编办修订或重新印发",
    )
)
