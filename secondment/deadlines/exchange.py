"""The date of upward study and guidance: the report after the end (P10)."""

from __future__ import annotations

from collections.abc import Sequence

from django.urls import reverse

from xianan.deadlines.registry import DeadlineKind, register

EXCHANGE_REPORT = "exchange_report"


def _links(ids: Sequence[int]) -> dict[int, str]:
    return {key: reverse("secondment:exchange", args=[key]) for key in ids}


register(DeadlineKind(EXCHANGE_REPORT, "报送上派下挂总结", "P10", "填报总结", _links))
