"""The dates this app owes: the end of a transition (P13) and the second look at a deferred item (P05)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.urls import reverse

from xianan.deadlines.registry import DeadlineKind, register

SIGN = "agreement_sign"
TRANSITION_END = "transition_end"
LOOK_AGAIN = "claim_look_again"


def _agreement_links(ids: Sequence[int]) -> dict[int, str]:
    return {key: reverse("empowerment:agreement", args=[key]) for key in ids}


def _claim_links(ids: Sequence[int]) -> dict[int, str]:
    from .models import Claim

    return {
        key: f"{reverse('empowerment:claim-desk', args=[street])}?claim={key}"
        for key, street in Claim.objects.filter(pk__in=ids).values_list("pk", "street_id")
    }


def _power_links(ids: Sequence[int]) -> dict[int, str]:
    return {key: reverse("empowerment:power", args=[key]) for key in ids}


def _show_sign_by(days: dict[int, dt.date]) -> None:
    from .models import Agreement

    rows = list(Agreement.objects.filter(pk__in=days))
    for row in rows:
        row.sign_by = days[row.pk]
    Agreement.objects.bulk_update(rows, ["sign_by"], batch_size=1000)


register(
    DeadlineKind(
        SIGN,
        "签署承接确认书",
        "P09",
        "审阅并签署",
        _agreement_links,
        working_day=True,
        moved=_show_sign_by,
    )
)
register(DeadlineKind(TRANSITION_END, "过渡期满", "P13", "查看职权", _power_links))
register(DeadlineKind(LOOK_AGAIN, "暂缓事项再议", "P05", "重新处理", _claim_links))
