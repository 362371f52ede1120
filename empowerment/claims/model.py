from __future__ import annotations

from django.db import models
from django.db.models import Q

from empowerment.choices import ClaimState, Decision
from empowerment.models.item import Item, ListEntry
from xianan.core import clock
from xianan.organizations.models import District, Organization, User


class Claim(models.Model):
    """What one street says to one item on the list (P07)."""

    district = models.ForeignKey(District, models.PROTECT, related_name="+", verbose_name="行政区")
    item = models.ForeignKey(Item, models.PROTECT, related_name="claims", verbose_name="事项")
    street = models.ForeignKey(Organization, models.PROTECT, related_name="claims", verbose_name="街道")
    entry = models.ForeignKey(ListEntry, models.PROTECT, related_name="claims", verbose_name="清单条目")
    state = models.CharField("办理状态", max_length=10, choices=ClaimState.choices, default=ClaimState.OPEN)
    decision = models.CharField("认领意见", max_length=10, choices=Decision.choices, default=Decision.PENDING)
    reason = models.CharField("理由", max_length=500, blank=True)
    look_again_on = models.DateField("再议日期", null=True, blank=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="经办人")
    decided_at = models.DateTimeField("办理时间", null=True)
    submitted_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="负责人")
    submitted_at = models.DateTimeField("提交时间", null=True)
    opened_at = models.DateTimeField("下达时间", default=clock.now)

    class Meta:
        verbose_name = "认领"
        ordering = ("item__number", "street__display_order")
        constraints = [
            models.UniqueConstraint(fields=("item", "street"), name="claim_once"),
            models.CheckConstraint(
                condition=~Q(decision="declined") | ~Q(reason=""),
                name="claim_declined_with_reason",
                violation_error_message="不认领须填写理由。",
            ),
            models.CheckConstraint(
                condition=~Q(decision="deferred") | Q(look_again_on__isnull=False),
                name="claim_deferred_with_date",
                violation_error_message="暂缓须填写再议日期。",
            ),
            models.CheckConstraint(
                condition=~Q(state="submitted") | ~Q(decision="pending"),
                name="claim_submitted_is_decided",
                violation_error_message="未处理的事项不能提交。",
            ),
        ]
        indexes = [
            models.Index(fields=("street", "state", "decision"), name="claim_desk"),
            models.Index(fields=("district", "decision", "state"), name="claim_district"),
        ]

    def __str__(self) -> str:
        return f"{self.street} {self.item}"
