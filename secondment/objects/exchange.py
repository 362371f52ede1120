"""How upward study and guidance is shown where the log speaks of it."""

from __future__ import annotations

from collections.abc import Sequence

from django.urls import reverse

from secondment.models import Exchange
from xianan.history.registry import ObjectKind, Shown, register_object


def _exchanges(keys: Sequence[int]) -> dict[int, Shown]:
    found = {}
    for row in Exchange.objects.filter(pk__in=keys).select_related("department", "street"):
        phase = row.phase()
        url = reverse("secondment:exchange", args=[row.pk])
        found[row.pk] = Shown(f"{row}（{row.sender}→{row.receiver}）", url, phase.label, phase.tone)
    return found


register_object(ObjectKind("secondment.exchange", "上派下挂", _exchanges, start_action="exchange.registered"))
