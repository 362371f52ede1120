from __future__ import annotations

from django.db import models
from django.db.models import Q

from secondment.choices import ConfirmationState
from secondment.sessions.model import Session
from xianan.core import clock
from xianan.organizations.models import District, Organization, User


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
