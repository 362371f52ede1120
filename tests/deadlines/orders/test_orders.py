"""Orders and circulars: from overdue rows to a signed paper, receipt, answer, judgement, accountability."""

from __future__ import annotations

import datetime as dt

import pymupdf
import pytest

from tests.deadlines.orders.support import TODAY, copy_for, draft, issue, issued, make_late
from tests.world import PASSWORD
from xianan.core import clock
from xianan.core.errors import DomainError
from xianan.deadlines import tasks
from xianan.deadlines.choices import DeliveryState, OrderState
from xianan.deadlines.models import Deadline, Notice, Order
from xianan.deadlines.orders import steps as orders
from xianan.deadlines.orders.selectors import overdue
from xianan.deadlines.plans import steps as plans
from xianan.documents.selectors import file_bytes, newest_file
from xianan.documents.verification import verify
from xianan.history.selectors import timeline
from xianan.organizations.services.organizations import close_organization

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today():
    clock.set_to(TODAY)


def refused(act) -> str:
    with pytest.raises(DomainError) as caught:
        act()
    return caught.value.code


def words_of(order: Order) -> str:
    with pymupdf.open(stream=file_bytes(newest_file(order.document)), filetype="pdf") as paper:
        return "".join("".join(page.get_text().split()) for page in paper)


def dues():
    return Deadline.objects.filter(kind="order_answer", closed_at__isnull=True)


def test_an_order_is_numbered_signed_and_says_in_chinese_who_is_late_with_what(world):
    order = draft(world)
    orders.change_order(
        order,
        title=order.title,
        text="主要负责人须亲自过问。",
        answer_by=dt.date(2026, 12, 4),
        actor=world.inspection,
    )
    order = issue(order, world.inspection)
    assert (order.state, order.number) == (OrderState.ISSUED, "督办〔2026〕1号")
    said = words_of(order)
    for words in (
        "区政府督查室",
        "关于抓紧办理逾期事项的督办单",
        "督办〔2026〕1号",
        "根据《咸安区推进街道赋权工作实施方案》关于全程检查督导的要求",
        "截至2026年11月23日，下列2项未按时间节点完成，现予督办",
        "主要负责人须亲自过问。",
        "区住房和城乡建设局",
        "温泉街道",
        "完成培训（业务培训）",
        "2026年11月18日",
        "5天",
        "于2026年12月4日前答复整改情况",
        order.document.code_shown,
    ):
        assert words in said, words
    # Name and date close it; who signed for the office stands in the signature, not on lines as on a contract.
    assert said.count("2026年11月23日") > 1 and not any(line in said for line in ("签署人", "盖章", "日期："))
    assert len(order.document.signatures.all()) == 1
    assert verify(file_bytes(newest_file(order.document))).verdict == "valid"


def test_a_circular_has_a_register_of_its_own(world):
    rows = make_late(world)
    first = issued(world, rows)
    second = issued(world, rows, kind="circular", actor=world.government_office)
    third = issued(world, rows)
    assert [row.number for row in (first, second, third)] == [
        "督办〔2026〕1号",
        "通报〔2026〕1号",
        "督办〔2026〕2号",
    ]
    assert "现将截至2026年11月23日未按时间节点完成的2项通报如下" in words_of(second)


def test_the_prefix_and_the_days_to_answer_are_figures_of_the_policy(world):
    world.policy.parameters.create(
        district=world.district, key="order_prefix", label="代字", kind="text", value="咸督办", clause="P34"
    )
    world.policy.parameters.create(
        district=world.district,
        key="answer_days",
        label="期限",
        kind="integer",
        value=5,
        unit="日",
        clause="P34",
    )
    order = issued(world)
    assert order.number == "咸督办〔2026〕1号"
    # Five days on is a Saturday; the answer is due on the working day after it.
    assert order.answer_by == dt.date(2026, 11, 30)


def test_the_road_from_receipt_to_the_end(world):
    order = issued(world)
    assert {row.organization_id: row.due_on for row in dues()} == {
        world.department.pk: order.answer_by,
        world.street.pk: order.answer_by,
    }
    assert Notice.objects.filter(recipient=world.head, kind="order").count() == 1
    ours = orders.receive(copy_for(order, world.department), actor=world.clerk)
    ours = orders.answer(ours, answer="已补训", actor=world.head)
    assert not dues().filter(organization=world.department).exists()
    later = TODAY + dt.timedelta(days=3)
    ours = orders.send_back(ours, actor=world.inspection, reason="未附名单", answer_by=later)
    assert ours.state == DeliveryState.RETURNED
    assert dues().get(organization=world.department).due_on == later
    ours = orders.answer(ours, answer="名单已附", actor=world.head)
    orders.accept(ours, actor=world.inspection)
    order.refresh_from_db()
    assert order.state == OrderState.ISSUED, "the street has not answered yet"
    theirs = orders.receive(copy_for(order, world.street), actor=world.street_clerk)
    theirs = orders.answer(theirs, answer="已完成", actor=world.street_head)
    orders.accept(theirs, actor=world.inspection, remark="同意")
    order.refresh_from_db()
    assert order.state == OrderState.CLOSED
    labels = [entry.label for entry in timeline(order)]
    assert labels[0] == "全部答复审核通过，办结" and labels[-1] == "起草督办单"
    assert {"签收", "答复整改情况"} <= set(labels)


def test_each_step_is_refused_in_the_wrong_state(world):
    order = draft(world)
    actor = world.inspection
    order = issue(order, actor)
    assert refused(lambda: issue(order, actor)) == "wrong_state"
    assert refused(lambda: orders.delete_order(order, actor=actor)) == "wrong_state"
    assert refused(lambda: orders.remove_lines(order, lines=[1], actor=actor)) == "wrong_state"
    assert (
        refused(lambda: orders.change_order(order, title="x", text="", answer_by=TODAY, actor=actor))
        == "wrong_state"
    )
    ours = copy_for(order, world.department)
    assert refused(lambda: orders.answer(ours, answer="早答", actor=world.head)) == "wrong_state"
    assert refused(lambda: orders.accept(ours, actor=actor)) == "wrong_state"
    ours = orders.receive(ours, actor=world.clerk)
    assert refused(lambda: orders.receive(ours, actor=world.clerk)) == "wrong_state"
    assert refused(lambda: orders.answer(ours, answer=" ", actor=world.head)) == "required"
    ours = orders.answer(ours, answer="已办", actor=world.head)
    assert refused(lambda: orders.answer(ours, answer="再答", actor=world.head)) == "wrong_state"
    back = lambda **more: orders.send_back(  # noqa: E731
        ours, actor=actor, **{"reason": "重办", "answer_by": TODAY, **more}
    )
    assert refused(lambda: back(reason=" ")) == "reason_missing"
    assert refused(lambda: back(answer_by=TODAY - dt.timedelta(days=1))) == "past"
    orders.accept(ours, actor=actor)
    assert refused(lambda: orders.accept(ours, actor=actor)) == "wrong_state"


def test_nobody_acts_for_another(world):
    rows = make_late(world)
    for person in (world.establishment, world.clerk, world.district_reader, world.justice):
        assert refused(lambda person=person: draft(world, rows, actor=person)) == "not_allowed"
    order = draft(world, rows)
    for person in (world.government_office, world.establishment, world.head):
        assert refused(lambda person=person: issue(order, person)) == "not_allowed"
    order = issue(order, world.inspection)
    ours = copy_for(order, world.department)
    for person in (world.other_clerk, world.street_head, world.reader, world.inspection, world.nobody):
        assert refused(lambda person=person: orders.receive(ours, actor=person)) == "not_allowed"
    ours = orders.receive(ours, actor=world.clerk)
    # The clerk receives, the head answers.
    assert refused(lambda: orders.answer(ours, answer="x", actor=world.clerk)) == "not_allowed"
    ours = orders.answer(ours, answer="x", actor=world.head)
    for person in (world.head, world.government_office, world.establishment):
        assert refused(lambda person=person: orders.accept(ours, actor=person)) == "not_allowed"


def test_a_wrong_password_issues_nothing_and_takes_no_number(world):
    order = draft(world)
    assert (
        refused(lambda: orders.issue_order(order, actor=world.inspection, password="wrong"))
        == "wrong_password"
    )
    order.refresh_from_db()
    assert (order.state, order.number, order.document) == ("draft", "", None)
    assert orders.issue_order(order, actor=world.inspection, password=PASSWORD).number.endswith("1号")


def test_what_was_settled_since_is_taken_out_before_the_order_is_issued(world):
    order = draft(world)
    node = plans.PlanNode.objects.get(organization=world.department)
    plans.report_done(node, text="补办完成", actor=world.clerk)
    assert refused(lambda: issue(order, world.inspection)) == "settled"
    late = order.lines.get(organization=world.department)
    orders.remove_lines(order, lines=[late.pk], actor=world.inspection)
    order = issue(order, world.inspection)
    assert [row.organization for row in order.deliveries.all()] == [world.street]


def test_nobody_who_ceased_is_picked_or_sent_an_order(world):
    order = draft(world, make_late(world))
    close_organization(world.street, active_until=TODAY, reason="机构改革", actor=world.establishment)
    clock.set_to(TODAY + dt.timedelta(days=1))
    assert {row.organization for row in overdue(world.district.pk)} == {world.department}
    assert refused(lambda: issue(order, world.inspection)) == "ceased"
    orders.remove_lines(order, lines=[order.lines.get(organization=world.street).pk], actor=world.inspection)
    assert [row.organization for row in issue(order, world.inspection).deliveries.all()] == [world.department]


def test_an_order_about_nothing_is_not_issued(world):
    order = draft(world)
    orders.remove_lines(order, lines=order.lines.values_list("pk", flat=True), actor=world.inspection)
    assert refused(lambda: issue(order, world.inspection)) == "empty"
    assert refused(lambda: draft(world, [Deadline(pk=0)])) == "empty"


def test_days_overdue_are_those_of_the_day_of_issue(world):
    order = draft(world)
    clock.set_to(TODAY + dt.timedelta(days=2))
    order = issue(order, world.inspection)
    clock.set_to(TODAY + dt.timedelta(days=9))
    assert {line.days_overdue for line in order.lines.all()} == {7}


def test_the_month_is_drafted_once_from_its_first_working_day_and_waits(world):
    make_late(world)
    clock.set_to(dt.date(2026, 11, 1))  # a Sunday
    assert orders.monthly_draft(world.district) is None
    clock.set_to(dt.date(2026, 12, 1))
    order = orders.monthly_draft(world.district)
    assert (order.kind, order.state, order.month) == ("circular", "draft", dt.date(2026, 12, 1))
    assert order.organization == world.office and order.lines.count() == 2
    assert Notice.objects.filter(recipient=world.government_office, kind="order").exists()
    assert orders.monthly_draft(world.district) is None
    orders.delete_order(order, actor=world.government_office)
    assert orders.monthly_draft(world.district) is None, "what was thrown away is not drawn up again"
    clock.set_to(dt.date(2027, 1, 4))
    assert orders.monthly_draft(world.district).month == dt.date(2027, 1, 1)


def test_new_year_is_no_working_day_and_a_month_without_faults_has_no_circular(world):
    clock.set_to(dt.date(2026, 12, 1))
    assert orders.monthly_draft(world.district) is None
    make_late(world)
    assert orders.monthly_draft(world.district) is None, "the first working day found nothing"
    clock.set_to(dt.date(2026, 10, 8))
    assert "没有" in tasks.draft_monthly()


def test_accountability_is_recorded_for_those_named_alone(world):
    order = issued(world)
    values = {
        "measure": "约谈",
        "reason": "逾期不办",
        "decided_by": "区纪委",
        "decided_on": TODAY,
        "person": "",
    }
    act = lambda organization, actor=world.inspection, **more: orders.record_accountability(  # noqa: E731
        order, organization=organization, actor=actor, **{**values, **more}
    )
    assert refused(lambda: act(world.other_department)) == "not_named"
    assert refused(lambda: act(world.department, decided_on=TODAY + dt.timedelta(days=1))) == "future"
    assert refused(lambda: act(world.department, actor=world.head)) == "not_allowed"
    act(world.department)
    assert order.accountabilities.get().recorded_by == world.inspection
    assert "约谈" in timeline(order).first().label
    fresh = draft(world, make_late(world))
    again = lambda: orders.record_accountability(  # noqa: E731
        fresh, organization=world.department, actor=world.inspection, **values
    )
    assert refused(again) == "wrong_state"
