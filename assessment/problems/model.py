from __future__ import annotations

from functools import cached_property

from django.db import models
from django.db.models import Q

from assessment.choices import ProblemState
from xianan.core import clock
from xianan.history.models import Entry
from xianan.history.selectors import timeline
from xianan.organizations.models import District, Organization, User


class Problem(models.Model):
    """Something a street has to put right after an assessment: by whom, how, until when (P40)."""

    district = models.ForeignKey(District, models.PROTECT, related_name="+", verbose_name="行政区")
    cycle = models.ForeignKey(
        "assessment.Cycle", models.PROTECT, related_name="problems", verbose_name="考核年度"
    )
    street = models.ForeignKey(Organization, models.PROTECT, related_name="+", verbose_name="整改单位")
    indicator = models.ForeignKey(
        "assessment.Indicator", models.PROTECT, related_name="+", verbose_name="考评指标"
    )
    deduction = models.OneToOneField(
        "assessment.Deduction",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="problem",
        verbose_name="扣分",
    )
    points = models.PositiveIntegerField("扣分（百分之一分）", default=0)
    text = models.CharField("问题", max_length=500)
    demand = models.CharField("整改要求", max_length=500)
    checker = models.ForeignKey(Organization, models.PROTECT, related_name="+", verbose_name="验收单位")
    owner = models.CharField("责任人", max_length=40, blank=True, help_text="姓名和职务")
    measure = models.CharField("整改措施", max_length=500, blank=True)
    due_on = models.DateField("整改时限")
    state = models.CharField("状态", max_length=10, choices=ProblemState.choices, default=ProblemState.OPEN)
    answer = models.TextField("整改情况", max_length=1000, blank=True)
    handed_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="提交人"
    )
    handed_at = models.DateTimeField("提交时间", null=True, blank=True)
    verdict = models.CharField("验收意见", max_length=500, blank=True)
    checked_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="验收人"
    )
    checked_at = models.DateTimeField("验收时间", null=True, blank=True)
    correction_note = models.CharField("更正说明", max_length=500, blank=True)
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="列入人")
    created_at = models.DateTimeField("列入时间", default=clock.now)

    class Meta:
        verbose_name = "整改问题"
        ordering = (
            "cycle",
            "street__display_order",
            "indicator__group__position",
            "indicator__position",
            "id",
        )
        constraints = [
            models.CheckConstraint(
                condition=~Q(state__in=("handed", "closed"))
                | (~Q(owner="") & ~Q(measure="") & ~Q(answer="") & Q(handed_at__isnull=False)),
                name="problem_handed_in_whole",
                violation_error_message="提交整改须写明责任人、整改措施和整改情况。",
            ),
            models.CheckConstraint(
                condition=~Q(state="closed") | Q(checked_at__isnull=False), name="problem_closed_was_checked"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.street} {self.indicator}"

    @property
    def planned(self) -> bool:
        """Whether it is said who puts it right and how."""
        return bool(self.owner and self.measure)

    @cached_property
    def log(self) -> list[Entry]:
        """Its log, newest first: read once, for the page and for who acted for whom."""
        return list(timeline(self).select_related("actor"))
