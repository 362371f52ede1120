"""The department signs, then the street; the second signature puts every item in force."""

import datetime as dt
import threading

import pytest
from django.db import IntegrityError, connection

from empowerment.agreements.steps import sign
from empowerment.choices import AgreementState, PowerState
from empowerment.models import Agreement, Empowerment
from xianan.core import clock
from xianan.core.errors import DomainError
from xianan.deadlines.models import Deadline
from xianan.documents.models import DocumentFile, DocumentSignature
from xianan.documents.selectors import file_bytes
from xianan.documents.verification import verify
from xianan.history.models import Entry
from xianan.history.selectors import timeline

TODAY = dt.date(2026, 11, 23)
PASSWORD = "Xianan-2026"


@pytest.fixture(autouse=True)
def _today() -> None:
    clock.set_to(TODAY)


def refused(call) -> DomainError:
    with pytest.raises(DomainError) as caught:
        call()
    return caught.value


def test_the_first_signature_turns_the_letter_to_the_street(world) -> None:
    letter = world.letter("甲事项")
    with clock.travel(dt.date(2026, 11, 26)):
        signed = sign(letter, actor=world.head, password=PASSWORD)
    assert (signed.state, signed.effective_on) == (AgreementState.SIGNED, None)
    first, second = Deadline.objects.filter(kind="agreement_sign").order_by("id")
    assert (first.organization, first.outcome, first.due_on) == (
        world.department,
        "signed",
        dt.date(2026, 11, 30),
    )
    # Seven days again from the day it became the street's turn.
    assert (second.organization, second.closed_at, second.due_on) == (
        world.street,
        None,
        dt.date(2026, 12, 3),
    )
    assert signed.sign_by == second.due_on
    assert not Empowerment.objects.exists()


@pytest.mark.sqlite
def test_the_second_signature_puts_every_item_in_force(world) -> None:
    letter = world.effective("甲事项", "乙事项")
    assert (letter.state, letter.effective_on) == (AgreementState.EFFECTIVE, TODAY)
    powers = list(Empowerment.objects.order_by("item__number"))
    assert [power.line for power in powers] == list(letter.lines.all())
    for power in powers:
        assert (power.state, power.effective_on, power.transition_until) == (
            PowerState.TRANSITION,
            TODAY,
            dt.date(2027, 5, 23),
        )
        assert (power.organization, power.street) == (world.department, world.street)
    ends = Deadline.objects.filter(kind="transition_end", closed_at=None)
    assert {(end.object_id, end.organization_id, end.due_on) for end in ends} == {
        (power.pk, world.department.pk, dt.date(2027, 5, 23)) for power in powers
    }
    assert not Deadline.objects.filter(kind="agreement_sign", closed_at=None).exists()
    assert [entry.label for entry in timeline(letter)] == [
        "乙方签署，确认书生效",
        "甲方签署",
        "生成并送签",
    ]
    for line in letter.lines.all():
        newest = timeline(line.item)[0]
        assert newest.label == "赋予温泉街道，过渡期至2027年5月23日"
        assert newest.changes["承接确认书"] == [None, letter.number]


@pytest.mark.parametrize(
    ("signed_at", "effective_on", "until"),
    [
        ("2026-11-23T09:00:00+08:00", dt.date(2026, 11, 23), dt.date(2027, 5, 23)),
        ("2026-08-31T09:00:00+08:00", dt.date(2026, 8, 31), dt.date(2027, 2, 28)),
        ("2027-08-29T09:00:00+08:00", dt.date(2027, 8, 29), dt.date(2028, 2, 29)),
        ("2026-12-31T23:59:30+08:00", dt.date(2026, 12, 31), dt.date(2027, 6, 30)),
        # Already the next day in Asia/Shanghai, still the day before in UTC.
        ("2026-11-22T16:00:10+00:00", dt.date(2026, 11, 23), dt.date(2027, 5, 23)),
        ("2026-11-23T15:59:30+00:00", dt.date(2026, 11, 23), dt.date(2027, 5, 23)),
        ("2026-11-23T16:00:10+00:00", dt.date(2026, 11, 24), dt.date(2027, 5, 24)),
    ],
)
def test_the_transition_runs_from_the_local_day_of_the_last_signature(
    world, signed_at, effective_on, until
) -> None:
    moment = dt.datetime.fromisoformat(signed_at)
    with clock.travel(moment - dt.timedelta(hours=2)):
        letter = world.half_signed("甲事项")
    with clock.travel(moment):
        sign(letter, actor=world.street_head, password=PASSWORD)
    power = Empowerment.objects.get()
    assert (power.effective_on, power.transition_until) == (effective_on, until)
    assert Deadline.objects.get(kind="transition_end").due_on == until
    signature = DocumentSignature.objects.get(party="b")
    assert clock.local_date(signature.signed_at) == effective_on


def test_what_both_signed_is_found_valid_with_both_names(world) -> None:
    letter = world.effective("甲事项")
    newest = letter.document.files.order_by("-sequence").first()
    found = verify(file_bytes(newest))
    assert found.verdict.value == "valid"
    assert [(row.organization, row.signer) for row in found.signatures] == [
        ("咸安区住房和城乡建设局", "住建负责"),
        ("咸安区温泉街道办事处", "街道负责"),
    ]


def test_the_street_waits_for_the_department_and_nobody_signs_twice(world) -> None:
    letter = world.letter("甲事项")
    assert refused(lambda: sign(letter, actor=world.street_head, password=PASSWORD)).code == "not_your_turn"
    sign(letter, actor=world.head, password=PASSWORD)
    again = refused(lambda: sign(letter, actor=world.head, password=PASSWORD))
    assert (again.code, "已经签署" in again.message) == ("wrong_state", True)
    sign(letter, actor=world.street_head, password=PASSWORD)
    for person in (world.head, world.street_head):
        assert refused(lambda who=person: sign(letter, actor=who, password=PASSWORD)).code == "wrong_state"
    assert DocumentSignature.objects.count() == 2


def test_another_department_or_street_does_not_sign(world) -> None:
    letter = world.half_signed("甲事项")
    for person in (world.other_head, world.other_street_head, world.establishment, world.street_clerk):
        assert refused(lambda who=person: sign(letter, actor=who, password=PASSWORD)).code == "not_allowed"


# ---- The password ----------------------------------------------------------------------------------


def test_a_wrong_password_signs_nothing_and_says_how_often_one_may_try(world) -> None:
    letter = world.letter("甲事项")
    fault = refused(lambda: sign(letter, actor=world.head, password="wrong"))
    assert (fault.code, fault.field) == ("wrong_password", "password")
    assert "还可再试 4 次" in fault.message
    assert not DocumentSignature.objects.exists()
    assert sign(letter, actor=world.head, password=PASSWORD).state == AgreementState.SIGNED


def test_five_wrong_tries_lock_for_fifteen_minutes_even_the_right_password(world) -> None:
    letter = world.letter("甲事项")
    codes = [refused(lambda: sign(letter, actor=world.head, password="wrong")).code for _ in range(5)]
    assert codes == ["wrong_password"] * 4 + ["locked"]
    assert refused(lambda: sign(letter, actor=world.head, password=PASSWORD)).code == "locked"
    with clock.travel(clock.now() + dt.timedelta(minutes=15, seconds=30)):
        assert sign(letter, actor=world.head, password=PASSWORD).state == AgreementState.SIGNED


def test_a_right_password_forgets_the_wrong_ones(world) -> None:
    first = world.letter("甲事项")
    for _ in range(4):
        refused(lambda: sign(first, actor=world.head, password="wrong"))
    sign(first, actor=world.head, password=PASSWORD)
    second = world.letter("乙事项")
    fault = refused(lambda: sign(second, actor=world.head, password="wrong"))
    assert "还可再试 4 次" in fault.message


def test_the_lock_is_one_persons_alone(world) -> None:
    letter = world.half_signed("甲事项")
    for _ in range(5):
        refused(lambda: sign(letter, actor=world.head, password="wrong"))
    assert sign(letter, actor=world.street_head, password=PASSWORD).state == AgreementState.EFFECTIVE


# ---- Effect and signature together -----------------------------------------------------------------


def test_when_the_effect_fails_no_signature_is_registered(world) -> None:
    """The district's register and the letter's file agree, whatever breaks in between."""
    letter = world.half_signed("甲事项")
    files = DocumentFile.objects.count()
    clash = letter.lines.get()
    Empowerment.objects.create(
        district=world.district,
        item=clash.item,
        organization=world.department,
        street=world.street,
        agreement=letter,
        line=clash,
        effective_on=TODAY,
        transition_until=dt.date(2027, 5, 23),
    )
    with pytest.raises(IntegrityError):
        sign(letter, actor=world.street_head, password=PASSWORD)
    letter.refresh_from_db()
    assert letter.state == AgreementState.SIGNED
    assert DocumentSignature.objects.filter(document=letter.document).count() == 1
    assert DocumentFile.objects.count() == files
    newest = letter.document.files.order_by("-sequence").first()
    assert verify(file_bytes(newest)).verdict.value == "incomplete", "the street's signature is still missing"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("side", ["department", "street"])
def test_of_two_who_sign_at_once_exactly_one_does_and_the_other_is_told(side) -> None:
    from tests.world import begun

    world = begun()
    letter = world.letter("甲事项", "乙事项")
    if side == "street":
        sign(letter, actor=world.head, password=PASSWORD)
        people = [world.street_head, world.person("deputy", world.street, "street_head", name="副主任")]
    else:
        people = [world.head, world.person("deputy", world.department, "department_head", name="副局长")]
    barrier = threading.Barrier(2)
    results: dict[str, str] = {}

    def act(user) -> None:
        try:
            stale = Agreement.objects.get(pk=letter.pk)
            barrier.wait(10)
            results[user.name] = str(sign(stale, actor=user, password=PASSWORD).state)
        except DomainError as fault:
            results[user.name] = fault.code
        finally:
            connection.close()

    threads = [threading.Thread(target=act, args=(user,)) for user in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    reached = "effective" if side == "street" else "signed"
    assert sorted(results.values()) == sorted([reached, "wrong_state"])
    letter.refresh_from_db()
    assert letter.state == reached
    expected = 2 if side == "street" else 1
    assert DocumentSignature.objects.count() == expected
    assert letter.document.files.count() == expected + 1
    assert Empowerment.objects.count() == (2 if side == "street" else 0)
    assert Entry.objects.filter(action=f"agreement.sign_{side}").count() == 1


@pytest.mark.django_db(transaction=True)
def test_signing_and_withdrawing_at_once_leave_one_of_the_two() -> None:
    from empowerment.agreements.steps import withdraw
    from tests.world import begun

    world = begun()
    letter = world.half_signed("甲事项")
    barrier = threading.Barrier(2)
    results: list[str] = []

    def run(step) -> None:
        try:
            barrier.wait(10)
            results.append(str(step(Agreement.objects.get(pk=letter.pk)).state))
        except DomainError as fault:
            results.append(fault.code)
        finally:
            connection.close()

    steps = (
        lambda row: sign(row, actor=world.street_head, password=PASSWORD),
        lambda row: withdraw(row, actor=world.establishment, reason="有误"),
    )
    threads = [threading.Thread(target=run, args=(step,)) for step in steps]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    letter.refresh_from_db()
    assert sorted(results) == sorted([letter.state, "wrong_state"])
    in_force = letter.state == "effective"
    assert Empowerment.objects.exists() == in_force
    assert letter.lines.filter(is_live=True).exists() == in_force
