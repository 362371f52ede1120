"""How quarters are shown where the log speaks of them."""

from __future__ import annotations

from collections.abc import Sequence

from secondment.deadlines.training import quarter_link
from secondment.models import QuarterDuty
from xianan.history.registry import ObjectKind, Shown, register_object


def _quarters(keys: Sequence[int]) -> dict[int, Shown]:
    rows = QuarterDuty.objects.filter(pk__in=keys).select_related("organization")
    return {row.pk: Shown(str(row), quarter_link(row.organization_id, row.year, row.quarter)) for row in rows}


register_object(ObjectKind("secondment.quarterduty", "季度培训任务", _quarters))
