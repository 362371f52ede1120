"""Terms, certificates, arrivals, gaps, and what a demand for replacement asks for (P11, P12, P32)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.urls import reverse

from xianan.deadlines.registry import DeadlineKind, register

TERM = "secondment_end"
CERTIFICATE = "certificate_end"
ARRIVAL = "secondment_arrival"
GAP = "secondment_gap"
REPLACEMENT_ANSWER = "replacement_answer"
SUCCESSOR = "replacement_successor"
AHEAD = 60
"""Days before it ends from which a term or certificate stands on the desk: the first rung of their ladders."""


def _service_links(ids: Sequence[int]) -> dict[int, str]:
    return {key: reverse("secondment:secondment", args=[key]) for key in ids}


def _replacement_links(ids: Sequence[int]) -> dict[int, str]:
    return {key: reverse("secondment:replacement", args=[key]) for key in ids}


def _post_links(ids: Sequence[int]) -> dict[int, str]:
    from secondment.models import Post

    pairs = Post.objects.filter(pk__in=ids).values_list("pk", "organization_id", "street_id")
    return {
        key: reverse("secondment:post", args=[organization, street]) for key, organization, street in pairs
    }


def _show_answer_by(days: dict[int, dt.date]) -> None:
    from secondment.models import Replacement

    rows = list(Replacement.objects.filter(pk__in=days))
    for row in rows:
        row.answer_by = days[row.pk]
    Replacement.objects.bulk_update(rows, ["answer_by"], batch_size=1000)


register(DeadlineKind(TERM, "下沉期满", "P12", "办理返回或延长", _service_links, ahead=AHEAD))
register(DeadlineKind(CERTIFICATE, "执法证到期", "P12", "更新执法证", _service_links, ahead=AHEAD))
register(DeadlineKind(ARRIVAL, "确认下沉人员到岗", "P11", "确认到岗", _service_links, working_day=True))
register(DeadlineKind(GAP, "街道缺下沉人员", "P11", "补派下沉人员", _post_links))
register(
    DeadlineKind(
        REPLACEMENT_ANSWER,
        "答复替换要求",
        "P32",
        "答复替换要求",
        _replacement_links,
        working_day=True,
        moved=_show_answer_by,
    )
)
register(DeadlineKind(SUCCESSOR, "接任人员到岗", "P32", "确定接任人员", _replacement_links))
