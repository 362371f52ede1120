"""Upward study and guidance: registered, confirmed, reported, judged; overlaps refused (P10)."""

from __future__ import annotations

import datetime as dt
import io

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from secondment.exchanges import steps as services
from secondment.models import Exchange
from tests.secondment.training.support import exchange_values
from xianan.core import clock
from xianan.core.errors import DomainError, NotAllowed
from xianan.core.periods import Period
from xianan.deadlines.models import Deadline
from xianan.history.models import Entry
from xianan.organizations.scope import scope_of
from xianan.policy.measures import measure
from xianan.ui.todos import todos

pytestmark = pytest.mark.django_db
D = dt.date
TODAY, END = D(2026, 9, 1), D(2026, 11, 30)


@pytest.fixture(autouse=True)
def _september() -> None:
    clock.set_to(TODAY)


def sent(world, name: str = "谭×", first: dt.date = TODAY, last: dt.date = END, **more) -> Exchange:
    kind = more.pop("kind", "upward")
    actor = more.pop("actor", world.street_clerk if kind == "upward" else world.clerk)
    return services.register_exchange(
        kind=kind, department=world.department, street=more.pop("street", world.street),
        values=exchange_values(name, first, last, **more), actor=actor,
    )  # fmt: skip


def code_of(act) -> tuple[str, str]:
    with pytest.raises(DomainError) as refused:
        act()
    return refused.value.code, refused.value.field


@pytest.mark.sqlite
def test_p10_a_street_sends_up_and_a_department_sends_down_each_its_own(world) -> None:
    up = sent(world)
    assert (up.sender, up.receiver, up.report_by) == (world.street, world.department, D(2026, 12, 15))
    down = sent(world, kind="guidance")
    assert (down.sender, down.receiver) == (world.department, world.street)
    for kind, actor in (
        ("upward", world.clerk),
        ("upward", world.other_street_clerk),
        ("guidance", world.street_clerk),
        ("guidance", world.other_clerk),
        ("upward", world.street_reader),
        ("guidance", world.establishment),
    ):
        with pytest.raises(NotAllowed):
            sent(world, "李×", kind=kind, actor=actor)


@pytest.mark.sqlite
def test_p10_overlapping_periods_of_one_person_are_refused_naming_the_other(world) -> None:
    sent(world)
    with pytest.raises(DomainError) as refused:
        sent(world, first=D(2026, 11, 30), last=D(2026, 12, 30))
    assert (refused.value.code, refused.value.field) == ("overlap", "starts_on")
    assert "谭×2026年9月1日至2026年11月30日到区住房和城乡建设局的上派学习重叠" in refused.value.message
    sent(world, first=D(2026, 12, 1), last=D(2026, 12, 30))
    sent(world, street=world.other_street, actor=world.other_street_clerk)
    sent(world, "李×")


def test_a_cancelled_one_is_in_nobodys_way_and_owes_no_report(world) -> None:
    row = sent(world)
    assert code_of(lambda: services.cancel_exchange(row, reason=" ", actor=world.street_clerk)) == (
        "required",
        "reason",
    )
    services.cancel_exchange(row, reason="另行安排", actor=world.street_clerk)
    assert Deadline.objects.get(kind="exchange_report").outcome == "cancelled"
    sent(world)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"last": D(2026, 8, 31)}, ("period", "ends_on")),
        ({"name": " "}, ("required", "name")),
        ({"mentor": ""}, ("required", "mentor")),
        ({"plan": ""}, ("required", "plan")),
        ({"liaison_contact": ""}, ("liaison", "liaison_contact")),
        ({"kind": "sideways", "actor": None}, ("required", "kind")),
    ],
)
def test_what_is_lacking_is_said_at_its_field(world, values, said) -> None:
    assert code_of(lambda: sent(world, **{"actor": world.street_clerk, **values})) == said


@pytest.mark.sqlite
def test_the_receiver_confirms_arrival_and_judges_the_sender_reports(world) -> None:
    row = sent(world, first=D(2026, 9, 10))
    confirm = lambda day, actor=world.clerk: services.confirm_arrival(row, arrived_on=day, actor=actor)  # noqa: E731
    assert code_of(lambda: confirm(TODAY)) == ("guard", "")
    clock.set_to(D(2026, 9, 11))
    with pytest.raises(NotAllowed):
        confirm(D(2026, 9, 10), world.street_clerk)
    assert code_of(lambda: confirm(D(2026, 9, 12))) == ("out_of_period", "arrived_on")
    assert confirm(D(2026, 9, 10)).confirmed_on == D(2026, 9, 10)
    assert code_of(lambda: confirm(D(2026, 9, 11))) == ("guard", "")
    report = lambda text="总结": services.report_exchange(row, report=text, actor=world.street_clerk)  # noqa: E731
    judge = lambda: services.evaluate_exchange(row, evaluation="认真", actor=world.head)  # noqa: E731
    assert code_of(report) == ("guard", "")
    assert code_of(judge) == ("guard", "")
    clock.set_to(D(2026, 12, 16))
    assert row.phase().label == "逾期未报总结"
    assert code_of(lambda: report(" ")) == ("required", "report")
    done = report()
    assert (done.state, done.reported_on) == ("reported", D(2026, 12, 16))
    assert Deadline.objects.get(kind="exchange_report").outcome == "late"
    assert judge().evaluation == "认真"
    assert code_of(report) == ("wrong_state", "")
    assert Entry.objects.filter(action="exchange.reported", label="逾期填报总结").exists()


def test_changing_the_end_moves_the_date_of_the_report(world) -> None:
    row = sent(world)
    values = exchange_values("谭×", TODAY, D(2026, 10, 31))
    done = services.change_exchange(row, values=values, actor=world.street_clerk)
    assert done.report_by == D(2026, 11, 15)
    assert Deadline.objects.get(kind="exchange_report", closed_at=None).due_on == D(2026, 11, 15)
    assert Entry.objects.get(action="exchange.changed").changes["结束日期"] == ["2026-11-30", "2026-10-31"]


def test_the_desks_and_the_measure_tell_what_is_owed(world) -> None:
    row = sent(world, last=D(2026, 9, 10))
    actions = lambda user: {todo.action for todo in todos(scope_of(user))}  # noqa: E731
    assert "确认到岗" in actions(world.clerk) and "确认到岗" not in actions(world.street_clerk)
    clock.set_to(D(2026, 9, 26))
    assert "填报总结" in actions(world.street_clerk) and "填报总结" not in actions(world.clerk)
    figure = lambda day: measure("exchange_reported_street").compute(world.district, Period.year_to(day))  # noqa: E731
    assert figure(D(2026, 9, 24)) == {}
    one = figure(D(2026, 9, 25))[world.street.pk]
    assert (one.numerator, one.denominator) == (0, 1)
    services.report_exchange(row, report="总结", actor=world.street_head)
    one = figure(D(2026, 9, 26))[world.street.pk]
    assert (one.numerator, one.denominator) == (1, 1)


def test_list_page_form_and_export(world) -> None:
    client = world.client(world.street_clerk)
    data = {
        "kind": "upward", "street": world.street.pk, "department": world.department.pk, "name": "谭×",
        "post": "科员", "mentor": "雷×", "starts_on": "2026-09-01", "ends_on": "2026-08-01", "plan": "跟班学习",
    }  # fmt: skip
    create = reverse("secondment:exchange-create")
    assert "结束日期不能早于起始日期" in client.post(create, data).content.decode()
    client.post(create, {**data, "ends_on": "2026-10-01"})
    row = Exchange.objects.get()
    assert not row.by_liaison
    url = reverse("secondment:exchange", args=[row.pk])
    change = reverse("secondment:exchange-change", args=[row.pk])
    assert client.post(change, {**data, "name": "谭××", "ends_on": "2026-10-02"}).status_code == 302
    assert world.client(world.clerk).post(change, data).status_code == 403
    row.refresh_from_db()
    assert (row.name, row.ends_on) == ("谭××", D(2026, 10, 2))
    for user in (world.street_reader, world.clerk, world.personnel, world.establishment):
        assert "跟班学习" in world.client(user).get(url).content.decode()
    for user in (world.other_clerk, world.other_street_clerk, world.nobody):
        assert world.client(user).get(url).status_code == 404
    answer = client.get(reverse("secondment:exchanges"), {"export": "xlsx"})
    sheet = openpyxl.load_workbook(io.BytesIO(b"".join(answer))).active
    cells = [[cell.value for cell in line] for line in sheet.iter_rows()]
    assert "温泉街道" in cells[1] and "进行中" in cells[1]


def test_the_list_costs_the_same_queries_for_many(world) -> None:
    client = world.client(world.street_clerk)
    sent(world)
    url = reverse("secondment:exchanges")
    client.get(url)
    with CaptureQueriesContext(connection) as few:
        client.get(url)
    for number in range(12):
        sent(world, f"人{number}")
    with CaptureQueriesContext(connection) as many:
        client.get(url)
    assert len(many) <= len(few) <= 15
