"""Measures: appraisals scored by streets and departments (P30), proposals answered (P48)."""

from __future__ import annotations

from django.db.models import Q
from django.urls import reverse

from secondment.choices import AnswerState, Side
from secondment.models import ProposalAnswer
from secondment.selectors.appraisals import scored_by
from xianan.policy.measures import (
    Asked,
    Counted,
    Figure,
    Found,
    Kind,
    Measure,
    MeasureGroup,
    TableGroup,
    register,
)

FIELD = {Side.STREET: "street", Side.DEPARTMENT: "organization"}
ABOUT = {Side.STREET: "street", Side.DEPARTMENT: "department"}


def _scored(asked: Asked) -> Found:
    """Of the forms of the newest year that had begun by a day, those a side had scored by then."""
    round_, sides = scored_by(asked.on, asked.district.pk)
    if round_ is None:
        return {}
    url = reverse("secondment:appraisal-round", args=[round_])
    return {
        f"appraisals_scored_{ABOUT[side]}": {
            whose: Figure(scored, owed, f"{url}?{FIELD[side]}={whose}")
            for whose, (scored, owed) in found.items()
        }
        for side, found in sides.items()
    }


SCORES = MeasureGroup(_scored)
# Proposals sent to departments in a period; those withdrawn are left out.
ANSWERS = TableGroup(
    lambda asked: ProposalAnswer.objects.filter(
        district=asked.district, is_office=False, proposal__sent_at__date__range=asked.period.days
    ).exclude(state=AnswerState.VOID)
)

for _about in ABOUT.values():
    register(Measure(f"appraisals_scored_{_about}", "年度考核已评分", "P30", "份", 100, _about, SCORES))
register(
    Measure(
        "proposals_answered", "人事建议已答复", "P48", "件", 100, "department",
        ANSWERS.count(
            "proposals_answered",
            Counted(
                "organization",
                lambda asked: Q(answered_at__date__lte=asked.on),
                lambda asked, key: f"{reverse('secondment:proposals')}?organization={key}",
            ),
        ),
        Kind.FLOW,
    )
)  # fmt: skip
