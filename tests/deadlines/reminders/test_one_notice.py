"""One person, one day, one message: what a person is told of one kind, unit, date and rung is one notice."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.db import IntegrityError, connection, connections, transaction
from django.test.utils import CaptureQueriesContext

from tests.deadlines.kit import DAY, PLAIN, TODAY, fill, open_at
from xianan.core import clock
from xianan.core.mail import MailServer
from xianan.deadlines.models import Deadline, Notice, Reminder
from xianan.deadlines.services import close
from xianan.deadlines.services import reminders as service
from xianan.deadlines.services.mail import write_digests
from xianan.deadlines.services.notices import mark_read, set_preference
from xianan.deadlines.services.reminders import chase, remind

pytestmark = [pytest.mark.sqlite, pytest.mark.usefixtures("monday")]
DUE = TODAY + DAY * 7


def open_long_ago(row: Any, owner: Any, **more: Any) -> Deadline:
    with clock.travel(TODAY - DAY * 180):
        return open_at(row, owner, DUE, **more)


def the_notice(person: Any) -> Notice:
    return Notice.objects.get(recipient=person)


@pytest.mark.parametrize("size", [1, 2, 7, 16, 17, 50])
def test_dates_that_straddle_batches_are_one_notice(
    world: Any, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    monkeypatch.setattr(service, "BATCH", size)
    fill(world, 50)
    assert len(remind(world.district).sent) == Reminder.objects.count() == 17 * 2 + 17 * 2
    for person in (world.street_clerk, world.street_head):
        notice = the_notice(person)
        assert notice.title.endswith(" 等 17 项")
        assert notice.reminders.count() == 17
        assert notice.url == f"/deadlines/?kind=test_plain&due=2026-11-30&organization={world.street.pk}"


def test_a_date_that_comes_later_that_day_joins_the_notice_and_is_news_again(world: Any) -> None:
    open_long_ago(world.street, world.street, title="第一份")
    remind(world.district)
    assert the_notice(world.street_head).url == f"/organizations/{world.street.pk}/"
    mark_read(world.street_head)
    open_long_ago(world.other_street, world.street, title="第二份")
    assert len(remind(world.district).sent) == 2
    notice = the_notice(world.street_head)
    assert notice.title == "试期限：第二份 等 2 项"
    assert notice.read_at is None
    mark_read(world.street_head)
    assert remind(world.district).sent == []
    assert the_notice(world.street_head).read_at is not None


def test_what_joins_after_the_days_mail_is_in_tomorrows(world: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "MAIL_SERVER", MailServer("127.0.0.1", 1, "portal@xianan.example"))
    person = world.street_head
    set_preference(person, by_mail=True, address="a@b.cn", actor=person)
    open_long_ago(world.street, world.street, title="第一份")
    remind(world.district)
    assert write_digests(world.district) == 1
    open_long_ago(world.other_street, world.street, title="第二份")
    remind(world.district)
    assert write_digests(world.district) == 0
    with clock.travel(TODAY + DAY):
        assert write_digests(world.district) == 1
    mail = the_notice(person).mail
    assert mail is not None
    assert "等 2 项" in mail.body


def test_another_day_is_another_notice(world: Any) -> None:
    open_long_ago(world.street, world.street)
    remind(world.district)
    first = the_notice(world.street_head)
    with clock.travel(TODAY + DAY):
        open_long_ago(world.other_street, world.street)
        assert len(remind(world.district).sent) == 2
    first.refresh_from_db()
    assert "等" not in first.title
    assert Notice.objects.filter(recipient=world.street_head).count() == 2


def test_a_new_colleague_gets_a_notice_of_what_that_colleague_was_told(world: Any) -> None:
    """The others' notice, told in full, is left as it is."""
    open_long_ago(world.street, world.street)
    open_long_ago(world.other_street, world.street)
    remind(world.district)
    mark_read(world.street_head)
    person = world.person("new-clerk", world.street, "street_clerk")
    assert {line.to for line in remind(world.district).sent} == {"new-clerk"}
    assert the_notice(person).title.endswith(" 等 2 项")
    assert the_notice(world.street_head).read_at is not None


def test_two_who_press_each_say_it_in_their_own_words(world: Any) -> None:
    first, second = open_long_ago(world.street, world.street), open_long_ago(world.other_street, world.street)
    remind(world.district)
    chase([first], note="请今天报送", actor=world.government_office)
    chase([second], note="请补充附件", actor=world.government_office)
    texts = Notice.objects.filter(recipient=world.street_head, kind="chase").values_list("text", flat=True)
    assert sorted(text.split("催办：")[1][:5] for text in texts) == ["请今天报送", "请补充附件"]


def test_the_database_holds_it_whoever_writes(world: Any) -> None:
    open_long_ago(world.street, world.street)
    remind(world.district)
    row = the_notice(world.street_head)
    row.pk = None
    row._state.adding = True
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save()


def test_joining_costs_the_same_whatever_the_number_of_people(world: Any) -> None:
    def cost(first: int, count: int) -> int:
        fill(world, count, first=first)
        with CaptureQueriesContext(connection) as queries:
            assert remind(world.district).sent
        return len(queries)

    fill(world, 3)
    remind(world.district)
    assert cost(3, 6) == cost(9, 90)


# ---- Two at once ---------------------------------------------------------------------------------------


def in_thread(act: Callable[[], Any], faults: list[BaseException]) -> threading.Thread:
    def run() -> None:
        try:
            act()
        except BaseException as fault:
            faults.append(fault)
        finally:
            connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def two_streets() -> Any:
    from tests.world import begun

    return begun()


@pytest.mark.django_db(transaction=True)
def test_many_runs_at_once_over_small_batches_make_one_notice(monkeypatch: pytest.MonkeyPatch) -> None:
    world = two_streets()
    monkeypatch.setattr(service, "BATCH", 4)
    fill(world, 60)
    sent: list[int] = []
    faults: list[BaseException] = []
    barrier = threading.Barrier(4)

    def run() -> None:
        barrier.wait(10)
        sent.append(len(remind(world.district).sent))

    for thread in [in_thread(run, faults) for _ in range(4)]:
        thread.join(60)
    assert not faults
    assert sum(sent) == Reminder.objects.count() == 80
    assert Notice.objects.count() == 4
    assert {row.title.split(" 等 ")[1] for row in Notice.objects.all()} == {"20 项"}


@pytest.mark.django_db(transaction=True)
def test_a_run_that_meets_a_notice_not_yet_committed_waits_and_joins_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The other run holds other dates: only the key of the notice makes this one wait."""
    world = two_streets()
    hidden = open_long_ago(world.street, world.street, title="第一份")
    close(PLAIN.key, [world.street], outcome="done")
    open_long_ago(world.other_street, world.street, title="第二份")
    monkeypatch.setattr(service, "BATCH", 1)
    faults: list[BaseException] = []
    written, go = threading.Event(), threading.Event()

    def first() -> None:
        with transaction.atomic():
            assert len(remind(world.district).sent) == 2
            written.set()
            assert go.wait(20)

    holder = in_thread(first, faults)
    assert written.wait(20)
    if connection.vendor == "postgresql":
        # On SQLite the writer of the moment shuts everybody else out anyway.
        Deadline.objects.filter(pk=hidden.pk).update(closed_at=None)
        second = in_thread(lambda: remind(world.district), faults)
        second.join(0.7)
        assert second.is_alive()
        go.set()
        second.join(20)
    go.set()
    holder.join(20)
    if connection.vendor != "postgresql":
        Deadline.objects.filter(pk=hidden.pk).update(closed_at=None)
        remind(world.district)
    assert not faults
    assert Reminder.objects.count() == 4
    assert sorted(Notice.objects.values_list("recipient__username", "title")) == [
        ("street-clerk", "试期限：第一份 等 2 项"),
        ("street-head", "试期限：第一份 等 2 项"),
    ]
