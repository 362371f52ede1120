from __future__ import annotations

from django.db import models
from django.db.models import Q

from xianan.core import clock
from xianan.organizations.models import District, Organization, User

from ..choices import NodeState, PlanState


class WorkPlan(models.Model):
    """A plan of tasks with nodes, issued by 区政府办 or 区委编办 (P47)."""

    district = models.ForeignKey(District, models.PROTECT, related_name="+", verbose_name="行政区")
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+", verbose_name="制发单位")
    title = models.CharField("标题", max_length=120)
    note = models.TextField("说明", max_length=2000, blank=True)
    state = models.CharField("状态", max_length=8, choices=PlanState.choices, default=PlanState.DRAFT)
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="起草人")
    created_at = models.DateTimeField("起草时间", default=clock.now)
    issued_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="下达人")
    issued_at = models.DateTimeField("下达时间", null=True)

    class Meta:
        verbose_name = "工作计划"
        ordering = ("-id",)

    def __str__(self) -> str:
        return self.title


class PlanTask(models.Model):
    """One task of a plan."""

    district = models.ForeignKey(District, models.PROTECT, related_name="+", verbose_name="行政区")
    plan = models.ForeignKey(WorkPlan, models.CASCADE, related_name="tasks", verbose_name="工作计划")
    position = models.PositiveIntegerField("序号")
    title = models.CharField("任务", max_length=200)
    content = models.TextField("内容和要求", max_length=1000, blank=True)

    class Meta:
        verbose_name = "任务"
        ordering = ("plan", "position", "id")

    def __str__(self) -> str:
        return self.title


class PlanNode(models.Model):
    """What one organization is to have done by a day; becomes a deadline when the plan is issued."""

    district = models.ForeignKey(District, models.PROTECT, related_name="+", verbose_name="行政区")
    task = models.ForeignKey(PlanTask, models.CASCADE, related_name="nodes", verbose_name="任务")
    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="plan_nodes", verbose_name="责任单位"
    )
    title = models.CharField("节点", max_length=200)
    due_on = models.DateField("完成时限")
    state = models.CharField("状态", max_length=10, choices=NodeState.choices, default=NodeState.OPEN)
    report = models.TextField("进展", max_length=1000, blank=True)
    reported_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="报告人")
    reported_at = models.DateTimeField("报告时间", null=True)
    returned_reason = models.CharField("退回理由", max_length=300, blank=True)
    confirmed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="确认人")
    confirmed_at = models.DateTimeField("确认时间", null=True)

    class Meta:
        verbose_name = "节点"
        ordering = ("due_on", "id")
        constraints = [
            models.CheckConstraint(
                condition=~Q(state__in=("reported", "confirmed")) | ~Q(report=""),
                name="plan_node_reported_has_report",
                violation_error_message="报告完成须写明进展。",
            ),
        ]
        indexes = [models.Index(fields=("organization", "state", "due_on"), name="plan_node_desk")]

    def __str__(self) -> str:
        return self.title

    @property
    def issuer_id(self) -> int:
        """The organization that issued the plan and confirms its nodes."""
        return self.task.plan.organization_id
