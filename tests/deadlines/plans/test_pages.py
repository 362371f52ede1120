"""The pages of plans: who sees what, what a click does, what a table brings in, and what they cost."""

from __future__ import annotations

import datetime as dt
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from tests.deadlines.plans.test_plans import TODAY, draft, issued, node_of
from xianan.core import clock
from xianan.deadlines.models import PlanNode, WorkPlan
from xianan.deadlines.plans import steps as plans

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today():
    clock.set_to(TODAY)


def url(name, *args):
    return reverse(f"deadlines:{name}", args=args)


def text(answer):
    return answer.content.decode()


def test_a_plan_issued_soon_after_midnight_was_issued_on_that_day(world):
    """What a person reads is the day in Shanghai; in London it is still yesterday."""
    clock.set_to(dt.datetime(2026, 11, 24, 0, 30, tzinfo=clock.ZONE))
    plan = issued(world)
    page = text(world.client(world.government_office).get(url("plan", plan.pk)))
    assert "2026年11月24日下达" in page
    assert "2026年11月23日" not in page


def test_a_plan_is_drawn_up_and_issued_by_clicks(world):
    client = world.client(world.government_office)
    answer = client.post(
        url("plan-create"), {"organization": world.office.pk, "title": "年度计划", "note": "按节点推进"}
    )
    plan = WorkPlan.objects.get()
    assert answer.url == url("plan", plan.pk)
    assert "还没有任务" in text(client.get(answer.url))
    answer = client.post(url("plan-task-create", plan.pk), {"title": "培训", "content": ""})
    task = plan.tasks.get()
    assert answer.url == url("plan-nodes-add", plan.pk, task.pk)
    answer = client.post(
        answer.url,
        {
            "title": "完成培训",
            "due_on": "2026-12-31",
            "organizations": [world.department.pk, world.street.pk],
        },
    )
    assert answer.url == url("plan", plan.pk)
    page = text(client.get(answer.url))
    assert "完成培训" in page and "2026年12月31日" in page and "下达计划" in page
    assert client.post(url("plan-issue", plan.pk)).status_code == 302
    plan.refresh_from_db()
    assert plan.state == "issued"
    assert "完成进度" in text(client.get(url("plan", plan.pk)))


def test_what_was_typed_stays_when_it_is_refused(world):
    plan = draft(world)
    client = world.client(world.government_office)
    answer = client.post(
        url("plan-nodes-add", plan.pk, plan.tasks.get().pk),
        {"title": "早该完成", "due_on": "2026-01-01", "organizations": [world.street.pk]},
    )
    page = text(answer)
    assert "完成时限不能早于今日" in page and "早该完成" in page
    assert PlanNode.objects.count() == 2


def test_a_unit_reports_and_the_office_confirms_by_clicks(world):
    issued(world)
    node = node_of(world.department)
    unit, office = world.client(world.clerk), world.client(world.government_office)
    page = text(unit.get(url("plan-node", node.pk)))
    assert "报告完成" in page and "确认完成</button>" not in page
    unit.post(url("plan-node-report", node.pk), {"text": "已过半"})
    node.refresh_from_db()
    assert (node.state, node.report) == ("open", "已过半")
    assert "未填写进展" in text(unit.post(url("plan-node-report", node.pk), {"text": "", "done": "1"}))
    unit.post(url("plan-node-report", node.pk), {"text": "全部完成", "done": "1"})
    node.refresh_from_db()
    assert node.state == "reported"
    assert "完成培训" in text(office.get("/")) and "核对并确认完成" in text(office.get("/"))
    assert "退回须填写理由" not in text(office.get(url("plan-node-return", node.pk)))
    office.post(url("plan-node-confirm", node.pk))
    node.refresh_from_db()
    assert node.state == "confirmed"
    stale = office.post(url("plan-node-confirm", node.pk))
    assert stale.status_code == 409 and "已完成" in text(stale)


def test_a_draft_is_seen_by_its_office_alone_and_an_issued_plan_by_those_it_names(world):
    plan = draft(world)
    address = url("plan", plan.pk)
    for who, status in (
        (world.government_office, 200),
        (world.establishment, 404),
        (world.clerk, 404),
        (world.inspection, 404),
    ):
        assert world.client(who).get(address).status_code == status
    plans.issue_plan(plan, actor=world.government_office)
    for who, status in (
        (world.establishment, 200),
        (world.inspection, 200),
        (world.district_reader, 200),
        (world.clerk, 200),
        (world.reader, 200),
        (world.street_reader, 200),
        (world.other_clerk, 404),
        (world.other_street_head, 404),
        (world.nobody, 404),
    ):
        assert world.client(who).get(address).status_code == status, who.username


def test_another_district_sees_nothing(world, other_world):
    plan = issued(world)
    client = other_world.client(other_world.government_office)
    assert client.get(url("plan", plan.pk)).status_code == 404
    assert plan.title not in text(client.get(url("plans")))
    assert client.post(url("plan-close", plan.pk)).status_code == 404


def test_a_table_brings_in_tasks_nodes_and_organizations(world):
    plan = plans.create_plan(organization=world.office, title="计划", actor=world.government_office)
    table = (
        "任务,内容和要求,节点,责任单位,完成时限\n"
        "业务培训,分期培训,完成培训,区住房和城乡建设局、温泉,2026-12-31\n"
        "业务培训,,考核结业,区城市管理执法局,2027年1月15日\n"
        "案卷移交,,移交完毕,浮山街道,2027/1/31\n"
    )
    client = world.client(world.government_office)
    file = SimpleUploadedFile("计划.csv", table.encode("utf-8-sig"))
    assert client.post(url("plan-import", plan.pk), {"file": file}).status_code == 302
    assert [task.title for task in plan.tasks.all()] == ["业务培训", "案卷移交"]
    found = set(PlanNode.objects.values_list("title", "organization__name", "due_on"))
    assert found == {
        ("完成培训", "区住房和城乡建设局", dt.date(2026, 12, 31)),
        ("完成培训", "温泉街道", dt.date(2026, 12, 31)),
        ("考核结业", "区城市管理执法局", dt.date(2027, 1, 15)),
        ("移交完毕", "浮山街道", dt.date(2027, 1, 31)),
    }


def test_a_table_with_a_fault_brings_in_nothing_and_says_where(world):
    plan = plans.create_plan(organization=world.office, title="计划", actor=world.government_office)
    table = (
        "任务,节点,责任单位,完成时限\n培训,完成培训,区住房和城乡建设局,2026-12-31\n"
        "培训,结业,火星街道,2026-12-31\n培训,总结,温泉街道,2026-02-30\n培训,报告,温泉街道,2026-01-05\n"
    )
    client = world.client(world.government_office)
    file = SimpleUploadedFile("计划.csv", table.encode("utf-8-sig"))
    page = text(client.post(url("plan-import", plan.pk), {"file": file}))
    assert "C3“火星街道”不是本区的单位" in page
    assert "D4“2026-02-30”不是日期" in page
    assert "D5完成时限 2026-01-05 已过" in page
    assert not PlanNode.objects.exists()


def test_what_is_exported_can_be_read_in_again(world):
    plan = issued(world)
    answer = world.client(world.clerk).get(url("plan-export", plan.pk))
    sheet = load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active
    rows = list(sheet.values)
    assert rows[0][:5] == ("任务", "内容和要求", "节点", "责任单位", "完成时限")
    assert {row[3] for row in rows[1:]} == {"区住房和城乡建设局", "温泉街道"}


def test_lists_and_pages_cost_the_same_for_one_node_and_for_many(world):
    def costs():
        found = []
        for name, args in (("plans", ()), ("plan-nodes", ()), ("plan", (plan.pk,))):
            client = world.client(world.establishment)
            client.get(url(name, *args))
            with CaptureQueriesContext(
                connection,
            ) as queries:
                assert client.get(url(name, *args)).status_code == 200
            found.append(len(queries))
        return found

    plan = issued(world)
    few = costs()
    for _ in range(4):
        issued(world, organizations=[world.department, world.other_department, *world.streets])
    plan = WorkPlan.objects.latest("pk")
    assert costs() == few
    assert max(few) <= 20
