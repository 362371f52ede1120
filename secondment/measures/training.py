"""Measures: quarters held and plans submitted of departments, sessions attended of streets (P14)."""

from __future__ import annotations

import datetime as dt

from django.db.models import Count, F
from django.urls import reverse

from secondment.choices import SessionState
from secondment.models import Session, TrainingPlan
from secondment.rules.training import quarters_of
from secondment.selectors import duties
from xianan.organizations.models import District
from xianan.policy.measures import Figure, Measure, register


def _quarters(district: District, on: dt.date) -> dict[int, Figure]:
    """Of the owed quarters of the year that are over, and the running one if it is met, those met by ``on``."""
    needs = duties.needs(district)
    begun = [quarter for quarter in quarters_of(on.year) if quarter.first <= on]
    held = duties.held_days(district, begun[0].first, on)
    found = {}
    for key, span in duties.spans(district, on).items():
        met = over = 0
        for quarter in begun:
            needed = needs(quarter)
            if needed is None or not span.owes(quarter):
                continue
            enough = sum(quarter.holds(day) for day in held.get(key, ())) >= needed
            met += enough
            over += enough or quarter.last <= on
        link = f"{reverse('secondment:sessions')}?organization={key}&year={on.year}"
        found[key] = Figure(met, over, link)
    return found


def _plans(district: District, on: dt.date) -> dict[int, Figure]:
    submitted = dict(
        TrainingPlan.objects.filter(district=district, year=on.year, submitted_on__lte=on)
        .order_by()
        .values_list("organization_id", "pk")
    )
    url = reverse("secondment:training-plans")
    return {
        key: Figure(int(key in submitted), 1, f"{url}?year={on.year}&organization={key}")
        for key, span in duties.spans(district, on).items()
        if span.owes_year(on.year)
    }


def _attended(district: District, on: dt.date) -> dict[int, Figure]:
    """Of the sessions of the year a street was invited to and that were held by ``on``, those it attended."""
    rows = (
        duties.counting()
        .filter(
            district=district,
            state=SessionState.HELD,
            held_on__range=(dt.date(on.year, 1, 1), on),
        )
        .order_by()
    )
    invited = rows.filter(streets__isnull=False).values_list("streets").annotate(Count("pk"))
    attended = (
        Session.streets.through.objects.filter(session__in=rows.values("pk"))
        .filter(
            session__attendances__present=True,
            session__attendances__street=F("organization_id"),
        )
        .order_by()
        .values_list("organization_id")
        .annotate(Count("session_id", distinct=True))
    )
    counts = dict(attended)
    return {
        street: Figure(
            counts.get(street, 0),
            number,
            f"{reverse('secondment:trainings')}?year={on.year}&street={street}",
        )
        for street, number in invited
    }


register(Measure("training_quarters", "季度培训已举办", "P14", "个季度", 100, "department", _quarters))
register(Measure("training_plans", "年度培训计划已提交", "P14", "份", 100, "department", _plans))
register(Measure("training_attended", "受邀培训已参加", "P14", "场", 100, "street", _attended))
