from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from secondment.choices import ExemptionKind, ExemptionState
from xianan.core import clock
from xianan.organizations.models import District, Organization, User


class Exemption(models.Model):
    """Why a department need not second anybody to a street (P11).

    Either it has an agency stationed there already, or 区委编办 agrees to an exception from what the
    document asks 原则上. Counts from ``starts_on`` to ``ends_on``, both inclusive, while confirmed. It begins
    before the day it was applied for only where 区委编办 has said so (``backdated``) and why.
    """

    district = models.ForeignKey(District, models.PROTECT, related_name="+", verbose_name="行政区")
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+", verbose_name="赋权部门")
    street = models.ForeignKey(Organization, models.PROTECT, related_name="+", verbose_name="街道")
    kind = models.CharField("种类", max_length=12, choices=ExemptionKind.choices)
    state = models.CharField(
        "状态", max_length=12, choices=ExemptionState.choices, default=ExemptionState.SUBMITTED
    )
    agency = models.CharField(
        "派驻机构", max_length=60, blank=True, help_text="派驻机构豁免须填，如“某某市场监管所”"
    )
    reference = models.CharField(
        "设立文件", max_length=120, blank=True, help_text="派驻机构豁免须填，写明文件名称和文号"
    )
    reason = models.CharField(
        "理由", max_length=500, blank=True, help_text="“原则上”之外的例外须填，报区委编办同意"
    )
    starts_on = models.DateField("起始日期", help_text="早于今日的，是否追溯由区委编办决定")
    ends_on = models.DateField("截止日期", null=True, blank=True, help_text="长期有效的不填")
    applied_on = models.DateField("申请日期", default=clock.today)
    backdated = models.BooleanField("追溯至申请之前", default=False)
    backdated_reason = models.CharField("追溯理由", max_length=300, blank=True)
    ended_at = models.DateTimeField("终止登记时间", null=True, blank=True)
    submitted_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="登记人")
    submitted_at = models.DateTimeField("登记时间", default=clock.now)
    decided_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="编办经办人"
    )
    decided_at = models.DateTimeField("编办决定时间", null=True, blank=True)
    decision_note = models.CharField("编办意见", max_length=300, blank=True)

    class Meta:
        verbose_name = "下沉豁免"
        ordering = ("organization__display_order", "street__display_order", "-starts_on", "id")
        constraints = [
            models.CheckConstraint(
                condition=(Q(kind="stationed") & ~Q(agency="") & ~Q(reference=""))
                | (Q(kind="principle") & ~Q(reason="") & Q(agency="")),
                name="exemption_has_ground",
                violation_error_message="派驻机构须写明机构和设立文件，例外须写明理由。",
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="exemption_period",
                violation_error_message="截止日期不能早于起始日期。",
            ),
            models.CheckConstraint(
                condition=Q(state__in=("submitted", "withdrawn")) | Q(decided_at__isnull=False),
                name="exemption_decided_by_office",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("confirmed", "ended"))
                | Q(starts_on__gte=F("applied_on"))
                | Q(backdated=True),
                name="exemption_not_before_application",
                violation_error_message="豁免不能早于申请之日，区委编办同意追溯的除外。",
            ),
            models.CheckConstraint(
                condition=(Q(backdated=True) & ~Q(backdated_reason=""))
                | Q(backdated=False, backdated_reason=""),
                name="exemption_backdated_says_why",
                violation_error_message="追溯须写明理由。",
            ),
            models.UniqueConstraint(
                fields=("organization", "street"),
                condition=Q(state="submitted"),
                name="exemption_asked_once",
                violation_error_message="对该街道已有一项豁免待区委编办确认。",
            ),
        ]
        indexes = [models.Index(fields=("district", "state"), name="exemption_state")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}（{self.organization}→{self.street}）"
