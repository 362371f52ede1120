from __future__ import annotations

from django.db import models
from django.db.models import Q

from secondment.choices import AttendanceSource
from secondment.rules.training import Quarter
from secondment.sessions.model import Session
from xianan.core import clock
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

    @property
    def choice_label(self) -> str:
        return str(self.when)


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
