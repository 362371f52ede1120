from __future__ import annotations

import datetime as dt

from django.contrib.contenttypes.fields import GenericRelation
from django.db import models
from django.db.models import F, Q

from secondment.choices import (
    AttendanceSource,
    ConfirmationState,
    SessionKind,
    SessionState,
)
from secondment.rules.training import Quarter
from secondment.training_plans.model import TrainingPlan
from xianan.core import clock
from xianan.imports.models import Upload
from xianan.organizations.models import District, Organization, User

from .people import Person


class QuarterDuty(models.Model):
    """A quarter in which a department owes training: what its deadline hangs on (P14)."""

    district = models.ForeignKey(District, models.PROTECT, related_name="+", verbose_name="行政区")
    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="quarter_duties", verbose_name="赋权部门"
    )
    year = models.PositiveSmallIntegerField("年度")
    quarter = models.PositiveSmallIntegerField("季度")
    opened_at = models.DateTimeField("设立时间", default=clock.now)

    class Meta:
        verbose_name = "季度培训任务"
        ordering = ("year", "quarter", "organization__display_order")
        constraints = [
            models.UniqueConstraint(fields=("organization", "year", "quarter"), name="quarter_duty_once"),
            models.CheckConstraint(condition=Q(quarter__gte=1, quarter__lte=4), name="quarter_duty_of_four"),
        ]
        indexes = [models.Index(fields=("district", "year", "quarter"), name="quarter_duty_year")]

    def __str__(self) -> str:
        return f"{self.organization}{self.when}培训"

    @property
    def when(self) -> Quarter:
        return Quarter(self.year, self.quarter)


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
    trainer = models.CharField("授课人", max_length=100)
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
    nobody_reason = models.CharField("没有参训名单的原因", max_length=300, blank=True)
    makes_up = models.ForeignKey(
        QuarterDuty, models.PROTECT, null=True, blank=True, related_name="made_up_by", verbose_name="补训季度"
    )
    needs_proof = models.BooleanField("季度结束后补登", default=False)
    cancelled_reason = models.CharField("取消原因", max_length=300, blank=True)
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="登记人")
    created_at = models.DateTimeField("登记时间", default=clock.now)
    recorded_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="办结登记人"
    )
    recorded_at = models.DateTimeField("办结登记时间", null=True, blank=True)

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


class Attendance(models.Model):
    """One person on the list of a session, for a street.

    ``present`` is False for somebody who is only named beforehand. The score is in hundredths of a point.
    The rating is shown to nobody beside the name.
    """

    district = models.ForeignKey(District, models.PROTECT, related_name="+", verbose_name="行政区")
    session = models.ForeignKey(Session, models.PROTECT, related_name="attendances", verbose_name="培训场次")
    street = models.ForeignKey(
        Organization, models.PROTECT, related_name="training_attendances", verbose_name="街道"
    )
    name = models.CharField("姓名", max_length=40)
    user = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="账号"
    )
    person = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="trainings", verbose_name="下沉人员"
    )
    present = models.BooleanField("到场", default=True)
    score = models.PositiveSmallIntegerField("测试成绩（百分之一分）", null=True, blank=True)
    satisfaction = models.PositiveSmallIntegerField("满意度", null=True, blank=True)
    source = models.CharField("登记方式", max_length=10, choices=AttendanceSource.choices)
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="登记人")
    recorded_at = models.DateTimeField("登记时间", default=clock.now)

    class Meta:
        verbose_name = "参训记录"
        ordering = ("street__display_order", "id")
        constraints = [
            models.UniqueConstraint(
                fields=("session", "street", "name"),
                name="attendance_name_once",
                violation_error_message="名单中已有该街道同名人员，同名的另一人在姓名后注明所在岗位。",
            ),
            models.UniqueConstraint(
                fields=("session", "user"), condition=Q(user__isnull=False), name="attendance_user_once"
            ),
            models.CheckConstraint(
                condition=Q(score__isnull=True) | Q(score__lte=10_000),
                name="attendance_score_range",
                violation_error_message="测试成绩须在 0 至 100 之间。",
            ),
            models.CheckConstraint(
                condition=Q(satisfaction__isnull=True) | Q(satisfaction__gte=1, satisfaction__lte=5),
                name="attendance_satisfaction_range",
                violation_error_message="满意度须在 1 至 5 之间。",
            ),
        ]
        indexes = [models.Index(fields=("street", "present"), name="attendance_street")]

    def __str__(self) -> str:
        return f"{self.name}（{self.street}）"


class StreetConfirmation(models.Model):
    """What a street says to a session that was entered after its quarter: its people were there or not (P14)."""

    district = models.ForeignKey(District, models.PROTECT, related_name="+", verbose_name="行政区")
    session = models.ForeignKey(
        Session, models.PROTECT, related_name="confirmations", verbose_name="培训场次"
    )
    street = models.ForeignKey(Organization, models.PROTECT, related_name="+", verbose_name="街道")
    state = models.CharField(
        "状态", max_length=10, choices=ConfirmationState.choices, default=ConfirmationState.ASKED
    )
    asked_at = models.DateTimeField("送请确认时间", default=clock.now)
    answered_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="街道经办人"
    )
    answered_at = models.DateTimeField("街道办理时间", null=True, blank=True)
    denied_reason = models.CharField("不予确认的理由", max_length=300, blank=True)

    class Meta:
        verbose_name = "街道参训确认"
        ordering = ("street__display_order", "id")
        constraints = [
            models.UniqueConstraint(fields=("session", "street"), name="street_confirmation_once"),
            models.CheckConstraint(
                condition=Q(state="asked", answered_by__isnull=True, answered_at__isnull=True)
                | (~Q(state="asked") & Q(answered_by__isnull=False, answered_at__isnull=False)),
                name="street_confirmation_answered_by_somebody",
            ),
            models.CheckConstraint(
                condition=(Q(state="denied") & ~Q(denied_reason=""))
                | (~Q(state="denied") & Q(denied_reason="")),
                name="street_confirmation_denied_says_why",
                violation_error_message="不予确认须写明理由。",
            ),
        ]
        indexes = [models.Index(fields=("street", "state"), name="street_confirmation_state")]

    def __str__(self) -> str:
        return f"{self.street}：{self.session}"
