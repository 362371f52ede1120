from __future__ import annotations

from django.db import models
from django.db.models import Q

from assessment.choices import ReportState
from assessment.models.cycle import Cycle
from assessment.models.scheme import Indicator
from xianan.core import clock
from xianan.organizations.models import District, Organization, User


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
