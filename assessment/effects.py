"""What of cycles a new version of the method judges otherwise, counted before it does."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse

from assessment.models import Cycle
from xianan.policy.choices import DocumentKey
from xianan.policy.effects import Effect, Foreseen, counted, register


@register(DocumentKey.ASSESSMENT, "total_points", "evaluation_points")
def _cycles(seen: Foreseen) -> Iterator[Effect]:
    """P37, P43: a cycle stands on the version under which it was begun."""
    rows = Cycle.objects.filter(district=seen.district, created_at__date__lt=seen.day)
    yield from counted("已经启动的考核年度，不变", rows.count(), "个", reverse("assessment:cycles"))
