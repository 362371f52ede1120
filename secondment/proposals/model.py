from __future__ import annotations

from django.db import models
from django.db.models import Q

from secondment.choices import AnswerState, ProposalKind, ProposalState, Verdict
from xianan.core import clock
from xianan.organizations.models import District, Organization, User


class Proposal(models.Model):
    """A street's personnel proposal about somebody seconded to it (P48).

    It goes to the sending department and to 区委组织部; each answers for itself.
    """

    district = models.ForeignKey(District, models.PROTECT, related_name="+", verbose_name="行政区")
    street = models.ForeignKey(Organization, models.PROTECT, related_name="+", verbose_name="街道")
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+", verbose_name="派出部门")
    person = models.ForeignKey(
        "secondment.Person", models.PROTECT, related_name="proposals", verbose_name="下沉人员"
    )
    secondment = models.ForeignKey(
        "secondment.Secondment", models.PROTECT, related_name="+", verbose_name="下沉"
    )
    kind = models.CharField("建议事项", max_length=12, choices=ProposalKind.choices)
    text = models.TextField("建议内容", max_length=2000, help_text="写明具体表现、依据和建议")
    state = models.CharField(
        "状态", max_length=12, choices=ProposalState.choices, default=ProposalState.DRAFT
    )
    drafted_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="起草人")
    drafted_at = models.DateTimeField("起草时间", default=clock.now)
    sent_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="提出人"
    )
    sent_at = models.DateTimeField("提出时间", null=True, blank=True)
    answer_by = models.DateField("答复截止", null=True, blank=True)
    withdrawn_reason = models.CharField("撤回理由", max_length=300, blank=True)

    class Meta:
        verbose_name = "人事建议"
        ordering = ("-id",)
        constraints = [
            models.CheckConstraint(
                condition=Q(state="draft", sent_at__isnull=True)
                | Q(
                    state__in=("sent", "answered", "withdrawn"),
                    sent_at__isnull=False,
                    answer_by__isnull=False,
                ),
                name="proposal_sent_has_time",
            ),
            models.CheckConstraint(
                condition=~Q(state="withdrawn") | ~Q(withdrawn_reason=""),
                name="proposal_withdrawn_says_why",
                violation_error_message="撤回须填写理由。",
            ),
        ]
        indexes = [
            models.Index(fields=("street", "state"), name="proposal_street"),
            models.Index(fields=("organization", "state"), name="proposal_department"),
        ]

    def __str__(self) -> str:
        return f"{self.street}关于{self.person}{self.get_kind_display()}的建议"


class ProposalAnswer(models.Model):
    """What one addressee owes to a proposal, and says."""

    district = models.ForeignKey(District, models.PROTECT, related_name="+", verbose_name="行政区")
    proposal = models.ForeignKey(Proposal, models.PROTECT, related_name="answers", verbose_name="人事建议")
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+", verbose_name="答复单位")
    is_office = models.BooleanField("组织部门", help_text="区委组织部的答复，另一份是派出部门的")
    state = models.CharField("状态", max_length=12, choices=AnswerState.choices, default=AnswerState.OPEN)
    verdict = models.CharField("答复意见", max_length=12, choices=Verdict.choices, blank=True)
    text = models.CharField("答复内容", max_length=600, blank=True)
    answered_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="答复人"
    )
    answered_at = models.DateTimeField("答复时间", null=True, blank=True)

    class Meta:
        verbose_name = "对人事建议的答复"
        ordering = ("proposal_id", "is_office")
        constraints = [
            models.UniqueConstraint(fields=("proposal", "is_office"), name="proposal_answer_once"),
            models.CheckConstraint(
                condition=(Q(state="answered", answered_at__isnull=False) & ~Q(verdict="") & ~Q(text=""))
                | (~Q(state="answered") & Q(answered_at__isnull=True)),
                name="proposal_answer_is_whole",
                violation_error_message="答复须有意见和内容。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organization}的答复"
