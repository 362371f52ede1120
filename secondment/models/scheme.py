from __future__ import annotations

from django.db import models
from django.db.models import Q

from secondment.choices import CommentAnswer, SchemeState, Side
from xianan.core import clock
from xianan.organizations.models import District, Organization, User


class AppraisalScheme(models.Model):
    """The rules of the appraisal in versions: an item table for each side, totalling 100 points (P30).

    组织部 and 人社局 write it together with streets and departments, who comment while it is sent round.
    """

    district = models.ForeignKey(District, models.PROTECT, related_name="+", verbose_name="行政区")
    version = models.PositiveSmallIntegerField("版次")
    title = models.CharField("标题", max_length=80)
    state = models.CharField("状态", max_length=12, choices=SchemeState.choices, default=SchemeState.DRAFT)
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+", verbose_name="制定单位")
    comments_by = models.DateField("意见反馈截止", null=True, blank=True)
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="起草人")
    created_at = models.DateTimeField("起草时间", default=clock.now)
    consulted_at = models.DateTimeField("征求意见时间", null=True, blank=True)
    in_force_on = models.DateField("施行日期", null=True, blank=True)
    superseded_on = models.DateField("被替代日期", null=True, blank=True)

    class Meta:
        verbose_name = "考核细则"
        ordering = ("-version",)
        constraints = [
            models.UniqueConstraint(fields=("district", "version"), name="scheme_version_once"),
            models.UniqueConstraint(
                fields=("district",), condition=Q(state="in_force"), name="scheme_in_force_once"
            ),
            models.CheckConstraint(
                condition=Q(state__in=("draft", "consulting"), in_force_on__isnull=True)
                | Q(state__in=("in_force", "superseded"), in_force_on__isnull=False),
                name="scheme_in_force_has_day",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title}（第{self.version}版）"


class SchemeItem(models.Model):
    """One item that a side scores by; ``points`` are hundredths."""

    district = models.ForeignKey(District, models.PROTECT, related_name="+", verbose_name="行政区")
    scheme = models.ForeignKey(AppraisalScheme, models.CASCADE, related_name="items", verbose_name="考核细则")
    side = models.CharField("评分方", max_length=12, choices=Side.choices)
    position = models.PositiveSmallIntegerField("序号")
    name = models.CharField("评分项目", max_length=60)
    standard = models.CharField("评分标准", max_length=400)
    points = models.PositiveIntegerField("分值（百分之一分）")

    class Meta:
        verbose_name = "评分项目"
        ordering = ("scheme_id", "-side", "position", "id")
        constraints = [
            models.UniqueConstraint(
                fields=("scheme", "side", "name"),
                name="scheme_item_once",
                violation_error_message="该评分方已有同名的评分项目。",
            ),
            models.CheckConstraint(
                condition=Q(points__gte=1, points__lte=10000),
                name="scheme_item_points",
                violation_error_message="分值须大于 0，不超过 100 分。",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class SchemeComment(models.Model):
    """What a department or street says to rules that were sent round, and the answer to it."""

    district = models.ForeignKey(District, models.PROTECT, related_name="+", verbose_name="行政区")
    scheme = models.ForeignKey(
        AppraisalScheme, models.PROTECT, related_name="comments", verbose_name="考核细则"
    )
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+", verbose_name="单位")
    text = models.CharField("意见", max_length=600)
    given_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="填报人")
    given_at = models.DateTimeField("填报时间", default=clock.now)
    state = models.CharField("答复", max_length=12, choices=CommentAnswer.choices, default=CommentAnswer.OPEN)
    answer = models.CharField("答复说明", max_length=300, blank=True)
    answered_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="答复人"
    )
    answered_at = models.DateTimeField("答复时间", null=True, blank=True)

    class Meta:
        verbose_name = "对细则的意见"
        ordering = ("id",)
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="declined") | ~Q(answer=""),
                name="scheme_comment_declined_says_why",
                violation_error_message="未采纳须说明理由。",
            ),
            models.CheckConstraint(
                condition=Q(state="open", answered_at__isnull=True)
                | (~Q(state="open") & Q(answered_at__isnull=False)),
                name="scheme_comment_answered_has_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organization}的意见"
