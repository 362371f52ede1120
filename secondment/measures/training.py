"""Measures: quarters held and plans submitted of departments, sessions attended of streets (P14)."""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import Count, OuterRef, Q
from django.urls import reverse

from secondment.choices import SessionState
from secondment.models import Session, TrainingPlan
from secondment.rules.training import Spans, quarters_between
from secondment.selectors import duties
from secondment.selectors.proof import proven, told_for
from xianan.policy.measures import Asked, Figure, Found, Kind, Measure, MeasureGroup, register


def _training(asked: Asked) -> Found:
    """Four queries, whatever is asked of quarters, plans and attendance."""
    spans = duties.spans(asked.district, asked.on, known=asked.known)
    return {
        "training_quarters": _quarters(asked, spans),
        "training_plans": _plans(asked, spans),
        "training_attended": _attended(asked),
    }


def _quarters(asked: Asked, spans: Mapping[int, Spans]) -> dict[int, Figure]:
    """Of the owed quarters of a period that are over by its end, and the running one if it is met, those met.

    Each is judged by the version in force on its own last day; one without is left out.
    """
    needs = duties.needs_of(asked.plan)
    begun = [(quarter, needs(quarter)) for quarter in quarters_between(*asked.period.days)]
    held = duties.held_days(asked.district, begun[0][0].first, asked.on, known=asked.known).counting
    found = {}
    for key, span in spans.items():
        met = over = 0
        for quarter, needed in begun:
            if needed is None or not span.owes(quarter):
                continue
            enough = sum(quarter.holds(day) for day in held.get(key, ())) >= needed
            met += enough
            over += enough or quarter.last <= asked.on
        link = f"{reverse('secondment:sessions')}?organization={key}&year={asked.on.year}"
        found[key] = Figure(met, over, link)
    return found


def _plans(asked: Asked, spans: Mapping[int, Spans]) -> dict[int, Figure]:
    years = range(asked.period.first.year, asked.on.year + 1)
    submitted = set(
        TrainingPlan.objects.filter(district=asked.district, year__in=years, submitted_on__lte=asked.on)
        .order_by()
        .values_list("organization_id", "year")
    )
    url = f"{reverse('secondment:training-plans')}?year={asked.on.year}"
    owed = {key: [year for year in years if span.owes_year(year)] for key, span in spans.items()}
    return {
        key: Figure(sum((key, year) in submitted for year in own), len(own), f"{url}&organization={key}")
        for key, own in owed.items()
        if own
    }


def _attended(asked: Asked) -> dict[int, Figure]:
    """Of the sessions held in a period that a street was invited to, those it attended; one query.

    One that was entered late counts once it is proven for the street.
    """
    held = duties.announced().filter(
        proven(),
        district=asked.district,
        state=SessionState.HELD,
        held_on__range=asked.period.days,
    )
    rows = (
        told_for(
            Session.streets.through.objects.filter(session__in=held.values("pk")),
            OuterRef("organization_id"),
            "session",
        )
        .order_by()
        .values_list("organization_id")
        .annotate(there=Count("pk", filter=Q(present=True)), asked=Count("pk"))
    )
    url = f"{reverse('secondment:trainings')}?year={asked.on.year}"
    return {key: Figure(there, number, f"{url}&street={key}") for key, there, number in rows}


TRAINING = MeasureGroup(_training)
register(
    Measure("training_quarters", "季度培训已举办", "P14", "个季度", 100, "department", TRAINING, Kind.FLOW)
)
register(Measure("training_plans", "年度培训计划已提交", "P14", "份", 100, "department", TRAINING, Kind.FLOW))
register(Measure("training_attended", "受邀培训已参加", "P14", "场", 100, "street", TRAINING, Kind.FLOW))
