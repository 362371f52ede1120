"""The pages: whose dates are seen, the words, the month, 催办, notices with their badge."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from tests.deadlines.kit import DAY, PLAIN, TODAY, fill, open_at
from xianan.core import clock
from xianan.core.errors import DomainError
from xianan.deadlines.choices import NoticeKind
from xianan.deadlines.models import Notice, Reminder
from xianan.deadlines.services import close
from xianan.deadlines.services.notices import notify
from xianan.deadlines.services.reminders import chase
from xianan.history.selectors import timeline

pytestmark = pytest.mark.usefixtures("monday")


def text(client: Any, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def test_offices_see_the_whole_district_and_others_their_own_units(world: Any, other_world: Any) -> None:
    open_at(world.street, world.street, TODAY, title="温泉的")
    open_at(world.other_street, world.other_street, TODAY, title="浮山的")
    open_at(world.department, world.department, TODAY, title="住建的")
    open_at(other_world.street, other_world.street, TODAY, title="外区的")
    seen = {
        person.key: {mark for mark in ("温泉的", "浮山的", "住建的", "外区的") if mark in page}
        for person in world.everybody
        if (page := world.client(person.user).get("/deadlines/").content.decode())
    }
    whole = {"温泉的", "浮山的", "住建的"}
    for key in ("establishment", "government_office", "inspection", "district_reader"):
        assert seen[key] == whole
    for key in ("street_clerk", "street_head", "street_reader", "station_staff"):
        assert seen[key] == {"温泉的"}
    for key in ("clerk", "head", "reader"):
        assert seen[key] == {"住建的"}
    assert seen["other_head"] == seen["nobody"] == set()


def test_the_words_of_a_date_and_the_number_in_the_menu(world: Any) -> None:
    for row, days in (
        (world.street, -3),
        (world.other_street, 0),
        (world.department, 5),
        (world.finance, 40),
    ):
        open_at(row, world.street, TODAY + DAY * days)
    page = text(world.client(world.street_head), "/deadlines/")
    for words in ("逾期 3 天", "今日", "临近", "正常"):
        assert words in page
    assert '期限<span class="count" data-tone="red">3</span>' in page
    late = text(world.client(world.street_head), "/deadlines/?tab=late")
    assert "逾期 3 天" in late
    assert "共 <strong>1</strong>" in late


def test_the_list_is_filtered_by_kind_unit_and_day(world: Any) -> None:
    open_at(world.street, world.street, TODAY + DAY, title="温泉的")
    open_at(world.other_street, world.other_street, TODAY + DAY * 2, title="浮山的")
    client = world.client(world.establishment)
    assert "浮山的" not in text(client, f"/deadlines/?organization={world.street.pk}")
    assert "浮山的" not in text(client, "/deadlines/?due=2026-11-24")
    assert "浮山的" not in text(client, "/deadlines/?until=2026-11-24")
    assert "浮山的" in text(client, "/deadlines/?kind=test_plain&q=浮山")
    assert f'value="{world.street.pk}"' not in text(world.client(world.head), "/deadlines/")


def test_the_list_costs_the_same_for_many_rows_as_for_few(world: Any) -> None:
    client = world.client(world.establishment)
    costs = []
    for count in (3, 60):
        fill(world, count, first=count)
        client.get("/deadlines/?size=50")
        with CaptureQueriesContext(connection) as queries:
            client.get("/deadlines/?size=50")
        costs.append(len(queries))
    assert costs[0] == costs[1] <= 16


def test_the_export_holds_what_is_seen(world: Any) -> None:
    open_at(world.street, world.street, TODAY - DAY, title="=1+1")
    answer = world.client(world.street_head).get("/deadlines/?export=xlsx")
    rows = list(load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active.values)
    assert rows[0] == ("状态", "事由", "责任单位", "到期日", "剩余", "条款")
    assert rows[1][:3] == ("逾期 1 天", "=1+1", "温泉街道")
    assert rows[1][4] == -1


def test_the_month_counts_what_is_due_on_each_day(world: Any) -> None:
    for row, owner in (
        (world.street, world.street),
        (world.finance, world.street),
        (world.department, world.department),
    ):
        open_at(row, owner, TODAY + DAY)
    open_at(world.other_street, world.street, TODAY + DAY * 20)
    client = world.client(world.establishment)
    page = text(client, "/deadlines/month/")
    assert "2026年11月" in page
    assert (
        'href="/deadlines/?kind=test_plain&amp;due=2026-11-24"><span>试期限</span><span class="num">3</span>'
        in page
    )
    assert "本月到期 3 项" in page
    assert "本月到期 2 项" in text(client, f"/deadlines/month/?organization={world.street.pk}")
    assert "本月到期 1 项" in text(client, "/deadlines/month/?month=2026-12")
    assert "本月到期 2 项" in text(world.client(world.street_head), "/deadlines/month/")
    assert "2026年11月" in text(client, "/deadlines/month/?month=abc")
    assert "尚未公布" in text(client, "/deadlines/month/?month=2030-01")


def test_the_month_shows_holidays_and_worked_weekends(world: Any) -> None:
    page = text(world.client(world.establishment), "/deadlines/month/?month=2026-10")
    assert page.count('<span class="muted">班</span>') == 1
    assert page.count('<span class="muted">休</span>') == 6


# ---- 催办 ----------------------------------------------------------------------------------------------


def test_chasing_tells_the_people_of_the_unit_with_the_note(world: Any) -> None:
    row = open_at(world.street, world.street, TODAY - DAY * 2, title="温泉的材料")
    client = world.client(world.government_office)
    page = client.post("/deadlines/chase/", {"row": row.pk, "next": "/deadlines/?tab=late"})
    assert "温泉的材料" in page.content.decode()
    assert not Notice.objects.exists()
    done = client.post(
        "/deadlines/chase/",
        {"row": row.pk, "note": "本周五前报送", "next": "/deadlines/?tab=late"},
        follow=True,
    )
    assert "已催办 1 项期限，通知 2 人" in done.content.decode()
    assert done.request["QUERY_STRING"] == "tab=late"
    notice = Notice.objects.get(recipient=world.street_head)
    assert notice.kind == NoticeKind.CHASE
    assert notice.sender == world.government_office
    assert notice.text.startswith("区政府办催办：本周五前报送 温泉街道，2026年11月21日到期，已逾期 2 天。")
    entry = timeline(world.street)[0]
    assert (entry.label, entry.reason) == ("催办", "本周五前报送")
    opened = text(world.client(world.street_head), f"/notices/{notice.pk}/")
    assert "本周五前报送" in opened
    assert notice.url in opened


def test_the_same_date_is_chased_once_a_day(world: Any) -> None:
    row = open_at(world.street, world.street, TODAY)
    assert chase([row], note="请报送", actor=world.inspection) == 2
    with pytest.raises(DomainError) as refusal:
        chase([row], note="请报送", actor=world.government_office)
    assert refusal.value.code == "chased_today"
    with clock.travel(TODAY + DAY):
        assert chase([row], note="请报送", actor=world.inspection) == 2
    assert Reminder.objects.count() == 4


@pytest.mark.parametrize(("note", "code"), [(" ", "note_missing"), ("长" * 301, "note_long")])
def test_chasing_without_a_sound_note_is_refused(world: Any, note: str, code: str) -> None:
    row = open_at(world.street, world.street, TODAY)
    with pytest.raises(DomainError) as refusal:
        chase([row], note=note, actor=world.establishment)
    assert refusal.value.code == code
    assert not Notice.objects.exists()


def test_what_is_closed_or_nobodys_is_not_chased(world: Any, other_world: Any) -> None:
    closed = open_at(world.street, world.street, TODAY)
    close(PLAIN.key, [world.street], outcome="done")
    orphan = open_at(world.finance, world.streets[2], TODAY)
    abroad = open_at(other_world.street, other_world.street, TODAY)
    for row, code in ((closed, "closed"), (orphan, "nobody"), (abroad, "closed")):
        with pytest.raises(DomainError) as refusal:
            chase([row], note="请报送", actor=world.establishment)
        assert refusal.value.code == code
    client = world.client(world.establishment)
    assert client.get(f"/deadlines/chase/?row={closed.pk}").status_code == 409
    assert client.get(f"/deadlines/chase/?row={abroad.pk}").status_code == 404
    assert client.get("/deadlines/chase/").status_code == 302


def test_readers_and_units_may_not_chase(world: Any) -> None:
    row = open_at(world.street, world.street, TODAY)
    for actor in (world.district_reader, world.street_head, world.justice):
        with pytest.raises(DomainError):
            chase([row], note="请报送", actor=actor)
        assert world.client(actor).get(f"/deadlines/chase/?row={row.pk}").status_code == 403
    assert "/deadlines/chase/" not in text(world.client(world.district_reader), "/deadlines/")


# ---- Notices -------------------------------------------------------------------------------------------


def tell(world: Any, person: Any, title: str, url: str = "/deadlines/") -> Notice:
    return notify([person.pk], district=world.district, kind=NoticeKind.REMINDER, title=title, url=url)[0]


def test_a_notice_counts_in_the_top_bar_until_it_is_opened(world: Any) -> None:
    client = world.client(world.head)
    notice = tell(world, world.head, "第一条")
    tell(world, world.head, "第二条")
    tell(world, world.clerk, "别人的")
    assert '通知<span class="count">2</span>' in text(client, "/")
    page = text(client, "/notices/")
    assert "第一条" in page
    assert "别人的" not in page
    answer = client.get(f"/notices/{notice.pk}/")
    assert (answer.status_code, answer["Location"]) == (302, "/deadlines/")
    assert '通知<span class="count">1</span>' in text(client, "/")
    notice.refresh_from_db()
    read_at = notice.read_at
    assert read_at is not None
    client.get(f"/notices/{notice.pk}/")
    notice.refresh_from_db()
    assert notice.read_at == read_at


def test_all_are_marked_as_read_at_once_and_only_ones_own(world: Any) -> None:
    client = world.client(world.head)
    for number in range(3):
        tell(world, world.head, f"第{number}条")
    other = tell(world, world.clerk, "别人的")
    answer = client.post("/notices/read/", follow=True)
    assert "已将 3 条通知标为已读" in answer.content.decode()
    assert '通知<span class="count">' not in text(client, "/")
    assert "全部标为已读" not in answer.content.decode()
    other.refresh_from_db()
    assert other.read_at is None
    assert client.get(f"/notices/{other.pk}/").status_code == 404


def test_the_list_of_notices_tells_read_from_unread(world: Any) -> None:
    client = world.client(world.head)
    tell(world, world.head, "已看过的")
    client.post("/notices/read/")
    tell(world, world.head, "没看过的")
    page = text(client, "/notices/?tab=unread")
    assert "没看过的" in page
    assert "已看过的" not in page
