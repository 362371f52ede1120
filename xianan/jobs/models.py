"""The job ledger: what was accepted to be done is a row, committed with the change that asked for it."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from xianan.core import clock

from .choices import JobState, RunState

RUNNING = JobState.RUNNING.value
"""The one state, of jobs and of scheduled runs, in which somebody has the row in hand."""


class Leased(models.Model):
    """A row that one process at a time has in hand, see ``lease``; another may take it after ``LEASE``."""

    LEASE: ClassVar[dt.timedelta]

    lease_owner = models.CharField("租约持有者", max_length=80, blank=True)
    lease_until = models.DateTimeField("租约到期", null=True, blank=True)

    class Meta:
        abstract = True

    @property
    def is_left(self) -> bool:
        """Whether its holder died: the lease has run out."""
        return bool(self.lease_until and self.lease_until < clock.now())


class Job(Leased):
    """One piece of long work. The broker only wakes it; the row is the promise."""

    LEASE = dt.timedelta(seconds=30)

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


class ScheduledRun(Leased):
    """One run of an entry of the schedule. At most one of a key runs at a time, by constraint and lease."""

    # Shorter than that of a job: who asks for a run by hand again finds the place of a dead one free.
    LEASE = dt.timedelta(seconds=25)

    key = models.CharField("任务", max_length=60)
    state = models.CharField("结果", max_length=10, choices=RunState.choices, default=RunState.RUNNING)
    started_at = models.DateTimeField("开始时间", default=clock.now)
    finished_at = models.DateTimeField("结束时间", null=True, blank=True)
    outcome = models.CharField("说明", max_length=300, blank=True)
    log = models.TextField("日志", blank=True)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="执行人",
    )

    class Meta:
        verbose_name = "定时任务执行"
        ordering = ("-id",)
        constraints = [
            models.UniqueConstraint(
                fields=("key",), condition=Q(state="running"), name="scheduled_run_one_at_a_time"
            ),
        ]
        indexes = [models.Index(fields=("key", "-id"), name="scheduled_run_key")]

    def __str__(self) -> str:
        return self.key

    @property
    def duration(self) -> dt.timedelta | None:
        """How long it took; None while it runs."""
        return self.finished_at - self.started_at if self.finished_at else None


class Download(models.Model):
    """A file that long work made for one person; it lies among the downloads for 30 days."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="downloads", verbose_name="领取人"
    )
    job = models.OneToOneField(
        Job, models.SET_NULL, null=True, blank=True, related_name="download", verbose_name="任务"
    )
    filename = models.CharField("文件", max_length=200)
    path = models.CharField("存放位置", max_length=200, unique=True)
    size = models.PositiveBigIntegerField("大小")
    created_at = models.DateTimeField("生成时间", default=clock.now)
    fetched_at = models.DateTimeField("首次下载", null=True, blank=True)
    expires_at = models.DateTimeField("保留至")

    class Meta:
        verbose_name = "下载文件"
        ordering = ("-id",)
        indexes = [
            models.Index(fields=("user", "-id"), name="download_user"),
            models.Index(fields=("expires_at",), name="download_expiry"),
        ]

    def __str__(self) -> str:
        return self.filename


class Heartbeat(models.Model):
    """When a process of the portal was last known to live; one row a part (worker, beat)."""

    part = models.CharField("部件", max_length=20, primary_key=True)
    at = models.DateTimeField("时间")
    host = models.CharField("主机", max_length=80, blank=True)

    class Meta:
        verbose_name = "心跳"

    def __str__(self) -> str:
        return self.part
