from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from xianan.organizations.models import District, Organization


class Post(models.Model):
    """What a department owes a street in people (P11): the row that dates and the log hang on.

    It is made the first time the department is short there. ``gap_since`` is the first day of the gap
    as it stands, ``missing`` how many people it is short of; both are empty while nothing is missing.
    """

    district = models.ForeignKey(District, models.PROTECT, related_name="+", verbose_name="行政区")
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+", verbose_name="赋权部门")
    street = models.ForeignKey(Organization, models.PROTECT, related_name="+", verbose_name="街道")
    gap_since = models.DateField("缺员起始日期", null=True, blank=True)
    missing = models.PositiveSmallIntegerField("缺员人数", default=0)

    class Meta:
        verbose_name = "下沉岗位"
        ordering = ("organization__display_order", "street__display_order", "id")
        constraints = [
            models.UniqueConstraint(fields=("organization", "street"), name="post_once"),
            models.CheckConstraint(condition=~Q(organization=F("street")), name="post_two_sides"),
            models.CheckConstraint(
                condition=Q(gap_since__isnull=True, missing=0) | Q(gap_since__isnull=False, missing__gte=1),
                name="post_gap_is_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organization}下沉{self.street}"
