"""A session entered after its quarter counts once the signed sheet or a street's word proves it (P14)."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from secondment.choices import ConfirmationState
from secondment.confirmations import steps as confirmations
from secondment.models import Session, StreetConfirmation
from secondment.rules.training import Standing, entered_after, quarter_of
from secondment.selectors import duties
from secondment.selectors.matrix import of_street, of_year
from secondment.selectors.training import trained
from secondment.services import attendance
from secondment.sessions import steps as sessions
from tests.documents.attachments.papers import pdf
from tests.secondment.training.support import add, held, listed, owing
from tests.secondment.training.test_duties import quarters
from xianan.core import clock
from xianan.core.errors import DomainError, NotAllowed
from xianan.core.periods import Period
from xianan.deadlines.models import Notice
from xianan.documents.attachments.selectors import attachments_of
from xianan.documents.services.attachments import attach, remove
from xianan.history.models import Entry
from xianan.organizations.scope import Scope
from xianan.policy.measures import measure
from xianan.ui.todos import todos

pytestmark = pytest.mark.django_db
D = dt.date
HELD, TODAY = D(2026, 6, 20), D(2026, 7, 10)


@pytest.fixture
def late(world: Any) -> Session:
    """A session of the second quarter that the department enters in the third, with 甲 of each of two streets."""
    powers = owing(world, today=TODAY)
    return held(world, HELD, world.street, world.other_street, items=[powers[0].item], entered=TODAY)


def word(session: Session, street: Any) -> StreetConfirmation:
    return session.confirmations.get(street=street)


def sheet(world: Any, session: Session) -> Any:
    return attach(session, "sheet", actor=world.clerk, data=pdf("签到"), filename="签到表.pdf")


def figure(world: Any, key: str, who: Any, on: dt.date = TODAY) -> tuple[int, int] | None:
    found = measure(key).compute(world.district, Period.year_to(on)).get(who.pk)
    return (found.numerator, found.denominator) if found else None


def second_quarter(world: Any) -> Any:
    row = next(row for row in of_year(world.district, 2026) if row.department == world.department)
    return row.cells[1]


def attendance_of(world: Any, street: Any) -> tuple[int, int]:
    """Sessions of the department in the second quarter that a street attended, of those held for it."""
    rows = of_street(world.district, street.pk, 2026)
    cell = next(row for row in rows if row.department == world.department).cells[1]
    return cell.attended, cell.held


@given(st.dates(D(2025, 1, 1), D(2027, 12, 31)), st.integers(0, 400))
def test_what_is_entered_by_the_last_day_of_the_quarter_needs_no_proof(day: dt.date, after: int) -> None:
    entered = day + dt.timedelta(days=after)
    assert entered_after(day, entered) is (entered > quarter_of(day).last)


@pytest.mark.sqlite
def test_p14_it_fills_neither_quarter_nor_attendance_by_itself(world, late) -> None:
    assert set(quarters(world)) == {2, 3}
    assert figure(world, "training_quarters", world.department) == (0, 1)
    assert figure(world, "training_attended", world.street) is None
    cell = second_quarter(world)
    assert (cell.standing, cell.held, cell.unproven) == (Standing.MISSING, 0, 1)
    assert attendance_of(world, world.street) == (0, 0)
    assert trained(world.street, TODAY) == {}


@pytest.mark.sqlite
def test_p14_a_streets_word_counts_for_the_department_and_for_that_street_alone(world, late) -> None:
    confirmations.confirm(word(late, world.street), actor=world.street_clerk)
    assert set(quarters(world)) == {3}
    assert figure(world, "training_quarters", world.department) == (1, 1)
    assert figure(world, "training_attended", world.street) == (1, 1)
    assert figure(world, "training_attended", world.other_street) is None
    # Invited, and of nobody on the list: absent from a session that was held.
    assert figure(world, "training_attended", world.streets[2]) == (0, 1)
    assert second_quarter(world).standing is Standing.HELD
    assert attendance_of(world, world.street) == (1, 1)
    assert attendance_of(world, world.other_street) == (0, 0)
    assert set(trained(world.street, TODAY).values()) == {HELD}
    assert trained(world.other_street, TODAY) == {}


@pytest.mark.sqlite
def test_p14_the_signed_sheet_counts_for_everybody_while_it_is_there(world, late) -> None:
    file = sheet(world, late)
    assert set(quarters(world)) == {3}
    assert figure(world, "training_attended", world.other_street) == (1, 1)
    with pytest.raises(DomainError, match="已附签到表扫描件") as refused:
        confirmations.confirm(word(late, world.street), actor=world.street_clerk)
    assert refused.value.code == "guard"
    remove(file, actor=world.clerk)
    assert set(quarters(world)) == {2, 3}
    assert not attachments_of(late, "sheet").exists()


def test_a_proof_counts_from_when_it_was_there(world, late) -> None:
    asked = clock.now()
    clock.set_to(TODAY + dt.timedelta(days=3))
    confirmations.confirm(word(late, world.street), actor=world.street_clerk)
    days = lambda known: dict(  # noqa: E731
        duties.held_days(world.district, D(2026, 4, 1), D(2026, 6, 30), known=known).counting
    )
    assert days(None) == days(clock.now()) == {world.department.pk: [HELD]}
    assert days(asked) == {}
    unproven = duties.held_days(world.district, D(2026, 4, 1), D(2026, 6, 30), known=asked).unproven
    assert unproven == {world.department.pk: [HELD]}
    before = dt.datetime.combine(TODAY - dt.timedelta(days=1), dt.time(9), clock.ZONE)
    nothing = duties.held_days(world.district, D(2026, 4, 1), D(2026, 6, 30), known=before)
    assert (nothing.counting, nothing.unproven) == ({}, {})


def test_in_time_nothing_is_asked_and_nothing_to_prove(world) -> None:
    owing(world)
    clock.set_to(D(2026, 6, 30))
    session = held(world, HELD, entered=D(2026, 6, 30))
    assert not session.needs_proof and not StreetConfirmation.objects.exists()
    assert quarters(world) == {}


def test_a_late_session_in_place_of_a_missed_quarter_needs_its_proof_too(world) -> None:
    owing(world, today=D(2026, 7, 2))
    clock.set_to(D(2026, 10, 9))
    duties_before = set(quarters(world))
    session = add(world, planned_on=D(2026, 9, 1))
    listed(world, session, world.street, "张×")
    missed = duties.missed(world.department.pk).get(quarter=2)
    session = sessions.hold_session(session, held_on=D(2026, 9, 1), makes_up=missed, actor=world.clerk)
    assert 2 in quarters(world) and set(quarters(world)) >= duties_before
    confirmations.confirm(word(session, world.street), actor=world.street_clerk)
    assert 2 not in quarters(world)


def test_streets_are_told_asked_on_their_desk_and_answer_to_the_department(world, late) -> None:
    (todo,) = [one for one in todos(Scope(world.street_clerk)) if one.action == "确认参训或不予确认"]
    assert "执法程序培训" in todo.title and todo.url == reverse("secondment:session", args=[late.pk])
    assert Notice.objects.filter(recipient=world.street_clerk, title__contains="待确认").count() == 1
    confirmations.deny(word(late, world.street), reason="甲当日在岗值班，没有参加", actor=world.street_clerk)
    assert not [one for one in todos(Scope(world.street_clerk)) if one.action == "确认参训或不予确认"]
    told = Notice.objects.get(recipient=world.clerk, title__contains="不予确认")
    assert "没有参加" in told.text
    entry = Entry.objects.get(action="session.deny", object_id=late.pk)
    assert (entry.organization, entry.actor, entry.reason) == (world.street, world.street_clerk, told.text)
    assert set(quarters(world)) == {2, 3}


def test_a_street_may_think_again_and_its_denial_takes_the_quarter_back(world, late) -> None:
    row = confirmations.confirm(word(late, world.street), actor=world.street_clerk)
    row = confirmations.deny(row, reason="核对后发现名单有误", actor=world.street_head)
    assert set(quarters(world)) == {2, 3}
    row = confirmations.confirm(row, actor=world.street_clerk)
    assert (row.state, row.denied_reason, row.answered_by) == ("confirmed", "", world.street_clerk)
    for act, more in ((confirmations.confirm, {}), (confirmations.deny, {"reason": " "})):
        with pytest.raises(DomainError) as refused:
            act(row, actor=world.street_clerk, **more)
        assert refused.value.code == ("wrong_state" if act is confirmations.confirm else "reason_missing")


def test_only_the_street_itself_says_so_and_nobody_who_entered_it(world, late) -> None:
    row = word(late, world.street)
    for user in (world.clerk, world.head, world.other_street_clerk, world.establishment, world.street_reader):
        for act, more in ((confirmations.confirm, {}), (confirmations.deny, {"reason": "不"})):
            with pytest.raises(NotAllowed):
                act(row, actor=user, **more)
    twin = world.person("twin", world.street, "street_clerk", name="双岗")
    Session.objects.filter(pk=late.pk).update(recorded_by=twin)
    with pytest.raises(DomainError) as refused:
        confirmations.confirm(row, actor=twin)
    assert refused.value.code == "same_person"


def test_a_changed_list_is_asked_about_anew_and_an_emptied_one_no_more(world, late) -> None:
    confirmations.confirm(word(late, world.street), actor=world.street_clerk)
    listed(world, late, world.street, "李×")
    assert word(late, world.street).state == ConfirmationState.ASKED
    assert set(quarters(world)) == {2, 3}
    confirmations.confirm(word(late, world.street), actor=world.street_clerk)
    # A score changes nobody's being there.
    people = {row.name: row for row in late.attendances.filter(street=world.street)}
    marks = {row.pk: attendance.Mark(True, 9000) for row in people.values()}
    attendance.mark_people(late, marks=marks, actor=world.clerk)
    assert word(late, world.street).state == ConfirmationState.CONFIRMED
    attendance.mark_people(late, marks={people["李×"].pk: attendance.Mark(False)}, actor=world.clerk)
    assert word(late, world.street).state == ConfirmationState.ASKED
    attendance.remove_name(people["张×"], actor=world.clerk)
    assert not late.confirmations.filter(street=world.street).exists()
    listed(world, late, world.streets[2], "王×")
    assert word(late, world.streets[2]).state == ConfirmationState.ASKED


def test_without_a_list_only_the_sheet_proves_it(world) -> None:
    owing(world, today=TODAY)
    session = sessions.hold_session(
        add(world, planned_on=HELD), held_on=HELD, nobody_reason="名单遗失", actor=world.clerk
    )
    assert not session.confirmations.exists() and set(quarters(world)) == {2, 3}
    sheet(world, session)
    assert set(quarters(world)) == {3}


def test_the_database_keeps_what_a_word_is(world, late) -> None:
    row = word(late, world.street)
    for values in (
        {"state": "confirmed"},
        {"state": "denied", "answered_by": world.street_clerk, "answered_at": clock.now()},
        {"denied_reason": "不"},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            StreetConfirmation.objects.filter(pk=row.pk).update(**values)
    with pytest.raises(IntegrityError), transaction.atomic():
        Session.objects.filter(pk=late.pk).update(state="planned", held_on=None)


# ---- Pages -------------------------------------------------------------------------------------------


def test_the_page_says_what_it_waits_for_and_the_street_answers_on_it(world, late, client) -> None:
    url = reverse("secondment:session", args=[late.pk])
    client.force_login(world.clerk)
    text = client.get(url).content.decode()
    assert "未计入：待签到表或街道确认" in text and "补登 7月10日" in text and "待街道确认" in text
    assert "确认参训</a>" not in text
    assert "未计入" in client.get(reverse("secondment:sessions") + "?tab=unproven").content.decode()
    matrix = client.get(reverse("secondment:trainings") + "?year=2026").content.decode()
    assert "缺 1 场，1 场未计入" in matrix and "补登的 1 场待签到表或街道确认" in matrix
    client.force_login(world.street_clerk)
    row = word(late, world.street)
    confirm = reverse("secondment:session-confirm", args=[row.pk])
    assert confirm in client.get(url).content.decode()
    assert "张×" in client.get(confirm).content.decode()
    told = client.post(confirm, follow=True).content.decode()
    assert "已代表温泉街道确认参训，这场培训计入。" in told
    assert "未计入：" not in told and "街道已确认" in told and "补登 7月10日" in told
    assert "未计入" in told, "the people of the other street"
    deny = reverse("secondment:session-deny", args=[row.pk])
    assert "尚未办理" in client.post(deny, {"reason": ""}).content.decode()
    assert "已答复" in client.post(deny, {"reason": "名单有误"}, follow=True).content.decode()


def test_recording_it_says_that_it_does_not_count_yet(world, client) -> None:
    owing(world, today=TODAY)
    session = add(world, planned_on=HELD)
    listed(world, session, world.street, "张×")
    client.force_login(world.clerk)
    told = client.post(
        reverse("secondment:session-hold", args=[session.pk]), {"held_on": HELD.isoformat()}, follow=True
    )
    assert "2026年二季度已经结束，上传签到表或者到场街道确认后计入" in told.content.decode()
