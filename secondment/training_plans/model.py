from __future__ import annotations

from django.db import models
from django.db.models import Q

from secondment.choices import TrainingPlanState
from xianan.core import clock
from xianan.organizations.models import District, Organization, User


class TrainingPlan(models.Model):
    """The sessions that a department plans for a year (P14).

    The row is opened for every department that owes training in the year, so that its date runs.
    """

    district = models.ForeignKey(District, models.PROTECT, related_name="+", verbose_name="行政区")
    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="training_plans", verbose_name="赋权部门"
    )
    year = models.PositiveSmallIntegerField("年度")
    state = models.CharField(
        "状态", max_length=10, choices=TrainingPlanState.choices, default=TrainingPlanState.DRAFT
    )
    note = models.CharField("说明", max_length=500, blank=True)
    due_on = models.DateField("提交截止", null=True, blank=True, help_text="本年度没有培训任务的部门留空")
    created_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="制定人"
    )
    created_at = models.DateTimeField("设立时间", default=clock.now)
    submitted_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="提交人"
    )
    submitted_at = models.DateTimeField("提交时间", null=True, blank=True)
    submitted_on = models.DateField("提交日期", null=True, blank=True)

    class Meta:
        verbose_name = "培训计划"
        ordering = ("-year", "organization__display_order", "id")
        constraints = [
            models.UniqueConstraint(
                fields=("organization", "year"),
                name="training_plan_once",
                violation_error_message="该年度的培训计划已有。",
            ),
            models.CheckConstraint(
                condition=Q(state="draft", submitted_on__isnull=True, submitted_by__isnull=True)
                | Q(state="submitted", submitted_on__isnull=False, submitted_by__isnull=False),
                name="training_plan_submitted_by_somebody",
            ),
        ]
        indexes = [models.Index(fields=("district", "year", "state"), name="training_plan_year")]

    def __str__(self) -> str:
        return f"{self.organization}{self.year}年培训计划"

    @property
    def is_late(self) -> bool:
        """Whether it was submitted after its date, or was not and the date is past."""
        return self.due_on is not None and (self.submitted_on or clock.today()) > self.due_on
