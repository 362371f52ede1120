"""After any corrections, what pages and measures say of any day is what the raw rows come to (P11, P14, P44)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from empowerment.choices import EndGround
from empowerment.models import Empowerment
from empowerment.powers.steps import correct_end, end
from secondment.models import Secondment, Session
from secondment.rules.training import Standing, quarters_of
from secondment.selectors.coverage import coverage
from secondment.selectors.matrix import of_year
from secondment.services.duties import open_duties
from secondment.terms import steps as terms
from tests.secondment.staff.support import serving
from tests.secondment.training.support import FIRST, held, powers
from xianan.core import clock
from xianan.core.periods import Period
from xianan.organizations.models import Organization
from xianan.policy.measures import compute, measure, measures
from xianan.policy.models import Parameter, ParameterChange, PolicyVersion
from xianan.policy.services.versions import add_version, change_parameter, change_version

pytestmark = pytest.mark.django_db
D, DAY = dt.date, dt.timedelta(days=1)
TODAY = D(2027, 2, 10)
DAYS = st.dates(D(2026, 5, 1), D(2027, 2, 9))
ACT = st.tuples(
    st.sampled_from(["session", "raise", "version", "until", "end", "revoke", "leave"]),
    DAYS,
    st.integers(0, 2),
)


@pytest.fixture
def begun(world: Any) -> Any:
    """Two powers of the department in force in two streets since May, one person in the first."""
    powers(world, "甲事项")
    world.effective("乙事项", street=world.other_street)
    serving(world, starts_on=FIRST)
    return world


def act(world: Any, name: str, day: dt.date, number: int) -> None:
    """Do one thing that changes what is said of days that are over, where it is possible."""
    row = Empowerment.objects.order_by("pk")[number % 2]
    if name == "session":
        held(world, day)
    elif name in ("raise", "until"):
        version = PolicyVersion.objects.filter(document="plan", district=world.district).order_by("pk").last()
        assert version is not None
        if name == "until":
            if day >= version.valid_from:
                change_version(version, actor=world.establishment, valid_until=day)
            return
        key = ("trainings_per_quarter", "seconded_per_street")[number % 2]
        change_parameter(
            version.parameters.get(key=key), raw=str(number + 1), reason="会议", actor=world.establishment,
            holds_from=max(day, version.valid_from),
        )  # fmt: skip
    elif name == "version" and not PolicyVersion.objects.filter(valid_from=day).exists():
        version = add_version(
            world.policy, actor=world.establishment, title="修订", reference="", issued_on=day, valid_from=day,
            valid_until=day + dt.timedelta(days=90 * number) if number else None,
        )  # fmt: skip
        change_parameter(
            version.parameters.get(key="trainings_per_quarter"), raw=str(number), reason="修订",
            actor=world.establishment, holds_from=day,
        )  # fmt: skip
    elif name == "end" and row.ended_from is None and day > row.effective_on:
        end(
            row, ended_from=day, ground=EndGround.DECISION, reference="区政府〔2026〕9号", reason="收回",
            actor=world.establishment,
        )  # fmt: skip
    elif name == "revoke" and row.ended_from is not None:
        correct_end(row, ended_from=None, reason="误登", actor=world.establishment)
    elif name == "leave":
        there = Secondment.objects.filter(state="serving", arrived_on__lt=day, planned_until__gt=day).first()
        if there is not None:
            terms.finish(there, last_day=day, reason="工作需要", actor=world.clerk)


# ---- By hand, from the raw rows ------------------------------------------------------------------------


def said_on(key: str, day: dt.date, district: int) -> int | None:
    """The figure that judges a day: the youngest version in force, its changes overwritten in order."""
    valid = [
        row
        for row in PolicyVersion.objects.filter(document="plan", district=district)
        if row.valid_from <= day and (row.valid_until is None or day <= row.valid_until)
    ]
    if not valid:
        return None
    row = Parameter.objects.get(version=max(valid, key=lambda one: one.valid_from), key=key)
    changes = list(ParameterChange.objects.filter(parameter=row).order_by("at", "pk"))
    value: Any = changes[0].old if changes else row.value
    for change in changes:
        if change.holds_from is None or change.holds_from <= day:
            value = change.new
    return int(value)


def has_power(day: dt.date, street: Organization | None = None) -> bool:
    rows = Empowerment.objects.all() if street is None else Empowerment.objects.filter(street=street)
    return any(row.effective_on <= day and (row.ended_from is None or day < row.ended_from) for row in rows)


def each(first: dt.date, last: dt.date) -> Iterator[dt.date]:
    return (first + DAY * step for step in range((last - first).days + 1))


def quarters_by_hand(world: Any, year: int, last: dt.date) -> tuple[list[Standing | None], tuple[int, int]]:
    """How each quarter of a year stands today, and what is met of what is over by a day."""
    standings: list[Standing | None] = []
    met = over = 0
    days = [row.held_on for row in Session.objects.filter(state="held") if row.held_on]
    for quarter in quarters_of(year):
        needed = said_on("trainings_per_quarter", quarter.last, world.district.pk)
        owed = any(has_power(day) for day in each(quarter.first, min(quarter.last, TODAY)))
        if not owed:
            standings.append(Standing.NOT_OWED)
        elif needed is None:
            standings.append(Standing.NOT_APPLICABLE)
        elif sum(quarter.holds(day) for day in days) >= needed:
            standings.append(Standing.HELD)
        else:
            standings.append(Standing.MISSING if quarter.last < TODAY else None)
        until = min(quarter.last, last)
        if needed is not None and quarter.first <= last and any(map(has_power, each(quarter.first, until))):
            enough = sum(quarter.first <= day <= until for day in days) >= needed
            met += enough
            over += enough or quarter.last <= last
    return standings, (met, over)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=st.lists(ACT, max_size=6), asked=st.lists(DAYS, min_size=1, max_size=4))
def test_quarters_coverage_and_totals_are_what_the_raw_rows_come_to_on_any_day(
    begun: Any, acts: list[tuple[str, dt.date, int]], asked: list[dt.date]
) -> None:
    world = begun
    with transaction.atomic():
        clock.set_to(dt.datetime.combine(TODAY, dt.time(8), clock.ZONE), still=True)
        for step, (name, day, number) in enumerate(acts):
            clock.set_to(dt.datetime.combine(TODAY, dt.time(9, step), clock.ZONE), still=True)
            act(world, name, day, number)
        open_duties(world.district)
        row = next(row for row in of_year(world.district, 2026) if row.department == world.department)
        standings, _ = quarters_by_hand(world, 2026, TODAY)
        assert [cell.standing for cell in row.cells] == standings
        for day in asked:
            _, figure = quarters_by_hand(world, day.year, day)
            # Powers that began and ended since are owed for as well: a quarter is owed with any day of it.
            quarters = measure("training_quarters").compute(world.district, Period.year_to(day))
            told = quarters.of(world.department.pk)
            judged = said_on("trainings_per_quarter", day, world.district.pk) is not None
            assert told.applies is judged
            assert (told.numerator, told.denominator) == (figure if judged else (0, 0))

            required = said_on("seconded_per_street", day, world.district.pk)
            known = coverage(world.district, day)
            owed = covered = 0
            for street in world.streets:
                people = sum(
                    one.arrived_on is not None
                    and one.arrived_on <= day <= min(one.planned_until, one.ended_on or one.planned_until)
                    for one in Secondment.objects.filter(street=street, state__in=("serving", "ended"))
                )
                cell = known.cell(world.department.pk, street.pk)
                is_owed = required is not None and has_power(day, street)
                assert (cell.is_owed, cell.people) == (is_owed, people)
                assert cell.missing == (max((required or 0) - people, 0) if is_owed else 0)
                owed += is_owed
                covered += is_owed and people >= (required or 0)
            found = compute(measures(), world.district, Period.year_to(day))
            for key in ("staff_covered_department", "staff_covered_street"):
                total = found[key].total()
                assert (total.numerator, total.denominator) == (covered, owed)
        transaction.set_rollback(True)
