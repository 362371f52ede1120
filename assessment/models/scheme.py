from __future__ import annotations

from typing import Any

from django.contrib.contenttypes.fields import GenericRelation
from django.db import models
from django.db.models import Q

from assessment.choices import IndicatorKind, Mode, NoneDue, SchemeState
from xianan.core import clock
from xianan.imports.models import Upload
from xianan.organizations.models import District, User


class Scheme(models.Model):
    """The scoring scheme (考评细则) of a year in one version (P38); frozen once a cycle uses it."""

    district = models.ForeignKey(District, models.PROTECT, related_name="+", verbose_name="行政区")
    year = models.PositiveSmallIntegerField("年度")
    version = models.PositiveSmallIntegerField("版本", default=1)
    title = models.CharField("标题", max_length=120)
    state = models.CharField("状态", max_length=10, choices=SchemeState.choices, default=SchemeState.DRAFT)
    is_draft_text = models.BooleanField("草案", default=False, help_text="内容未经正式印发")
    note = models.CharField("说明", max_length=500, blank=True)
    bonus_cap = models.PositiveIntegerField("加分上限（百分之一分）", default=0)
    penalty_cap = models.PositiveIntegerField("扣分上限（百分之一分）", default=0)
    created_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="编制人"
    )
    created_at = models.DateTimeField("编制时间", default=clock.now)
    frozen_at = models.DateTimeField("启用时间", null=True, blank=True)
    uploads = GenericRelation(Upload)

    class Meta:
        verbose_name = "考评细则"
        ordering = ("-year", "-version")
        constraints = [
            models.UniqueConstraint(
                fields=("district", "year", "version"),
                name="scoring_scheme_version_once",
                violation_error_message="该年度已有同一版本的考评细则。",
            ),
            models.CheckConstraint(
                condition=Q(state="frozen", frozen_at__isnull=False)
                | Q(state="draft", frozen_at__isnull=True),
                name="scoring_scheme_frozen_has_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title}（第{self.version}版）"


class Group(models.Model):
    """A group of indicators of a scheme: 组织领导体系, 改革方案, 赋权承接工作, 配套措施落实 (P38)."""

    district = models.ForeignKey(District, models.PROTECT, related_name="+", verbose_name="行政区")
    scheme = models.ForeignKey(Scheme, models.CASCADE, related_name="groups", verbose_name="考评细则")
    position = models.PositiveSmallIntegerField("序号")
    name = models.CharField("名称", max_length=60)

    class Meta:
        verbose_name = "考评项目"
        ordering = ("position", "id")
        constraints = [
            models.UniqueConstraint(
                fields=("scheme", "name"),
                name="scoring_scheme_group_once",
                violation_error_message="本细则已有同名的考评项目。",
            )
        ]

    def __str__(self) -> str:
        return self.name


class Indicator(models.Model):
    """One indicator: what is demanded, how many points it carries and how they come about (P37, P38).

    ``points`` and ``per_count`` are hundredths of a point. ``RATIO`` gives points × numerator ÷ denominator
    of a measure, ``COUNT`` takes ``per_count`` off for each that is missing (denominator − numerator); with
    ``with_deductions`` a scorer may take off more for single events, to zero and no lower. ``none_due`` says
    what it counts where the measure has nothing to count against: 0 of 0.
    """

    district = models.ForeignKey(District, models.PROTECT, related_name="+", verbose_name="行政区")
    scheme = models.ForeignKey(Scheme, models.CASCADE, related_name="indicators", verbose_name="考评细则")
    group = models.ForeignKey(Group, models.CASCADE, related_name="indicators", verbose_name="考评项目")
    position = models.PositiveSmallIntegerField("序号")
    code = models.CharField("编号", max_length=10)
    name = models.CharField("考评指标", max_length=120)
    kind = models.CharField(
        "种类", max_length=10, choices=IndicatorKind.choices, default=IndicatorKind.NORMAL
    )
    points = models.PositiveIntegerField("分值（百分之一分）")
    rule = models.TextField("评分标准", max_length=1000)
    evidence = models.CharField("所需材料", max_length=500, blank=True)
    methods: models.JSONField[Any, Any] = models.JSONField("考评方式", default=list)
    mode = models.CharField("计分方式", max_length=12, choices=Mode.choices, default=Mode.HAND)
    measure_key = models.CharField("取数指标", max_length=60, blank=True)
    per_count = models.PositiveIntegerField("每件扣分（百分之一分）", default=0)
    with_deductions = models.BooleanField("另可逐项扣分", default=False)
    none_due = models.CharField("本年度无应办的", max_length=8, choices=NoneDue.choices, default=NoneDue.FULL)

    class Meta:
        verbose_name = "考评指标"
        ordering = ("group__position", "position", "id")
        constraints = [
            models.UniqueConstraint(
                fields=("scheme", "code"),
                name="indicator_code_once",
                violation_error_message="本细则已有同一编号的指标。",
            ),
            models.CheckConstraint(
                condition=Q(points__gt=0),
                name="indicator_has_points",
                violation_error_message="分值须大于 0。",
            ),
            models.CheckConstraint(
                condition=(Q(mode__in=("ratio", "count")) & ~Q(measure_key=""))
                | (Q(mode__in=("hand", "deductions")) & Q(measure_key="")),
                name="indicator_measure_where_computed",
                violation_error_message="自动计分的指标须选定取数指标，其他计分方式不选。",
            ),
            models.CheckConstraint(
                condition=~Q(mode="count") | Q(per_count__gt=0),
                name="indicator_count_has_rate",
                violation_error_message="按件数扣分须写明每件扣多少分。",
            ),
            models.CheckConstraint(
                condition=Q(kind="normal")
                | Q(kind="bonus", mode="hand")
                | Q(kind="penalty", mode__in=("hand", "deductions")),
                name="indicator_beside_hundred_by_hand",
                violation_error_message="加分项由评分人评定，扣分项由评分人评定或逐项扣分。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"
