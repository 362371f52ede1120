from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q

from assessment.choices import PaperKind, PaperState
from xianan.core import clock
from xianan.documents.models import Document
from xianan.organizations.models import District, Organization, User

from .cycle import Cycle
from .result import ResultVersion


class Paper(models.Model):
    """An official paper of a published result: written, then signed off with a number and never changed (P40).

    ``words`` are the paragraphs people edit; everything else is taken from the version of the result.
    """

    district = models.ForeignKey(District, models.PROTECT, related_name="+", verbose_name="行政区")
    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="papers", verbose_name="考核年度")
    version = models.ForeignKey(ResultVersion, models.PROTECT, related_name="papers", verbose_name="结果版本")
    kind = models.CharField("文书", max_length=16, choices=PaperKind.choices)
    street = models.ForeignKey(
        Organization, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="街道"
    )
    words: models.JSONField[Any, Any] = models.JSONField("可改文字", default=dict)
    state = models.CharField("状态", max_length=8, choices=PaperState.choices, default=PaperState.DRAFT)
    number = models.CharField("文号", max_length=60, blank=True)
    document = models.OneToOneField(
        Document, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="文书"
    )
    signed_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="签发人"
    )
    signed_at = models.DateTimeField("签发时间", null=True, blank=True)
    created_at = models.DateTimeField("拟制时间", default=clock.now)

    class Meta:
        verbose_name = "考核文书"
        ordering = ("cycle", "-version__number", "id")
        constraints = [
            models.UniqueConstraint(
                fields=("version", "kind"), condition=Q(street__isnull=True), name="paper_once"
            ),
            models.UniqueConstraint(fields=("version", "kind", "street"), name="paper_once_a_street"),
            models.CheckConstraint(
                condition=Q(kind="street", street__isnull=False)
                | (~Q(kind="street") & Q(street__isnull=True)),
                name="paper_street_where_it_is_one",
            ),
            models.CheckConstraint(
                condition=Q(state="draft", document__isnull=True, signed_at__isnull=True)
                | (Q(state="signed", document__isnull=False, signed_at__isnull=False) & ~Q(number="")),
                name="paper_signed_has_number_and_document",
            ),
        ]

    def __str__(self) -> str:
        name = self.get_kind_display()
        return f"{self.street}{name}" if self.street_id else str(name)
