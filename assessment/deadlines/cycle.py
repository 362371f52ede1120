"""The dates of a cycle: a member's scores (P39); that of a self-report stands with its steps (P37)."""

from __future__ import annotations

from collections.abc import Sequence

from django.urls import reverse

from xianan.deadlines.registry import DeadlineKind, register

SELF_REPORT = "assessment_self_report"
SCORING = "assessment_scoring"


def _members(ids: Sequence[int]) -> dict[int, str]:
    from assessment.models import TeamMember

    return {
        key: reverse("assessment:cycle", args=[cycle])
        for key, cycle in TeamMember.objects.filter(pk__in=ids).values_list("pk", "cycle_id")
    }


register(DeadlineKind(SCORING, "街道考核评分", "P39", "完成评分", _members))
