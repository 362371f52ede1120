from __future__ import annotations

from django.db import models
from django.db.models import Q

from assessment.choices import ObjectionState
from assessment.models.cycle import Cycle
from assessment.models.scheme import Indicator
from xianan.core import clock
from xianan.organizations.models import District, Organization, User


class Objection(models.Model):
    """What a street holds against its points of one indicator, and the answer (P40)."""

    district = models.ForeignKey(District, models.PROTECT, related_name="+", verbose_name="行政区")
    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="objections", verbose_name="考核年度")
    street = models.ForeignKey(Organization, models.PROTECT, related_name="+", verbose_name="街道")
    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="+", verbose_name="考评指标")
    text = models.TextField(
        "申诉理由",
        max_length=1000,
        help_text="写明对哪一处扣分或取数有异议、事实和材料；每项指标申诉一次",
    )
    state = models.CharField(
        "状态", max_length=10, choices=ObjectionState.choices, default=ObjectionState.OPEN
    )
    raised_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="申诉人")
    raised_at = models.DateTimeField("申诉时间", default=clock.now)
    answer = models.TextField("答复", max_length=1000, blank=True)
    answered_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="答复人"
    )
    answered_at = models.DateTimeField("答复时间", null=True, blank=True)

    class Meta:
        verbose_name = "考核申诉"
        ordering = ("street__display_order", "indicator__group__position", "indicator__position")
        constraints = [
            models.UniqueConstraint(
                fields=("cycle", "street", "indicator"),
                name="objection_once",
                violation_error_message="该指标已经提出过申诉。",
            ),
            models.CheckConstraint(
                condition=Q(state="open", answer="", answered_at__isnull=True)
                | (~Q(state="open") & ~Q(answer="") & Q(answered_at__isnull=False)),
                name="objection_answered_has_words",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.street} {self.indicator}"
