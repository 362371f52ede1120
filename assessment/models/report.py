from __future__ import annotations

from django.db import models
from django.db.models import Q

from assessment.choices import NoneDue, ReportState
from xianan.core import clock
from xianan.organizations.models import District, Organization, User

from .cycle import Cycle
from .scheme import Indicator


class SelfReport(models.Model):
    """What a street says of its year, indicator by indicator (P37)."""

    district = models.ForeignKey(District, models.PROTECT, related_name="+", verbose_name="行政区")
    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="self_reports", verbose_name="考核年度")
    street = models.ForeignKey(Organization, models.PROTECT, related_name="+", verbose_name="街道")
    state = models.CharField("状态", max_length=10, choices=ReportState.choices, default=ReportState.DRAFT)
    submitted_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="提交人"
    )
    submitted_at = models.DateTimeField("提交时间", null=True, blank=True)
    due_on = models.DateField("提交时限", null=True, blank=True)
    is_late = models.BooleanField("逾期提交", default=False)
    returned_reason = models.CharField("退回理由", max_length=300, blank=True)

    class Meta:
        verbose_name = "街道自评"
        ordering = ("cycle_id", "street__display_order")
        constraints = [
            models.UniqueConstraint(fields=("cycle", "street"), name="self_report_once"),
            models.CheckConstraint(
                condition=Q(state="draft", submitted_at__isnull=True)
                | Q(state="submitted", submitted_at__isnull=False),
                name="self_report_submitted_has_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.street}自评（{self.cycle}）"


class SelfEntry(models.Model):
    """A street's own score and words on one indicator; measured ones carry words alone.

    ``points`` are hundredths of a point. ``revision`` rises with every change.
    """

    report = models.ForeignKey(SelfReport, models.CASCADE, related_name="entries", verbose_name="街道自评")
    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="+", verbose_name="考评指标")
    points = models.PositiveIntegerField("自评得分（百分之一分）", null=True, blank=True)
    text = models.TextField("自评说明", max_length=2000, blank=True)
    revision = models.PositiveIntegerField("修订", default=1)
    changed_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="填报人"
    )
    changed_at = models.DateTimeField("填报时间", default=clock.now)

    class Meta:
        verbose_name = "自评指标"
        ordering = ("indicator__group__position", "indicator__position")
        constraints = [models.UniqueConstraint(fields=("report", "indicator"), name="self_entry_once")]

    def __str__(self) -> str:
        return str(self.indicator)

    @property
    def district_id(self) -> int:
        return self.report.district_id

    @property
    def district(self) -> District:
        return self.report.district


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
