"""What departments owe of training: opened by itself, closed when held, overdue when missed (P14)."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from empowerment.choices import EndGround
from empowerment.models import Empowerment
from empowerment.powers.steps import correct_end, end
from secondment.models import QuarterDuty, TrainingPlan
from secondment.rules.training import Span, Spans, quarters_of
from secondment.selectors.matrix import of_year
from secondment.services.duties import open_duties
from secondment.sessions import steps as sessions
from secondment.tasks.training import open_all
from tests.secondment.training.support import FIRST, add, held, listed, owing, plan_of, powers
from xianan.core import clock
from xianan.core.errors import DomainError
from xianan.core.periods import Period
from xianan.deadlines.models import Deadline, Notice
from xianan.deadlines.orders.selectors import overdue
from xianan.deadlines.services.reminders import remind
from xianan.organizations.scope import scope_of
from xianan.organizations.services.organizations import close_organization
from xianan.policy.measures import measure
from xianan.ui.todos import todos

pytestmark = pytest.mark.django_db
D = dt.date


def quarters(world) -> dict[int, Deadline]:
    """The open dates of quarters, by number."""
    rows = {row.pk: row.quarter for row in QuarterDuty.objects.filter(district=world.district)}
    found = Deadline.objects.filter(kind="training_quarter", closed_at=None)
    return {rows[row.object_id]: row for row in found}


@pytest.mark.sqlite
def test_p14_a_department_owes_the_quarter_in_which_its_first_letter_takes_effect(world) -> None:
    assert open_duties(world.district) == open_duties(world.district)
    assert not QuarterDuty.objects.exists()
    owing(world)
    (duty,) = QuarterDuty.objects.all()
    assert (duty.organization, duty.year, duty.quarter) == (world.department, 2026, 2)
    assert {number: row.due_on for number, row in quarters(world).items()} == {2: D(2026, 6, 30)}
    (plan,) = TrainingPlan.objects.all()
    assert (plan.organization, plan.year, plan.state) == (world.department, 2026, "draft")
    assert plan.due_on == FIRST + dt.timedelta(days=30)


@pytest.mark.sqlite
def test_opening_again_adds_what_has_come_since_and_nothing_twice(world) -> None:
    owing(world)
    clock.set_to(D(2027, 1, 5))
    done = open_duties(world.district)
    assert (done.plans, done.quarters, done.short) == (1, 3, 4)
    again = open_duties(world.district)
    assert (again.plans, again.quarters) == (0, 0)
    assert TrainingPlan.objects.get(year=2027).due_on == D(2027, 1, 31)
    assert "4 项" in open_all()


@pytest.mark.sqlite
def test_a_department_that_ceased_owes_what_was_opened_before_and_no_more(world) -> None:
    owing(world)
    close_organization(
        world.department, active_until=D(2026, 6, 30), reason="机构改革", actor=world.establishment
    )
    for day in (D(2026, 7, 1), D(2027, 1, 5)):
        clock.set_to(day)
        assert open_duties(world.district).quarters == 0
    # The year it was there in still has its row, the next one hasn't.
    for year, there in ((2026, True), (2027, False)):
        assert (world.department in [row.department for row in of_year(world.district, year)]) is there


def end_all(world: Any, ended_from: dt.date) -> Empowerment:
    rows = end.all(
        Empowerment.objects.all(), ended_from=ended_from, ground=EndGround.DECISION,
        reference="区政府〔2026〕9号", reason="决定收回", actor=world.establishment,
    )  # fmt: skip
    return rows[0]


def test_a_department_without_powers_left_owes_the_quarter_they_ended_in_and_no_more(world) -> None:
    owing(world, today=D(2026, 7, 2))
    end_all(world, D(2026, 8, 20))
    clock.set_to(D(2026, 10, 5))
    assert open_duties(world.district).quarters == 0
    assert set(quarters(world)) == {2, 3}


def test_an_end_entered_late_frees_the_quarters_after_it_at_once_and_its_revocation_opens_them_again(
    world,
) -> None:
    owing(world, today=D(2026, 7, 2))
    clock.set_to(D(2026, 10, 5))
    open_duties(world.district)
    assert set(quarters(world)) == {2, 3, 4}
    row = end_all(world, D(2026, 6, 30))
    assert set(quarters(world)) == {2}
    freed = Deadline.objects.filter(kind="training_quarter", outcome="not_owed")
    assert freed.count() == 2
    correct_end(row, ended_from=None, reason="误登", actor=world.establishment)
    assert set(quarters(world)) == {2, 3, 4}


def test_between_two_times_with_powers_nothing_is_owed(world) -> None:
    """P14: the quarter of the end and that of the second beginning are owed, those between are not."""
    spans = Spans((Span(D(2025, 5, 1), D(2025, 8, 31)), Span(D(2026, 7, 5))))
    owed = [quarter for year in (2025, 2026) for quarter in quarters_of(year) if spans.owes(quarter)]
    assert [(one.year, one.number) for one in owed] == [(2025, 2), (2025, 3), (2026, 3), (2026, 4)]
    assert spans.quarters(D(2026, 9, 1)) == owed[:3]
    assert spans.since(2025) == D(2025, 5, 1) and spans.since(2026) == D(2026, 7, 5)


@pytest.mark.sqlite
def test_a_held_session_closes_its_quarter_alone(world) -> None:
    owing(world, today=D(2026, 7, 10))
    held(world, D(2026, 6, 20))
    assert set(quarters(world)) == {3}
    held(world, D(2026, 7, 9))
    assert quarters(world) == {}
    assert set(Deadline.objects.filter(kind="training_quarter").values_list("outcome", flat=True)) == {"held"}


def test_with_two_sessions_a_quarter_one_is_not_enough(world) -> None:
    world.policy.parameters.filter(key="trainings_per_quarter").update(value=2)
    owing(world)
    clock.set_to(D(2026, 6, 2))
    held(world, D(2026, 6, 1))
    assert set(quarters(world)) == {2}
    held(world, D(2026, 6, 2))
    assert quarters(world) == {}


def test_a_missed_quarter_is_overdue_and_a_later_session_makes_up_for_it_without_filling_its_own(
    world,
) -> None:
    owing(world)
    clock.set_to(D(2026, 7, 1))
    open_duties(world.district)
    assert [row.kind for row in overdue(world.district.pk)].count("training_quarter") == 1
    session = add(world)
    listed(world, session, world.street, "张×")
    duty = QuarterDuty.objects.get(quarter=2)
    sessions.hold_session(session, held_on=D(2026, 7, 1), makes_up=duty, actor=world.clerk)
    assert set(quarters(world)) == {3}
    assert Deadline.objects.get(object_id=duty.pk, kind="training_quarter").outcome == "made_up"
    other = add(world)
    with pytest.raises(DomainError, match="没有待补") as refused:
        sessions.hold_session(
            other, held_on=D(2026, 7, 1), makes_up=duty, nobody_reason="无", actor=world.clerk
        )
    assert refused.value.field == "makes_up"


def test_thirty_and_seven_days_before_the_end_a_department_without_a_session_is_reminded(world) -> None:
    world.policy.parameters.create(
        district=world.district, key="ladder_training_quarter", label="档次", kind="text", value="30,7",
        clause="P14",
    )  # fmt: skip
    owing(world)
    told = []
    for day in (D(2026, 5, 30), D(2026, 5, 31), D(2026, 6, 22), D(2026, 6, 23)):
        clock.set_to(day)
        before = Notice.objects.filter(recipient=world.clerk, title__contains="季度").count()
        remind(world.district)
        told.append(Notice.objects.filter(recipient=world.clerk, title__contains="季度").count() - before)
    assert told == [0, 1, 0, 1]


def test_who_has_held_it_is_not_reminded(world) -> None:
    owing(world)
    clock.set_to(D(2026, 5, 31))
    held(world, D(2026, 5, 30))
    remind(world.district)
    assert not Notice.objects.filter(recipient=world.clerk, title__contains="季度").exists()


def test_the_desk_says_what_is_to_be_done(world) -> None:
    owing(world)
    lines = lambda user: {todo.action for todo in todos(scope_of(user))}  # noqa: E731
    assert {"制定培训计划", "安排培训"} <= lines(world.clerk)
    assert "审定并提交" not in lines(world.head)
    plan = TrainingPlan.objects.get()
    add(world, plan=plan, planned_on=D(2026, 6, 10))
    assert "审定并提交" in lines(world.head)
    assert "安排培训" not in lines(world.clerk)
    extra = add(world)
    clock.set_to(FIRST + dt.timedelta(days=1))
    assert "登记举办情况" in lines(world.clerk)
    sessions.cancel_session(extra, reason="防汛", actor=world.clerk)
    assert "登记举办情况" not in lines(world.clerk)
    assert lines(world.other_clerk) & {"制定培训计划", "安排培训", "登记举办情况"} == set()


def test_measures_count_quarters_plans_and_attendance(world) -> None:
    owing(world, today=D(2026, 7, 10))
    held(world, D(2026, 6, 20), world.street)
    figure = lambda key, day, who: measure(key).compute(world.district, Period.year_to(day)).get(who.pk)  # noqa: E731
    shown = lambda one: (one.numerator, one.denominator)  # noqa: E731
    assert shown(figure("training_quarters", D(2026, 6, 19), world.department)) == (0, 0)
    assert shown(figure("training_quarters", D(2026, 6, 20), world.department)) == (1, 1)
    assert shown(figure("training_quarters", D(2026, 10, 1), world.department)) == (1, 2)
    assert shown(figure("training_attended", D(2026, 7, 1), world.street)) == (1, 1)
    assert shown(figure("training_attended", D(2026, 7, 1), world.other_street)) == (0, 1)
    assert shown(figure("training_plans", D(2026, 7, 10), world.department)) == (0, 1)


def test_two_districts_keep_apart(world, other_world) -> None:
    powers(world)
    clock.set_to(D(2026, 7, 1))
    open_duties(other_world.district)
    assert not QuarterDuty.objects.exists()
    open_duties(world.district)
    assert set(QuarterDuty.objects.values_list("district", flat=True)) == {world.district.pk}


def test_a_plan_begun_for_next_year_has_its_date(world) -> None:
    owing(world)
    plan = plan_of(world, 2027)
    assert plan.due_on == D(2027, 1, 31)
    assert Deadline.objects.filter(kind="training_plan", object_id=plan.pk, due_on=D(2027, 1, 31)).exists()
