from __future__ import annotations

from django.contrib.contenttypes.fields import GenericRelation
from django.db import models
from django.db.models import Q

from empowerment.choices import Desk, FilingState, LineState, Verdict
from empowerment.models.item import Content, Item
from xianan.core import clock
from xianan.imports.models import Upload
from xianan.organizations.models import District, Organization, User


class Filing(models.Model):
    """A batch of items that a department proposes for the list (P01)."""

    district = models.ForeignKey(District, models.PROTECT, related_name="+", verbose_name="行政区")
    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="filings", verbose_name="赋权部门"
    )
    title = models.CharField("标题", max_length=120)
    feasibility = models.TextField("可行性说明", max_length=2000, blank=True)
    state = models.CharField("状态", max_length=16, choices=FilingState.choices, default=FilingState.DRAFT)
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="起草人")
    created_at = models.DateTimeField("起草时间", default=clock.now)
    submitted_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="提交人")
    submitted_at = models.DateTimeField("提交时间", null=True)
    decided_at = models.DateTimeField("办结时间", null=True)
    uploads = GenericRelation(Upload)

    class Meta:
        verbose_name = "申报"
        ordering = ("-id",)
        indexes = [
            models.Index(fields=("district", "state", "-id"), name="filing_by_state"),
            models.Index(fields=("organization", "-id"), name="filing_by_department"),
        ]

    def __str__(self) -> str:
        return self.title


class FilingItem(Content):
    """One item as a filing proposes it; ``item`` is the listed one it would change."""

    district = models.ForeignKey(District, models.PROTECT, related_name="+", verbose_name="行政区")
    filing = models.ForeignKey(Filing, models.CASCADE, related_name="lines", verbose_name="申报")
    item = models.ForeignKey(
        Item, models.PROTECT, null=True, blank=True, related_name="proposals", verbose_name="清单事项"
    )
    previous = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="resubmission", verbose_name="退回前"
    )
    position = models.PositiveIntegerField("序号")
    transition_months = models.PositiveSmallIntegerField("过渡期（月）", null=True, blank=True)
    proposed_streets = models.JSONField("拟承接街道", default=list, blank=True)
    decline_reason = models.CharField("不认领原因", max_length=300, blank=True)
    state = models.CharField("状态", max_length=10, choices=LineState.choices, default=LineState.DRAFT)
    changed_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="填报人")

    class Meta:
        verbose_name = "申报事项"
        ordering = ("filing", "position", "id")
        constraints = [
            models.UniqueConstraint(
                fields=("filing", "content_key"),
                name="filing_item_once",
                violation_error_message="本次申报已有名称、依据相同的事项。",
            ),
            models.CheckConstraint(
                condition=~Q(name=""),
                name="filing_item_has_name",
                violation_error_message="事项名称不能为空。",
            ),
            # Without a basis an item stays a draft; nothing else may be proposed to anybody.
            models.CheckConstraint(
                condition=Q(state="draft") | ~Q(basis=""),
                name="filing_item_basis_before_review",
                violation_error_message="缺少设定依据的事项不能提交。",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Meeting(models.Model):
    """A meeting of the district government that deliberates filings, and what it decided (P02)."""

    district = models.ForeignKey(District, models.PROTECT, related_name="+", verbose_name="行政区")
    name = models.CharField("会议名称", max_length=120)
    held_on = models.DateField("会议日期")
    reference = models.CharField("纪要文号", max_length=60, blank=True)
    note = models.TextField("议定事项", max_length=2000, blank=True)
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="登记人")
    recorded_at = models.DateTimeField("登记时间", default=clock.now)

    class Meta:
        verbose_name = "审议会议"
        ordering = ("-held_on", "-id")

    def __str__(self) -> str:
        return self.name


class Opinion(models.Model):
    """What one desk says to one item of a filing."""

    district = models.ForeignKey(District, models.PROTECT, related_name="+", verbose_name="行政区")
    line = models.ForeignKey(FilingItem, models.CASCADE, related_name="opinions", verbose_name="申报事项")
    desk = models.CharField("审核单位", max_length=16, choices=Desk.choices)
    verdict = models.CharField("意见", max_length=8, choices=Verdict.choices)
    reason = models.CharField("理由", max_length=500, blank=True)
    meeting = models.ForeignKey(
        Meeting, models.PROTECT, null=True, blank=True, related_name="opinions", verbose_name="会议"
    )
    given_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="审核人")
    given_at = models.DateTimeField("时间", default=clock.now)

    class Meta:
        verbose_name = "审核意见"
        ordering = ("id",)
        constraints = [
            models.UniqueConstraint(fields=("line", "desk"), name="opinion_once_a_desk"),
            models.CheckConstraint(
                condition=Q(verdict="pass") | ~Q(reason=""),
                name="opinion_reason",
                violation_error_message="退回或暂缓须填写理由。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_desk_display()}{self.get_verdict_display()}"
