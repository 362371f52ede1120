from __future__ import annotations

from django.db import models
from django.db.models import Q

from assessment.choices import NoneDue
from xianan.core import clock
from xianan.organizations.models import Organization, User

from .cycle import Cycle
from .scheme import Indicator


class Reading(models.Model):
    """What the measure of an indicator said of a street on the day of reading (P37).

    Kept so that the points can be computed again from it; ``points`` are hundredths of a point. Where nothing
    was due (0 of 0) they are what the scheme says outright, else 0 until ruling or group decide.
    """

    cycle = models.ForeignKey(Cycle, models.CASCADE, related_name="readings", verbose_name="考核年度")
    street = models.ForeignKey(Organization, models.PROTECT, related_name="+", verbose_name="街道")
    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="+", verbose_name="考评指标")
    read_on = models.DateField("取数日期")
    numerator = models.PositiveIntegerField("已完成")
    denominator = models.PositiveIntegerField("应完成")
    link = models.CharField("明细地址", max_length=300, blank=True)
    points = models.PositiveIntegerField("自动得分（百分之一分）")

    class Meta:
        verbose_name = "取数结果"
        ordering = ("indicator__group__position", "indicator__position", "street__display_order")
        constraints = [models.UniqueConstraint(fields=("cycle", "street", "indicator"), name="reading_once")]

    def __str__(self) -> str:
        return f"{self.street} {self.indicator}"


class NoneDueRuling(models.Model):
    """What the leading group lets an indicator count for streets that owed nothing of it (P38, P39).

    For an indicator of which the scheme leaves that open; it holds for every such street alike.
    """

    cycle = models.ForeignKey(Cycle, models.CASCADE, related_name="rulings", verbose_name="考核年度")
    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="+", verbose_name="考评指标")
    counts_as = models.CharField("本年度无应办的", max_length=8, choices=NoneDue.choices)
    reason = models.CharField("领导小组意见", max_length=300)
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="登记人")
    recorded_at = models.DateTimeField("登记时间", default=clock.now)

    class Meta:
        verbose_name = "无应办事项的审定"
        ordering = ("indicator__group__position", "indicator__position")
        constraints = [
            models.UniqueConstraint(fields=("cycle", "indicator"), name="none_due_ruled_once"),
            models.CheckConstraint(
                condition=Q(counts_as__in=("full", "spread")) & ~Q(reason=""), name="none_due_ruling_decides"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.indicator} {self.get_counts_as_display()}"

    @property
    def district_id(self) -> int:
        return self.cycle.district_id
