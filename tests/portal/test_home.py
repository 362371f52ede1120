"""The front page: what waits, what I began, what I did, and what the documents demand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from xianan.core import clock
from xianan.deadlines import registry
from xianan.deadlines.registry import DeadlineKind
from xianan.deadlines.services import Due, close, open_many
from xianan.history.models import Entry
from xianan.history.services import record
from xianan.policy.measures import Figure
from xianan.portal import home
from xianan.ui.todos import Todo

pytestmark = pytest.mark.sqlite
SignIn = Callable[[Any], Client]
KIND = DeadlineKind(
    "test_due", "试期限", "P00", "去办理", lambda ids: {key: f"/organizations/{key}/" for key in ids}
)


@pytest.fixture
def due(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Open deadlines of a kind of the tests: due(organization, row, days)."""
    monkeypatch.setitem(registry._kinds, KIND.key, KIND)

    def opened(owner: Any, row: Any, days: int, title: str = "报送材料") -> None:
        open_many(KIND.key, [Due(row, owner, clock.today() + dt.timedelta(days=days), title)])

    return opened


def page(client: Client, path: str = "/") -> Any:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer


def test_the_head_names_the_organization_and_the_day(world: Any, sign_in: SignIn) -> None:
    with clock.travel(dt.datetime(2026, 11, 23, 9, 41, tzinfo=clock.ZONE)):
        text = page(sign_in(world.clerk)).content.decode()
    assert "<span>区住房和城乡建设局</span><span>2026年11月23日 星期一</span>" in text


def test_a_deadline_of_the_own_organization_waits_and_one_of_another_does_not(
    world: Any, sign_in: SignIn, due: Callable[..., None]
) -> None:
    due(world.street, world.street, 3, "街道的期限")
    due(world.other_street, world.other_street, 1, "别的街道的期限")
    text = page(sign_in(world.street_head)).content.decode()
    assert "街道的期限" in text
    assert "剩 3 天" in text
    assert "去办理" in text
    assert "别的街道的期限" not in text
    assert "街道的期限" not in page(sign_in(world.nobody)).content.decode()


def test_a_closed_deadline_waits_no_more(world: Any, sign_in: SignIn, due: Callable[..., None]) -> None:
    due(world.street, world.street, 3)
    close(KIND.key, [world.street], outcome="done")
    assert "报送材料" not in page(sign_in(world.street_head)).content.decode()


def test_the_nearest_date_stands_first_and_what_has_none_last(
    world: Any, monkeypatch: pytest.MonkeyPatch, due: Callable[..., None]
) -> None:
    monkeypatch.setattr(home, "todos", lambda scope: [Todo("不限期的", "/jobs/", "办理")])
    due(world.street, world.street, 9, "九天")
    due(world.street, world.other_street, -2, "逾期")
    titles = [todo.title for todo in home.waiting(_scope(world.street_head))]
    assert titles == ["逾期", "九天", "不限期的"]


def test_a_deadline_of_what_an_app_names_already_only_lends_its_date(
    world: Any, monkeypatch: pytest.MonkeyPatch, due: Callable[..., None]
) -> None:
    url = f"/organizations/{world.street.pk}/"
    monkeypatch.setattr(home, "todos", lambda scope: [Todo("签署确认书", url, "审阅并签署")])
    due(world.street, world.street, 5)
    (todo,) = home.waiting(_scope(world.street_head))
    assert (todo.title, todo.due_on) == ("签署确认书", clock.today() + dt.timedelta(days=5))


def test_many_deadlines_of_one_day_are_one_line_that_leads_to_all_of_them(
    world: Any, sign_in: SignIn, due: Callable[..., None]
) -> None:
    for row in (world.street, world.other_street, world.station):
        due(world.street, row, 7)
    (todo,) = [todo for todo in home.waiting(_scope(world.street_head)) if todo.action == "查看全部"]
    assert (todo.title, todo.count) == ("试期限：报送材料 等 3 项", 3)
    text = page(sign_in(world.street_head), todo.url).content.decode()
    assert text.count("去办理") == 3
    assert page(sign_in(world.other_street_head), todo.url).content.decode().count("去办理") == 0


def _scope(person: Any) -> Any:
    from xianan.organizations.models import User
    from xianan.organizations.scope import scope_of

    return scope_of(User.objects.select_related("organization", "district").get(pk=person.pk))


def test_what_i_began_and_what_i_did_are_told_apart(world: Any, sign_in: SignIn) -> None:
    client = sign_in(world.establishment)
    base = home.handled_count(world.establishment)
    record(world.street, "organization.create", "增设机构", actor=world.establishment)
    record(world.department, "organization.change", "修改机构", actor=world.establishment)
    record(world.department, "organization.change", "再改机构", actor=world.establishment)
    record(world.other_street, "organization.change", "他人修改", actor=world.clerk)
    assert home.handled_count(world.establishment) == (base[0] + 1, base[1] + 2)
    began = page(client, "/?tab=started").content.decode()
    assert "温泉街道" in began
    assert "区住房和城乡建设局" not in began
    did = page(client, "/?tab=handled").content.decode()
    assert "再改机构" in did
    assert "修改机构" not in did.replace("再改机构", "")
    assert "浮山街道" not in did


def test_signing_in_is_no_work(world: Any) -> None:
    before = home.handled_count(world.establishment)
    record(world.establishment, "user.login", "登录平台", actor=world.establishment)
    assert home.handled_count(world.establishment) == before


def test_what_was_deleted_since_is_still_told_without_a_link(world: Any, sign_in: SignIn) -> None:
    entry = record(world.street, "organization.change", "修改机构", actor=world.establishment)
    Entry.objects.filter(pk=entry.pk).update(object_id=999_999, object_text="旧机构")
    text = page(sign_in(world.establishment), "/?tab=handled").content.decode()
    assert "旧机构" in text
    assert "已删除" in text
    assert "/organizations/999999/" not in text


def test_long_lists_are_paged(world: Any, sign_in: SignIn) -> None:
    for number in range(25):
        entry = record(world.street, "organization.change", f"第{number}次", actor=world.establishment)
        Entry.objects.filter(pk=entry.pk).update(object_id=10_000 + number)
    client = sign_in(world.establishment)
    first = page(client, "/?tab=handled")
    assert len(first.context["lines"]) == 20
    assert first.context["lines"][0].label == "第24次"
    second = page(client, "/?tab=handled&page=2")
    assert second.context["lines"][0].label == "第4次"
    assert page(client, "/?tab=handled&page=nonsense").context["page"].number == 1


@pytest.mark.parametrize("tab", ["", "started", "handled"])
@pytest.mark.parametrize("who", ["nobody", "clerk", "establishment", "street_head", "district_reader"])
def test_an_empty_tab_says_what_to_do_next(world: Any, sign_in: SignIn, who: str, tab: str) -> None:
    Entry.objects.all().delete()
    text = page(sign_in(getattr(world, who)), f"/?tab={tab}").content.decode()
    assert 'class="empty"' in text
    assert 'class="button' in text.split('class="empty"')[1]


def test_what_the_documents_demand_is_shown_for_the_own_street(
    world: Any, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    streets = {
        world.street.pk: Figure(2, 3, "/jobs/?street=1"),
        world.other_street.pk: Figure(5, 5, "/jobs/?street=2"),
    }
    _measures(monkeypatch, street=streets)
    text = page(sign_in(world.street_head), "/demands/").content.decode()
    assert "文件要求温泉街道做到的" in text
    assert "未达标 2/3" in text
    assert 'href="/jobs/?street=1"' in text
    assert "5/5" not in text
    other = page(sign_in(world.other_street_head), "/demands/").content.decode()
    assert "达标 5/5" in other
    assert "未达标" not in other


def test_an_office_sees_the_sum_of_the_district_with_the_rows_behind_it(
    world: Any, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    streets = {
        world.street.pk: Figure(2, 3, "/jobs/?street=1"),
        world.other_street.pk: Figure(5, 5, "/jobs/?street=2"),
    }
    _measures(monkeypatch, street=streets)
    text = page(sign_in(world.establishment), "/demands/").content.decode()
    assert "文件要求全区做到的" in text
    assert "未达标 7/8" in text
    assert 'href="/jobs/"' in text


def test_the_front_page_fetches_the_figures_apart_and_links_to_them_without_script(
    world: Any, sign_in: SignIn
) -> None:
    client = sign_in(world.street_head)
    assert 'href="/demands/"' in page(client).content.decode()
    part = client.get("/demands/", headers={"HX-Request": "true"}).content.decode()
    assert "文件要求温泉街道做到的" in part
    assert "<html" not in part


def test_where_nothing_is_due_nothing_is_called_met_or_missed(
    world: Any, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    _measures(monkeypatch, street={})
    text = page(sign_in(world.street_head), "/demands/").content.decode()
    assert "尚无应办" in text
    assert "达标" not in text


def _measures(monkeypatch: pytest.MonkeyPatch, **figures: Any) -> None:
    from xianan.policy.measures import Measure, MeasureGroup

    group = MeasureGroup(lambda asked: {f"m_{about}": found for about, found in figures.items()})
    rows = [Measure(f"m_{about}", "事项已认领", "P07", "项", 100, about, group) for about in figures]
    monkeypatch.setattr(home, "measures", lambda: rows)


@pytest.mark.parametrize("tab", ["", "started", "handled"])
def test_the_page_costs_a_fixed_number_of_queries(
    world: Any, sign_in: SignIn, due: Callable[..., None], django_assert_max_num_queries: Any, tab: str
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = sign_in(world.establishment)
    record(world.street, "organization.create", "增设机构", actor=world.establishment)
    due(world.establishment_bureau, world.street, 1)
    page(client, f"/?tab={tab}")
    with CaptureQueriesContext(
        connection,
    ) as few:
        page(client, f"/?tab={tab}")
    for number, row in enumerate((world.other_street, world.department, world.station, world.finance), 2):
        record(row, "organization.create", "增设机构", actor=world.establishment)
        due(world.establishment_bureau, row, number)
    with CaptureQueriesContext(connection) as many:
        page(client, f"/?tab={tab}")
    assert len(many) == len(few)
    assert len(many) <= 15


def test_a_page_of_a_refusal_has_the_menu_but_counts_nothing_for_it(world: Any, sign_in: SignIn) -> None:
    client = sign_in(world.establishment)

    def counted(address: str) -> tuple[str, bool]:
        with CaptureQueriesContext(connection) as queries:
            text = client.get(address).content.decode()
        return text, any("badge_name" in query["sql"] for query in queries)

    shown, counts = counted("/")
    refused, refused_counts = counted("/nothing-here/")
    assert 'aria-label="主菜单"' in shown and 'aria-label="主菜单"' in refused
    assert "找不到这个页面" in refused
    assert (counts, refused_counts) == (True, False)


def test_an_address_that_only_takes_a_form_says_so_when_it_is_opened(world: Any, sign_in: SignIn) -> None:
    answer = sign_in(world.establishment).get(reverse("deadlines:notices-read"))
    assert (answer.status_code, answer["Allow"]) == (405, "POST, OPTIONS")
    text = answer.content.decode()
    assert "这个地址不能直接打开" in text and 'aria-label="主菜单"' in text
