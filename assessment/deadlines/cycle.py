"""The dates of a cycle: a street's self-report (P37), a member's scores (P39)."""

from __future__ import annotations

from collections.abc import Sequence

from django.urls import reverse

from xianan.deadlines.registry import DeadlineKind, register

SELF_REPORT = "assessment_self_report"
SCORING = "assessment_scoring"


def _reports(ids: Sequence[int]) -> dict[int, str]:
    from assessment.models import SelfReport

    return {
        key: reverse("assessment:report", args=[cycle, key])
        for key, cycle in SelfReport.objects.filter(pk__in=ids).values_list("pk", "cycle_id")
    }


def _members(ids: Sequence[int]) -> dict[int, str]:
    from assessment.models import TeamMember

    return {
        key: reverse("assessment:cycle", args=[cycle])
        for key, cycle in TeamMember.objects.filter(pk__in=ids).values_list("pk", "cycle_id")
    }


register(DeadlineKind(SELF_REPORT, "街道考核自评", "P37", "填报并提交自评", _reports))
register(DeadlineKind(SCORING, "街道考核评分", "P39", "完成评分", _members))
