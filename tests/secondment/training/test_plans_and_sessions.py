"""Yearly plans and sessions: refused steps, reasons, what is recorded (P14, P17)."""

from __future__ import annotations

import datetime as dt

import pytest

from secondment.models import Session, TrainingPlan
from secondment.sessions import steps as sessions
from secondment.training_plans import steps as training_plans
from tests.secondment.training.support import add, held, listed, owing, plan_of, session_values
from xianan.core import clock
from xianan.core.errors import DomainError, NotAllowed
from xianan.deadlines.models import Deadline
from xianan.history.models import Entry

pytestmark = pytest.mark.django_db
D = dt.date
APRIL = D(2026, 4, 1)


def refused(code: str, field: str = ""):
    """Expect a refusal with this code at this field."""

    class Refusal:
        def __enter__(self):
            return self

        def __exit__(self, kind, error, trace):
            assert isinstance(error, DomainError), f"expected {code}, got {error!r}"
            assert (error.code, error.field) == (code, field), error
            self.message = error.message
            return True

    return Refusal()


def submitted(world) -> TrainingPlan:
    """A submitted plan with a session in each quarter that is left from May."""
    owing(world)
    plan = TrainingPlan.objects.get()
    for month in (6, 8, 11):
        add(world, plan=plan, planned_on=D(2026, month, 10), title=f"{month}月培训")
    return training_plans.submit_plan(plan, actor=world.head)


@pytest.mark.sqlite
def test_p14_a_plan_without_a_session_in_an_owed_quarter_is_refused_by_its_name(world) -> None:
    owing(world)
    plan = TrainingPlan.objects.get()
    with refused("empty"):
        training_plans.submit_plan(plan, actor=world.head)
    add(world, plan=plan, planned_on=D(2026, 6, 10))
    add(world, plan=plan, planned_on=D(2026, 11, 10))
    with refused("quarter_short") as said:
        training_plans.submit_plan(plan, actor=world.head)
    assert "三季度缺 1 场" in said.message
    add(world, plan=plan, planned_on=D(2026, 9, 30))
    done = training_plans.submit_plan(plan, actor=world.head)
    assert (done.state, done.submitted_on, done.is_late) == ("submitted", D(2026, 5, 12), False)
    assert Deadline.objects.get(kind="training_plan").outcome == "submitted"


def test_only_the_head_submits_and_only_once(world) -> None:
    owing(world)
    plan = TrainingPlan.objects.get()
    for actor in (world.clerk, world.other_head, world.street_head, world.establishment):
        with pytest.raises(NotAllowed):
            training_plans.submit_plan(plan, actor=actor)
    plan = TrainingPlan.objects.get()
    for month in (6, 8, 11):
        add(world, plan=plan, planned_on=D(2026, month, 10))
    training_plans.submit_plan(plan, actor=world.head)
    with refused("wrong_state"):
        training_plans.submit_plan(plan, actor=world.head)
    with refused("wrong_state"):
        add(world, plan=plan, planned_on=D(2026, 12, 1))


def test_a_plan_submitted_after_its_date_is_recorded_as_late(world) -> None:
    owing(world, today=D(2026, 6, 12))
    plan = TrainingPlan.objects.get()
    for month in (6, 8, 11):
        add(world, plan=plan, planned_on=D(2026, month, 20))
    assert training_plans.submit_plan(plan, actor=world.head).is_late
    assert Deadline.objects.get(kind="training_plan").outcome == "late"
    assert Entry.objects.get(action="training_plan.submitted").label == "逾期提交培训计划"


def test_one_plan_a_department_and_year_of_this_or_the_next(world) -> None:
    clock.set_to(APRIL)
    plan_of(world, 2026)
    with refused("exists", "year"):
        plan_of(world, 2026)
    with refused("wrong_year", "year"):
        plan_of(world, 2028)
    assert plan_of(world, 2027).due_on is None


def test_last_years_sessions_are_copied_to_the_same_weekday_once(world) -> None:
    submitted(world)
    sessions.cancel_session(Session.objects.get(title="6月培训"), reason="防汛", actor=world.clerk)
    clock.set_to(D(2026, 12, 1))
    plan = plan_of(world, 2027)
    assert training_plans.copy_last_year(plan, actor=world.clerk) == 2
    assert sorted(plan.sessions.values_list("planned_on", flat=True)) == [D(2027, 8, 9), D(2027, 11, 9)]
    assert {row.streets.count() for row in plan.sessions.all()} == {3}
    with refused("nothing_to_copy"):
        training_plans.copy_last_year(plan, actor=world.clerk)


@pytest.mark.parametrize(
    ("values", "code", "field"),
    [
        ({"title": " "}, "required", "title"),
        ({"place": ""}, "required", "place"),
        ({"trainer": ""}, "required", "trainer"),
        ({"ends_at": dt.time(0, 0)}, "times", "ends_at"),
        ({"minutes": 0}, "minutes", "minutes"),
        ({"minutes": 1441}, "minutes", "minutes"),
        ({"planned_on": D(2024, 1, 1)}, "past", "planned_on"),
    ],
)
def test_a_session_that_makes_no_sense_is_refused_at_its_field(world, values, code, field) -> None:
    clock.set_to(APRIL)
    with refused(code, field):
        add(world, **values)


def test_a_session_is_for_streets_of_the_district_and_powers_of_the_department(world, other_world) -> None:
    (power,) = owing(world)
    add(world, items=[power.item])
    with refused("not_here", "items"):
        sessions.add_session(
            organization=world.other_department, actor=world.other_clerk, values=session_values(),
            items=[power.item], streets=world.streets,
        )  # fmt: skip
    with refused("not_here", "streets"):
        add(world, streets=[other_world.street])
    with refused("required", "streets"):
        add(world, streets=[])


def test_in_a_plan_days_lie_in_its_year_and_ahead(world) -> None:
    clock.set_to(APRIL)
    plan = plan_of(world, 2026)
    with refused("past", "planned_on"):
        add(world, plan=plan, planned_on=D(2026, 3, 31))
    with refused("wrong_year", "planned_on"):
        add(world, plan=plan, planned_on=D(2027, 1, 1))


def test_p17_joint_training_is_held_by_the_justice_office_alone(world) -> None:
    (power,) = owing(world)
    joint = add(world, kind="joint", items=[power.item])
    assert joint.organization == world.justice_bureau
    for actor in (world.clerk, world.head, world.justice_clerk, world.establishment):
        with pytest.raises(NotAllowed):
            sessions.cancel_session(joint, reason="改期", actor=actor)
        with pytest.raises(NotAllowed):
            sessions.add_session(
                organization=actor.organization, actor=actor, values=session_values(kind="joint"),
                streets=world.streets,
            )  # fmt: skip
    with pytest.raises(NotAllowed):
        sessions.add_session(
            organization=world.department, actor=world.justice, values=session_values(), streets=world.streets
        )


@pytest.mark.sqlite
def test_changes_after_submission_need_a_reason_and_stay_in_the_log(world) -> None:
    submitted(world)
    session = Session.objects.get(title="6月培训")
    values = session_values(title="六月培训", planned_on=D(2026, 12, 1))
    with refused("reason_missing", "reason"):
        sessions.change_session(session, actor=world.clerk, values=values, items=[], streets=world.streets)
    done = sessions.change_session(
        session, actor=world.clerk, values=values, items=[], streets=[world.street], reason="调整内容"
    )
    assert (done.title, done.planned_on) == ("六月培训", D(2026, 6, 10)), "the day is moved by another step"
    entry = Entry.objects.get(action="session.changed")
    assert entry.reason == "调整内容"
    assert entry.changes["培训内容"] == ["6月培训", "六月培训"]
    assert entry.changes["邀请街道"][1] == str(world.street)
    assert Entry.objects.get(action="training_plan.session_changed").reason == "调整内容"


def test_moving_keeps_the_old_day_in_the_log(world) -> None:
    submitted(world)
    session = Session.objects.get(title="6月培训")
    times = {"starts_at": dt.time(9), "ends_at": dt.time(11)}
    for reason, day, code, field in (
        (" ", D(2026, 6, 20), "reason_missing", "reason"),
        ("防汛", D(2026, 5, 11), "past", "planned_on"),
    ):
        with refused(code, field):
            sessions.move_session(session, planned_on=day, reason=reason, actor=world.clerk, **times)
    moved = sessions.move_session(
        session, planned_on=D(2026, 6, 20), reason="防汛", actor=world.clerk, **times
    )
    assert moved.planned_on == D(2026, 6, 20)
    entry = Entry.objects.get(action="session.moved")
    assert entry.changes["计划日期"] == ["2026-06-10", "2026-06-20"]
    with refused("same", "planned_on"):
        sessions.move_session(session, planned_on=D(2026, 6, 20), reason="防汛", actor=world.clerk, **times)


def test_in_a_plan_in_work_sessions_are_taken_out_and_afterwards_cancelled(world) -> None:
    owing(world)
    plan = TrainingPlan.objects.get()
    session = add(world, plan=plan, planned_on=D(2026, 6, 10))
    sessions.remove_session(session, actor=world.clerk)
    assert not plan.sessions.exists()
    submitted_plan = submitted_after(world, plan)
    kept = submitted_plan.sessions.first()
    with refused("announced"):
        sessions.remove_session(kept, actor=world.clerk)
    with refused("reason_missing", "reason"):
        sessions.cancel_session(kept, reason="", actor=world.clerk)
    assert sessions.cancel_session(kept, reason="防汛", actor=world.clerk).state == "cancelled"
    for act in (
        lambda: sessions.cancel_session(kept, reason="又", actor=world.clerk),
        lambda: sessions.hold_session(kept, held_on=clock.today(), nobody_reason="无", actor=world.clerk),
    ):
        with refused("wrong_state"):
            act()


def submitted_after(world, plan: TrainingPlan) -> TrainingPlan:
    for month in (6, 8, 11):
        add(world, plan=plan, planned_on=D(2026, month, 10))
    return training_plans.submit_plan(plan, actor=world.head)


@pytest.mark.sqlite
def test_p14_a_session_is_held_with_somebody_present_or_a_reason_and_never_ahead(world) -> None:
    owing(world)
    session = add(world)
    hold = lambda **more: sessions.hold_session(  # noqa: E731
        session, actor=world.clerk, **{"held_on": clock.today(), **more}
    )
    with refused("future", "held_on"):
        hold(held_on=clock.today() + dt.timedelta(days=1), nobody_reason="无")
    with refused("past", "held_on"):
        hold(held_on=D(2025, 1, 1), nobody_reason="无")
    with refused("no_attendance", "nobody_reason"):
        hold()
    listed(world, session, world.street, "张×", present=False)
    with refused("no_attendance", "nobody_reason"):
        hold()
    done = hold(nobody_reason="名单随文报送")
    assert (done.state, done.held_on, done.nobody_reason) == ("held", clock.today(), "名单随文报送")
    with refused("wrong_state"):
        hold(nobody_reason="无")


def test_what_stands_in_a_plan_in_work_cannot_be_recorded(world) -> None:
    owing(world)
    session = add(world, plan=TrainingPlan.objects.get())
    with refused("plan_in_work"):
        sessions.hold_session(session, held_on=clock.today(), nobody_reason="无", actor=world.clerk)


def test_another_department_touches_nothing(world) -> None:
    owing(world)
    session = held(world, clock.today())
    planned = add(world)
    for actor in (world.other_clerk, world.street_clerk, world.establishment, world.reader, world.justice):
        with pytest.raises(NotAllowed):
            sessions.cancel_session(planned, reason="无", actor=actor)
        with pytest.raises(NotAllowed):
            sessions.hold_session(planned, held_on=clock.today(), nobody_reason="无", actor=actor)
    session.refresh_from_db()
    assert session.state == "held"
