"""The two documents in versions, with the figures that later rules read."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import F, Q

from xianan.core import clock
from xianan.organizations.models import District, Organization

from .choices import DocumentKey, ParameterKind


class PolicyVersion(models.Model):
    """One version of one of the two documents and the days on which it is in force (P44)."""

    district = models.ForeignKey(District, models.PROTECT, related_name="+", verbose_name="行政区")
    document = models.CharField("文件", max_length=12, choices=DocumentKey.choices)
    title = models.CharField("标题", max_length=120)
    reference = models.CharField("文号", max_length=60, blank=True)
    issued_on = models.DateField("印发日期")
    valid_from = models.DateField("施行日期")
    valid_until = models.DateField("有效期至", null=True, blank=True)
    is_example = models.BooleanField("示例", default=False)
    note = models.TextField("说明", blank=True)
    entered_at = models.DateTimeField("登记时间", null=True, blank=True)
    """When it came to be known; null for what the district started with."""

    class Meta:
        verbose_name = "政策文件版本"
        ordering = ("document", "-valid_from")
        constraints = [
            models.UniqueConstraint(
                fields=("district", "document", "valid_from"),
                name="policy_version_once",
                violation_error_message="该文件已有同日施行的版本。",
            ),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from")),
                name="policy_version_period",
                violation_error_message="有效期截止不能早于施行日期。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title}{'【示例】' if self.is_example else ''}"


class Parameter(models.Model):
    """A figure or wording of one version that rules and papers read."""

    district = models.ForeignKey(District, models.PROTECT, related_name="+", verbose_name="行政区")
    version = models.ForeignKey(
        PolicyVersion, models.CASCADE, related_name="parameters", verbose_name="文件版本"
    )
    key = models.CharField("键", max_length=60)
    label = models.CharField("名称", max_length=80)
    kind = models.CharField("类型", max_length=10, choices=ParameterKind.choices)
    value: models.JSONField[Any, Any] = models.JSONField("值")
    unit = models.CharField("单位", max_length=20, blank=True)
    clause = models.CharField("条款", max_length=12, blank=True)
    basis = models.CharField("依据文件", max_length=80, blank=True)
    minimum = models.IntegerField("最小值", null=True, blank=True)
    maximum = models.IntegerField("最大值", null=True, blank=True)
    display_order = models.PositiveIntegerField("排序", default=100)

    class Meta:
        verbose_name = "参数"
        ordering = ("version", "display_order", "id")
        constraints = [models.UniqueConstraint(fields=("version", "key"), name="parameter_once")]

    def __str__(self) -> str:
        return self.label


class ParameterChange(models.Model):
    """What a figure was before somebody changed it, and from which day the new value judges (P44).

    Without ``holds_from`` the new value holds on every day of the version. Rows are only added.
    """

    district = models.ForeignKey(District, models.PROTECT, related_name="+", verbose_name="行政区")
    parameter = models.ForeignKey(Parameter, models.CASCADE, related_name="changes", verbose_name="参数")
    old: models.JSONField[Any, Any] = models.JSONField("原值", null=True, blank=True)
    """Null where the version did not say it before."""
    new: models.JSONField[Any, Any] = models.JSONField("新值")
    holds_from = models.DateField("起用日期", null=True, blank=True)
    at = models.DateTimeField("修改时间", default=clock.now)

    class Meta:
        verbose_name = "参数的修改"
        ordering = ("parameter", "at", "id")

    def __str__(self) -> str:
        return f"{self.parameter}的修改"


class FormerDays(models.Model):
    """The days on which a version was taken to be in force until a moment. Rows are only added."""

    district = models.ForeignKey(District, models.PROTECT, related_name="+", verbose_name="行政区")
    version = models.ForeignKey(
        PolicyVersion, models.CASCADE, related_name="former_days", verbose_name="文件版本"
    )
    valid_from = models.DateField("施行日期")
    valid_until = models.DateField("有效期至", null=True, blank=True)
    known_until = models.DateTimeField("修改时间", default=clock.now)

    class Meta:
        verbose_name = "文件版本原来的施行期"
        ordering = ("version", "known_until", "id")
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from")),
                name="former_days_in_order",
            )
        ]

    def __str__(self) -> str:
        return f"{self.version}原来的施行期"


class MeasureSnapshot(models.Model):
    """What a measure said of an organization on a day, as it was known that day; rows are only added.

    Without numerator and denominator it was 不适用. A day on which none was taken has none.
    """

    district = models.ForeignKey(District, models.PROTECT, related_name="+", verbose_name="行政区")
    day = models.DateField("日期")
    measure = models.CharField("指标", max_length=60)
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+", verbose_name="机构")
    numerator = models.BigIntegerField("已办", null=True, blank=True)
    denominator = models.BigIntegerField("应办", null=True, blank=True)
    taken_at = models.DateTimeField("留存时间", default=clock.now)

    class Meta:
        verbose_name = "指标日快照"
        ordering = ("district", "day", "measure", "organization")
        constraints = [
            models.UniqueConstraint(
                fields=("district", "day", "measure", "organization"), name="measure_once_a_day"
            ),
            models.CheckConstraint(
                condition=Q(numerator__isnull=True, denominator__isnull=True)
                | Q(numerator__isnull=False, numerator__gte=0, denominator__isnull=False, denominator__gte=0),
                name="measure_counted_or_not_applicable",
            ),
        ]
        indexes = [
            # A measure of one organization through time.
            models.Index(fields=("district", "measure", "organization", "day"), name="measure_through_time")
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.measure}"
