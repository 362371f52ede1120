"""Measure: problems of an assessment that a street has not let run over its date (P40)."""

from __future__ import annotations

from django.db.models import Q
from django.urls import reverse

from assessment.choices import ProblemState
from assessment.models import Problem
from assessment.selectors.problems import COUNTED
from xianan.policy.choices import DocumentKey
from xianan.policy.measures import Asked, Counted, Measure, TableGroup, register

# Problems listed by a day.
PROBLEMS = TableGroup(
    lambda asked: Problem.objects.filter(
        district=asked.district, state__in=COUNTED, created_at__date__lte=asked.on
    )
)


def _in_time(asked: Asked) -> Q:
    """Those that were not overdue on the day: handed in by then, or not yet due."""
    handed = ~Q(state=ProblemState.OPEN) & Q(handed_at__date__lte=asked.on)
    return handed | Q(due_on__gte=asked.on)


register(
    Measure(
        "problems_in_time_street", "整改问题没有逾期", "P40", "个", 100, "street",
        PROBLEMS.count(
            "problems_in_time_street",
            Counted("street", _in_time, lambda asked, key: f"{reverse('assessment:problems')}?street={key}"),
        ),
        document=DocumentKey.ASSESSMENT,
    )
)  # fmt: skip
