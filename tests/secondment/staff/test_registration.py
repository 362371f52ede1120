"""Registering a secondment: who, where, from when, with what (P11, P12, P28, P31)."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import IntegrityError, connection, transaction

from secondment.models import Person, Secondment
from secondment.services import people, registration
from secondment.terms import steps as terms
from secondment.terms.page import besides as offers
from tests.secondment.staff.support import (
    BORN,
    END,
    START,
    TODAY,
    covered_from,
    id_number,
    person,
    registered,
    serving,
)
from xianan.core import clock
from xianan.core.errors import DomainError, NotAllowed
from xianan.deadlines.models import Deadline
from xianan.history.models import Entry
from xianan.organizations.scope import Scope

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]
D = dt.date
DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def _today() -> None:
    clock.set_to(TODAY)


def refused(code: str, act, *args, field: str = "", **kwargs) -> str:
    with pytest.raises(DomainError) as caught:
        act(*args, **kwargs)
    assert (caught.value.code, caught.value.field) == (code, field or caught.value.field)
    if field:
        assert caught.value.field == field
    return caught.value.message


def test_a_registration_waits_for_the_street_by_a_date(world) -> None:
    row = registered(world)
    assert (row.state, row.organization, row.street) == ("registered", world.department, world.street)
    due = Deadline.objects.get(kind="secondment_arrival", object_id=row.pk)
    assert (due.organization, due.due_on) == (world.street, D(2026, 12, 8))
    entry = Entry.objects.get(action="secondment.registered")
    assert entry.actor == world.clerk


def test_identity_is_encrypted_and_in_no_log(world) -> None:
    row = registered(world)
    number = id_number()
    with connection.cursor() as cursor:
        cursor.execute("SELECT id_number FROM secondment_person WHERE id = %s", [row.person_id])
        assert number not in cursor.fetchone()[0]
    assert row.person.masked_id_number == f"421{'*' * 13}{number[-2:]}"
    people.change_person(row.person, person(post="副中队长"), actor=world.clerk)
    for entry in Entry.objects.all():
        assert number not in str(vars(entry)) and BORN.isoformat() not in str(entry.changes)


@pytest.mark.parametrize(
    ("more", "code", "field", "words"),
    [
        ({"name": " "}, "name_missing", "name", "未填写姓名"),
        ({"id_number": ""}, "id_number", "id_number", "未填写身份证号码"),
        (
            {"id_number": "42120219860520001"},
            "id_number",
            "id_number",
            "须为 18 位数字，末位可为 X，现为 17 位",
        ),
        ({"id_number": "421202198602310010"}, "id_number", "id_number", "不是实际存在的日期"),
        (
            {"id_number": id_number()[:-1] + ("0" if id_number()[-1] != "0" else "1")},
            "id_number",
            "id_number",
            "校验位不符",
        ),
        (
            {"born_on": D(1986, 5, 21)},
            "born_on",
            "born_on",
            "出生日期 1986年5月21日与身份证号码所载的 1986年5月20日不一致",
        ),
        ({"track": "worker"}, "track", "track", "编制须为公务员或事业人员"),
        ({"membership": "club"}, "membership", "membership", "组织关系须为"),
        ({"certificate_until": None}, "certificate_pair", "certificate_until", "未填写执法证有效期"),
        ({"certificate_number": ""}, "certificate_pair", "certificate_number", "未填写执法证号"),
    ],
)
def test_what_is_said_of_a_person_must_hold(world, more, code, field, words) -> None:
    message = refused(code, registered, world, particulars=person(**more), field=field)
    assert words in message
    assert not Person.objects.exists()


def test_blanks_small_x_and_full_width_digits_are_tidied(world) -> None:
    number = next(id_number(serial) for serial in range(1, 60) if id_number(serial).endswith("X"))
    typed = f" {number[:6]} {number[6:17]}ｘ".replace("4", "４").replace("ｘ", "x")
    row = registered(world, particulars=person(id_number=typed, born_on=BORN))
    assert row.person.id_number == number


def test_p28_only_the_sending_department_pays(world) -> None:
    message = refused("funding", registered, world, funding="street", field="funding")
    assert "P28" in message and "不得增加街道负担" in message
    row = registered(world)
    with pytest.raises(IntegrityError), transaction.atomic():
        Secondment.objects.filter(pk=row.pk).update(funding="other")


def test_p12_less_than_twelve_months_is_refused_with_the_first_day_that_would_do(world) -> None:
    message = refused(
        "too_short", registered, world, planned_until=END - dt.timedelta(days=1), field="planned_until"
    )
    assert "2026年12月1日至 2027年11月29日不足。期满之日最早填 2027年11月30日" in message
    assert registered(world, planned_until=END).planned_until == END


def test_an_end_beyond_ten_years_is_a_slip_of_the_pen(world) -> None:
    last = D(2036, 11, 30)
    message = refused("too_long", registered, world, planned_until=last + DAY, field="planned_until")
    assert "期满之日 2036年12月1日" in message and "最晚填 2036年11月30日" in message
    assert registered(world, planned_until=last).planned_until == last


def test_nobody_under_eighteen_is_sent(world) -> None:
    day_after = dt.date(START.year - 18, START.month, START.day) + DAY
    for born in (day_after, START + DAY):
        child = person(id_number=id_number(1, born))
        message = refused("under_age", registered, world, particulars=child, field="id_number")
        assert "不满 18 周岁" in message and "核对身份证号码" in message
    assert not Secondment.objects.exists()
    assert registered(world, particulars=person(id_number=id_number(1, day_after - DAY))).pk


def test_p12_beyond_the_age_needs_a_reason_and_the_office(world) -> None:
    born = D(1975, 12, 1)
    old = person(7, born=born)
    message = refused("over_age", registered, world, particulars=old, field="over_age_reason")
    assert "下沉之日 51 周岁，超过 50 周岁" in message
    row = registered(world, particulars=old, over_age_reason="唯一熟悉燃气执法的人员")
    assert row.state == "approval"
    assert not Deadline.objects.filter(kind="secondment_arrival").exists()
    with pytest.raises(NotAllowed):
        terms.agree(row, actor=world.clerk)
    done = terms.agree(row, actor=world.establishment, note="同意")
    assert (done.state, done.decided_by, done.decision_note) == ("registered", world.establishment, "同意")
    assert Deadline.objects.get(kind="secondment_arrival").object_id == row.pk
    refused("wrong_state", terms.agree, row, actor=world.establishment)
    refused("wrong_state", terms.refuse, row, actor=world.establishment, reason="晚")


def test_p12_the_day_before_the_birthday_nobody_need_agree(world) -> None:
    row = registered(world, particulars=person(8, born=D(1975, 12, 2)), over_age_reason="多余的理由")
    assert (row.state, row.over_age_reason) == ("registered", "")


def test_the_office_refuses_with_a_reason_and_the_person_is_free_again(world) -> None:
    old = person(7, born=D(1970, 1, 1))
    row = registered(world, particulars=old, over_age_reason="理由")
    refused("reason_missing", terms.refuse, row, actor=world.establishment, reason=" ", field="reason")
    done = terms.refuse(row, actor=world.establishment, reason="本局另有持证人员")
    assert done.state == "refused"
    assert registered(world, particulars=old, over_age_reason="补充理由").state == "approval"


def test_p12_powers_that_enforce_call_for_a_certificate(world) -> None:
    covered_from(world, D(2026, 10, 1))
    bare = person(certificate_number="", certificate_until=None)
    message = refused("certificate_missing", registered, world, particulars=bare, field="certificate_number")
    assert "区住房和城乡建设局在温泉街道的职权含行政处罚" in message
    stale = person(certificate_until=START - dt.timedelta(days=1))
    message = refused("certificate_expired", registered, world, particulars=stale, field="certificate_until")
    assert "有效期至 2026年11月30日，早于下沉之日 2026年12月1日" in message
    assert registered(world, particulars=person(certificate_until=START)).state == "registered"


def test_where_nothing_is_enforced_no_certificate_is_asked(world) -> None:
    covered_from(world, D(2026, 10, 1))
    bare = person(certificate_number="", certificate_until=None)
    assert registered(world, particulars=bare, street=world.other_street).state == "registered"


def test_one_person_serves_in_one_street_at_a_time(world) -> None:
    registered(world)
    message = refused(
        "same_time", registered, world, street=world.other_street, starts_on=END, field="starts_on"
    )
    assert "张×1自 2026年12月1日至 2027年11月30日下沉温泉街道" in message
    after = registered(world, street=world.other_street, starts_on=END + dt.timedelta(days=1))
    assert after.person == Person.objects.get()


def test_postgresql_refuses_the_overlap_itself(world) -> None:
    row = registered(world)
    if connection.vendor != "postgresql":
        assert row.pk
        return
    twin = Secondment.objects.get(pk=row.pk)
    twin.pk, twin.street = None, world.other_street
    refused("same_time", registration.insert, twin)


def test_the_same_person_is_found_again_by_the_number(world) -> None:
    first = registered(world)
    terms.cancel(first, actor=world.clerk)
    again = registered(world, particulars=person(post="中队长", membership="none"))
    assert again.person_id == first.person_id
    again.person.refresh_from_db()
    assert (again.person.post, again.person.membership) == ("中队长", "none")


def test_another_name_under_the_same_number_is_refused(world) -> None:
    registered(world)
    message = refused("other_name", registered, world, particulars=person(name="李×"), field="id_number")
    assert "“李×”" in message and "“张×1”" in message


def test_a_name_written_another_way_is_the_same_person(world) -> None:
    row = registered(world, particulars=person(name="阿依古丽·买\ue863"))
    terms.cancel(row, actor=world.clerk)
    again = registered(world, particulars=person(name="阿依古丽 • 买䶮"))
    assert (again.person, again.person.name) == (row.person, "阿依古丽·买䶮")


def test_a_person_of_another_department_is_refused_while_serving_and_passes_over_afterwards(world) -> None:
    row = registered(world)
    message = refused(
        "elsewhere",
        registered,
        world,
        organization=world.other_department,
        starts_on=D(2028, 1, 1),
        field="id_number",
    )
    assert "已由区住房和城乡建设局登记，下沉温泉街道尚未结束" in message
    message = refused(
        "other_name", registered, world, organization=world.other_department,
        particulars=person(name="李×"), field="id_number",
    )  # fmt: skip
    assert "“李×”" in message and "张×" not in message
    terms.cancel(row, actor=world.clerk)
    moved = registered(world, organization=world.other_department)
    assert moved.person_id == row.person_id
    assert Person.objects.get().organization == world.other_department


def test_only_a_street_of_the_district_takes_people(world, other_world) -> None:
    for place in (world.finance, other_world.street):
        assert refused("not_street", registered, world, street=place, field="street")


def test_only_the_own_department_registers(world) -> None:
    from secondment.services.registration import Term, register

    for user in (world.reader, world.other_clerk, world.street_clerk, world.establishment, world.nobody):
        with pytest.raises(NotAllowed):
            register(person(), Term(world.street, START, END), organization=world.department, actor=user)


def test_a_registration_is_cancelled_before_the_arrival_only(world) -> None:
    row = registered(world)
    done = terms.cancel(row, actor=world.head)
    assert done.state == "cancelled"
    assert not Deadline.objects.filter(closed_at=None).exists()
    refused("wrong_state", terms.cancel, row, actor=world.head)
    on = START
    clock.set_to(on)
    refused("wrong_state", terms.cancel, serving(world, 2), actor=world.clerk)


def test_p31_the_membership_passes_to_the_street_on_a_day(world) -> None:
    clock.set_to(START)
    row = serving(world)
    refused(
        "future",
        registration.move_membership,
        row,
        on=START + dt.timedelta(days=1),
        actor=world.clerk,
        field="on",
    )
    with pytest.raises(NotAllowed):
        registration.move_membership(row, on=START, actor=world.other_clerk)
    for actor in (world.street_clerk, world.clerk):
        assert registration.move_membership(row, on=START, actor=actor).membership_on == START
    row.refresh_from_db()
    assert "更正组织关系转入日期" in [offer.label for offer in offers(row, Scope(world.clerk), None)]
    bare = serving(world, 2, particulars=person(2, membership="none"), street=world.other_street)
    message = refused(
        "no_membership", registration.move_membership, bare, on=START, actor=world.clerk, field="on"
    )
    assert "不需要转接" in message
    cancelled = terms.cancel(registered(world, 3), actor=world.clerk)
    refused("wrong_state", registration.move_membership, cancelled, on=START, actor=world.clerk)


def test_p12_a_certificate_that_is_required_is_not_taken_away(world) -> None:
    covered_from(world, D(2026, 10, 1))
    row = registered(world)
    none = {"certificate_number": "", "certificate_until": None}
    message = refused(
        "certificate_missing",
        people.change_person,
        row.person,
        person(**none),
        actor=world.clerk,
        field="certificate_number",
    )
    assert "下沉人员须持有执法证" in message
    terms.cancel(row, actor=world.clerk)
    assert people.change_person(row.person, person(**none), actor=world.clerk).certificate_number == ""


def test_a_new_certificate_moves_its_date(world) -> None:
    clock.set_to(START)
    row = serving(world)
    due = Deadline.objects.get(kind="certificate_end")
    assert (due.organization, due.due_on) == (world.department, D(2029, 6, 30))
    people.change_person(row.person, person(certificate_until=D(2030, 1, 31)), actor=world.clerk)
    due.refresh_from_db()
    assert due.due_on == D(2030, 1, 31)
    people.change_person(row.person, person(certificate_number="", certificate_until=None), actor=world.clerk)
    due.refresh_from_db()
    assert due.closed_at is not None
    with pytest.raises(NotAllowed):
        people.change_person(row.person, person(), actor=world.street_head)
