"""Every date that somebody owes something on."""

from __future__ import annotations

from django.contrib.contenttypes.models import ContentType
from django.db import models

from xianan.core import clock
from xianan.organizations.models import District, Organization


class Deadline(models.Model):
    """One date owed by one organization for one object. The due date lives here; schedulers only look."""

    district = models.ForeignKey(District, models.PROTECT, related_name="+", verbose_name="行政区")
    kind = models.CharField("种类", max_length=40)
    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="deadlines", verbose_name="责任单位"
    )
    content_type = models.ForeignKey(ContentType, models.PROTECT, related_name="+")
    object_id = models.BigIntegerField()
    title = models.CharField("事由", max_length=300)
    nominal_on = models.DateField("推算日", help_text="移到工作日之前的日期")
    due_on = models.DateField("到期日")
    opened_at = models.DateTimeField("设立时间", default=clock.now)
    closed_at = models.DateTimeField("办结时间", null=True, blank=True)
    outcome = models.CharField("结果", max_length=20, blank=True)

    class Meta:
        verbose_name = "期限"
        ordering = ("due_on", "id")
        constraints = [
            models.UniqueConstraint(
                fields=("content_type", "object_id", "kind"),
                condition=models.Q(closed_at__isnull=True),
                name="deadline_open_once",
            ),
        ]
        indexes = [
            models.Index(
                fields=("due_on",), condition=models.Q(closed_at__isnull=True), name="deadline_due_open"
            ),
            models.Index(
                fields=("organization", "due_on"),
                condition=models.Q(closed_at__isnull=True),
                name="deadline_organization_open",
            ),
        ]

    def __str__(self) -> str:
        return self.title
