from __future__ import annotations

from django.db import models
from django.db.models import Q

from assessment.choices import PracticeState
from xianan.core import clock
from xianan.organizations.models import District, Organization, User


class Practice(models.Model):
    """Something a street does well that others may learn from (P40)."""

    district = models.ForeignKey(District, models.PROTECT, related_name="+", verbose_name="行政区")
    street = models.ForeignKey(Organization, models.PROTECT, related_name="+", verbose_name="报送街道")
    year = models.PositiveSmallIntegerField("年度")
    title = models.CharField("题目", max_length=60)
    background = models.TextField("背景和问题", max_length=1000)
    actions = models.TextField("主要做法", max_length=3000, help_text="分条写明具体做法，别的街道照着能做")
    effects = models.TextField("取得成效", max_length=1000, help_text="用数据说明")
    state = models.CharField(
        "状态", max_length=10, choices=PracticeState.choices, default=PracticeState.DRAFT
    )
    note = models.CharField("退回或撤下理由", max_length=300, blank=True)
    drafted_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="起草人")
    drafted_at = models.DateTimeField("起草时间", default=clock.now)
    submitted_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="报送人"
    )
    submitted_at = models.DateTimeField("报送时间", null=True, blank=True)
    published_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="发布人"
    )
    published_at = models.DateTimeField("发布时间", null=True, blank=True)

    class Meta:
        verbose_name = "经验做法"
        ordering = ("-year", "-published_at", "-id")
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="published") | Q(published_at__isnull=False),
                name="practice_published_has_time",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("submitted", "published")) | Q(submitted_at__isnull=False),
                name="practice_submitted_has_time",
            ),
        ]

    def __str__(self) -> str:
        return self.title
