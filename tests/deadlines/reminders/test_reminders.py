"""Who is reminded of what, and that it happens exactly once."""

from __future__ import annotations

import datetime as dt
import json
import threading
from collections import Counter
from io import StringIO
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connections

from tests.deadlines.kit import DAY, PLAIN, TODAY, fill, open_at
from xianan.core import clock
from xianan.deadlines.choices import NoticeKind
from xianan.deadlines.models import Deadline, Notice, Reminder
from xianan.deadlines.services import close
from xianan.deadlines.services.reminders import remind
from xianan.organizations.models import User
from xianan.organizations.services.people import assign_role
from xianan.policy.models import Parameter

pytestmark = [pytest.mark.sqlite, pytest.mark.usefixtures("monday")]


def open_long_ago(row: Any, owner: Any, left: int, **more: Any) -> Deadline:
    """Open a date that is due in so many days and was opened half a year before."""
    with clock.travel(TODAY - DAY * 180):
        return open_at(row, owner, TODAY + DAY * left, **more)


def lines(outcome: Any) -> list[tuple[str, str]]:
    return sorted((line.rung, line.to) for line in outcome.sent)


def test_the_people_who_can_act_in_the_owing_unit_are_told_and_nobody_else(world: Any) -> None:
    open_long_ago(world.street, world.street, 7)
    assert lines(remind(world.district)) == [("7", "street-clerk"), ("7", "street-head")]
    notice = Notice.objects.get(recipient=world.street_head)
    assert notice.title == "试期限：报送材料"
    assert notice.text == "温泉街道，2026年11月30日到期，剩 7 天。"
    assert notice.url == f"/organizations/{world.street.pk}/"
    assert notice.read_at is None
    assert set(Reminder.objects.values_list("rung", "due_on", "sent_on")) == {("7", TODAY + DAY * 7, TODAY)}


def test_a_second_run_sends_nothing(world: Any) -> None:
    open_long_ago(world.street, world.street, 7)
    open_long_ago(world.department, world.department, -9)
    assert remind(world.district).sent
    before = Notice.objects.count()
    assert remind(world.district).sent == []
    with clock.travel(TODAY + DAY):
        assert remind(world.district).sent == []
    assert Notice.objects.count() == before


def test_after_downtime_only_the_nearest_rung_is_sent(world: Any) -> None:
    row = open_long_ago(world.street, world.street, 60)
    remind(world.district)
    with clock.travel(row.due_on - DAY * 5):
        assert {rung for rung, _ in lines(remind(world.district))} == {"7"}
    with clock.travel(row.due_on + DAY * 2):
        assert {rung for rung, _ in lines(remind(world.district))} == {"0"}
    with clock.travel(row.due_on + DAY * 29):
        assert {rung for rung, _ in lines(remind(world.district))} == {"w4", "e7"}


def test_every_rung_of_a_date_is_sent_on_its_day(world: Any) -> None:
    row = open_long_ago(world.street, world.street, 61)
    days: dict[str, int] = {}
    for left in range(61, -23, -1):
        with clock.travel(row.due_on - DAY * left):
            for line in remind(world.district).sent:
                days.setdefault(line.rung, left)
    assert days == {"60": 60, "30": 30, "7": 7, "1": 1, "0": 0, "w1": -7, "e7": -7, "w2": -14, "w3": -21}
    rungs = Counter(Reminder.objects.filter(recipient=world.street_head).values_list("rung", flat=True))
    assert set(rungs.values()) == {1}


def test_seven_days_overdue_the_government_office_is_told_once(world: Any) -> None:
    row = open_long_ago(world.street, world.street, -7)
    assert ("e7", "office") in lines(remind(world.district))
    notice = Notice.objects.get(recipient=world.government_office)
    assert notice.kind == NoticeKind.ESCALATION
    assert notice.text == "温泉街道，2026年11月16日到期，已逾期 7 天。"
    world.person("second-office", world.office, "government_office")
    with clock.travel(TODAY + DAY * 8):
        remind(world.district)
    assert Reminder.objects.filter(deadline=row, rung="e7").count() == 1


def test_a_moved_date_begins_its_ladder_anew(world: Any) -> None:
    row = open_long_ago(world.street, world.street, 7)
    remind(world.district)
    open_at(world.street, world.street, TODAY + DAY * 6)
    assert Deadline.objects.get().pk == row.pk
    assert lines(remind(world.district)) == [("7", "street-clerk"), ("7", "street-head")]
    assert Reminder.objects.filter(recipient=world.street_head, rung="7").count() == 2


def test_a_rung_that_had_passed_before_the_opening_is_not_made_up_for(world: Any) -> None:
    open_at(world.street, world.street, TODAY + DAY * 20)
    assert remind(world.district).sent == []


def test_what_is_closed_reminds_nobody(world: Any) -> None:
    open_long_ago(world.street, world.street, 7)
    close(PLAIN.key, [world.street], outcome="done")
    assert remind(world.district).sent == []


def test_several_dates_of_one_day_are_one_notice_for_a_person(world: Any) -> None:
    for row in (world.street, world.other_street, world.department):
        open_long_ago(row, world.street, 7, title=f"{row}的材料")
    assert len(remind(world.district).sent) == 6
    notice = Notice.objects.get(recipient=world.street_head)
    assert notice.title.endswith(" 等 3 项")
    assert notice.url == f"/deadlines/?kind=test_plain&due=2026-11-30&organization={world.street.pk}"
    assert notice.reminders.count() == 3
    text = world.client(world.street_head).get(notice.url).content.decode()
    assert all(f"{row}的材料" in text for row in (world.street, world.other_street, world.department))


def test_a_kind_may_have_a_ladder_of_its_own(world: Any) -> None:
    for key, value in (("ladder", "10,0"), ("ladder_test_plain", "20，5")):
        Parameter.objects.create(
            district=world.district, version=world.policy, key=key, label=key, kind="text", value=value
        )
    row = open_long_ago(world.street, world.street, 21)
    days = {}
    for left in range(21, -1, -1):
        with clock.travel(row.due_on - DAY * left):
            days |= {line.rung: left for line in remind(world.district).sent}
    assert days == {"20": 20, "5": 5}


def test_a_person_with_a_role_that_has_ended_is_not_told(world: Any) -> None:
    open_long_ago(world.street, world.street, 7)
    world.street_head.assignments.update(ends_on=TODAY - DAY)
    User.objects.filter(pk=world.street_clerk.pk).update(is_active=False)
    outcome = remind(world.district)
    assert outcome.sent == []
    assert outcome.silent == 1


def test_a_new_colleague_gets_the_rung_that_holds(world: Any) -> None:
    open_long_ago(world.street, world.street, 7)
    remind(world.district)
    person = world.person("new-clerk", world.street)
    assign_role(person, organization=world.street, role="street_clerk", actor=None, starts_on=TODAY)
    assert lines(remind(world.district)) == [("7", "new-clerk")]


def test_another_district_is_left_alone(world: Any, other_world: Any) -> None:
    open_long_ago(world.street, world.street, 7)
    open_long_ago(other_world.street, other_world.street, 7)
    assert {line.to for line in remind(world.district).sent} == {"street-clerk", "street-head"}
    assert {line.to for line in remind(other_world.district).sent} == {"b-street-clerk", "b-street-head"}


def test_a_dry_run_writes_nothing(world: Any) -> None:
    open_long_ago(world.street, world.street, 7)
    assert len(remind(world.district, dry_run=True).sent) == 2
    assert not Notice.objects.exists()
    assert not Reminder.objects.exists()


def test_more_than_one_batch_reaches_every_date(world: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from xianan.deadlines.services import reminders

    monkeypatch.setattr(reminders, "BATCH", 7)
    fill(world, 50)
    outcome = remind(world.district)
    assert outcome.scanned == 50
    assert (
        Reminder.objects.values("deadline").distinct().count() == 34
    )  # two of the three streets have people
    assert remind(world.district).sent == []


@pytest.mark.django_db(transaction=True)
def test_two_runs_at_once_tell_everybody_once() -> None:
    from tests.world import XIANAN, World

    world = World(XIANAN)
    fill(world, 300)
    barrier = threading.Barrier(2)
    found: list[int] = []

    def run() -> None:
        try:
            barrier.wait(10)
            found.append(len(remind(world.district).sent))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sum(found) == Reminder.objects.count() == 400
    assert len(found) == 2
    assert Notice.objects.filter(reminders__isnull=True).count() == 0


# ---- The command -------------------------------------------------------------------------------------


def command(*arguments: str) -> Any:
    out = StringIO()
    call_command("send_reminders", *arguments, stdout=out)
    return json.loads(out.getvalue()) if "--json" in arguments else out.getvalue()


def test_the_command_says_what_it_sent(world: Any) -> None:
    open_long_ago(world.street, world.street, 7)
    answer = command("--json")
    assert answer == {
        "date": "2026-11-23",
        "sent": [
            {"kind": "test_plain", "object": "报送材料", "organization": "温泉街道", "rung": "7", "to": to}
            for to in ("street-clerk", "street-head")
        ],
    }
    assert command("--json") == {"date": "2026-11-23", "sent": []}


def test_the_command_looks_ahead_without_sending(world: Any) -> None:
    open_long_ago(world.street, world.street, 10)
    answer = command("--on", "2026-12-02", "--dry-run", "--json")
    assert answer["date"] == "2026-12-02"
    assert {line["rung"] for line in answer["sent"]} == {"1"}
    assert not Reminder.objects.exists()
    words = command("--on", "2026-12-02", "--dry-run")
    assert "到期前 1 天　温泉街道　试期限　报送材料　→ street-head" in words
    assert "2026-12-02 将发送提醒 2 条。" in words


def test_a_day_to_come_is_sent_in_demonstration_mode_only(
    world: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_long_ago(world.street, world.street, 10)
    monkeypatch.setattr(settings, "DEMO", False)
    with pytest.raises(CommandError, match="演示环境"):
        command("--on", "2026-12-02", "--json")
    assert not Reminder.objects.exists()
    monkeypatch.setattr(settings, "DEMO", True)
    assert len(command("--on", "2026-12-02", "--json")["sent"]) == 2
    assert set(Reminder.objects.values_list("sent_on", flat=True)) == {dt.date(2026, 12, 2)}


def test_the_command_refuses_what_is_no_date(world: Any) -> None:
    with pytest.raises(CommandError, match="日期写作"):
        command("--on", "明天")
