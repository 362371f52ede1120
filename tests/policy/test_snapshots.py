"""What every measure says is kept once a day, and a day that was missed is not made up."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from tests.secondment.training.support import owing
from xianan.core import clock
from xianan.core.periods import Period
from xianan.jobs import schedule
from xianan.organizations.models import District
from xianan.organizations.selectors import departments, streets
from xianan.policy.measures import compute, measures
from xianan.policy.models import MeasureSnapshot, PolicyVersion
from xianan.policy.services.snapshots import take_snapshot

pytestmark = pytest.mark.django_db
D = dt.date


@pytest.mark.sqlite
def test_a_snapshot_holds_what_every_measure_says_of_every_street_and_department(world) -> None:
    owing(world, today=D(2026, 7, 2))
    count = take_snapshot(world.district)
    found = compute(measures(), world.district, Period.year_to(clock.today()))
    rows = {(row.measure, row.organization_id): row for row in MeasureSnapshot.objects.all()}
    assert count == len(rows)
    places = {"street": streets(world.district), "department": departments(world.district)}
    for row in measures():
        for place in places[row.about]:
            kept, figure = rows[row.key, place.pk], found[row.key].of(place.pk)
            assert (kept.day, kept.numerator, kept.denominator) == (
                D(2026, 7, 2), figure.numerator, figure.denominator
            )  # fmt: skip
    assert rows["staff_missing_department", world.department.pk].numerator == 1


@pytest.mark.sqlite
def test_a_second_run_on_the_same_day_keeps_what_the_first_one_said(world) -> None:
    assert take_snapshot(world.district) > 0
    kept = list(MeasureSnapshot.objects.values_list("measure", "organization", "numerator", "taken_at"))
    owing(world, on=clock.today())
    assert take_snapshot(world.district) == 0
    assert (
        list(MeasureSnapshot.objects.values_list("measure", "organization", "numerator", "taken_at")) == kept
    )


def test_a_missed_day_is_not_made_up(world) -> None:
    clock.set_to(dt.datetime(2026, 7, 1, 0, 20, tzinfo=clock.ZONE))
    done = schedule.run("policy.snapshots")
    assert done is not None and "已留存 1 个行政区" in done.outcome
    clock.set_to(dt.datetime(2026, 7, 4, 9, 0, tzinfo=clock.ZONE))
    assert "policy.snapshots" in schedule.missed()
    schedule.run("policy.snapshots")
    days = MeasureSnapshot.objects.order_by("day").values_list("day", flat=True).distinct()
    assert list(days) == [D(2026, 7, 1), D(2026, 7, 4)]
    again = schedule.run("policy.snapshots", now=True)
    assert again is not None and "已经留存" in again.outcome


def test_without_a_version_in_force_a_figure_is_kept_as_not_applicable(world) -> None:
    PolicyVersion.objects.filter(pk=world.policy.pk).update(valid_until=clock.today() - dt.timedelta(days=1))
    take_snapshot(world.district)
    kept = MeasureSnapshot.objects.get(measure="staff_covered_street", organization=world.street)
    assert (kept.numerator, kept.denominator) == (None, None)
    assert (
        MeasureSnapshot.objects.get(measure="problems_in_time_street", organization=world.street).numerator
        == 0
    )


@pytest.mark.sqlite
def test_the_database_holds_one_figure_a_day_that_is_counted_or_not_applicable(world) -> None:
    row = {"district": world.district, "day": D(2026, 7, 1), "measure": "m", "organization": world.street}
    MeasureSnapshot.objects.create(**row, numerator=0, denominator=0)
    for wrong in (
        {**row, "numerator": 1, "denominator": 1},
        {**row, "measure": "n", "numerator": 1, "denominator": None},
        {**row, "measure": "n", "numerator": -1, "denominator": 1},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            MeasureSnapshot.objects.create(**wrong)


def test_each_district_has_its_own_and_seven_streets_cost_no_more_queries_than_three(
    world, other_world
) -> None:
    counts = []
    for district in (world.district, other_world.district):
        with CaptureQueriesContext(connection) as captured:
            take_snapshot(district)
        counts.append(len(captured))
    assert counts[0] == counts[1] <= 30
    assert District.objects.filter(pk__in=MeasureSnapshot.objects.values("district")).count() == 2
