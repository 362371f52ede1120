from __future__ import annotations

import datetime as dt

from django.contrib.contenttypes.fields import GenericRelation
from django.db import models
from django.db.models import F, Q

from secondment.choices import SessionKind, SessionState
from secondment.training_plans.model import TrainingPlan
from xianan.core import clock
from xianan.imports.models import Upload
from xianan.organizations.models import District, Organization, User


class Session(models.Model):
    """One session of training: planned, held or cancelled (P14, P17).

    ``plan`` is empty for one that was added beyond the yearly plan. One that ``makes_up`` a missed quarter
    counts for neither that quarter nor its own. One that ``needs_proof`` was entered after its quarter had
    ended: it counts once the signed sheet is there or a street has confirmed it.
    """

    district = models.ForeignKey(District, models.PROTECT, related_name="+", verbose_name="行政区")
    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="training_sessions", verbose_name="举办单位"
    )
    plan = models.ForeignKey(
        TrainingPlan, models.PROTECT, null=True, blank=True, related_name="sessions", verbose_name="培训计划"
    )
    kind = models.CharField(
        "类别", max_length=12, choices=SessionKind.choices, default=SessionKind.DEPARTMENT
    )
    state = models.CharField(
        "状态", max_length=10, choices=SessionState.choices, default=SessionState.PLANNED
    )
    title = models.CharField("培训内容", max_length=100)
    planned_on = models.DateField("计划日期")
    starts_at = models.TimeField("开始时间", default=dt.time(9, 0))
    ends_at = models.TimeField("结束时间", default=dt.time(11, 30))
    minutes = models.PositiveSmallIntegerField("时长（分钟）")
    place = models.CharField("地点", max_length=100)
    trainer = models.CharField("授课人", max_length=100, help_text="姓名和单位")
    note = models.CharField("说明", max_length=500, blank=True)
    items = models.ManyToManyField(
        "empowerment.Item", blank=True, related_name="training_sessions", verbose_name="涉及赋权事项"
    )
    streets = models.ManyToManyField(
        Organization, blank=True, related_name="training_invitations", verbose_name="邀请街道"
    )
    code = models.CharField("签到码", max_length=6, unique=True, editable=False)
    uploads = GenericRelation(Upload)
    held_on = models.DateField("举办日期", null=True, blank=True)
    nobody_reason = models.CharField(
        "没有参训名单的原因", max_length=300, blank=True, help_text="有到场人员的不填"
    )
    makes_up = models.ForeignKey(
        "secondment.QuarterDuty",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="made_up_by",
        verbose_name="补训季度",
    )
    needs_proof = models.BooleanField("季度结束后补登", default=False)
    cancelled_reason = models.CharField("取消原因", max_length=300, blank=True)
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="登记人")
    created_at = models.DateTimeField("登记时间", default=clock.now)
    recorded_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="办结登记人"
    )
    recorded_at = models.DateTimeField("办结登记时间", null=True, blank=True)

    moved_from: dt.date | None = None
    """The planned day before the move that was just made; not stored."""

    class Meta:
        verbose_name = "培训场次"
        ordering = ("-planned_on", "-id")
        constraints = [
            models.CheckConstraint(
                condition=Q(state="held", held_on__isnull=False, recorded_at__isnull=False)
                | (~Q(state="held") & Q(held_on__isnull=True)),
                name="session_held_has_day",
            ),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")),
                name="session_ends_after_start",
                violation_error_message="结束时间须晚于开始时间。",
            ),
            models.CheckConstraint(
                condition=Q(minutes__gte=1, minutes__lte=1440),
                name="session_minutes",
                violation_error_message="时长须在 1 至 1440 分钟之间。",
            ),
            models.CheckConstraint(
                condition=~Q(state="cancelled") | ~Q(cancelled_reason=""),
                name="session_cancelled_says_why",
                violation_error_message="取消场次须写明原因。",
            ),
            models.CheckConstraint(
                condition=Q(makes_up__isnull=True) | Q(state="held"), name="session_makes_up_when_held"
            ),
            models.CheckConstraint(
                condition=Q(needs_proof=False) | Q(state="held"), name="session_proven_when_held"
            ),
        ]
        indexes = [
            models.Index(fields=("district", "state", "held_on"), name="session_held"),
            models.Index(fields=("district", "state", "planned_on"), name="session_planned"),
            models.Index(fields=("organization", "planned_on"), name="session_department"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def day(self) -> dt.date:
        """The day it was held on, or else the day it is planned for."""
        return self.held_on or self.planned_on
