"""The date of an answer to an objection (P40)."""

from __future__ import annotations

from collections.abc import Sequence

from django.urls import reverse

from xianan.deadlines.registry import DeadlineKind, register

OBJECTION = "assessment_objection"


def _objections(ids: Sequence[int]) -> dict[int, str]:
    from assessment.models import Objection

    return {
        key: reverse("assessment:objection", args=[cycle, key])
        for key, cycle in Objection.objects.filter(pk__in=ids).values_list("pk", "cycle_id")
    }


register(DeadlineKind(OBJECTION, "考核申诉答复", "P40", "答复申诉", _objections))
