from __future__ import annotations

from django.db import models
from django.db.models import Q

from secondment.choices import OpinionState
from xianan.core import clock
from xianan.documents.models import Document
from xianan.organizations.models import District, Organization, User

from .people import Person


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
