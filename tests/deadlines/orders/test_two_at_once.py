"""Two people at the same order, circular or plan, each on a connection of their own."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from tests.deadlines.orders.support import TODAY, copy_for, draft, issue, issued, make_late
from tests.together import together
from xianan.core import clock
from xianan.deadlines.choices import OrderKind, OrderState, PlanState
from xianan.deadlines.models import Deadline, Delivery, Notice, Order, PlanNode, WorkPlan
from xianan.deadlines.orders import steps as orders
from xianan.deadlines.plans import steps as plans
from xianan.deadlines.services import close
from xianan.documents.models import Document, DocumentSignature, NumberSequence
from xianan.history.models import Entry

pytestmark = pytest.mark.django_db(transaction=True)
KINDS = [OrderKind.ORDER, OrderKind.CIRCULAR]


@pytest.fixture(autouse=True)
def _today() -> None:
    clock.set_to(TODAY)


def colleague(world: Any) -> Any:
    return world.person("second-inspection", world.inspection.organization, "inspection")


def answered(world: Any, order: Order, person: Any) -> Delivery:
    copy = orders.receive(copy_for(order, person.organization), actor=person)
    return orders.answer(copy, answer="已整改", actor=person)


@pytest.mark.parametrize("kind", KINDS)
def test_of_two_who_issue_at_once_one_does_and_the_other_is_told(world: Any, kind: str) -> None:
    """One number, one document, one copy and one date for each organization (P34)."""
    order = draft(world, kind=kind)
    people = [world.inspection, colleague(world)]
    stale = [Order.objects.get(pk=order.pk) for _ in people]
    codes = together(*[partial(issue, row, who) for row, who in zip(stale, people, strict=True)])
    assert sorted(codes) == ["", "wrong_state"]
    order.refresh_from_db()
    assert order.state == OrderState.ISSUED
    assert NumberSequence.objects.filter(kind__in=("supervision_order", "circular")).values_list(
        "last"
    ).get() == (1,)
    assert (Document.objects.count(), DocumentSignature.objects.count()) == (1, 1)
    assert Document.objects.get().number == order.number
    assert order.deliveries.count() == Deadline.objects.filter(kind="order_answer").count() == 2
    assert Entry.objects.filter(action="order.issued").count() == 1
    told = Notice.objects.filter(kind="order", recipient=world.head)
    assert told.count() == 1


@pytest.mark.parametrize("kind", KINDS)
def test_two_papers_issued_at_once_get_two_numbers_that_follow(world: Any, kind: str) -> None:
    rows = make_late(world)
    first, second = draft(world, rows[:1], kind=kind), draft(world, rows[1:], kind=kind)
    other = colleague(world)
    assert together(lambda: issue(first, world.inspection), lambda: issue(second, other)) == ["", ""]
    numbers = sorted(Order.objects.values_list("number", flat=True))
    assert [number[-7:] for number in numbers] == ["2026〕1号", "2026〕2号"]
    assert sorted(Document.objects.values_list("number", flat=True)) == numbers


def test_an_order_is_issued_or_deleted_and_never_both(world: Any) -> None:
    order = draft(world)
    other = colleague(world)
    codes = together(lambda: issue(order, world.inspection), lambda: orders.delete_order(order, actor=other))
    issued_it = codes[0] == ""
    assert sorted(codes) in (["", "wrong_state"], ["", "gone"])
    assert Order.objects.count() == Document.objects.count() == (1 if issued_it else 0)
    assert Deadline.objects.filter(kind="order_answer").count() == (2 if issued_it else 0)


def test_lines_added_while_it_is_issued_are_all_in_the_paper_or_refused(world: Any) -> None:
    rows = make_late(world)
    order = draft(world, rows[:1])
    other = colleague(world)
    codes = together(
        lambda: issue(order, world.inspection),
        lambda: orders.add_lines(order, deadlines=rows[1:], actor=other),
    )
    assert codes in (["", "wrong_state"], ["", ""])
    lines = 2 if codes == ["", ""] else 1
    assert order.lines.count() == order.deliveries.count() == lines
    assert all(line.days_overdue == 5 for line in order.lines.all())


def test_what_is_settled_at_that_moment_is_not_called_overdue_afterwards(world: Any) -> None:
    """The paper comes first and names it, or the settling comes first and the paper is refused."""
    (row,) = make_late(world, world.department)
    order = draft(world, [row])
    node = PlanNode.objects.get(pk=row.object_id)
    codes = together(
        lambda: issue(order, world.inspection), lambda: close("plan_node", [node], outcome="reported")
    )
    assert codes in (["", ""], ["settled", ""])
    order.refresh_from_db()
    row.refresh_from_db()
    assert row.closed_at is not None
    if codes[0]:
        assert (order.state, order.number, Document.objects.count()) == (OrderState.DRAFT, "", 0)
    else:
        assert order.issued_at is not None
        assert Entry.objects.filter(action="order.issued").count() == 1


def test_a_copy_is_received_and_answered_once(world: Any) -> None:
    order = issued(world)
    copy = copy_for(order, world.department)
    assert sorted(together(*[lambda: orders.receive(copy, actor=world.clerk)] * 2)) == ["", "wrong_state"]
    copy.refresh_from_db()
    codes = together(*[lambda: orders.answer(copy, answer="已整改", actor=world.head)] * 2)
    assert sorted(codes) == ["", "wrong_state"]
    assert Entry.objects.filter(action="order.answered").count() == 1


def test_the_last_two_answers_accepted_at_once_close_the_order_once(world: Any) -> None:
    order = issued(world)
    copies = [answered(world, order, person) for person in (world.head, world.street_head)]
    people = [world.inspection, colleague(world)]
    codes = together(
        *[partial(orders.accept, row, actor=who) for row, who in zip(copies, people, strict=True)]
    )
    assert codes == ["", ""]
    order.refresh_from_db()
    assert order.state == OrderState.CLOSED
    assert Entry.objects.filter(action="order.closed").count() == 1


def test_an_answer_is_accepted_or_sent_back(world: Any) -> None:
    order = issued(world, make_late(world, world.department))
    copy = answered(world, order, world.head)
    other = colleague(world)
    codes = together(
        lambda: orders.accept(copy, actor=world.inspection),
        lambda: orders.send_back(copy, reason="不实", answer_by=TODAY.replace(day=30), actor=other),
    )
    assert sorted(codes) == ["", "wrong_state"]
    open_again = Deadline.objects.filter(kind="order_answer", closed_at__isnull=True).count()
    assert open_again == (1 if codes[1] == "" else 0)


def test_two_beats_draft_the_month_once(world: Any) -> None:
    make_late(world)
    assert together(*[lambda: orders.monthly_draft(world.district)] * 2) == ["", ""]
    assert Order.objects.filter(kind="circular", month="2026-11-01").count() == 1


def test_a_plan_is_issued_once_and_each_node_is_one_date(world: Any) -> None:
    actor = world.government_office
    plan = plans.create_plan(organization=world.office, title="重点工作计划", actor=actor)
    task = plans.add_task(plan, title="业务培训", actor=actor)
    owing = [world.department, world.street]
    plans.add_nodes(task, organizations=owing, title="完成", due_on=TODAY.replace(day=30), actor=actor)
    codes = together(*[lambda: plans.issue_plan(plan, actor=actor)] * 2)
    assert sorted(codes) == ["", "wrong_state"]
    assert WorkPlan.objects.get().state == PlanState.ISSUED
    assert Deadline.objects.filter(kind="plan_node").count() == 2
    assert Notice.objects.filter(kind="plan", recipient=world.head).count() == 1
