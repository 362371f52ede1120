"""Opening what departments owe of training, and settling it when sessions are held (P14)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction

from secondment.deadlines.training import TRAINING_PLAN, TRAINING_QUARTER
from secondment.models import QuarterDuty, TrainingPlan
from secondment.rules.training import Needs, Spans, plan_due
from secondment.selectors import duties as selectors
from xianan.core import clock
from xianan.deadlines.services import close
from xianan.deadlines.services.opening import Due, open_many
from xianan.history.services import build, record_many
from xianan.organizations.models import District, Organization
from xianan.policy.choices import DocumentKey
from xianan.policy.selectors import document_in_time


@dataclass(frozen=True, slots=True)
class Opened:
    """How many yearly plans and quarters were opened, and how many quarters are without a session now."""

    plans: int
    quarters: int
    short: int


@transaction.atomic
def open_duties(district: District, *, on: dt.date | None = None) -> Opened:
    """Open the year's plan and every quarter owed until now of each department with powers in force.

    May be called at any time; what is there is left alone. Quarters with enough sessions have their date
    closed, the others have it open.
    """
    today = on or clock.today()
    _lock_district(district)
    policy = document_in_time(district, DocumentKey.PLAN)
    spans, needs = selectors.spans(district, today), selectors.needs_of(policy)
    departments = Organization.objects.in_bulk(spans.keys())
    plans = _open_plans(district, departments, spans, today, selectors.plan_until(policy, today))
    known = set(
        QuarterDuty.objects.filter(district=district).values_list("organization_id", "year", "quarter")
    )
    fresh = [
        QuarterDuty(
            district=district, organization=departments[key], year=quarter.year, quarter=quarter.number
        )
        for key, span in spans.items()
        for quarter in span.quarters(today)
        if (key, quarter.year, quarter.number) not in known and needs(quarter) is not None
    ]
    QuarterDuty.objects.bulk_create(fresh)
    record_many([build(duty, "quarter_duty.create", "列入季度培训任务", actor=None) for duty in fresh])
    return Opened(plans, len(fresh), _settle(district, needs))


def _lock_district(district: District) -> None:
    """Let two runs at once come one after the other, so that neither opens what the other has opened."""
    District.objects.select_for_update().get(pk=district.pk)


def _open_plans(
    district: District,
    departments: dict[int, Organization],
    spans: dict[int, Spans],
    today: dt.date,
    until: str | None,
) -> int:
    if until is None:
        return 0
    rows = TrainingPlan.objects.filter(district=district, year=today.year).select_related("organization")
    known = {plan.organization_id: plan for plan in rows}
    fresh: list[TrainingPlan] = []
    dated: list[TrainingPlan] = []
    for key, span in spans.items():
        if not span.owes_year(today.year):
            continue
        due_on = plan_due(today.year, until, span.since(today.year))
        plan = known.get(key)
        if plan is None:
            fresh.append(
                TrainingPlan(district=district, organization=departments[key], year=today.year, due_on=due_on)
            )
        elif plan.due_on is None:
            plan.due_on = due_on
            dated.append(plan)
    free = [plan for key, plan in known.items() if key not in spans or not spans[key].owes_year(today.year)]
    close(TRAINING_PLAN, free, outcome="not_owed")
    TrainingPlan.objects.bulk_create(fresh)
    TrainingPlan.objects.bulk_update(dated, ["due_on"])
    record_many(
        [
            build(plan, "training_plan.create", f"列入{plan.year}年度培训计划任务", actor=None)
            for plan in fresh
        ]
    )
    open_many(
        TRAINING_PLAN,
        [
            Due(plan, plan.organization, plan.due_on, f"提交{plan.year}年度培训计划")
            for plan in (*fresh, *dated)
            if plan.due_on is not None and plan.state == "draft"
        ],
    )
    return len(fresh)


@transaction.atomic
def settle(district: District, organizations: Iterable[int] | None = None) -> int:
    """Close the date of each quarter with enough sessions and open that of the others; return how many are open.

    Each is judged by the version of the document in force on its last day. A quarter is met by sessions held
    in it, or afterwards by sessions held in its place. One that an end entered later has freed is closed too,
    and opened again with the end revoked; so is one in which no document is in force any more.
    """
    return _settle(district, selectors.needs(district), organizations)


def _settle(district: District, needs: Needs, organizations: Iterable[int] | None = None) -> int:
    rows = QuarterDuty.objects.filter(district=district).select_related("organization")
    if organizations is not None:
        rows = rows.filter(organization__in=list(organizations))
    found = list(rows)
    if not found:
        return 0
    first, last = min(row.when for row in found).first, max(row.when for row in found).last
    days = selectors.held_days(district, first, last, {row.organization_id for row in found}).counting
    later = selectors.made_up(found)
    spans = selectors.spans(district)
    held, in_place, short, free, outside = [], [], [], [], []
    for row in found:
        if row.organization_id not in spans or not spans[row.organization_id].owes(row.when):
            free.append(row)
            continue
        needed = needs(row.when)
        if needed is None:
            outside.append(row)
            continue
        count = sum(row.when.holds(day) for day in days.get(row.organization_id, ()))
        if count >= needed:
            held.append(row)
        elif count + later.get(row.pk, 0) >= needed:
            in_place.append(row)
        else:
            short.append(row)
    close(TRAINING_QUARTER, held, outcome="held")
    close(TRAINING_QUARTER, in_place, outcome="made_up")
    close(TRAINING_QUARTER, free, outcome="not_owed")
    close(TRAINING_QUARTER, outside, outcome="not_applicable")
    open_many(
        TRAINING_QUARTER,
        [Due(row, row.organization, row.when.last, f"{row.when}赋权事项培训") for row in short],
    )
    return len(short)
