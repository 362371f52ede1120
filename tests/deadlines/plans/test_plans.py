"""Work plans: drawn up, issued into deadlines, reported, confirmed, sent back, refused."""

from __future__ import annotations

import datetime as dt

import pytest

from xianan.core import clock
from xianan.core.errors import DomainError
from xianan.deadlines.choices import NodeState, PlanState
from xianan.deadlines.models import Deadline, Notice, PlanNode, WorkPlan
from xianan.deadlines.plans import steps as plans
from xianan.history.selectors import timeline

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 11, 23)


@pytest.fixture(autouse=True)
def _today():
    clock.set_to(TODAY)


def refused(act) -> str:
    with pytest.raises(DomainError) as caught:
        act()
    return caught.value.code


def draft(world, *, days: int = 10, organizations=None) -> WorkPlan:
    actor = world.government_office
    plan = plans.create_plan(organization=world.office, title="重点工作计划", actor=actor)
    task = plans.add_task(plan, title="业务培训", content="分期培训", actor=actor)
    plans.add_nodes(
        task,
        organizations=organizations or [world.department, world.street],
        title="完成培训",
        due_on=clock.today() + dt.timedelta(days=days),
        actor=actor,
    )
    return plan


def issued(world, **more) -> WorkPlan:
    return plans.issue_plan(draft(world, **more), actor=world.government_office)


def node_of(organization) -> PlanNode:
    return PlanNode.objects.get(organization=organization)


def dues():
    return Deadline.objects.filter(kind="plan_node", closed_at__isnull=True)


def test_a_draft_owes_nobody_anything_and_an_issued_plan_owes_every_node(world):
    plan = draft(world)
    assert not dues().exists()
    plan = plans.issue_plan(plan, actor=world.government_office)
    assert plan.state == PlanState.ISSUED
    assert {(row.organization_id, row.due_on) for row in dues()} == {
        (world.department.pk, TODAY + dt.timedelta(days=10)),
        (world.street.pk, TODAY + dt.timedelta(days=10)),
    }
    told = Notice.objects.filter(kind="plan")
    assert {row.recipient_id for row in told} >= {world.clerk.pk, world.head.pk, world.street_head.pk}
    assert world.reader.pk not in {row.recipient_id for row in told}


def test_reported_stops_the_clock_and_confirmed_ends_it(world):
    plan = issued(world)
    node = node_of(world.department)
    plans.report_progress(node, text="过半", actor=world.clerk)
    assert dues().filter(organization=world.department).exists()
    node = plans.report_done(node, text="全部完成", actor=world.head)
    assert node.state == NodeState.REPORTED
    assert not dues().filter(organization=world.department).exists()
    assert Notice.objects.filter(recipient=world.government_office).exists()
    node = plans.confirm_node(node, actor=world.government_office)
    assert node.state == NodeState.CONFIRMED
    assert refused(lambda: plans.close_plan(plan, actor=world.government_office)) == "unfinished"
    other = plans.report_done(node_of(world.street), text="完成", actor=world.street_clerk)
    plans.confirm_node(other, actor=world.government_office)
    assert plans.close_plan(plan, actor=world.government_office).state == PlanState.CLOSED
    labels = [entry.label for entry in timeline(node)]
    assert labels[0] == "确认完成" and "报告完成" in labels and labels[-1] == "下达"


def test_what_is_sent_back_is_due_on_its_old_day(world):
    issued(world, days=2)
    node = plans.report_done(node_of(world.department), text="完成", actor=world.clerk)
    clock.set_to(TODAY + dt.timedelta(days=5))
    node = plans.return_node(node, actor=world.government_office, reason="没有附名单")
    assert node.state == NodeState.OPEN and node.returned_reason == "没有附名单"
    due = dues().get(organization=world.department)
    assert due.due_on == TODAY + dt.timedelta(days=2)
    assert due.due_on < clock.today()
    plans.report_done(node, text="补报名单", actor=world.clerk)
    node.refresh_from_db()
    assert node.returned_reason == ""


def test_another_day_moves_the_deadline_and_a_cancelled_node_owes_nothing(world):
    issued(world)
    later = TODAY + dt.timedelta(days=40)
    node = plans.move_node(node_of(world.street), due_on=later, reason="汛期", actor=world.government_office)
    assert dues().get(organization=world.street).due_on == later == node.due_on
    assert timeline(node).first().changes["完成时限"]
    plans.cancel_node(node, reason="任务合并", actor=world.government_office)
    assert not dues().filter(organization=world.street).exists()


def test_each_step_is_refused_in_the_wrong_state(world):
    office = world.government_office
    plan = draft(world)
    node = node_of(world.department)
    assert refused(lambda: plans.report_done(node, text="早报", actor=world.clerk)) == "guard"
    assert refused(lambda: plans.close_plan(plan, actor=office)) == "wrong_state"
    plan = plans.issue_plan(plan, actor=office)
    assert refused(lambda: plans.issue_plan(plan, actor=office)) == "wrong_state"
    assert refused(lambda: plans.delete_plan(plan, actor=office)) == "wrong_state"
    assert refused(lambda: plans.add_task(plan, title="再加", actor=office)) == "wrong_state"
    assert refused(lambda: plans.change_plan(plan, title="改", actor=office)) == "wrong_state"
    assert refused(lambda: plans.confirm_node(node, actor=office)) == "wrong_state"
    assert refused(lambda: plans.report_done(node, text="  ", actor=world.clerk)) == "required"
    node = plans.report_done(node, text="完成", actor=world.clerk)
    assert refused(lambda: plans.report_done(node, text="再报", actor=world.clerk)) == "wrong_state"
    assert refused(lambda: plans.return_node(node, actor=office, reason=" ")) == "reason_missing"
    late = TODAY + dt.timedelta(days=1)
    assert refused(lambda: plans.move_node(node, due_on=late, actor=office, reason="改")) == "wrong_state"


def test_nobody_acts_for_another(world):
    plan = issued(world)
    node = node_of(world.department)
    for person in (world.other_clerk, world.street_head, world.reader, world.government_office, world.nobody):
        assert refused(lambda person=person: plans.report_done(node, text="x", actor=person)) == "not_allowed"
    node = plans.report_done(node, text="完成", actor=world.clerk)
    # 区委编办 issues plans of its own and confirms those alone.
    for person in (world.establishment, world.inspection, world.clerk, world.head):
        assert refused(lambda person=person: plans.confirm_node(node, actor=person)) == "not_allowed"
    assert refused(lambda: plans.close_plan(plan, actor=world.establishment)) == "not_allowed"
    for person in (world.inspection, world.clerk, world.justice):
        create = lambda person=person: plans.create_plan(  # noqa: E731
            organization=world.office, title="越权", actor=person
        )
        assert refused(create) == "not_allowed"


def test_a_plan_without_nodes_or_with_a_day_gone_by_is_not_issued(world):
    office = world.government_office
    plan = plans.create_plan(organization=world.office, title="空计划", actor=office)
    assert refused(lambda: plans.issue_plan(plan, actor=office)) == "empty"
    task = plans.add_task(plan, title="任务", actor=office)
    assert refused(lambda: plans.issue_plan(plan, actor=office)) == "empty"
    yesterday = TODAY - dt.timedelta(days=1)
    add = lambda day: plans.add_nodes(  # noqa: E731
        task, organizations=[world.street], title="节点", due_on=day, actor=office
    )
    assert refused(lambda: add(yesterday)) == "past"
    add(TODAY)
    clock.set_to(TODAY + dt.timedelta(days=1))
    assert refused(lambda: plans.issue_plan(plan, actor=office)) == "past"


def test_an_organization_of_another_district_owes_nothing_here(world, other_world):
    plan = plans.create_plan(organization=world.office, title="计划", actor=world.government_office)
    task = plans.add_task(plan, title="任务", actor=world.government_office)
    act = lambda: plans.add_nodes(  # noqa: E731
        task, organizations=[other_world.street], title="节点", due_on=TODAY, actor=world.government_office
    )
    assert refused(act) == "not_here"
    assert not PlanNode.objects.exists()
