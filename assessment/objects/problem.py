"""Problems in the log."""

from __future__ import annotations

from collections.abc import Sequence

from django.urls import reverse

from xianan.history.registry import ObjectKind, Shown, register_object

from ..choices import ProblemState
from ..models import Problem


def _problems(keys: Sequence[int]) -> dict[int, Shown]:
    rows = Problem.objects.filter(pk__in=keys).select_related("street", "indicator")
    return {
        row.pk: Shown(
            f"{row.street}整改 {row.indicator.code} {row.text}"[:80],
            reverse("assessment:problem", args=[row.pk]),
            str(row.get_state_display()),
            ProblemState(row.state).tone,
        )
        for row in rows
    }


register_object(ObjectKind("assessment.problem", "整改问题", _problems, "problem.listed"))
