from __future__ import annotations

from django.db import models

from xianan.core import clock
from xianan.organizations.models import District, User


class CalendarYear(models.Model):
    """A year whose State Council notice has been entered; others are reckoned by the published table or by weekends."""

    district = models.ForeignKey(District, models.PROTECT, related_name="+", verbose_name="行政区")
    year = models.PositiveSmallIntegerField("年份")
    reference = models.CharField("文号", max_length=80, blank=True)
    changed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="维护人")
    changed_at = models.DateTimeField("维护时间", default=clock.now)

    class Meta:
        verbose_name = "节假日安排"
        ordering = ("-year",)
        constraints = [
            models.UniqueConstraint(
                fields=("district", "year"),
                name="calendar_year_once",
                violation_error_message="该年的节假日安排已录入。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.year}年节假日安排"


class CalendarDay(models.Model):
    """One day that the year's notice makes a holiday or, on a weekend, a working day (调休)."""

    district = models.ForeignKey(District, models.PROTECT, related_name="+", verbose_name="行政区")
    year = models.ForeignKey(CalendarYear, models.CASCADE, related_name="days", verbose_name="年份")
    day = models.DateField("日期")
    is_working = models.BooleanField("上班")
    name = models.CharField("名称", max_length=20)

    class Meta:
        verbose_name = "节假日"
        ordering = ("day",)
        constraints = [
            models.UniqueConstraint(
                fields=("district", "day"), name="calendar_day_once", violation_error_message="该日已录入。"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.name}"
