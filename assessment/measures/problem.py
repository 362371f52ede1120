"""Measure: problems of an assessment that a street has not let run over its date (P40)."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict

from django.urls import reverse

from assessment.choices import ProblemState
from assessment.models import Problem
from assessment.selectors.problems import COUNTED
from xianan.core import clock
from xianan.organizations.models import District
from xianan.policy.measures import Figure, Measure, register


def _in_time(district: District, on: dt.date) -> dict[int, Figure]:
    """Of the problems listed by ``on`` those that were not overdue on that day: handed in, or not yet due."""
    fine: dict[int, int] = defaultdict(int)
    listed: dict[int, int] = defaultdict(int)
    rows = Problem.objects.filter(district=district, state__in=COUNTED).values_list(
        "street_id", "state", "due_on", "handed_at", "created_at"
    )
    for street, state, due_on, handed_at, created_at in rows:
        if clock.local_date(created_at) > on:
            continue
        handed = state != ProblemState.OPEN and handed_at is not None and clock.local_date(handed_at) <= on
        listed[street] += 1
        fine[street] += handed or due_on >= on
    url = reverse("assessment:problems")
    return {key: Figure(fine[key], count, f"{url}?street={key}") for key, count in listed.items()}


register(Measure("problems_in_time_street", "整改问题没有逾期", "P40", "个", 100, "street", _in_time))
