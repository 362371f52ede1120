from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q

from xianan.core import clock
from xianan.organizations.models import District, User

from .cycle import Cycle


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
