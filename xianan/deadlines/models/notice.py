from __future__ import annotations

from django.db import models
from django.db.models import Q

from xianan.core import clock
from xianan.deadlines.models.deadline import Deadline
from xianan.organizations.models import District, Organization, User

from ..choices import MailState, NoticeKind


class Notice(models.Model):
    """Something the portal tells one person, read or not.

    Whatever a person is reminded of within one ``group`` is one notice, however many runs it takes.
    """

    district = models.ForeignKey(District, models.PROTECT, related_name="+", verbose_name="行政区")
    recipient = models.ForeignKey(User, models.CASCADE, related_name="notices", verbose_name="收件人")
    kind = models.CharField("种类", max_length=12, choices=NoticeKind.choices, default=NoticeKind.REMINDER)
    # What a reminder gathers: dates of one kind, unit, due date and rung on one day. None: said by somebody.
    group = models.CharField("归并", max_length=120, null=True, editable=False)
    title = models.CharField("标题", max_length=300)
    text = models.CharField("内容", max_length=500, blank=True)
    url = models.CharField("链接", max_length=300, blank=True)
    sender = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+", verbose_name="发出人")
    created_at = models.DateTimeField("时间", default=clock.now)
    read_at = models.DateTimeField("阅读时间", null=True, blank=True)
    mail = models.ForeignKey(
        "deadlines.Mail", models.SET_NULL, null=True, blank=True, related_name="notices", verbose_name="邮件"
    )

    class Meta:
        verbose_name = "通知"
        ordering = ("-id",)
        constraints = [
            # Group first: a run reads the notices of its groups. Rows without a group don't meet.
            models.UniqueConstraint(fields=("group", "recipient"), name="notice_once"),
        ]
        indexes = [
            models.Index(fields=("recipient", "-id"), name="notice_recipient"),
            models.Index(fields=("recipient",), condition=Q(read_at__isnull=True), name="notice_unread"),
        ]

    def __str__(self) -> str:
        return self.title


class Reminder(models.Model):
    """That a person was reminded of a deadline on a rung of its ladder: once, for ever.

    A moved due date starts the ladder anew, because ``due_on`` is part of the key.
    """

    district = models.ForeignKey(District, models.PROTECT, related_name="+", verbose_name="行政区")
    deadline = models.ForeignKey(Deadline, models.CASCADE, related_name="reminders", verbose_name="期限")
    due_on = models.DateField("到期日")
    rung = models.CharField("档次", max_length=12)
    recipient = models.ForeignKey(User, models.CASCADE, related_name="+", verbose_name="收件人")
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+", verbose_name="单位")
    notice = models.ForeignKey(
        Notice, models.CASCADE, null=True, related_name="reminders", verbose_name="通知"
    )
    sent_on = models.DateField("提醒日期")

    class Meta:
        verbose_name = "提醒"
        ordering = ("-id",)
        constraints = [
            models.UniqueConstraint(fields=("deadline", "due_on", "rung", "recipient"), name="reminder_once"),
        ]
        indexes = [models.Index(fields=("district", "sent_on"), name="reminder_day")]

    def __str__(self) -> str:
        return f"{self.deadline} {self.rung}"


class NoticePreference(models.Model):
    """Whether a person also wants mail; without a row the portal alone."""

    district = models.ForeignKey(District, models.PROTECT, related_name="+", verbose_name="行政区")
    user = models.OneToOneField(User, models.CASCADE, related_name="notice_preference", verbose_name="人员")
    by_mail = models.BooleanField("同时发邮件", default=False)
    address = models.EmailField("邮箱", blank=True)

    class Meta:
        verbose_name = "通知方式"
        constraints = [
            models.CheckConstraint(
                condition=Q(by_mail=False) | ~Q(address=""),
                name="notice_mail_has_address",
                violation_error_message="发邮件须填写邮箱。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}"


class Mail(models.Model):
    """The one message a person gets on a day, with a Message-ID that stays the same however often it is sent."""

    district = models.ForeignKey(District, models.PROTECT, related_name="+", verbose_name="行政区")
    recipient = models.ForeignKey(User, models.CASCADE, related_name="+", verbose_name="收件人")
    day = models.DateField("日期")
    address = models.EmailField("邮箱")
    message_id = models.CharField("Message-ID", max_length=200, unique=True)
    subject = models.CharField("主题", max_length=200)
    body = models.TextField("正文")
    state = models.CharField("状态", max_length=8, choices=MailState.choices, default=MailState.QUEUED)
    attempts = models.PositiveIntegerField("已试次数", default=0)
    not_before = models.DateTimeField("最早发送", default=clock.now)
    lease_until = models.DateTimeField("租约到期", null=True, blank=True)
    sent_at = models.DateTimeField("发出时间", null=True, blank=True)
    error = models.CharField("失败原因", max_length=300, blank=True)

    class Meta:
        verbose_name = "邮件"
        ordering = ("-id",)
        constraints = [models.UniqueConstraint(fields=("recipient", "day"), name="mail_once_a_day")]
        indexes = [
            models.Index(fields=("not_before",), condition=Q(state="queued"), name="mail_queued"),
        ]

    def __str__(self) -> str:
        return self.subject
