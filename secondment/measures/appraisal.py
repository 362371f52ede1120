"""Measures: appraisals scored by streets and departments (P30), proposals answered (P48)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping

from django.db.models import Count, Q
from django.urls import reverse

from secondment.choices import AnswerState, Side
from secondment.models import ProposalAnswer
from secondment.selectors.appraisals import scored_by
from xianan.organizations.models import District
from xianan.policy.measures import Figure, Measure, register


def _scored(side: Side) -> Callable[[District, dt.date], Mapping[int, Figure]]:
    def compute(district: District, on: dt.date) -> Mapping[int, Figure]:
        return {
            organization: Figure(
                row.scored,
                row.owed,
                f"{reverse('secondment:appraisal-round', args=[row.round])}?{_FIELD[side]}={organization}",
            )
            for organization, row in scored_by(on, district.pk, side).items()
        }

    return compute


_FIELD = {Side.STREET: "street", Side.DEPARTMENT: "organization"}


def _answered(district: District, on: dt.date) -> Mapping[int, Figure]:
    """Of the proposals sent to departments by a day, those answered by then; withdrawn ones are left out."""
    rows = (
        ProposalAnswer.objects.filter(district=district, is_office=False, proposal__sent_at__date__lte=on)
        .exclude(state=AnswerState.VOID)
        .order_by()
        .values_list("organization_id")
        .annotate(all=Count("pk"), answered=Count("pk", filter=Q(answered_at__date__lte=on)))
    )
    return {
        organization: Figure(answered, all_, f"{reverse('secondment:proposals')}?organization={organization}")
        for organization, all_, answered in rows
    }


for _side, _about in ((Side.STREET, "street"), (Side.DEPARTMENT, "department")):
    register(
        Measure(f"appraisals_scored_{_about}", "年度考核已评分", "P30", "份", 100, _about, _scored(_side))
    )
register(Measure("proposals_answered", "人事建议已答复", "P48", "件", 100, "department", _answered))
