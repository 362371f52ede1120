"""The letter and its lines."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from empowerment.choices import AgreementState
from empowerment.claims.model import Claim
from empowerment.models.item import Item, ItemList
from xianan.core import clock
from xianan.documents.models import Document
from xianan.organizations.models import District, Organization, User
from xianan.policy.models import PolicyVersion


class Agreement(models.Model):
    """A confirmation agreement between a department and a street over claimed items (P09).

    The row exists from the moment of sending; its document and number are never reused.
    """

    district = models.ForeignKey(District, models.PROTECT, related_name="+", verbose_name="行政区")
    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="agreements_given", verbose_name="甲方（赋权部门）"
    )
    street = models.ForeignKey(
        Organization, models.PROTECT, related_name="agreements_taken", verbose_name="乙方（承接街道）"
    )
    number = models.CharField("文号", max_length=60)
    state = models.CharField(
        "状态", max_length=10, choices=AgreementState.choices, default=AgreementState.SENT
    )
    item_list = models.ForeignKey(ItemList, models.PROTECT, related_name="+", verbose_name="依据的清单版本")
    policy = models.ForeignKey(PolicyVersion, models.PROTECT, related_name="+", verbose_name="依据的文件版本")
    transition_months = models.PositiveSmallIntegerField("过渡期（月）")
    copies = models.PositiveSmallIntegerField("份数")
    line_count = models.PositiveIntegerField("事项数")
    document = models.OneToOneField(Document, models.PROTECT, related_name="+", verbose_name="文件")
    sent_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="发送人")
    sent_at = models.DateTimeField("发送时间", default=clock.now)
    sign_by = models.DateField("签署截止")
    effective_on = models.DateField("生效日期", null=True, blank=True)
    ended_reason = models.CharField("拒签或撤回理由", max_length=500, blank=True)

    class Meta:
        verbose_name = "承接确认书"
        ordering = ("-id",)
        constraints = [
            models.UniqueConstraint(fields=("district", "number"), name="agreement_number_once"),
            models.CheckConstraint(
                condition=~Q(organization=models.F("street")), name="agreement_two_parties"
            ),
            models.CheckConstraint(
                condition=Q(state="effective", effective_on__isnull=False)
                | (~Q(state="effective") & Q(effective_on__isnull=True)),
                name="agreement_effective_has_date",
            ),
        ]
        indexes = [
            models.Index(fields=("organization", "state"), name="agreement_department"),
            models.Index(fields=("street", "state"), name="agreement_street"),
            models.Index(fields=("district", "-id"), name="agreement_district"),
        ]

    def __str__(self) -> str:
        return f"承接确认书 {self.number}"


class AgreementLine(models.Model):
    """One item of an agreement with its five mandatory contents as they were frozen (P09)."""

    district = models.ForeignKey(District, models.PROTECT, related_name="+", verbose_name="行政区")
    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="lines", verbose_name="承接确认书")
    claim = models.ForeignKey(Claim, models.PROTECT, related_name="lines", verbose_name="认领")
    item = models.ForeignKey(Item, models.PROTECT, related_name="agreement_lines", verbose_name="事项")
    position = models.PositiveIntegerField("序号")
    name = models.CharField("事项名称", max_length=300)
    type_name = models.CharField("事项类型", max_length=20)
    basis = models.TextField("设定依据")
    duties = models.TextField("职责边界")
    transition_months = models.PositiveSmallIntegerField("过渡期（月）")
    is_live = models.BooleanField("有效", default=True, help_text="拒签或撤回后事项可另行发送")

    class Meta:
        verbose_name = "确认书事项"
        ordering = ("position",)
        constraints = [
            models.UniqueConstraint(
                fields=("claim",),
                condition=Q(is_live=True),
                name="agreement_line_live_once",
                violation_error_message="该事项已在另一份承接确认书中。",
            ),
            models.CheckConstraint(
                condition=~Q(name="")
                & ~Q(type_name="")
                & ~Q(basis="")
                & ~Q(duties="")
                & Q(transition_months__gte=1),
                name="agreement_line_five_contents",
                violation_error_message="承接确认书须载明名称、类型、设定依据、职责边界和过渡期。",
            ),
        ]

    def __str__(self) -> str:
        return self.name
