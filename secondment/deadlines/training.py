"""The dates of training: the yearly plan and each quarter (P14)."""

from __future__ import annotations

from collections.abc import Sequence

from django.urls import reverse

from xianan.deadlines.registry import DeadlineKind, register

TRAINING_PLAN = "training_plan"
TRAINING_QUARTER = "training_quarter"


def _plan_links(ids: Sequence[int]) -> dict[int, str]:
    return {key: reverse("secondment:training-plan", args=[key]) for key in ids}


def quarter_link(organization: int, year: int, quarter: int) -> str:
    """Return the address of a department's sessions of a quarter."""
    return f"{reverse('secondment:sessions')}?organization={organization}&year={year}&quarter={quarter}"


def _duty_links(ids: Sequence[int]) -> dict[int, str]:
    from secondment.models import QuarterDuty

    rows = QuarterDuty.objects.filter(pk__in=ids).values_list("pk", "organization_id", "year", "quarter")
    return {key: quarter_link(organization, year, quarter) for key, organization, year, quarter in rows}


register(DeadlineKind(TRAINING_PLAN, "提交年度培训计划", "P14", "制定并提交", _plan_links))
register(DeadlineKind(TRAINING_QUARTER, "季度培训", "P14", "安排并登记培训", _duty_links))
