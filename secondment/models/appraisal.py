from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from secondment.choices import Grade, RoundState, Side, SideState, Track
from secondment.replacements.model import Replacement
from xianan.core import clock
from xianan.documents.models import Document
from xianan.organizations.models import District, Organization, User
from xianan.policy.models import PolicyVersion

from .people import Person, Secondment
from .scheme import AppraisalScheme, SchemeItem


class AppraisalRound(models.Model):
    """The appraisal of one year (P30).

    Scheme, shares and thresholds are those of the policy version in force on 31 December of the year,
    or on the day of the start if that is earlier; they are frozen here. Thresholds are hundredths.
    """

    district = models.ForeignKey(District, models.PROTECT, related_name="+", verbose_name="行政区")
    year = models.PositiveSmallIntegerField("年度")
    scheme = models.ForeignKey(
        AppraisalScheme, models.PROTECT, related_name="rounds", verbose_name="考核细则"
    )
    policy = models.ForeignKey(PolicyVersion, models.PROTECT, related_name="+", verbose_name="依据的文件版本")
    street_share = models.PositiveSmallIntegerField("街道占比（%）")
    department_share = models.PositiveSmallIntegerField("派出部门占比（%）")
    excellent_from = models.PositiveIntegerField("优秀不低于（百分之一分）")
    competent_from = models.PositiveIntegerField("称职（合格）不低于（百分之一分）")
    basic_from = models.PositiveIntegerField("基本称职（基本合格）不低于（百分之一分）")
    excellent_share = models.PositiveSmallIntegerField("优秀等次比例不超过（%）")
    due_on = models.DateField("评分截止")
    state = models.CharField("状态", max_length=8, choices=RoundState.choices, default=RoundState.OPEN)
    started_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="启动人")
    started_at = models.DateTimeField("启动时间", default=clock.now)
    closed_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="办结人"
    )
    closed_at = models.DateTimeField("办结时间", null=True, blank=True)

    class Meta:
        verbose_name = "年度考核"
        ordering = ("-year",)
        constraints = [
            models.UniqueConstraint(
                fields=("district", "year"),
                name="appraisal_round_once",
                violation_error_message="该年度的考核已经启动。",
            ),
            models.CheckConstraint(
                condition=Q(street_share=100 - F("department_share")),
                name="appraisal_round_shares_total",
                violation_error_message="街道和派出部门的占比之和须为 100%。",
            ),
            models.CheckConstraint(
                condition=Q(basic_from__lt=F("competent_from"), competent_from__lt=F("excellent_from")),
                name="appraisal_round_thresholds_rise",
                violation_error_message="各等次的分数线须由低到高。",
            ),
            models.CheckConstraint(
                condition=Q(state="open", closed_at__isnull=True)
                | Q(state="closed", closed_at__isnull=False),
                name="appraisal_round_closed_has_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.year}年度下沉人员考核"

    @property
    def shares(self) -> tuple[int, int]:
        """Whole percents of street and department."""
        return self.street_share, self.department_share


class Appraisal(models.Model):
    """One person's form of one year; a correction after the end is a further version (P30, P32).

    Organization, street, track and post are those of the year. ``grade`` is the one that holds; it may
    be below ``computed_grade`` for the cap or because 组织部 lowered it, never above, and is 待定 while the
    demand ``pends_on`` is open.
    """

    district = models.ForeignKey(District, models.PROTECT, related_name="+", verbose_name="行政区")
    round = models.ForeignKey(
        AppraisalRound, models.PROTECT, related_name="appraisals", verbose_name="年度考核"
    )
    person = models.ForeignKey(Person, models.PROTECT, related_name="appraisals", verbose_name="下沉人员")
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+", verbose_name="派出部门")
    street = models.ForeignKey(Organization, models.PROTECT, related_name="+", verbose_name="下沉街道")
    secondment = models.ForeignKey(Secondment, models.PROTECT, related_name="+", verbose_name="下沉")
    track = models.CharField("编制", max_length=12, choices=Track.choices)
    post = models.CharField("职务", max_length=60, blank=True)
    serves_from = models.DateField("当年下沉起")
    serves_until = models.DateField("当年下沉止")
    other_streets = models.CharField("当年还曾下沉", max_length=300, blank=True)
    version = models.PositiveSmallIntegerField("版次", default=1)
    is_current = models.BooleanField("现行", default=True)
    corrects = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="corrected_by", verbose_name="更正的原表"
    )
    cause = models.CharField("更正原因", max_length=300, blank=True)
    total = models.PositiveIntegerField("综合得分（百分之一分）", null=True, blank=True)
    computed_grade = models.CharField("按分数的等次", max_length=12, choices=Grade.choices, blank=True)
    grade = models.CharField("考核等次", max_length=12, choices=Grade.choices, blank=True)
    cap = models.ForeignKey(
        Replacement,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="限制等次的替换要求",
    )
    pends_on = models.ForeignKey(
        Replacement, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="未决的替换要求"
    )
    lowered_to = models.CharField("组织部门下调至", max_length=12, choices=Grade.choices, blank=True)
    lowered_reason = models.CharField("下调理由", max_length=300, blank=True)
    lowered_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="下调人"
    )
    locked_at = models.DateTimeField("锁定时间", null=True, blank=True)

    class Meta:
        verbose_name = "考核登记表"
        ordering = ("-round__year", "organization__display_order", "person_id", "-version")
        constraints = [
            models.UniqueConstraint(
                fields=("round", "person"),
                condition=Q(is_current=True),
                name="appraisal_current_once",
                violation_error_message="该人员当年已有考核登记表。",
            ),
            models.UniqueConstraint(fields=("round", "person", "version"), name="appraisal_version_once"),
            models.CheckConstraint(
                condition=Q(version=1, corrects__isnull=True, cause="")
                | (Q(version__gt=1, corrects__isnull=False) & ~Q(cause="")),
                name="appraisal_correction_has_cause",
                violation_error_message="更正须写明原因。",
            ),
            models.CheckConstraint(
                condition=Q(total__isnull=True, grade="", computed_grade="")
                | (Q(total__isnull=False, total__lte=10000) & ~Q(grade="") & ~Q(computed_grade="")),
                name="appraisal_grade_needs_total",
            ),
            models.CheckConstraint(
                condition=Q(cap__isnull=True) | Q(grade__in=("", "basic", "failed")),
                name="appraisal_cap_holds",
                violation_error_message="因不服从街道管理被替换的，当年考核不得评为称职（合格）及以上等次。",
            ),
            models.CheckConstraint(
                condition=Q(pends_on__isnull=True) & ~Q(grade="pending")
                | Q(pends_on__isnull=False, cap__isnull=True, grade__in=("", "pending")),
                name="appraisal_pending_names_demand",
                violation_error_message="替换要求未决的，等次待定。",
            ),
            models.CheckConstraint(
                condition=Q(lowered_to="", lowered_reason="", lowered_by__isnull=True)
                | (~Q(lowered_to="") & ~Q(lowered_reason="") & Q(lowered_by__isnull=False)),
                name="appraisal_lowered_says_why",
                violation_error_message="下调等次须写明理由。",
            ),
            models.CheckConstraint(
                condition=Q(locked_at__isnull=True) | Q(total__isnull=False),
                name="appraisal_locked_is_complete",
            ),
        ]
        indexes = [
            models.Index(fields=("organization", "round"), name="appraisal_department"),
            models.Index(fields=("street", "round"), name="appraisal_street"),
        ]

    def __str__(self) -> str:
        return f"{self.person}（{self.organization}→{self.street}）"


class AppraisalSide(models.Model):
    """What one side says on a form. ``score`` is there only once every item has its score."""

    district = models.ForeignKey(District, models.PROTECT, related_name="+", verbose_name="行政区")
    appraisal = models.ForeignKey(Appraisal, models.CASCADE, related_name="sides", verbose_name="考核登记表")
    side = models.CharField("评分方", max_length=12, choices=Side.choices)
    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="appraisal_sides", verbose_name="评分单位"
    )
    state = models.CharField("状态", max_length=12, choices=SideState.choices, default=SideState.DRAFT)
    comment = models.CharField("评语", max_length=600, blank=True)
    score = models.PositiveIntegerField("得分（百分之一分）", null=True, blank=True)
    submitted_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="提交人"
    )
    submitted_at = models.DateTimeField("提交时间", null=True, blank=True)
    signed_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="审定人"
    )
    signed_at = models.DateTimeField("审定时间", null=True, blank=True)

    class Meta:
        verbose_name = "考核评分"
        ordering = ("appraisal_id", "-side")
        constraints = [
            models.UniqueConstraint(fields=("appraisal", "side"), name="appraisal_side_once"),
            models.CheckConstraint(
                condition=Q(state="draft", submitted_at__isnull=True)
                | Q(
                    state__in=("submitted", "signed"),
                    score__isnull=False,
                    submitted_by__isnull=False,
                    submitted_at__isnull=False,
                ),
                name="appraisal_side_submitted_is_complete",
                violation_error_message="各项都评分后才能提交。",
            ),
            models.CheckConstraint(
                condition=Q(state="signed", signed_by__isnull=False, signed_at__isnull=False)
                | (~Q(state="signed") & Q(signed_by__isnull=True, signed_at__isnull=True)),
                name="appraisal_side_signed_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(score__isnull=True) | Q(score__lte=10000), name="appraisal_side_within_hundred"
            ),
        ]
        indexes = [models.Index(fields=("organization", "state"), name="appraisal_side_owner")]

    def __str__(self) -> str:
        return f"{self.organization}评分：{self.appraisal.person}"


class AppraisalScore(models.Model):
    """The score of one item on one side, in hundredths; a row is there only once it was scored."""

    district = models.ForeignKey(District, models.PROTECT, related_name="+", verbose_name="行政区")
    side = models.ForeignKey(AppraisalSide, models.CASCADE, related_name="scores", verbose_name="考核评分")
    item = models.ForeignKey(SchemeItem, models.PROTECT, related_name="+", verbose_name="评分项目")
    score = models.PositiveIntegerField("得分（百分之一分）")

    class Meta:
        verbose_name = "项目得分"
        ordering = ("side_id", "item__position", "item_id")
        constraints = [
            models.UniqueConstraint(fields=("side", "item"), name="appraisal_score_once"),
            models.CheckConstraint(
                condition=Q(score__gte=0, score__lte=10000), name="appraisal_score_within"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item} {self.score / 100:.2f}"


class AppraisalPrint(models.Model):
    """A 年度考核登记表 that was issued as a document, for one form."""

    district = models.ForeignKey(District, models.PROTECT, related_name="+", verbose_name="行政区")
    appraisal = models.ForeignKey(Appraisal, models.PROTECT, related_name="prints", verbose_name="考核登记表")
    document = models.OneToOneField(Document, models.PROTECT, related_name="+", verbose_name="文件")
    with_identity = models.BooleanField("含完整个人身份信息", default=False)
    is_final = models.BooleanField("考核办结后印制", default=False)

    class Meta:
        verbose_name = "登记表文件"
        ordering = ("-id",)

    def __str__(self) -> str:
        return str(self.document)
