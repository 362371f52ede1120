"""The pages of orders: ticking overdue rows, signing, receipt and answer by clicks, who sees what, costs."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.deadlines.orders.support import TODAY, copy_for, draft, issue, issued, make_late
from tests.world import PASSWORD
from xianan.core import clock
from xianan.deadlines.models import Order
from xianan.deadlines.orders import steps as orders

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today():
    clock.set_to(TODAY)


def url(name, *args):
    return reverse(f"deadlines:{name}", args=args)


def text(answer):
    return answer.content.decode()


def test_ticked_rows_become_a_draft_and_a_signed_order(world):
    late = make_late(world, world.department, world.street, world.other_department)
    client = world.client(world.inspection)
    page = text(client.get(url("overdue")))
    assert "起草督办单" in page and page.count("完成培训（业务培训）</a>") == 3
    answer = client.post(f"{url('order-create')}?kind=order", {"row": [late[0].pk, late[1].pk]})
    order = Order.objects.get()
    assert answer.url == url("order", order.pk) and order.lines.count() == 2
    client.post(url("order-add", order.pk), {"row": [late[2].pk]})
    assert order.lines.count() == 3
    client.post(url("order-remove", order.pk), {"line": [order.lines.last().pk]})
    assert order.lines.count() == 2
    wrong = client.post(url("order-issue", order.pk), {"password": "wrong"})
    assert wrong.status_code == 200 and "密码不正确" in text(wrong)
    assert client.post(url("order-issue", order.pk), {"password": PASSWORD}).status_code == 302
    page = text(client.get(url("order", order.pk)))
    assert "督办〔2026〕1号" in page and "未签收" in page
    fresh = text(client.get(url("overdue"), {"tab": "fresh"}))
    assert fresh.count("完成培训（业务培训）</a>") == 1, "the one that no issued order names"
    again = client.post(url("order-issue", order.pk), {"password": PASSWORD})
    assert again.status_code == 409 and "您的操作没有生效" in text(again)


def test_every_row_that_the_filter_shows_can_be_taken(world):
    make_late(world, world.department, world.street, world.other_department)
    client = world.client(world.government_office)
    query = f"organization={world.street.pk}"
    client.post(f"{url('order-create')}?kind=circular", {"all": "1", "query": query})
    order = Order.objects.get()
    assert order.kind == "circular"
    assert [line.organization for line in order.lines.all()] == [world.street]
    assert client.post(url("order-create"), {}).url == url("overdue")


def test_receipt_answer_and_judgement_by_clicks(world):
    order = issued(world)
    ours = copy_for(order, world.department)
    clerk, head, office = (world.client(who) for who in (world.clerk, world.head, world.inspection))
    page = text(clerk.get(url("order", order.pk)))
    assert "名义签收" in page and "审核答复</a>" not in page
    assert "签收" in text(clerk.get("/"))
    clerk.post(url("delivery-receive", order.pk, ours.pk))
    assert clerk.post(url("delivery-answer", order.pk, ours.pk), {"answer": "x"}).status_code == 403
    assert "未填写整改情况" in text(head.post(url("delivery-answer", order.pk, ours.pk), {"answer": " "}))
    head.post(url("delivery-answer", order.pk, ours.pk), {"answer": "已补训，名单附后"})
    assert "审核答复" in text(office.get("/"))
    assert "已补训，名单附后" in text(office.get(url("delivery-accept", order.pk, ours.pk)))
    back = office.post(url("delivery-return", order.pk, ours.pk), {"reason": "", "answer_by": "2026-12-01"})
    assert "未填写理由" in text(back)
    office.post(url("delivery-return", order.pk, ours.pk), {"reason": "未附名单", "answer_by": "2026-12-01"})
    assert "退回理由：未附名单" in text(head.get(url("order", order.pk)))
    head.post(url("delivery-answer", order.pk, ours.pk), {"answer": "名单已附"})
    office.post(url("delivery-accept", order.pk, ours.pk), {"remark": "同意"})
    ours.refresh_from_db()
    assert (ours.state, ours.remark) == ("closed", "同意")
    stale = office.post(url("delivery-accept", order.pk, ours.pk), {"remark": ""})
    assert stale.status_code == 409


def test_a_draft_is_its_offices_own_and_an_issued_order_goes_to_those_it_names(world):
    order = draft(world)
    address = url("order", order.pk)
    for who, status in ((world.inspection, 200), (world.government_office, 404), (world.clerk, 404)):
        assert world.client(who).get(address).status_code == status
    order = issue(order, world.inspection)
    file = reverse("documents:file", args=[order.document_id, 2])
    for who, status in (
        (world.government_office, 200),
        (world.establishment, 200),
        (world.district_reader, 200),
        (world.reader, 200),
        (world.street_clerk, 200),
        (world.other_head, 404),
        (world.other_street_clerk, 404),
        (world.nobody, 404),
    ):
        client = world.client(who)
        assert client.get(address).status_code == status, who.username
        assert (client.get(file).status_code == 200) is (status == 200), who.username
    for who in (world.clerk, world.establishment, world.district_reader):
        assert world.client(who).get(url("overdue")).status_code == 403


def test_another_district_sees_nothing_and_takes_nothing(world, other_world):
    rows = make_late(world)
    order = issued(world, rows)
    client = other_world.client(other_world.inspection)
    assert client.get(url("order", order.pk)).status_code == 404
    assert "完成培训" not in text(client.get(url("overdue")))
    client.post(f"{url('order-create')}?kind=order", {"row": [row.pk for row in rows]})
    assert Order.objects.count() == 1


def test_accountability_is_recorded_by_a_form_and_listed(world):
    order = issued(world)
    office = world.client(world.inspection)
    data = {
        "organization": world.department.pk,
        "person": "",
        "measure": "约谈提醒",
        "decided_by": "区政府督查室",
    }
    page = office.post(
        url("accountability-create", order.pk), {**data, "decided_on": "2027-01-01", "reason": "逾期"}
    )
    assert "决定日期不能晚于今日" in text(page)
    office.post(
        url("accountability-create", order.pk), {**data, "decided_on": "2026-11-23", "reason": "逾期"}
    )
    assert "约谈提醒" in text(office.get(url("order", order.pk)))
    assert "约谈提醒" in text(world.client(world.head).get(url("accountabilities")))
    assert "约谈提醒" not in text(world.client(world.street_head).get(url("accountabilities")))


def test_lists_and_pages_cost_the_same_for_few_rows_and_for_many(world):
    def costs():
        found = []
        for name, args in (("orders", ()), ("overdue", ()), ("accountabilities", ()), ("order", (order.pk,))):
            client = world.client(world.inspection)
            client.get(url(name, *args))
            with CaptureQueriesContext(connection) as queries:
                assert client.get(url(name, *args)).status_code == 200
            found.append(len(queries))
        return found

    def account(row):
        orders.record_accountability(
            row, organization=world.department, actor=world.inspection,
            measure="约谈", reason="逾期", decided_by="区委", decided_on=TODAY, person="",
        )  # fmt: skip

    order = issued(world)
    account(order)
    few = costs()
    for _ in range(3):
        rows = make_late(world, world.department, world.other_department, *world.streets)
        order = issued(world, rows)
        account(order)
    assert costs() == few
    assert max(few) <= 22
