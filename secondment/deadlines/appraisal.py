"""The dates of appraisal, proposals and opinions: scores (P30), answers (P48), a street's opinion (P33)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.urls import reverse

from xianan.deadlines.registry import DeadlineKind, register

APPRAISAL_SCORE = "appraisal_score"
PROPOSAL_ANSWER = "proposal_answer"
STREET_OPINION = "street_opinion"


def _form_links(ids: Sequence[int]) -> dict[int, str]:
    from secondment.models import AppraisalSide

    return {
        key: reverse("secondment:appraisal", args=[form])
        for key, form in AppraisalSide.objects.filter(pk__in=ids).values_list("pk", "appraisal_id")
    }


def _show_due(days: dict[int, dt.date]) -> None:
    """Write the moved day into the years that show it."""
    from secondment.models import AppraisalRound, AppraisalSide

    rounds = {
        round_: days[side]
        for side, round_ in AppraisalSide.objects.filter(pk__in=days, appraisal__version=1).values_list(
            "pk", "appraisal__round_id"
        )
    }
    for key, day in rounds.items():
        AppraisalRound.objects.filter(pk=key).update(due_on=day)


def _proposal_links(ids: Sequence[int]) -> dict[int, str]:
    from secondment.models import ProposalAnswer

    return {
        key: reverse("secondment:proposal", args=[proposal])
        for key, proposal in ProposalAnswer.objects.filter(pk__in=ids).values_list("pk", "proposal_id")
    }


def _opinion_links(ids: Sequence[int]) -> dict[int, str]:
    return {key: reverse("secondment:opinion-give", args=[key]) for key in ids}


register(
    DeadlineKind(
        APPRAISAL_SCORE,
        "下沉人员考核评分",
        "P30",
        "评分并提交",
        _form_links,
        working_day=True,
        moved=_show_due,
    )
)
register(
    DeadlineKind(PROPOSAL_ANSWER, "答复人事建议", "P48", "答复人事建议", _proposal_links, working_day=True)
)
register(DeadlineKind(STREET_OPINION, "出具街道意见", "P33", "出具意见", _opinion_links, working_day=True))
