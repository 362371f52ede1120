"""The pages of a result: who sees what when, forms that keep what was typed, what they cost (P40)."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assessment.choices import Phase
from assessment.corrections.steps import confirm_correction
from assessment.cycles import steps as moves
from assessment.models import Correction, Objection, ResultVersion
from assessment.objections.steps import raise_objection
from assessment.selectors import cycles
from tests.assessment.results.support import corrected, entered, public, published, scored, second
from tests.assessment.support import START, indicator
from tests.prepared import prepared
from xianan.core import clock
from xianan.organizations.scope import Scope
from xianan.organizations.services.setup import create_first_organization
from xianan.ui.todos import todos

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _on_the_first_day():
    clock.set_to(START)


@pytest.fixture
def apart(world):
    """温泉 100, 浮山 95.25."""
    return scored(world, {str(world.other_street): 55_25}, streets=[world.street, world.other_street])


@pytest.fixture
def tied(world):
    return scored(world, {}, streets=[world.street, world.other_street])


def text(answer) -> str:
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def url(name: str, *parts) -> str:
    return reverse(f"assessment:{name}", args=[getattr(part, "pk", part) for part in parts])


def steps(person) -> list[str]:
    return [row.action for row in todos(Scope(person))]


def test_a_street_reads_only_its_own_points_before_the_publication_and_all_totals_after(world, apart):
    """Another street's score is on no page and at no address before (P40)."""
    own = world.client(world.street_head)
    assert own.get(url("result", apart)).status_code == 403
    assert own.get(url("result-street", apart, world.street)).status_code == 403
    row = public(world, apart)
    assert own.get(url("result", row)).headers["Location"] == url("result-street", row, world.street)
    shown = text(own.get(url("result-street", row, world.street)))
    assert "100.00 分" in shown and "结果公布后可见" in shown and "95.25" not in shown
    assert own.get(url("result-street", row, world.other_street)).status_code == 403
    clock.set_to(cycles.days_of(row)["publicity"].ends_on + dt.timedelta(days=1))
    moves.publish(row, actor=world.establishment)
    shown = text(own.get(url("result", row)))
    assert "95.25" in shown and "4.76" in shown and str(world.other_street) in shown
    assert own.get(url("result-street", row, world.other_street)).status_code == 403
    assert "第 1 名" in text(own.get(url("result-street", row, world.street)))


def test_a_department_reads_the_result_once_it_is_published(world, apart):
    client = world.client(world.other_clerk)
    assert client.get(url("result", apart)).status_code == 404
    assert "还没有考核结果" in text(client.get(url("results")))
    row = published(world, apart)
    shown = text(client.get(url("result", row)))
    assert "95.25" in shown and "逐项依据" not in shown
    assert "第1版" in text(client.get(url("results")))
    assert client.get(url("result-street", row, world.street)).status_code == 403


def test_the_member_of_the_team_reads_no_totals_before(world, apart):
    assert world.client(world.clerk).get(url("result", apart)).status_code == 403


def test_a_tie_is_settled_on_its_page_with_what_was_typed_kept(world, tied):
    client = world.client(world.establishment)
    shown = text(client.get(url("result", tied)))
    assert "领导小组还没有审定" in shown and url("tie-settle", tied, 10000) in shown
    assert "报领导小组审定，开始公示" in steps(world.establishment)
    first, second = world.street.pk, world.other_street.pk
    form = {
        "outcome": "ordered",
        "place_1": second,
        "place_2": second,
        "reason": "承接好",
        "decided_on": START,
    }
    shown = text(client.post(url("tie-settle", tied, 10000), form))
    assert "该街道已经排在前面" in shown and "承接好" in shown
    assert "未选择其中第 2 位的街道" in text(
        client.post(url("tie-settle", tied, 10000), {**form, "place_2": ""})
    )
    assert client.post(url("tie-settle", tied, 10000), {**form, "place_2": first}).status_code == 302
    assert "依次排定先后" in text(client.get(url("result", tied)))
    assert client.get(url("tie-settle", tied, 9999)).status_code == 404


def test_publishing_asks_once_more_and_a_stale_page_is_told(world, apart):
    row = public(world, apart)
    client = world.client(world.establishment)
    clock.set_to(cycles.days_of(row)["publicity"].ends_on + dt.timedelta(days=1))
    assert "公布考核结果" in steps(world.establishment)
    address = f"{url('cycle-step', row)}?step=publish"
    assert "向全区公布" in text(client.get(address))
    assert client.post(address).headers["Location"] == url("result", row)
    assert client.post(address).status_code == 409
    assert ResultVersion.objects.filter(number=1).count() == 1


def test_the_head_objects_on_the_page_and_the_office_answers(world, apart):
    row = public(world, apart)
    street, what = world.other_street, indicator(row, "1.1")
    head, office = world.client(world.other_street_head), world.client(world.establishment)
    assert "核对公示得分，有异议的申诉" in steps(world.other_street_head)
    page = text(head.get(url("result-street", row, street)))
    assert url("objection-raise", row, street, what) in page
    assert url("objection-raise", row, street, what) not in text(
        world.client(world.other_street_clerk).get(url("result-street", row, street))
    )
    assert "未填写申诉理由" in text(head.post(url("objection-raise", row, street, what), {"text": " "}))
    assert head.post(url("objection-raise", row, street, what), {"text": "材料已报"}).status_code == 302
    again = head.post(url("objection-raise", row, street, what), {"text": "再报"})
    assert again.status_code == 409 and "已经提出过申诉" in again.content.decode()
    made = Objection.objects.get()
    assert "答复申诉" in steps(world.establishment)
    assert world.client(world.street_head).get(url("objection", row, made)).status_code == 404
    decided = {"decision": "会议纪要", "decided_on": clock.today()}
    form = {"outcome": "corrected", "after": "", "answer": "属实"}
    assert "更正得分须填写决定日期" in text(office.post(url("objection-answer", row, made), form))
    form |= decided
    assert "未填写更正后的分数" in text(office.post(url("objection-answer", row, made), form))
    assert "超过该指标分值 60 分" in text(
        office.post(url("objection-answer", row, made), {**form, "after": "61"})
    )
    assert office.post(url("objection-answer", row, made), {**form, "after": "58.5"}).status_code == 302
    assert office.post(url("objection-answer", row, made), {**form, "after": "58"}).status_code == 409
    assert "尚未答复" in text(head.get(url("objection", row, made)))
    confirm_correction(Correction.objects.get(after=58_50), actor=second(world))
    shown = text(head.get(url("objection", row, made)))
    assert "由 55.25 分更正为 58.50 分" in shown and "属实" in shown
    assert "原 55.25" in text(head.get(url("result-street", row, street)))


def test_versions_stay_readable_and_the_corrected_result_is_previewed_by_the_office_alone(world, apart):
    row = published(world, apart)
    office, head = world.client(world.establishment), world.client(world.street_head)
    corrected(world, row, world.other_street, "1.1", after=59_00)
    assert "公布之后有更正，尚未公布" in text(office.get(url("result", row)))
    assert "99.00" in text(office.get(f"{url('result', row)}?preview"))
    assert "99.00" not in text(head.get(f"{url('result', row)}?preview"))
    assert "公布更正后的结果" in steps(world.establishment)
    address = f"{url('cycle-step', row)}?step=republish"
    assert "未填写理由" in text(office.post(address, {"reason": ""}))
    assert office.post(address, {"reason": "核对漏记"}).status_code == 302
    assert "99.00" in text(head.get(url("result", row)))
    old = text(head.get(f"{url('result', row)}?version=1"))
    assert "95.25" in old and "这是第1版，已有更正后的结果" in old
    for wrong in ("?version=3", "?version=0"):
        assert head.get(url("result", row) + wrong).status_code == 404
    assert "更正原因：核对漏记" in text(head.get(url("result", row)))


def test_what_is_not_there_is_not_found(world, apart):
    row = public(world, apart)
    client = world.client(world.establishment)
    huge = 10**20
    for address in (
        url("result-street", row, world.streets[2]),
        url("points-correct", row, world.street, huge),
        url("points-correct", row, world.streets[2], indicator(row, "1.1")),
        url("objection", row, huge),
        url("objection", row, 1),
    ):
        assert client.get(address).status_code == 404, address


def test_days_can_be_planned_until_the_publication(world, apart):
    client = world.client(world.establishment)
    assert "公示" in text(client.get(url("cycle-phases", apart)))
    row = published(world, apart)
    assert client.get(url("cycle-phases", row)).status_code == 409


@pytest.mark.parametrize("phase", [Phase.LEADING, Phase.PUBLICITY, Phase.PUBLISHED])
def test_a_result_costs_the_same_for_two_streets_and_for_twenty(world, phase):
    """No page of a result runs more than 15 queries, whatever the number of streets."""

    def cost(client, address) -> int:
        client.get(address)
        with CaptureQueriesContext(connection) as seen:
            text(client.get(address))
        return len(seen)

    more = prepared(
        "eighteen more streets",
        lambda: [
            create_first_organization(
                world.district,
                values={"name": f"{place}街道", "kind": "street", "display_order": 900 + place},
            )
            for place in range(18)
        ],
        world,
    )
    given = {str(street): 60_00 - 100 * place for place, street in enumerate([world.other_street, *more], 1)}
    found = []
    # The many first: they are put back where nothing else has been done.
    for places in ([world.street, world.other_street, *more], [world.street, world.other_street]):
        row = scored(world, given, streets=places)
        if phase == Phase.PUBLICITY:
            row = public(world, row)
            waits = entered(world, row, world.other_street, "1.1", after=60_00)
            raise_objection(
                row,
                street=world.street,
                indicator=indicator(row, "1.1"),
                text="异议",
                actor=world.street_head,
            )
        elif phase == Phase.PUBLISHED:
            row = published(world, row)
        client = world.client(world.establishment)
        addresses = [
            url("result", row),
            url("result-street", row, world.street),
            url("cycle", row),
            url("results"),
        ]
        if phase == Phase.PUBLICITY:
            addresses += [
                url("correction", row, waits),
                url("points-correct", row, world.street, indicator(row, "1.2")),
            ]
        found.append([cost(client, address) for address in addresses])
        clock.set_to(START)
        type(row).objects.filter(pk=row.pk).update(year=2000 + len(found))
    assert found[0] == found[1], found
    assert max(found[0]) <= 15, found


def test_a_tie_that_a_late_correction_makes_is_settled_from_the_preview(world, apart):
    row = published(world, apart)
    corrected(world, row, world.other_street, "1.1", after=60_00)
    client = world.client(world.establishment)
    assert url("tie-settle", row, 10000) in text(client.get(f"{url('result', row)}?preview"))
    form = {"outcome": "tied", "reason": "同等", "decided_on": clock.today()}
    assert client.post(url("tie-settle", row, 10000), form).status_code == 302
    assert client.post(f"{url('cycle-step', row)}?step=republish", {"reason": "漏记"}).status_code == 302
    shown = text(client.get(url("result", row)))
    assert shown.count("<small>并列</small>") == 2
    assert client.post(url("tie-settle", row, 10000), form).status_code == 409
