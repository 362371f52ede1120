from __future__ import annotations

from django.db import models
from django.db.models import Q

from secondment.choices import AnswerState, OpinionState, ProposalKind, ProposalState, Verdict
from xianan.core import clock
from xianan.documents.models import Document
from xianan.organizations.models import District, Organization, User

from .people import Person, Secondment


class Proposal(models.Model):
    """A street's personnel proposal about somebody seconded to it (P48).

    It goes to the sending department and to 区委组织部; each answers for itself.
    """

    district = models.ForeignKey(District, models.PROTECT, related_name="+", verbose_name="行政区")
    street = models.ForeignKey(Organization, models.PROTECT, related_name="+", verbose_name="街道")
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+", verbose_name="派出部门")
    person = models.ForeignKey(Person, models.PROTECT, related_name="proposals", verbose_name="下沉人员")
    secondment = models.ForeignKey(Secondment, models.PROTECT, related_name="+", verbose_name="下沉")
    kind = models.CharField("建议事项", max_length=12, choices=ProposalKind.choices)
    text = models.TextField("建议内容", max_length=2000)
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


class StreetOpinion(models.Model):
    """A street's opinion on somebody for promotion, given of its own accord or because it was asked (P33)."""

    district = models.ForeignKey(District, models.PROTECT, related_name="+", verbose_name="行政区")
    person = models.ForeignKey(
        Person, models.PROTECT, related_name="street_opinions", verbose_name="下沉人员"
    )
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+", verbose_name="派出部门")
    street = models.ForeignKey(Organization, models.PROTECT, related_name="+", verbose_name="街道")
    state = models.CharField("状态", max_length=8, choices=OpinionState.choices)
    asked_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="征求意见人"
    )
    asking = models.ForeignKey(
        Organization, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="征求意见单位"
    )
    purpose = models.CharField("征求意见事由", max_length=200, blank=True)
    asked_at = models.DateTimeField("征求意见时间", null=True, blank=True)
    due_on = models.DateField("出具截止", null=True, blank=True)
    text = models.TextField("意见", max_length=2000, blank=True)
    given_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="出具人"
    )
    given_at = models.DateTimeField("出具时间", null=True, blank=True)

    class Meta:
        verbose_name = "街道意见"
        ordering = ("-id",)
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    state="asked", asked_at__isnull=False, due_on__isnull=False, given_at__isnull=True
                )
                | (Q(state="given", given_at__isnull=False, given_by__isnull=False) & ~Q(text="")),
                name="street_opinion_is_whole",
            ),
            models.UniqueConstraint(
                fields=("person", "street"),
                condition=Q(state="asked"),
                name="street_opinion_asked_once",
                violation_error_message="已向该街道征求意见，尚未出具。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.street}对{self.person}的意见"


class FilePrint(models.Model):
    """One printing of a personal file: who, when, and for what purpose (P33)."""

    district = models.ForeignKey(District, models.PROTECT, related_name="+", verbose_name="行政区")
    person = models.ForeignKey(Person, models.PROTECT, related_name="file_prints", verbose_name="下沉人员")
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+", verbose_name="印制单位")
    printed_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="印制人")
    printed_at = models.DateTimeField("印制时间", default=clock.now)
    purpose = models.CharField("用途", max_length=200)
    with_identity = models.BooleanField("含完整个人身份信息", default=False)
    document = models.ForeignKey(Document, models.PROTECT, related_name="+", verbose_name="文件")

    class Meta:
        verbose_name = "档案印制"
        ordering = ("-id",)
        constraints = [
            models.CheckConstraint(
                condition=~Q(purpose=""),
                name="file_print_has_purpose",
                violation_error_message="印制个人档案须写明用途。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}的下沉档案"
