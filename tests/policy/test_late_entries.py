"""What is entered long after it happened is marked with the day of its entry, by the figure in force that day."""

from __future__ import annotations

import datetime as dt
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from empowerment.choices import EndGround
from empowerment.models import Empowerment, ItemList, Meeting
from empowerment.powers.steps import end
from secondment.exchanges import steps as exchanges
from secondment.file_sections import sections
from secondment.models import Secondment
from secondment.services.registration import move_membership
from secondment.terms import steps as terms
from tests.secondment.exchange.test_exchanges import sent
from tests.secondment.staff.support import covered_from, registered, serving
from tests.secondment.training.support import held, owing
from tests.world import World
from xianan.core import clock
from xianan.core.dates import late_entry
from xianan.policy.late import DAYS
from xianan.policy.models import Parameter
from xianan.policy.services.versions import add_figure, change_parameter

pytestmark = pytest.mark.django_db
D = dt.date
DAY = dt.timedelta(days=1)


@given(st.dates(D(2020, 1, 1), D(2030, 1, 1)), st.integers(-400, 400), st.integers(0, 90))
def test_more_days_than_the_figure_make_it_late_and_that_many_do_not(
    event: dt.date, after: int, days: int
) -> None:
    entered = event + DAY * after
    assert late_entry(event, entered, days) == (entered if after > days else None)
    assert late_entry(None, entered, days) is late_entry(event, None, days) is None


def say(world: World, days: int, since: dt.date) -> None:
    """Let a version of the plan say from a day on after how many days an entry is late."""
    version = world.policy
    if since > version.valid_from:
        version.pk, version.valid_from = None, since
        version.save(force_insert=True)
    Parameter.objects.create(
        district=world.district, version=version, key="late_entry_days", label="补登", kind="integer",
        value=days, clause="P34",
    )  # fmt: skip


def pages(client: Any, user: Any, *names: Any) -> str:
    client.force_login(user)
    found = ""
    for name in names:
        url = reverse(name) if isinstance(name, str) else reverse(name[0], args=name[1:])
        answer = client.get(url)
        assert answer.status_code == 200, url
        found += answer.content.decode()
    return found


def marked(world: World, client: Any, *sessions: Any) -> list[bool]:
    """Whether the page of each session says that it was entered late, in June."""
    shown = (pages(client, world.clerk, ("secondment:session", row.pk)) for row in sessions)
    return ["补登 6月" in page for page in shown]


def test_the_version_in_force_on_the_day_of_the_entry_judges(world, client) -> None:
    """A later version marks and unmarks nothing that was entered before it."""
    owing(world)
    say(world, 3, world.policy.valid_from)
    session = held(world, D(2026, 6, 1), entered=D(2026, 6, 5))
    other = held(world, D(2026, 6, 1), entered=D(2026, 6, 4))
    say(world, 30, D(2026, 6, 20))
    later = held(world, D(2026, 6, 1), entered=D(2026, 6, 25))
    clock.set_to(D(2026, 6, 30))
    assert marked(world, client, session, other, later) == [True, False, False]


def test_with_no_days_at_all_the_next_day_is_late(world, client) -> None:
    owing(world)
    say(world, 0, world.policy.valid_from)
    session = held(world, D(2026, 6, 1), entered=D(2026, 6, 2))
    assert "补登 6月2日" in pages(client, world.clerk, ("secondment:session", session.pk))


@pytest.mark.sqlite
def test_a_figure_changed_within_its_version_marks_nothing_that_was_entered_before(world, client) -> None:
    owing(world)
    say(world, 3, world.policy.valid_from)
    session = held(world, D(2026, 6, 1), entered=D(2026, 6, 5))
    clock.set_to(D(2026, 6, 20))
    row = world.policy.parameters.get(key="late_entry_days")
    change_parameter(row, raw="30", reason="会议", actor=world.establishment)
    later = held(world, D(2026, 6, 1), entered=D(2026, 6, 25))
    clock.set_to(D(2026, 6, 30))
    assert marked(world, client, session, later) == [True, False]


def test_a_figure_added_to_its_version_marks_nothing_that_was_entered_before(world, client) -> None:
    owing(world)
    session = held(world, D(2026, 6, 1), entered=D(2026, 6, 5))
    clock.set_to(D(2026, 6, 20))
    add_figure(world.policy, key="late_entry_days", raw="3", reason="会议", actor=world.establishment)
    later = held(world, D(2026, 6, 20), entered=D(2026, 6, 25))
    clock.set_to(D(2026, 6, 30))
    assert marked(world, client, session, later) == [False, True]


def test_under_a_version_that_says_nothing_ten_days_pass_whatever_one_before_said(world, client) -> None:
    owing(world)
    say(world, 3, world.policy.valid_from)
    version = world.policy
    version.pk, version.valid_from = None, D(2026, 6, 3)
    version.save(force_insert=True)
    session = held(world, D(2026, 6, 1), entered=D(2026, 6, 5))
    clock.set_to(D(2026, 6, 30))
    assert "补登 6月" not in pages(client, world.clerk, ("secondment:session", session.pk))


def test_the_same_figure_from_an_earlier_day_judges_what_lies_between(world, client) -> None:
    owing(world)
    say(world, 30, world.policy.valid_from)
    session = held(world, D(2026, 6, 1), entered=D(2026, 6, 5))
    clock.set_to(D(2026, 6, 20))
    row = world.policy.parameters.get(key="late_entry_days")
    change_parameter(row, raw="3", reason="会议", actor=world.establishment)
    assert "补登 6月" not in pages(client, world.clerk, ("secondment:session", session.pk))
    change_parameter(row, raw="3", reason="起用日期有误", actor=world.establishment, holds_from=D(2026, 6, 2))
    assert "补登 6月5日" in pages(client, world.clerk, ("secondment:session", session.pk))
    assert row.changes.count() == 2


@pytest.mark.sqlite
def test_where_no_version_says_it_ten_days_pass(world, client) -> None:
    assert DAYS == 10
    owing(world)
    held(world, D(2026, 6, 1), entered=D(2026, 6, 11))
    clock.set_to(D(2026, 6, 30))
    assert "补登 6月" not in pages(client, world.clerk, "secondment:sessions")
    held(world, D(2026, 6, 1), entered=D(2026, 6, 12))
    assert "补登 6月12日" in pages(client, world.clerk, "secondment:sessions")
    answer = client.get(reverse("secondment:sessions") + "?export=xlsx")
    sheet = openpyxl.load_workbook(BytesIO(b"".join(answer.streaming_content))).active
    head, *lines = sheet.iter_rows(values_only=True)
    place = head.index("日期补登于")
    assert sorted(str(line[place] or "")[:10] for line in lines) == ["", "2026-06-12"]


@pytest.fixture
def person(world: World) -> Secondment:
    """Somebody whose every day was entered more than ten days later."""
    clock.set_to(D(2026, 3, 2))
    covered_from(world, D(2026, 3, 2))
    with clock.travel(D(2026, 3, 20)):
        row = registered(world, starts_on=D(2026, 3, 3), planned_until=D(2027, 3, 2))
    with clock.travel(D(2026, 4, 2)):
        row = terms.confirm_arrival(row, on=D(2026, 3, 3), actor=world.street_clerk)
    with clock.travel(D(2026, 5, 2)):
        move_membership(row, on=D(2026, 4, 1), actor=world.street_clerk)
    with clock.travel(D(2027, 4, 2)):
        terms.extend(row, until=D(2027, 9, 2), actor=world.clerk)
    clock.set_to(D(2027, 11, 2))
    return Secondment.objects.get(pk=row.pk)


@pytest.mark.sqlite
def test_every_day_of_a_service_is_marked_on_list_page_cell_and_file(world, client, person) -> None:
    person = terms.finish(person, last_day=D(2027, 9, 2), actor=world.clerk)
    cell = ("secondment:post", person.organization_id, person.street_id)
    page = pages(client, world.clerk, ("secondment:secondment", person.pk))
    for day in ("2026年3月20日", "2026年4月2日", "2026年5月2日", "4月2日", "11月2日"):
        assert f"补登 {day}" in page, day
    assert "补登 2026年4月2日" in pages(client, world.clerk, cell)
    assert "补登 2026年3月20日" in pages(client, world.clerk, "secondment:secondments")
    told = " ".join(str(each) for part in sections(person.person) for row in part.rows for each in row)
    assert "2026年3月3日（2026年3月20日补登）至2027年9月2日（2027年11月2日补登）" in told
    assert "2026年3月3日（2026年4月2日补登）" in told and "2026年4月1日（2026年5月2日补登）" in told


def test_who_is_entered_in_time_has_no_mark(world, client) -> None:
    clock.set_to(D(2026, 3, 2))
    covered_from(world, D(2026, 3, 2))
    row = serving(world, starts_on=D(2026, 3, 2))
    assert "补登" not in pages(
        client, world.clerk, "secondment:secondments", ("secondment:secondment", row.pk)
    )


def test_upward_study_is_marked_by_registration_and_arrival(world, client) -> None:
    clock.set_to(D(2026, 9, 20))
    row = sent(world, first=D(2026, 9, 1))
    clock.set_to(D(2026, 10, 3))
    exchanges.confirm_arrival(row, arrived_on=D(2026, 9, 2), actor=world.clerk)
    assert "补登 9月20日" in pages(client, world.clerk, "secondment:exchanges")
    page = pages(client, world.clerk, ("secondment:exchange", row.pk))
    assert "补登 9月20日" in page and "补登 10月3日" in page


def test_the_end_of_a_power_a_meeting_and_its_list_are_marked(world, client) -> None:
    clock.set_to(D(2026, 5, 4))
    world.effective("占道经营的处罚")
    meeting, version = Meeting.objects.get(), ItemList.objects.get()
    Meeting.objects.update(held_on=meeting.held_on - 11 * DAY)
    ItemList.objects.update(published_on=version.published_on - 11 * DAY)
    clock.set_to(D(2026, 8, 3))
    (power,) = end.all(
        Empowerment.objects.all(), ended_from=D(2026, 7, 1), ground=EndGround.DECISION,
        reference="区政府〔2026〕9号", reason="决定收回", actor=world.establishment,
    )  # fmt: skip
    office = world.establishment
    assert "补登 8月3日" in pages(client, office, ("empowerment:power", power.pk))
    client.force_login(office)
    assert "补登 8月3日" in client.get(reverse("empowerment:powers") + "?tab=ended").content.decode()
    day = f"补登 {clock.local_date(meeting.recorded_at).month}月"
    for one in (
        "empowerment:meetings",
        ("empowerment:meeting", meeting.pk),
        "empowerment:item-lists",
    ):
        assert day in pages(client, office, one), one
    assert "日补登）" in pages(client, office, ("empowerment:item-list", version.pk))
