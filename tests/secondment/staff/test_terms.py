"""From the arrival to the end: confirmed, extended, returned, continued elsewhere (P11, P12)."""

from __future__ import annotations

import datetime as dt

import pytest

from secondment.models import Secondment
from secondment.terms import steps as terms
from tests.secondment.staff.support import END, START, TODAY, covered_from, person, registered, scan, serving
from tests.secondment.staff.test_registration import refused
from xianan.core import clock
from xianan.core.errors import NotAllowed
from xianan.deadlines.models import Deadline
from xianan.documents.attachments.selectors import attachments_of
from xianan.documents.services.attachments import remove
from xianan.history.models import Entry

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]
D = dt.date
DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def _today() -> None:
    clock.set_to(TODAY)


def due(kind: str, row: Secondment) -> Deadline | None:
    return Deadline.objects.filter(kind=kind, object_id=row.pk, closed_at=None).first()


def test_p11_the_street_confirms_the_arrival(world) -> None:
    row = registered(world)
    clock.set_to(START + 2 * DAY)
    done = terms.confirm_arrival(row, on=START + DAY, actor=world.street_clerk)
    assert (done.state, done.arrived_on, done.arrival_confirmed_by) == (
        "serving",
        START + DAY,
        world.street_clerk,
    )
    assert due("secondment_arrival", row) is None
    assert due("secondment_end", row).due_on == END
    assert due("certificate_end", row).due_on == D(2029, 6, 30)
    assert Entry.objects.filter(action="secondment.arrived", organization=world.street).count() == 1


@pytest.mark.parametrize(
    ("on", "code", "words"),
    [
        (START - DAY, "early", "不能早于下沉之日 2026年12月1日"),
        (START + 3 * DAY, "future", "不能晚于今日 2026年12月3日"),
    ],
)
def test_an_arrival_lies_between_the_first_day_and_today(world, on, code, words) -> None:
    row = registered(world)
    clock.set_to(START + 2 * DAY)
    assert words in refused(code, terms.confirm_arrival, row, on=on, actor=world.street_clerk, field="on")


def test_nobody_arrives_after_the_term(world) -> None:
    row = registered(world)
    clock.set_to(END + 9 * DAY)
    message = refused(
        "term_over", terms.confirm_arrival, row, on=END + DAY, actor=world.street_clerk, field="on"
    )
    assert "不能晚于期满之日 2027年11月30日" in message


def test_only_the_street_itself_confirms(world) -> None:
    row = registered(world)
    clock.set_to(START)
    for user in (world.clerk, world.other_street_clerk, world.street_reader, world.establishment):
        with pytest.raises(NotAllowed):
            terms.confirm_arrival(row, on=START, actor=user)


def test_p12_nobody_arrives_without_the_scan_of_a_certificate_that_is_required(world) -> None:
    covered_from(world, D(2026, 10, 1))
    row = registered(world)
    kept = attachments_of(row, "certificate").get()
    remove(kept, actor=world.clerk)
    clock.set_to(START)
    message = refused("scan_missing", terms.confirm_arrival, row, on=START, actor=world.street_clerk)
    assert "未上传执法证扫描件" in message
    with pytest.raises(NotAllowed):
        scan(row, world.street_clerk)
    scan(row, world.clerk)
    done = terms.confirm_arrival(row, on=START, actor=world.street_clerk)
    terms.finish(done, last_day=START, reason="调任", actor=world.clerk)
    refused("frozen", scan, row, world.clerk)


@pytest.mark.parametrize(
    "step",
    [
        lambda w, row: terms.extend(row, until=END + 90 * DAY, actor=w.clerk),
        lambda w, row: terms.finish(row, last_day=END, actor=w.clerk),
        lambda w, row: terms.transfer(row, street=w.other_street, last_day=START, reason="调", actor=w.clerk),
    ],
)
def test_a_service_that_has_not_begun_has_no_end(world, step) -> None:
    refused("wrong_state", step, world, registered(world))


def test_an_extension_moves_the_dates(world) -> None:
    clock.set_to(START)
    row = serving(world)
    message = refused("not_later", terms.extend, row, until=END, actor=world.clerk, field="until")
    assert "晚于现在的 2027年11月30日" in message
    done = terms.extend(row, until=D(2028, 5, 31), actor=world.clerk, reason="接任人员未到")
    assert done.planned_until == D(2028, 5, 31)
    assert due("secondment_end", row).due_on == D(2028, 5, 31)
    entry = Entry.objects.get(action="secondment.extended")
    assert (entry.changes["期满之日"], entry.reason) == (["2027-11-30", "2028-05-31"], "接任人员未到")
    # A second click on the stale page changes nothing more.
    refused("not_later", terms.extend, row, until=D(2028, 5, 31), actor=world.clerk)


def test_an_extension_does_not_run_into_the_next_service(world) -> None:
    clock.set_to(START)
    row = serving(world)
    registered(world, street=world.other_street, starts_on=END + DAY)
    refused("same_time", terms.extend, row, until=END + DAY, actor=world.clerk, field="until")


def test_an_extension_beyond_ten_years_is_a_slip_of_the_pen(world) -> None:
    clock.set_to(START)
    row = serving(world)
    message = refused("too_long", terms.extend, row, until=D(2127, 5, 31), actor=world.clerk, field="until")
    assert "期满之日 2127年5月31日" in message and "核对年份" in message


def test_at_the_end_of_the_term_somebody_returns(world) -> None:
    clock.set_to(START)
    row = serving(world)
    message = refused("too_early", terms.finish, row, last_day=END, actor=world.clerk, field="last_day")
    assert "2027年11月30日期满，当日起办理" in message
    clock.set_to(END)
    done = terms.finish(row, last_day=END, actor=world.clerk)
    assert (done.state, done.end_kind, done.ended_on, done.end_reason) == ("ended", "expired", END, "")
    assert not Deadline.objects.filter(
        kind__in=("secondment_end", "certificate_end"), closed_at=None
    ).exists()
    refused("wrong_state", terms.finish, row, last_day=END, actor=world.clerk)


@pytest.mark.parametrize(
    ("last_day", "words"),
    [(END - 60 * DAY, "下沉不足 12 个月提前结束，须写明理由"), (END + DAY, "早于期满之日 2028年5月31日结束")],
)
def test_p12_an_early_end_needs_a_reason(world, last_day, words) -> None:
    clock.set_to(START)
    row = serving(world, planned_until=D(2028, 5, 31))
    message = refused(
        "reason_missing", terms.finish, row, last_day=last_day, actor=world.clerk, field="reason"
    )
    assert words in message
    done = terms.finish(row, last_day=last_day, actor=world.clerk, reason="调任外单位")
    assert (done.end_kind, done.end_reason) == ("early", "调任外单位")


@pytest.mark.parametrize(
    ("last_day", "code", "words"),
    [
        (START - DAY, "before_arrival", "不能早于到岗日期 2026年12月1日"),
        (END + DAY, "after_term", "不能晚于期满之日 2027年11月30日"),
    ],
)
def test_the_last_day_lies_within_the_service(world, last_day, code, words) -> None:
    clock.set_to(START)
    row = serving(world)
    message = refused(
        code, terms.finish, row, last_day=last_day, actor=world.clerk, reason="调任", field="last_day"
    )
    assert words in message


def test_reasons_are_not_endless(world) -> None:
    clock.set_to(START)
    row = serving(world)
    refused(
        "reason_long", terms.finish, row, last_day=START, actor=world.clerk, reason="长" * 301, field="reason"
    )


def test_p12_the_months_count_over_both_streets(world) -> None:
    clock.set_to(START)
    row = serving(world)
    last = D(2027, 3, 31)
    message = refused(
        "too_short",
        terms.transfer,
        row,
        street=world.other_street,
        last_day=last,
        planned_until=END - DAY,
        reason="工作需要",
        actor=world.clerk,
        field="planned_until",
    )
    assert "期满之日最早填 2027年11月30日" in message
    row = terms.transfer(row, street=world.other_street, last_day=last, reason="工作需要", actor=world.clerk)
    new = row.continued_by
    row.refresh_from_db()
    assert (row.state, row.end_kind, row.ended_on) == ("ended", "transfer", last)
    assert (new.state, new.starts_on, new.planned_until, new.continues) == (
        "registered",
        last + DAY,
        END,
        row,
    )
    assert due("secondment_arrival", new).organization == world.other_street
    assert due("secondment_end", row) is None
    clock.set_to(last + DAY)
    here = terms.confirm_arrival(new, on=last + DAY, actor=world.other_street_clerk)
    message = refused(
        "reason_missing", terms.finish, here, last_day=END - DAY, actor=world.clerk, field="reason"
    )
    assert "不足 12 个月" in message


@pytest.mark.parametrize(
    ("more", "code", "field"),
    [
        ({"street": "street"}, "same_street", "street"),
        ({"street": "finance"}, "not_street", "street"),
        ({"last_day": START - DAY}, "before_arrival", "last_day"),
        ({"last_day": END}, "after_term", "last_day"),
        ({"reason": " "}, "reason_missing", "reason"),
    ],
)
def test_a_transfer_that_makes_no_sense_is_refused(world, more, code, field) -> None:
    clock.set_to(START)
    row = serving(world)
    values = {"street": "other_street", "last_day": D(2027, 3, 31), "reason": "工作需要", **more}
    values["street"] = getattr(world, values["street"])
    refused(code, terms.transfer, row, actor=world.clerk, field=field, **values)
    row.refresh_from_db()
    assert row.state == "serving" and Secondment.objects.count() == 1


def test_a_transfer_asks_the_certificate_of_the_new_street(world) -> None:
    covered_from(world, D(2026, 10, 1), street=world.other_street)
    clock.set_to(START)
    row = serving(world, particulars=person(certificate_number="", certificate_until=None))
    refused(
        "certificate_missing",
        terms.transfer,
        row,
        street=world.other_street,
        last_day=D(2027, 3, 31),
        reason="工作需要",
        actor=world.clerk,
    )
    row.refresh_from_db()
    assert row.state == "serving"


def test_the_age_was_judged_on_the_first_day_of_the_first_service(world) -> None:
    clock.set_to(START)
    row = serving(world, particulars=person(5, born=START.replace(year=1975) + DAY))
    new = terms.transfer(
        row, street=world.other_street, last_day=D(2027, 3, 31), reason="工作需要", actor=world.clerk
    ).continued_by
    assert new.state == "registered"


def test_only_the_own_department_ends_extends_and_transfers(world) -> None:
    clock.set_to(START)
    row = serving(world)
    for user in (world.other_clerk, world.street_head, world.reader, world.establishment):
        for act, more in (
            (terms.extend, {"until": END + DAY}),
            (terms.finish, {"last_day": START, "reason": "调"}),
            (terms.transfer, {"street": world.other_street, "last_day": START, "reason": "调"}),
            (terms.cancel, {}),
        ):
            with pytest.raises(NotAllowed):
                act(row, actor=user, **more)
