"""The dates of a problem: the street's until it is put right, the checker's until it is judged (P40)."""

from __future__ import annotations

from collections.abc import Sequence

from django.urls import reverse

from xianan.deadlines.registry import DeadlineKind, register

RECTIFICATION = "rectification"
CHECK = "rectification_check"


def _links(ids: Sequence[int]) -> dict[int, str]:
    return {key: reverse("assessment:problem", args=[key]) for key in ids}


register(DeadlineKind(RECTIFICATION, "考核问题整改", "P40", "整改并提交材料", _links))
register(DeadlineKind(CHECK, "整改验收", "P40", "验收整改", _links))
