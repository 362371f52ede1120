"""Corrections in the log; what else happens to a result stands in the timeline of its cycle."""

from __future__ import annotations

from collections.abc import Sequence

from django.urls import reverse

from xianan.history.registry import ObjectKind, Shown, register_object

from ..choices import CorrectionState
from ..models import Correction


def _corrections(keys: Sequence[int]) -> dict[int, Shown]:
    rows = Correction.objects.filter(pk__in=keys).select_related("street", "indicator")
    return {
        row.pk: Shown(
            f"更正{row.street} {row.indicator}",
            reverse("assessment:correction", args=[row.cycle_id, row.pk]),
            str(row.get_state_display()),
            CorrectionState(row.state).tone,
        )
        for row in rows
    }


register_object(ObjectKind("assessment.correction", "得分更正", _corrections, "correction.entered"))
