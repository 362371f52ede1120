"""Scores and visits in the log."""

from __future__ import annotations

from collections.abc import Sequence

from django.urls import reverse

from xianan.history.registry import ObjectKind, Shown, register_object

from ..choices import ScoreState
from ..models import Score, Visit


def _scores(keys: Sequence[int]) -> dict[int, Shown]:
    rows = Score.objects.filter(pk__in=keys).select_related("street", "indicator")
    return {
        row.pk: Shown(
            str(row),
            reverse("assessment:cell", args=[row.cycle_id, row.street_id, row.indicator_id]),
            str(row.get_state_display()),
            ScoreState(row.state).tone,
        )
        for row in rows
    }


def _visits(keys: Sequence[int]) -> dict[int, Shown]:
    rows = Visit.objects.filter(pk__in=keys).select_related("street")
    return {row.pk: Shown(str(row), reverse("assessment:visit", args=[row.cycle_id, row.pk])) for row in rows}


register_object(ObjectKind("assessment.score", "评分", _scores))
register_object(ObjectKind("assessment.visit", "实地查看", _visits, "visit.recorded"))
