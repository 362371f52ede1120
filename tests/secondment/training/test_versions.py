"""A quarter is judged by the version of the document in force on its last day (P14, P44)."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from secondment.choices import CoverState
from secondment.exchanges.steps import change_exchange, register_exchange
from secondment.models import Post, QuarterDuty, Secondment, TrainingPlan
from secondment.rules.training import Cell, Standing
from secondment.selectors.coverage import coverage
from secondment.selectors.matrix import of_year
from secondment.services.coverage import refresh
from secondment.services.duties import open_duties
from secondment.terms.steps import _why_early, months_of
from secondment.training_plans.steps import lacking, submit_plan
from secondment.views.training_papers import plan_data
from tests.secondment.staff.support import serving
from tests.secondment.training.support import FIRST, add, exchange_values, held, owing
from xianan.core import clock
from xianan.core.periods import Period
from xianan.deadlines.models import Deadline
from xianan.policy.measures import measure
from xianan.policy.models import Parameter, PolicyVersion
from xianan.policy.services.versions import add_version, change_parameter

pytestmark = pytest.mark.django_db
D = dt.date


def overdue_quarters(world: Any) -> set[tuple[int, int]]:
    """The quarters whose date is open and over."""
    rows = {row.pk: (row.year, row.quarter) for row in QuarterDuty.objects.filter(district=world.district)}
    late = Deadline.objects.filter(kind="training_quarter", closed_at=None, due_on__lt=clock.today())
    return {rows[row.object_id] for row in late}


def three_quarters_with_one_session_each(world: Any) -> None:
    owing(world)
    for day in (D(2026, 6, 10), D(2026, 9, 10), D(2026, 12, 10)):
        clock.set_to(day)
        open_duties(world.district)
        held(world, day)
    clock.set_to(D(2027, 1, 5))
    open_duties(world.district)
    assert overdue_quarters(world) == set()


def next_version(world: Any, start: dt.date, end: dt.date | None = None) -> PolicyVersion:
    return add_version(
        world.policy, actor=world.establishment, title="新方案", reference="", issued_on=start,
        valid_from=start, valid_until=end,
    )  # fmt: skip


def needed(world: Any) -> Parameter:
    return Parameter.objects.get(version=world.policy, key="trainings_per_quarter")


@pytest.mark.sqlite
def test_raising_the_number_of_sessions_today_makes_no_date_of_a_closed_quarter_overdue(world) -> None:
    three_quarters_with_one_session_each(world)
    change_parameter(needed(world), raw="2", reason="区政府常务会议", actor=world.establishment)
    open_duties(world.district)
    assert overdue_quarters(world) == set()


def test_nor_does_a_new_version_that_asks_for_more(world) -> None:
    three_quarters_with_one_session_each(world)
    version = next_version(world, D(2027, 1, 5))
    change_parameter(
        version.parameters.get(key="trainings_per_quarter"), raw="2", reason="新规", actor=world.establishment
    )
    open_duties(world.district)
    assert overdue_quarters(world) == set()


def cells(world: Any, year: int = 2026) -> list[Cell]:
    return next(
        list(row.cells) for row in of_year(world.district, year) if row.department == world.department
    )


def quarter_figure(world: Any, day: dt.date) -> tuple[int, int]:
    found = measure("training_quarters").compute(world.district, Period.year_to(day))[world.department.pk]
    return found.numerator, found.denominator


@pytest.mark.sqlite
def test_the_page_and_the_measure_judge_each_quarter_by_its_own_version(world) -> None:
    three_quarters_with_one_session_each(world)
    version = next_version(world, D(2026, 9, 15))
    change_parameter(
        version.parameters.get(key="trainings_per_quarter"), raw="2", reason="补录", actor=world.establishment,
        holds_from=D(2026, 9, 15),
    )  # fmt: skip
    assert [(one.standing, one.lacking) for one in cells(world)] == [
        (Standing.NOT_OWED, 0), (Standing.HELD, 0), (Standing.MISSING, 1), (Standing.MISSING, 1)
    ]  # fmt: skip
    assert quarter_figure(world, D(2026, 12, 31)) == (1, 3)
    open_duties(world.district)
    assert overdue_quarters(world) == {(2026, 3), (2026, 4)}


def test_a_quarter_that_ends_without_a_version_in_force_is_not_judged(world) -> None:
    three_quarters_with_one_session_each(world)
    PolicyVersion.objects.filter(pk=world.policy.pk).update(valid_until=D(2026, 9, 29))
    open_duties(world.district)
    (freed,) = Deadline.objects.filter(kind="training_quarter", outcome="not_applicable")
    assert freed.due_on == D(2027, 3, 31), "what was held stays held"
    assert [one.standing for one in cells(world)][1:] == [
        Standing.HELD, Standing.NOT_APPLICABLE, Standing.NOT_APPLICABLE
    ]  # fmt: skip
    page = world.client(world.clerk).get("/trainings/?year=2026").content.decode()
    assert "不适用" in page and "本季度末没有施行中的实施方案" in page


def test_a_quarter_owed_without_a_version_is_freed_and_owed_again_when_one_comes(world) -> None:
    owing(world)
    clock.set_to(D(2026, 7, 2))
    open_duties(world.district)
    assert overdue_quarters(world) == {(2026, 2)}
    PolicyVersion.objects.filter(pk=world.policy.pk).update(valid_until=D(2026, 6, 1))
    open_duties(world.district)
    assert overdue_quarters(world) == set()
    assert Deadline.objects.filter(kind="training_quarter", outcome="not_applicable").count() == 2
    next_version(world, D(2026, 6, 20))
    open_duties(world.district)
    assert overdue_quarters(world) == {(2026, 2)}


def test_a_year_that_changes_on_the_way_is_told_by_its_quarters(world) -> None:
    owing(world)
    version = next_version(world, D(2026, 8, 1))
    change_parameter(
        version.parameters.get(key="trainings_per_quarter"), raw="2", reason="新规", actor=world.establishment
    )
    words = "一季度不少于 1 次，二季度不少于 1 次，三季度不少于 2 次，四季度不少于 2 次"
    assert words in world.client(world.clerk).get("/trainings/?year=2026").content.decode()
    plan = TrainingPlan.objects.get()
    assert "三季度缺 2 场、四季度缺 2 场" in lacking(plan)


def test_the_paper_of_a_plan_says_what_was_asked_when_it_was_submitted(world) -> None:
    owing(world)
    plan = TrainingPlan.objects.get()
    for day in (D(2026, 6, 10), D(2026, 9, 10), D(2026, 12, 10)):
        add(world, plan=plan, planned_on=day)
    plan = submit_plan(plan, actor=world.head)
    clock.set_to(D(2026, 6, 1))
    change_parameter(needed(world), raw="2", reason="会议", actor=world.establishment)
    assert plan_data(plan)["needed"] == "每季度不少于1次"


# ---- Staff (P11, P12) and exchanges (P10) ----------------------------------------------------------------


def serving_one(world: Any) -> Secondment:
    """Powers in one street and one person there from the first day on."""
    owing(world)
    return serving(world, starts_on=FIRST)


def test_p11_asking_for_more_people_opens_a_gap_from_that_day_and_no_date_of_the_past(world) -> None:
    serving_one(world)
    refresh(world.district)
    assert not Post.objects.exclude(missing=0).exists()
    clock.set_to(D(2026, 7, 1))
    change_parameter(
        Parameter.objects.get(version=world.policy, key="seconded_per_street"), raw="2", reason="会议",
        actor=world.establishment,
    )  # fmt: skip
    refresh(world.district)
    post = Post.objects.get(organization=world.department)
    assert (post.gap_since, post.missing) == (D(2026, 7, 1), 1)
    due = Deadline.objects.get(kind="secondment_gap", object_id=post.pk)
    assert due.due_on == D(2026, 7, 31)
    yesterday = coverage(world.district, D(2026, 6, 30)).cell(world.department.pk, world.street.pk)
    assert yesterday.is_covered


def test_p11_without_a_version_in_force_nobody_is_owed_and_the_page_says_why(world) -> None:
    owing(world)
    PolicyVersion.objects.filter(pk=world.policy.pk).update(valid_until=D(2026, 6, 1))
    clock.set_to(D(2026, 6, 2))
    cell = coverage(world.district).cell(world.department.pk, world.street.pk)
    assert (cell.state, cell.is_owed, cell.missing) == (CoverState.NOT_APPLICABLE, False, 0)
    client = world.client(world.clerk)
    assert "2026年6月2日没有施行中的实施方案，应派人数不适用" in client.get("/coverage/").content.decode()
    post = client.get(f"/coverage/{world.department.pk}/{world.street.pk}/").content.decode()
    assert "应派 不适用" in post and "应派人数不适用" in post
    assert "每街道不少于 1 人" in client.get("/coverage/?on=2026-06-01").content.decode()


def test_p12_a_term_keeps_the_length_that_was_asked_on_its_first_day(world) -> None:
    row = serving_one(world)
    clock.set_to(FIRST + dt.timedelta(days=1))
    change_parameter(
        Parameter.objects.get(version=world.policy, key="service_months"), raw="24", reason="会议",
        actor=world.establishment,
    )  # fmt: skip
    clock.set_to(clock.today() + dt.timedelta(days=40))
    assert months_of(row) == 12
    assert "24" not in _why_early(row, clock.today())


def test_p10_a_registered_exchange_keeps_the_days_for_its_report(world) -> None:
    clock.set_to(D(2026, 5, 1))
    values = exchange_values("陈××", D(2026, 5, 4), D(2026, 5, 29))
    row = register_exchange(
        kind="upward",
        department=world.department,
        street=world.street,
        values=values,
        actor=world.street_clerk,
    )
    assert row.report_by == D(2026, 6, 13)
    clock.set_to(D(2026, 5, 6))
    Parameter.objects.create(
        district=world.district, version=world.policy, key="exchange_report_days", label="总结期限",
        kind="integer", value=15, clause="P10",
    )  # fmt: skip
    change_parameter(
        world.policy.parameters.get(key="exchange_report_days"),
        raw="3",
        reason="会议",
        actor=world.establishment,
    )
    row = change_exchange(row, values={**values, "post": "副科长"}, actor=world.street_clerk)
    assert row.report_by == D(2026, 6, 13)
