"""The job ledger: what was accepted to be done is a row, committed with the change that asked for it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from xianan.core import clock

from .choices import JobState


class Job(models.Model):
    """One piece of long work. The broker only wakes it; the row is the promise."""

    district = models.ForeignKey(
        "organizations.District", models.PROTECT, related_name="+", verbose_name="行政区"
    )
    kind = models.CharField("种类", max_length=60)
    title = models.CharField("任务", max_length=200)
    arguments = models.JSONField("参数", default=dict)
    link = models.CharField("完成后的页面", max_length=200, blank=True)
    state = models.CharField("状态", max_length=10, choices=JobState.choices, default=JobState.QUEUED)
    attempts = models.PositiveIntegerField("已试次数", default=0)
    max_attempts = models.PositiveIntegerField("最多次数", default=3)
    not_before = models.DateTimeField("最早开始", default=clock.now)
    lease_owner = models.CharField("租约持有者", max_length=80, blank=True)
    lease_until = models.DateTimeField("租约到期", null=True, blank=True)
    progress = models.PositiveIntegerField("进度", default=0)
    total = models.PositiveIntegerField("总量", default=0)
    result = models.JSONField("结果", default=dict)
    error = models.TextField("失败原因", blank=True)
    log = models.TextField("日志", blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="发起人"
    )
    created_at = models.DateTimeField("发起时间", default=clock.now)
    started_at = models.DateTimeField("开始时间", null=True, blank=True)
    finished_at = models.DateTimeField("结束时间", null=True, blank=True)

    class Meta:
        verbose_name = "后台任务"
        ordering = ("-id",)
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="running") | (Q(lease_until__isnull=False) & ~Q(lease_owner="")),
                name="job_running_has_lease",
            ),
        ]
        indexes = [
            models.Index(
                fields=("state", "not_before"), condition=Q(state__in=("queued", "running")), name="job_open"
            ),
            models.Index(fields=("created_by", "-id"), name="job_created_by"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def percent(self) -> int:
        """Progress in whole percent; 0 while the total is not known."""
        return min(100, 100 * self.progress // self.total) if self.total else 0

    @property
    def progress_text(self) -> str:
        """Progress in words, for those who don't see the bar."""
        return f"已处理 {self.progress}，共 {self.total}" if self.total else "正在处理"

    @property
    def is_open(self) -> bool:
        return self.state in (JobState.QUEUED, JobState.RUNNING)
