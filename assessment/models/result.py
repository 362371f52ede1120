from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import F, Q

from assessment.choices import ObjectionState
from xianan.core import clock
from xianan.organizations.models import District, Organization, User

from .cycle import Cycle
from .scheme import Indicator


class TieDecision(models.Model):
    """What the leading group decided about streets with one total: one place, or an order (P40).

    ``streets`` are ids, in order where ``is_tied`` is false. It holds for exactly these streets: when a
    correction moves one of them, it says nothing any more.
    """

    district = models.ForeignKey(District, models.PROTECT, related_name="+", verbose_name="行政区")
    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="tie_decisions", verbose_name="考核年度")
    points = models.PositiveIntegerField("同分得分（百分之一分）")
    streets: models.JSONField[Any, Any] = models.JSONField("同分街道")
    is_tied = models.BooleanField("名次并列")
    reason = models.CharField("审定理由", max_length=300)
    decided_on = models.DateField("审定日期")
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="登记人")
    recorded_at = models.DateTimeField("登记时间", default=clock.now)

    class Meta:
        verbose_name = "同分审定"
        ordering = ("-points",)
        constraints = [
            models.UniqueConstraint(fields=("cycle", "points"), name="tie_decided_once"),
            models.CheckConstraint(condition=~Q(reason=""), name="tie_decision_has_reason"),
        ]

    def __str__(self) -> str:
        return "名次并列" if self.is_tied else "排定先后"


class Objection(models.Model):
    """What a street holds against its points of one indicator, and the answer (P40)."""

    district = models.ForeignKey(District, models.PROTECT, related_name="+", verbose_name="行政区")
    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="objections", verbose_name="考核年度")
    street = models.ForeignKey(Organization, models.PROTECT, related_name="+", verbose_name="街道")
    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="+", verbose_name="考评指标")
    text = models.TextField("申诉理由", max_length=1000)
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


class Correction(models.Model):
    """Points of one street and indicator put right after the scoring, and why (P40).

    ``before`` and ``after`` are hundredths. The scores stay as they were given; the last correction is
    what counts. ``version`` is the version of the result that first shows it, None until then.
    """

    district = models.ForeignKey(District, models.PROTECT, related_name="+", verbose_name="行政区")
    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="corrections", verbose_name="考核年度")
    street = models.ForeignKey(Organization, models.PROTECT, related_name="+", verbose_name="街道")
    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="+", verbose_name="考评指标")
    before = models.PositiveIntegerField("更正前（百分之一分）")
    after = models.PositiveIntegerField("更正后（百分之一分）")
    reason = models.CharField("更正原因", max_length=500)
    objection = models.OneToOneField(
        Objection, models.PROTECT, null=True, blank=True, related_name="correction", verbose_name="申诉"
    )
    version = models.ForeignKey(
        "ResultVersion",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="corrections",
        verbose_name="公布版本",
    )
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="更正人")
    made_at = models.DateTimeField("更正时间", default=clock.now)

    class Meta:
        verbose_name = "得分更正"
        ordering = ("made_at", "id")
        constraints = [
            models.CheckConstraint(
                condition=~Q(before=F("after")) & ~Q(reason=""),
                name="correction_changes_and_says_why",
                violation_error_message="更正须改变得分并写明原因。",
            )
        ]

    def __str__(self) -> str:
        return f"{self.street} {self.indicator}"


class ResultVersion(models.Model):
    """A result with all its workings, never changed: a correction makes the next version (P40).

    Number 0 is what was put before the leading group; corrections and decisions are applied to it until
    it is published as number 1. ``data`` is the snapshot (``assessment.snapshot``); ``digest`` its SHA-256 over canonical JSON.
    """

    district = models.ForeignKey(District, models.PROTECT, related_name="+", verbose_name="行政区")
    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="versions", verbose_name="考核年度")
    number = models.PositiveSmallIntegerField("版本")
    cause = models.CharField("更正原因", max_length=500, blank=True)
    data: models.JSONField[Any, Any] = models.JSONField("结果")
    digest = models.CharField("摘要", max_length=64)
    published_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="公布人")
    published_at = models.DateTimeField("公布时间", default=clock.now)

    class Meta:
        verbose_name = "考核结果"
        ordering = ("cycle", "-number")
        constraints = [
            models.UniqueConstraint(fields=("cycle", "number"), name="result_version_once"),
            models.CheckConstraint(
                condition=Q(number__lte=1, cause="") | (Q(number__gt=1) & ~Q(cause="")),
                name="result_version_names_cause",
                violation_error_message="更正后的结果须写明更正原因。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.cycle}结果（第{self.number}版）"
