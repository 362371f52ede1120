from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q

from assessment.choices import ScoreState
from xianan.core import clock
from xianan.organizations.models import District, Organization, User

from .cycle import Cycle, TeamMember
from .scheme import Indicator


class Score(models.Model):
    """What one member of the team gives one street for one indicator (P37, P39).

    ``points`` (hundredths) is what is given by hand; what events take off stands in ``deductions``.
    ``revision`` rises with every change: who saves over another's change is told.
    """

    district = models.ForeignKey(District, models.PROTECT, related_name="+", verbose_name="行政区")
    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="scores", verbose_name="考核年度")
    street = models.ForeignKey(Organization, models.PROTECT, related_name="+", verbose_name="街道")
    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="+", verbose_name="考评指标")
    member = models.ForeignKey(TeamMember, models.PROTECT, related_name="scores", verbose_name="评分人")
    state = models.CharField("状态", max_length=8, choices=ScoreState.choices, default=ScoreState.DRAFT)
    points = models.PositiveIntegerField("评定得分（百分之一分）", null=True, blank=True)
    note = models.CharField("评分说明", max_length=500, blank=True)
    is_forged = models.BooleanField("弄虚作假，该项不得分", default=False)
    forged_note = models.CharField("弄虚作假的事实", max_length=500, blank=True)
    revision = models.PositiveIntegerField("修订", default=1)
    changed_at = models.DateTimeField("修改时间", default=clock.now)

    class Meta:
        verbose_name = "评分"
        ordering = ("indicator__group__position", "indicator__position", "street__display_order", "id")
        constraints = [
            models.UniqueConstraint(fields=("cycle", "street", "indicator", "member"), name="score_once"),
            models.CheckConstraint(
                condition=Q(is_forged=False) | ~Q(forged_note=""),
                name="score_forged_says_what",
                violation_error_message="认定弄虚作假须写明事实。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.street} {self.indicator}"


class Deduction(models.Model):
    """Points taken off for one kind of event, with its cause and proof; ``amount`` in hundredths each."""

    district = models.ForeignKey(District, models.PROTECT, related_name="+", verbose_name="行政区")
    score = models.ForeignKey(Score, models.CASCADE, related_name="deductions", verbose_name="评分")
    amount = models.PositiveIntegerField("每次扣分（百分之一分）")
    times = models.PositiveSmallIntegerField("次数", default=1)
    cause = models.CharField("扣分原因", max_length=300)
    proof = models.CharField("佐证", max_length=300)
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="登记人")
    created_at = models.DateTimeField("登记时间", default=clock.now)

    class Meta:
        verbose_name = "扣分"
        ordering = ("id",)
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gt=0, times__gt=0) & ~Q(cause="") & ~Q(proof=""),
                name="deduction_has_cause_and_proof",
                violation_error_message="每项扣分须写明原因和佐证。",
            )
        ]

    def __str__(self) -> str:
        return self.cause


class Visit(models.Model):
    """A visit of the team to a street: place, people, findings (P37, 实地查看)."""

    district = models.ForeignKey(District, models.PROTECT, related_name="+", verbose_name="行政区")
    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="visits", verbose_name="考核年度")
    street = models.ForeignKey(Organization, models.PROTECT, related_name="+", verbose_name="街道")
    visited_on = models.DateField("查看日期")
    place = models.CharField("地点", max_length=120)
    people = models.CharField("参加人员", max_length=200)
    findings = models.TextField("查看情况", max_length=2000)
    indicators: models.ManyToManyField[Any, Any] = models.ManyToManyField(
        Indicator, related_name="+", blank=True, verbose_name="涉及指标"
    )
    recorded_by = models.ForeignKey(TeamMember, models.PROTECT, related_name="+", verbose_name="记录人")
    recorded_at = models.DateTimeField("记录时间", default=clock.now)

    class Meta:
        verbose_name = "实地查看"
        ordering = ("-visited_on", "-id")

    def __str__(self) -> str:
        return f"{self.street} {self.place}"
