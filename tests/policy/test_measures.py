"""Measures: of a period, by the version in force on its last day, and computed together (P44)."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.db.models import Q
from django.test.utils import CaptureQueriesContext

from secondment.exchanges import steps as exchanges
from secondment.models import Exchange
from tests.secondment.training.support import exchange_values, owing
from xianan.core import clock
from xianan.core.periods import Period
from xianan.organizations.models import RoleAssignment
from xianan.policy.measures import (
    NOT_APPLICABLE,
    NOTHING,
    Asked,
    Counted,
    Figure,
    Kind,
    Measure,
    MeasureGroup,
    Readings,
    Registry,
    TableGroup,
    compute,
    measure,
    measures,
)
from xianan.policy.models import PolicyVersion

pytestmark = pytest.mark.django_db
D = dt.date
ABOUT = ("street", "department")


def roles(asked: Asked) -> Any:
    return RoleAssignment.objects.filter(district=asked.district, starts_on__lte=asked.on)


def sixty(number: int = 60) -> Registry:
    """A registry of measures over one table: how many of an organization's roles are this or that one."""
    registry, group = Registry(), TableGroup(roles)
    names = ("department_clerk", "department_head", "street_clerk", "street_head")
    for place in range(number):
        key, name = f"role_{place}", names[place % len(names)]
        part = Counted(
            "organization",
            lambda asked, name=name: Q(role=name),
            lambda asked, whose: f"/people/?organization={whose}",
            None if place % 2 else lambda asked, place=place: ~Q(user__name=f"无{place}"),
        )
        registry.register(Measure(key, "有此角色", "P01", "人", None, "street", group.count(key, part)))
    return registry


def queries(act: Any) -> tuple[int, Any]:
    with CaptureQueriesContext(connection) as captured:
        found = act()
    return len(captured), found


@pytest.mark.sqlite
def test_sixty_measures_over_one_table_cost_as_many_queries_as_one(world) -> None:
    today = Period.day(clock.today())
    one, _ = queries(lambda: compute(sixty(1).measures(), world.district, today))
    many, found = queries(lambda: compute(sixty().measures(), world.district, today))
    assert (one, many) == (2, 2), "the documents, and the table"
    rows = list(RoleAssignment.objects.filter(district=world.district))
    for place, key in enumerate(f"role_{number}" for number in range(60)):
        name = ("department_clerk", "department_head", "street_clerk", "street_head")[place % 4]
        for organization in {row.organization_id for row in rows}:
            own = [row.role for row in rows if row.organization_id == organization]
            assert found[key][organization] == Figure(
                own.count(name), len(own), f"/people/?organization={organization}"
            )


def test_the_queries_of_all_measures_grow_neither_with_the_streets_nor_with_what_they_hold(
    world, other_world
) -> None:
    period = Period.year_to(clock.today())
    few, found = queries(lambda: compute(measures(), world.district, period))
    owing(world)
    many, _ = queries(lambda: compute(measures(), world.district, Period.year_to(clock.today())))
    seven, _ = queries(lambda: compute(measures(), other_world.district, period))
    # An empty district needs a few less: nobody's term, nobody's appraisal.
    assert few <= many <= 20 and seven == few
    assert set(found) == {row.key for row in measures()}


def test_a_key_is_registered_once() -> None:
    registry, group = Registry(), MeasureGroup(lambda asked: {})
    row = Measure("one", "甲", "P01", "项", None, "street", group)
    assert registry.register(row) is registry.register(row)
    with pytest.raises(ValueError, match="registered twice"):
        registry.register(Measure("one", "乙", "P01", "项", None, "street", group))


@pytest.mark.sqlite
def test_a_period_that_ends_without_a_version_in_force_is_not_applicable(world) -> None:
    PolicyVersion.objects.filter(pk=world.policy.pk).update(valid_until=D(2026, 6, 29))
    asked: list[Asked] = []
    group = MeasureGroup(lambda one: asked.append(one) or {"m": {world.street.pk: Figure(1, 2, "/a/?b=1")}})
    row = Measure("m", "甲", "P01", "项", 100, "street", group)
    second, first = Period.quarter(2026, 2), Period.quarter(2026, 1)
    found = row.compute(world.district, second)
    assert (found.of(world.street.pk), found.total(), asked) == (NOT_APPLICABLE, NOT_APPLICABLE, [])
    found = row.compute(world.district, first)
    assert found.of(world.street.pk) == Figure(1, 2, "/a/?b=1")
    assert found.of(world.other_street.pk) == NOTHING
    assert found.total() == Figure(1, 2, "/a/")
    assert asked[0].on == first.last
    # The measures of the other document go by the other document.
    other = Measure("m", "甲", "P40", "项", 100, "street", group, document="assessment")
    assert other.compute(world.district, second).applies


def test_the_desk_says_that_a_figure_is_not_applicable(world) -> None:
    PolicyVersion.objects.update(valid_until=clock.today() - dt.timedelta(days=1))
    text = world.client(world.street_head).get("/demands/").content.decode()
    assert "不适用" in text and "达标" not in text and "尚无应办" not in text


def test_a_stock_is_taken_on_the_last_day_and_a_flow_within_the_days(world) -> None:
    """P10: a report due in one quarter is none of the next one's; a letter stays signed."""
    clock.set_to(D(2026, 5, 1))
    for last in (D(2026, 6, 1), D(2026, 8, 1)):
        values = exchange_values(f"陈×{last.month}", D(2026, 5, 4), last)
        exchanges.register_exchange(
            kind="upward", department=world.department, street=world.street, values=values,
            actor=world.street_clerk,
        )  # fmt: skip
    first = Exchange.objects.order_by("ends_on")[0]
    clock.set_to(D(2026, 6, 10))
    exchanges.report_exchange(first, report="总结", actor=world.street_clerk)
    row = measure("exchange_reported_street")
    figure = lambda period: row.compute(world.district, period).of(world.street.pk)  # noqa: E731
    told = lambda period: (figure(period).numerator, figure(period).denominator)  # noqa: E731
    assert [told(Period.quarter(2026, number)) for number in (1, 2, 3)] == [(0, 0), (1, 1), (0, 1)]
    assert told(Period.year(2026)) == (1, 2)
    assert told(Period(D(2026, 5, 1), D(2026, 6, 9))) == (0, 0), "not yet due"
    assert row.kind is Kind.FLOW and measure("letters_signed_street").kind is Kind.STOCK


@pytest.mark.parametrize("about", ABOUT)
def test_what_was_known_at_a_moment_is_told_as_it_was_known(world, about) -> None:
    """P11, P13: an end entered late changes what is said of the past, not what was said then."""
    from tests.secondment.training.test_duties import end_all

    owing(world, today=D(2026, 7, 2))
    owner = {"street": world.street, "department": world.department}[about]
    row, june = measure(f"staff_covered_{about}"), Period.quarter(2026, 2)
    before = clock.now()
    clock.set_to(D(2026, 8, 5))
    end_all(world, D(2026, 6, 1))
    assert row.compute(world.district, june).of(owner.pk) == NOTHING
    known = row.compute(world.district, june, known=before).of(owner.pk)
    assert (known.numerator, known.denominator) == (0, 1)
    quarters = measure("training_quarters").compute(world.district, Period.quarter(2026, 2), known=before)
    assert quarters.of(world.department.pk).denominator == 1


def test_readings_are_a_mapping() -> None:
    assert Readings() == {} and Readings({1: Figure(1, 2)})[1].percent == 50
