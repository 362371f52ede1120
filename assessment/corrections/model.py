from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.db.models.lookups import LessThan

from assessment.choices import CorrectionState
from assessment.models.cycle import Cycle
from assessment.models.scheme import Indicator
from assessment.models.score import Deduction
from assessment.objections.model import Objection
from xianan.core import clock
from xianan.organizations.models import District, Organization, User


class Correction(models.Model):
    """Points of one street and indicator put right after the leading group's decision, and why (P40).

    ``before`` and ``after`` are hundredths. The scores stay as they were given; the last correction that
    stands is what counts. One person enters it with the leading group's decision, another confirms it;
    those of before this was asked (``checked_by`` None) name neither. ``is_computed``: ``after`` follows
    from ``events``, else it is a figure that was typed. ``version`` is the version of the result that first
    shows it, None until then.
    """

    district = models.ForeignKey(District, models.PROTECT, related_name="+", verbose_name="行政区")
    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="corrections", verbose_name="考核年度")
    street = models.ForeignKey(Organization, models.PROTECT, related_name="+", verbose_name="街道")
    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="+", verbose_name="考评指标")
    before = models.PositiveIntegerField("更正前（百分之一分）")
    after = models.PositiveIntegerField("更正后（百分之一分）")
    is_computed = models.BooleanField("由扣分事项计算", default=False)
    reason = models.CharField("更正原因", max_length=1000)
    objection = models.ForeignKey(
        Objection, models.PROTECT, null=True, blank=True, related_name="corrections", verbose_name="申诉"
    )
    decided_on = models.DateField("领导小组决定日期", null=True, blank=True)
    decision = models.CharField("领导小组决定", max_length=300, blank=True)
    state = models.CharField(
        "状态", max_length=10, choices=CorrectionState.choices, default=CorrectionState.PENDING
    )
    version = models.ForeignKey(
        "ResultVersion",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="corrections",
        verbose_name="公布版本",
    )
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="登记人")
    made_at = models.DateTimeField("登记时间", default=clock.now)
    checked_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="复核人"
    )
    checked_at = models.DateTimeField("复核时间", null=True, blank=True)
    verdict = models.CharField("退回或者撤回理由", max_length=500, blank=True)

    class Meta:
        verbose_name = "得分更正"
        ordering = ("made_at", "id")
        constraints = [
            models.CheckConstraint(
                condition=(Q(is_computed=True) | ~Q(before=F("after"))) & ~Q(reason=""),
                name="correction_changes_and_says_why",
                violation_error_message="更正须改变得分或者扣分事项，并写明原因。",
            ),
            models.CheckConstraint(
                condition=Q(decided_on__isnull=False) & ~Q(decision="")
                | Q(state="standing", checked_by__isnull=True, decided_on__isnull=True, decision=""),
                name="correction_names_decision",
                violation_error_message="更正须写明领导小组决定及其日期。",
            ),
            models.CheckConstraint(
                condition=Q(checked_by__isnull=True, checked_at__isnull=True)
                & (Q(state__in=("pending", "taken_back")) | Q(state="standing", decided_on__isnull=True))
                | Q(checked_by__isnull=False, checked_at__isnull=False, state__in=("standing", "refused"))
                & ~Q(checked_by=F("made_by")),
                name="correction_checked_by_second",
                violation_error_message="更正由登记人以外的人员复核。",
            ),
            models.CheckConstraint(
                condition=Q(state__in=("pending", "standing"), verdict="")
                | Q(state__in=("refused", "taken_back")) & ~Q(verdict=""),
                name="correction_dropped_says_why",
                violation_error_message="退回、撤回更正须写明理由。",
            ),
            models.UniqueConstraint(
                fields=("cycle", "street", "indicator"),
                condition=Q(state="pending"),
                name="correction_pending_once",
                violation_error_message="该指标已有一项更正待复核。",
            ),
            models.UniqueConstraint(
                fields=("objection",),
                condition=Q(state__in=("pending", "standing")),
                name="correction_once_an_objection",
                violation_error_message="该申诉已有更正。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.street} {self.indicator}"


class CorrectionEvent(models.Model):
    """What a correction leaves of events of one kind: cancelled (``times`` 0), or lowered to less (P40).

    Amounts in hundredths each. Events without a row stand as they were scored.
    """

    district = models.ForeignKey(District, models.PROTECT, related_name="+", verbose_name="行政区")
    correction = models.ForeignKey(Correction, models.PROTECT, related_name="events", verbose_name="得分更正")
    deduction = models.ForeignKey(Deduction, models.PROTECT, related_name="+", verbose_name="扣分")
    amount_before = models.PositiveIntegerField("原每次扣分（百分之一分）")
    times_before = models.PositiveSmallIntegerField("原次数")
    amount = models.PositiveIntegerField("每次扣分（百分之一分）")
    times = models.PositiveSmallIntegerField("次数")
    cause = models.CharField("扣分原因", max_length=300, blank=True)

    class Meta:
        verbose_name = "扣分更正"
        ordering = ("correction", "id")
        constraints = [
            models.UniqueConstraint(fields=("correction", "deduction"), name="correction_event_once"),
            models.CheckConstraint(
                condition=LessThan(F("amount") * F("times"), F("amount_before") * F("times_before")),
                name="correction_event_lowers",
                violation_error_message="更正后的扣分须少于原来的扣分。",
            ),
            models.CheckConstraint(
                condition=Q(amount=0, times=0, cause="") | Q(amount__gt=0, times__gt=0) & ~Q(cause=""),
                name="correction_event_cancelled_or_told",
                violation_error_message="减少后的扣分须写明分值、次数和原因。",
            ),
        ]

    def __str__(self) -> str:
        return self.cause or str(self.deduction)
