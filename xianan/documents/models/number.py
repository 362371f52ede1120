from __future__ import annotations

from django.db import models


class NumberSequence(models.Model):
    """The last number taken for a kind of document in a year."""

    district = models.ForeignKey(
        "organizations.District", models.PROTECT, related_name="+", verbose_name="行政区"
    )
    kind = models.CharField("文种", max_length=40)
    year = models.PositiveSmallIntegerField("年份")
    last = models.PositiveIntegerField("已取号", default=0)

    class Meta:
        verbose_name = "文号"
        constraints = [
            models.UniqueConstraint(
                fields=("district", "kind", "year"),
                name="documents_sequence_once",
                violation_error_message="该文种本年度的文号已建立。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.year} {self.last}"
