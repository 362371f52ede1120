"""Who took part: by list, by workbook, by code; what was trained where (P14)."""

from __future__ import annotations

import datetime as dt
import threading

import pytest
from django.db import connections
from django.urls import reverse

from secondment.models import Attendance, Session
from secondment.selectors.training import trained
from secondment.services import attendance
from secondment.sessions import steps as sessions
from tests.empowerment.workbook.builder import xlsx
from tests.secondment.training.support import add, held, listed, owing
from xianan.core import clock
from xianan.core.errors import DomainError, NotAllowed
from xianan.history.models import Entry
from xianan.imports.services import import_upload, upload_workbook
from xianan.organizations.models import User
from xianan.organizations.services.organizations import close_organization

pytestmark = pytest.mark.django_db
D = dt.date
DAY = D(2026, 6, 10)


def at(hour: int, minute: int = 0, day: dt.date = DAY) -> None:
    clock.set_to(dt.datetime.combine(day, dt.time(hour, minute), clock.ZONE))


def morning(world) -> Session:
    """A session of that day, 9:00 to 11:30."""
    at(8, 30)
    return add(world, planned_on=DAY, starts_at=dt.time(9), ends_at=dt.time(11, 30))


@pytest.mark.sqlite
def test_a_list_takes_each_name_once_and_makes_named_people_present(world) -> None:
    session = morning(world)
    listed(world, session, world.street, "张×", "李×", present=False)
    listed(world, session, world.street, "张×", "王×")
    assert dict(session.attendances.values_list("name", "present")) == {
        "张×": True,
        "李×": False,
        "王×": True,
    }
    listed(world, session, world.other_street, "张×")
    listed(world, session, world.other_street, "张　×", "王 芳", "王芳")
    assert session.attendances.count() == 5


def test_a_street_lists_its_own_people_until_the_session_is_recorded(world) -> None:
    session = morning(world)
    mine = attendance.listed(["张×"], world.street)
    attendance.add_names(session, people=mine, actor=world.street_clerk)
    for actor in (world.other_street_clerk, world.street_reader, world.other_clerk, world.establishment):
        with pytest.raises(NotAllowed):
            attendance.add_names(session, people=mine, actor=actor)
    sessions.hold_session(session, held_on=DAY, actor=world.clerk)
    with pytest.raises(DomainError) as closed:
        attendance.add_names(
            session, people=attendance.listed(["李×"], world.street), actor=world.street_clerk
        )
    assert closed.value.code == "closed"
    attendance.add_names(session, people=attendance.listed(["李×"], world.street), actor=world.clerk)


@pytest.mark.sqlite
def test_a_street_that_ceased_stands_on_lists_of_its_days_and_on_no_later_ones(world) -> None:
    session = morning(world)
    close_organization(world.street, active_until=DAY, reason="机构改革", actor=world.establishment)
    world.street.refresh_from_db()
    at(8, day=DAY + dt.timedelta(days=3))
    later = add(world, planned_on=DAY + dt.timedelta(days=3))
    listed(world, session, world.street, "张×")
    assert session.attendances.get().name == "张×"
    with pytest.raises(DomainError) as refusal:
        listed(world, later, world.street, "张×", present=False)
    assert refusal.value.code == "not_here"
    assert attendance.street_of(User.objects.get(pk=world.street_clerk.pk)) is None


def test_nobody_is_present_before_the_day(world) -> None:
    at(8, day=D(2026, 6, 9))
    session = add(world, planned_on=DAY)
    with pytest.raises(DomainError) as early:
        listed(world, session, world.street, "张×")
    assert early.value.code == "early"
    listed(world, session, world.street, "张×", present=False)
    row = session.attendances.get()
    with pytest.raises(DomainError, match="还没有开始"):
        attendance.mark_people(session, marks={row.pk: attendance.Mark(True)}, actor=world.clerk)


@pytest.mark.parametrize(
    ("mark", "code"),
    [
        (attendance.Mark(True, 10_001), "score_range"),
        (attendance.Mark(True, -1), "score_range"),
        (attendance.Mark(False, 9000), "absent_score"),
    ],
)
def test_scores_lie_between_0_and_100_and_belong_to_who_came(world, mark, code) -> None:
    session = morning(world)
    listed(world, session, world.street, "张×")
    row = session.attendances.get()
    with pytest.raises(DomainError) as refused:
        attendance.mark_people(session, marks={row.pk: mark}, actor=world.clerk)
    assert refused.value.code == code
    attendance.mark_people(session, marks={row.pk: attendance.Mark(True, 9250)}, actor=world.clerk)
    assert Entry.objects.get(action="session.marked").changes == {"张×": ["到场", "到场，92.50 分"]}


def test_a_held_session_keeps_somebody_present(world) -> None:
    session = held(world, clock.today())
    row = session.attendances.get()
    with pytest.raises(DomainError, match="至少保留一名"):
        attendance.remove_name(row, actor=world.clerk)
    with pytest.raises(DomainError, match="至少保留一名"):
        attendance.mark_people(session, marks={row.pk: attendance.Mark(False)}, actor=world.clerk)
    assert session.attendances.filter(present=True).exists()


# ---- By code -------------------------------------------------------------------------------------------


@pytest.mark.sqlite
def test_signing_in_counts_once_however_often_it_is_pressed(world) -> None:
    session = morning(world)
    first = attendance.check_in(session, actor=world.street_reader)
    assert attendance.check_in(session, actor=world.street_reader) == first
    assert (first.street, first.name, first.source, first.present) == (world.street, "街道查阅", "code", True)
    assert Entry.objects.filter(action="session.checked_in").count() == 1


def test_the_station_signs_in_for_its_street_and_departments_do_not(world) -> None:
    session = morning(world)
    assert attendance.check_in(session, actor=world.station_staff).street == world.street
    for actor in (world.clerk, world.establishment, world.nobody):
        with pytest.raises(DomainError) as refused:
            attendance.check_in(session, actor=actor)
        assert refused.value.code == "not_a_street"


def test_who_was_named_beforehand_becomes_present_and_is_not_listed_twice(world) -> None:
    session = morning(world)
    listed(world, session, world.street, world.street_clerk.name, present=False)
    attendance.check_in(session, actor=world.street_clerk)
    row = session.attendances.get()
    assert (row.present, row.user, row.source) == (True, world.street_clerk, "code")


@pytest.mark.parametrize(
    ("hour", "minute", "day", "ok"),
    [
        (7, 59, DAY, False),
        (8, 0, DAY, True),
        (12, 29, DAY, True),
        (12, 31, DAY, False),
        (9, 0, D(2026, 6, 11), False),
    ],
)
def test_the_code_is_good_for_an_hour_around_the_session(world, hour, minute, day, ok) -> None:
    session = morning(world)
    at(hour, minute, day)
    if ok:
        attendance.check_in(session, actor=world.street_clerk)
        return
    with pytest.raises(DomainError) as refused:
        attendance.check_in(session, actor=world.street_clerk)
    assert refused.value.code == "window"
    assert not Attendance.objects.exists()


def test_once_recorded_or_cancelled_the_code_is_closed(world) -> None:
    session = morning(world)
    sessions.hold_session(session, held_on=DAY, nobody_reason="无", actor=world.clerk)
    with pytest.raises(DomainError, match="已办结登记"):
        attendance.check_in(session, actor=world.street_clerk)
    other = add(world, planned_on=DAY)
    sessions.cancel_session(other, reason="防汛", actor=world.clerk)
    with pytest.raises(DomainError, match="已取消"):
        attendance.check_in(other, actor=world.street_clerk)


@pytest.mark.django_db(transaction=True)
def test_two_at_once_are_signed_in_once(world) -> None:
    session = morning(world)
    barrier, found = threading.Barrier(2), []

    def press() -> None:
        try:
            barrier.wait()
            found.append(attendance.check_in(session, actor=world.street_clerk).pk)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=press) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert len(set(found)) == 1 and len(found) == 2
    assert Attendance.objects.count() == 1


def test_a_rating_needs_presence_and_the_log_does_not_tell_it(world) -> None:
    session = morning(world)
    with pytest.raises(DomainError, match="签到后"):
        attendance.rate(session, satisfaction=5, actor=world.street_clerk)
    attendance.check_in(session, actor=world.street_clerk)
    with pytest.raises(DomainError, match="1 至 5"):
        attendance.rate(session, satisfaction=6, actor=world.street_clerk)
    attendance.rate(session, satisfaction=2, actor=world.street_clerk)
    attendance.rate(session, satisfaction=3, actor=world.street_clerk)
    assert session.attendances.get().satisfaction == 3
    entry = Entry.objects.get(action="session.rated")
    assert entry.changes == {}


# ---- By workbook ---------------------------------------------------------------------------------------


def book(*rows: tuple[object, ...]) -> bytes:
    return xlsx([["街道", "姓名", "是否到场", "测试成绩"], *rows])


def test_a_workbook_adds_and_changes_people(world) -> None:
    session = morning(world)
    listed(world, session, world.street, "张×", "李×", present=False)
    data = book(
        ("温泉街道", "张×", "是", 92.5), ("浮山街道", "王×", "是", None), ("温泉街道", "李×", "否", None)
    )
    upload = upload_workbook("attendance", session, data=data, filename="名单.xlsx", actor=world.clerk)
    assert upload.report["faulty"] == 0, upload.report
    import_upload(upload, actor=world.clerk)
    found = {row.name: (row.present, row.score, row.source) for row in session.attendances.all()}
    assert found == {
        "张×": (True, 9250, "list"),
        "李×": (False, None, "list"),
        "王×": (True, None, "workbook"),
    }


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (("温泉街道", "张×", "是", 101), "成绩不在 0 至 100 之间"),
        (("温泉街道", "张×", "是", "优"), "成绩不是数字"),
        (("温泉街道", "张×", "是", (0.92, "0%")), "百分比，显示为“92%”"),
        (("温泉街道", "张×", "否", 90), "未到场的人有成绩"),
        (("某街道", "张×", "是", None), "街道"),
        (("温泉街道", "", "是", None), "姓名"),
    ],
)
def test_a_faulty_cell_is_named_and_nothing_is_imported(world, row, words) -> None:
    session = morning(world)
    data = book(row, ("温泉街道", "王×", "是", None))
    upload = upload_workbook("attendance", session, data=data, filename="名单.xlsx", actor=world.clerk)
    assert upload.report["faulty"] == 1
    assert words in str(upload.report["errors"])
    with pytest.raises(DomainError):
        import_upload(upload, actor=world.clerk)
    assert not session.attendances.exists()


def test_the_workbook_road_is_for_who_holds_the_session(world) -> None:
    session = morning(world)
    url = reverse("imports:upload", args=["attendance", session.pk])
    assert world.client(world.clerk).get(url).status_code == 200
    for user in (world.other_clerk, world.street_clerk, world.establishment, world.reader):
        assert world.client(user).get(url).status_code == 403
    absent = reverse("imports:upload", args=["attendance", session.pk + 1])
    assert world.client(world.clerk).get(absent).status_code == 404


# ---- What was trained where ----------------------------------------------------------------------------


def test_a_power_counts_as_trained_where_somebody_of_the_street_was_present(
    world, django_assert_num_queries
) -> None:
    (power,) = owing(world, today=D(2026, 6, 30))
    held(world, D(2026, 6, 20), world.street, items=[power.item])
    held(world, D(2026, 6, 25), world.street, world.other_street, items=[power.item])
    with django_assert_num_queries(1):
        assert trained(world.street, D(2026, 6, 30)) == {power.item_id: D(2026, 6, 20)}
    assert trained(world.other_street, D(2026, 6, 30)) == {power.item_id: D(2026, 6, 25)}
    assert trained(world.street, D(2026, 6, 19)) == {}
    assert trained(world.streets[2], D(2026, 6, 30)) == {}
    assert trained(world.street, D(2026, 6, 30), [power.item_id + 1]) == {}


def test_a_name_without_presence_trains_nobody(world) -> None:
    (power,) = owing(world)
    session = add(world, items=[power.item])
    listed(world, session, world.street, "张×", present=False)
    listed(world, session, world.other_street, "李×")
    sessions.hold_session(session, held_on=clock.today(), actor=world.clerk)
    assert trained(world.street, clock.today()) == {}
