"""What of letters and transitions a new version judges otherwise, counted before it does."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse

from empowerment.choices import PowerState
from empowerment.models import Agreement, Empowerment
from xianan.policy.choices import DocumentKey
from xianan.policy.effects import Effect, Foreseen, counted, register


@register(DocumentKey.PLAN, "transition_months")
def _transitions(seen: Foreseen) -> Iterator[Effect]:
    """P13: a transition that has begun keeps its last day."""
    rows = Empowerment.objects.filter(
        district=seen.district, state=PowerState.TRANSITION, effective_on__lt=seen.day
    )
    yield from counted("已经开始的过渡期，不变", rows.count(), "项", reverse("empowerment:powers"))


@register(DocumentKey.PLAN, "transition_months", "signing_days", "letter_copies", "letter_prefix")
def _letters(seen: Foreseen) -> Iterator[Effect]:
    """P09: a letter that was sent says what it says."""
    rows = Agreement.objects.filter(district=seen.district, sent_at__date__lt=seen.day)
    yield from counted(
        "已经送出的确认书，载明的内容和期限不变", rows.count(), "份", reverse("empowerment:agreements")
    )
