from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from assessment.choices import Consolidation, Phase
from xianan.core import clock
from xianan.organizations.models import District, Organization, User
from xianan.policy.models import PolicyVersion

from .scheme import Indicator, Scheme


class Cycle(models.Model):
    """The assessment of one year: its scheme, its streets and how far it has come (P36, P37, P39)."""

    district = models.ForeignKey(District, models.PROTECT, related_name="+", verbose_name="行政区")
    year = models.PositiveSmallIntegerField("年度")
    title = models.CharField("名称", max_length=120)
    scheme = models.ForeignKey(Scheme, models.PROTECT, related_name="cycles", verbose_name="考评细则")
    policy = models.ForeignKey(PolicyVersion, models.PROTECT, related_name="+", verbose_name="依据的文件版本")
    policy_ground = models.CharField(
        "文件到期后继续考核的依据", max_length=300, blank=True, help_text="文件版本已过有效期时必填"
    )
    phase = models.CharField("阶段", max_length=12, choices=Phase.choices, default=Phase.PREPARING)
    consolidation = models.CharField(
        "两人评分的合成", max_length=8, choices=Consolidation.choices, default=Consolidation.MEAN
    )
    measured_on = models.DateField("取数日期", null=True, blank=True)
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="发起人")
    created_at = models.DateTimeField("发起时间", default=clock.now)
    streets = models.ManyToManyField(Organization, through="CycleStreet", related_name="+")

    class Meta:
        verbose_name = "考核年度"
        ordering = ("-year",)
        constraints = [
            models.UniqueConstraint(
                fields=("district", "year"),
                name="cycle_year_once",
                violation_error_message="该年度的考核已经发起。",
            ),
            models.CheckConstraint(
                condition=~Q(phase__in=("leading", "publicity", "published", "archived"))
                | Q(measured_on__isnull=False),
                name="cycle_measured_before_result",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class CycleStreet(models.Model):
    """A street that is assessed in a cycle (P36)."""

    cycle = models.ForeignKey(Cycle, models.CASCADE, related_name="objects_assessed", verbose_name="考核年度")
    street = models.ForeignKey(Organization, models.PROTECT, related_name="+", verbose_name="街道")

    class Meta:
        verbose_name = "考核对象"
        ordering = ("street__display_order", "street_id")
        constraints = [models.UniqueConstraint(fields=("cycle", "street"), name="cycle_street_once")]

    def __str__(self) -> str:
        return str(self.street)


class CyclePhase(models.Model):
    """The days planned for one phase of a cycle, both inclusive."""

    cycle = models.ForeignKey(Cycle, models.CASCADE, related_name="phases", verbose_name="考核年度")
    phase = models.CharField("阶段", max_length=12, choices=Phase.choices)
    starts_on = models.DateField("开始日期")
    ends_on = models.DateField("截止日期")

    class Meta:
        verbose_name = "考核阶段"
        ordering = ("starts_on", "id")
        constraints = [
            models.UniqueConstraint(fields=("cycle", "phase"), name="cycle_phase_once"),
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="cycle_phase_period",
                violation_error_message="截止日期不能早于开始日期。",
            ),
        ]

    def __str__(self) -> str:
        return self.get_phase_display()


class LeadingMember(models.Model):
    """A member of the leading group; its chair is the leader of the district government in charge (P39)."""

    cycle = models.ForeignKey(Cycle, models.CASCADE, related_name="leading_group", verbose_name="考核年度")
    name = models.CharField("姓名", max_length=40)
    title = models.CharField("职务", max_length=80)
    is_chair = models.BooleanField("组长", default=False)
    position = models.PositiveSmallIntegerField("序号", default=1)

    class Meta:
        verbose_name = "考核工作领导小组成员"
        ordering = ("-is_chair", "position", "id")
        constraints = [
            models.UniqueConstraint(
                fields=("cycle",),
                condition=Q(is_chair=True),
                name="leading_group_one_chair",
                violation_error_message="领导小组只有一位组长。",
            )
        ]

    def __str__(self) -> str:
        return self.name


class TeamMember(models.Model):
    """Somebody sent into the assessment team by an office or department (P39)."""

    cycle = models.ForeignKey(Cycle, models.CASCADE, related_name="team", verbose_name="考核年度")
    user = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="人员")
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+", verbose_name="抽调单位")

    class Meta:
        verbose_name = "考核组成员"
        ordering = ("organization__display_order", "user_id")
        constraints = [
            models.UniqueConstraint(
                fields=("cycle", "user"),
                name="team_member_once",
                violation_error_message="该人员已在考核组中。",
            )
        ]

    def __str__(self) -> str:
        return f"{self.user}（{self.organization}）"


class Assignment(models.Model):
    """Which indicators a member of the team scores; the assignment is the right (P39)."""

    cycle = models.ForeignKey(Cycle, models.CASCADE, related_name="assignments", verbose_name="考核年度")
    member = models.ForeignKey(
        TeamMember, models.CASCADE, related_name="assignments", verbose_name="考核组成员"
    )
    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="+", verbose_name="考评指标")
    is_lead = models.BooleanField("主评人", default=False)

    class Meta:
        verbose_name = "指标分工"
        ordering = ("indicator__group__position", "indicator__position", "-is_lead", "id")
        constraints = [
            models.UniqueConstraint(fields=("member", "indicator"), name="assignment_once"),
            models.UniqueConstraint(
                fields=("cycle", "indicator"),
                condition=Q(is_lead=True),
                name="assignment_one_lead",
                violation_error_message="一项指标只有一位主评人。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member} {self.indicator}"
