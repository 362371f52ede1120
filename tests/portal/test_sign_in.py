"""The door: who comes in, who is kept out, and what the log says of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from itertools import pairwise
from typing import Any
from urllib.parse import quote

import pytest
from django.conf import settings
from django.test import Client, RequestFactory

from xianan.core import clock
from xianan.history.models import Entry
from xianan.organizations.models import RoleAssignment, UsedPassword, User
from xianan.organizations.services.people import set_password
from xianan.portal import demonstration, devices, lockout
from xianan.ui.address import address_of, place_of

pytestmark = pytest.mark.sqlite
GENERIC = "账号或密码不正确"


def attempt(client: Client, username: str, password: str, **more: Any) -> Any:
    return client.post("/login/", {"username": username, "password": password, **more})


def log(action: str) -> list[Entry]:
    return list(Entry.objects.filter(action=action))


def test_the_right_password_opens_the_home_page_and_is_written_down(world: Any, client: Client) -> None:
    answer = attempt(client, "clerk", world.password)
    assert (answer.status_code, answer.url) == (302, "/")
    assert client.get("/").status_code == 200
    (entry,) = log("user.login")
    assert (entry.actor_id, entry.object_id) == (world.clerk.pk, world.clerk.pk)
    assert entry.changes == {"来源地址": [None, "127.0.0.1"]}


def test_every_page_but_the_door_asks_to_sign_in_first(world: Any, client: Client) -> None:
    for path in (
        "/",
        "/jobs/",
        "/jobs/1/",
        "/deadlines/",
        "/organizations/",
        "/people/1/",
        "/policy/",
        "/password/",
    ):
        answer = client.get(path)
        assert (answer.status_code, answer.url) == (302, f"/login/?next={path}"), path


@pytest.mark.parametrize(
    ("username", "password"),
    [("clerk", "Wrong-2026"), ("nobody-at-all", "Xianan-2026"), ("disabled", "Xianan-2026"), ("CLERK ", "x")],
)
def test_what_is_refused_looks_the_same_whether_the_account_exists_or_not(
    world: Any, client: Client, username: str, password: str
) -> None:
    world.person("disabled", world.department)
    User.objects.filter(username="disabled").update(is_active=False)
    answer = attempt(client, username, password)
    assert answer.status_code == 200
    text = answer.content.decode()
    assert GENERIC in text
    assert "没有此账号" not in text
    assert client.get("/").status_code == 302
    assert len(log("user.login_failed")) == 1


def test_a_wrong_account_is_not_written_down_since_it_may_be_a_password(world: Any, client: Client) -> None:
    attempt(client, "My-Secret-Word1", "clerk")
    (entry,) = log("user.login_failed")
    assert "My-Secret-Word1" not in str(entry.changes) + entry.object_text + entry.label
    assert entry.object_type == "organizations.district"


def test_five_wrong_passwords_lock_the_account_for_fifteen_minutes(world: Any, client: Client) -> None:
    with clock.travel(dt.datetime(2026, 11, 23, 9, 0, tzinfo=clock.ZONE)):
        for _ in range(4):
            assert attempt(client, "clerk", "Wrong-2026").status_code == 200
        locked = attempt(client, "clerk", "Wrong-2026")
        assert locked.status_code == 429
        assert "09:15 以后再试" in locked.content.decode()
        assert attempt(client, "clerk", world.password).status_code == 429, "the right one doesn't help now"
    with clock.travel(dt.datetime(2026, 11, 23, 9, 14, tzinfo=clock.ZONE)):
        assert attempt(client, "clerk", world.password).status_code == 429
    with clock.travel(dt.datetime(2026, 11, 23, 9, 16, tzinfo=clock.ZONE)):
        assert attempt(client, "clerk", "Wrong-2026").status_code == 200, "the count begins anew"
        assert attempt(client, "clerk", world.password).status_code == 302
    assert len(log("user.login_failed")) == 6


def test_the_right_password_forgets_the_wrong_ones_before_it(world: Any, client: Client) -> None:
    for _ in range(3):
        for _ in range(4):
            attempt(client, "clerk", "Wrong-2026")
        assert attempt(client, "clerk", world.password).status_code == 302
        client.logout()


def test_many_addresses_guess_at_one_account_no_more_often_than_one(world: Any) -> None:
    strangers = [Client(REMOTE_ADDR=f"10.1.2.{number}") for number in range(6)]
    assert [attempt(one, "clerk", "Wrong-2026").status_code for one in strangers] == [200] * 4 + [429] * 2
    assert attempt(Client(), "clerk", world.password).status_code == 429
    assert attempt(Client(), "head", world.password).status_code == 302, "others are not locked with it"


def test_one_address_guesses_at_many_accounts_no_more_often_than_thirty_times(world: Any) -> None:
    for number in range(29):
        assert attempt(Client(), f"guess-{number}", "Wrong-2026").status_code == 200
    last = attempt(Client(), "guess-29", "Wrong-2026")
    assert last.status_code == 429 and "从本机所在的网络" in last.content.decode()
    assert attempt(Client(), "clerk", world.password).status_code == 429
    assert attempt(Client(REMOTE_ADDR="10.1.2.3"), "clerk", world.password).status_code == 302


def test_an_office_behind_one_address_is_not_locked_by_signing_in(world: Any) -> None:
    codes = {attempt(Client(), "clerk", world.password).status_code for _ in range(35)}
    assert codes == {302}


def test_a_browser_that_signed_in_before_is_never_locked_by_others(world: Any) -> None:
    known = Client()
    attempt(known, "clerk", world.password)
    known.post("/logout/")
    for number in range(40):
        attempt(Client(), "clerk" if number < 6 else f"guess-{number}", "Wrong-2026")
    assert attempt(Client(), "clerk", world.password).status_code == 429
    assert attempt(known, "clerk", "Wrong-2026").status_code == 200
    assert attempt(known, "clerk", world.password).status_code == 302
    known.post("/logout/")
    assert attempt(known, "head", world.password).status_code == 429, "it is known for one account alone"


def test_a_known_browser_has_five_tries_of_its_own_and_locks_nobody_else(world: Any) -> None:
    known = Client()
    attempt(known, "clerk", world.password)
    known.post("/logout/")
    codes = [attempt(known, "clerk", "Wrong-2026").status_code for _ in range(6)]
    assert codes == [200] * 4 + [429] * 2
    assert attempt(known, "clerk", world.password).status_code == 429
    assert attempt(Client(), "clerk", world.password).status_code == 302


def test_the_mark_of_a_known_browser_is_signed_out_of_reach_of_scripts_and_names_nobody(
    world: Any, client: Client, settings: Any
) -> None:
    attempt(client, "clerk", world.password)
    mark = client.cookies[devices.COOKIE]
    assert mark["httponly"] and mark["samesite"] == "Strict" and mark["path"] == "/login/"
    assert "clerk" not in mark.value
    request = RequestFactory().post("/login/")
    request.COOKIES[devices.COOKIE] = mark.value
    assert devices.device_of(request, "clerk") and not devices.device_of(request, "head")
    request.COOKIES[devices.COOKIE] = mark.value[:-1] + ("A" if mark.value[-1] != "A" else "B")
    assert not devices.device_of(request, "clerk"), "nobody makes one himself"
    client.logout()
    settings.SESSION_COOKIE_SECURE = True
    attempt(client, "clerk", world.password)
    assert client.cookies[devices.COOKIE]["secure"]


def test_a_password_set_anew_by_the_administrator_opens_the_door_at_once(world: Any, client: Client) -> None:
    attempt(client, "clerk", world.password)
    client.post("/logout/")
    for _ in range(6):
        attempt(client, "clerk", "Wrong-2026")
        attempt(Client(), "clerk", "Wrong-2026")
    set_password(world.clerk, password="Neu-Wort-77", actor=world.establishment)
    assert attempt(client, "clerk", "Neu-Wort-77").status_code == 302
    assert attempt(Client(), "clerk", "Neu-Wort-77").status_code == 302


def test_behind_a_proxy_its_last_hop_counts_and_nothing_that_a_client_writes(settings: Any) -> None:
    request = RequestFactory().get(
        "/", REMOTE_ADDR="192.168.0.2", headers={"X-Forwarded-For": "1.1.1.1, 10.7.7.7"}
    )
    assert address_of(request) == "192.168.0.2"
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    assert address_of(request) == place_of(request) == "10.7.7.7"
    line = RequestFactory().get("/", headers={"X-Forwarded-For": "2001:db8:1:2:3:4:5:6"})
    assert place_of(line) == "2001:db8:1:2::/64", "one line has as many addresses as it likes"


def test_an_unknown_account_is_locked_like_a_known_one(world: Any, client: Client) -> None:
    codes = [attempt(client, "nobody-at-all", "x").status_code for _ in range(6)]
    assert codes == [200, 200, 200, 200, 429, 429]


def test_attempts_are_counted_before_the_password_is_looked_at(db: None) -> None:
    assert [lockout.reserve("a", "1", "").number for _ in range(7)] == [1, 2, 3, 4, 5, 6, 7]
    lockout.succeeded("a", "1", "")
    assert lockout.reserve("a", "1", "").number == 1


@pytest.mark.parametrize(
    ("wanted", "lands"),
    [
        ("/jobs/", "/jobs/"),
        ("/people/?tab=disabled", "/people/?tab=disabled"),
        ("https://evil.example/", "/"),
        ("//evil.example/", "/"),
        ("/\\evil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("", "/"),
    ],
)
def test_the_way_on_never_leaves_the_portal(world: Any, client: Client, wanted: str, lands: str) -> None:
    assert attempt(client, "clerk", world.password, next=wanted).url == lands


def test_who_is_signed_in_already_goes_straight_on(world: Any, sign_in: Callable[[Any], Client]) -> None:
    assert sign_in(world.clerk).get("/login/?next=/jobs/").url == "/jobs/"


def test_signing_out_needs_a_post_and_is_written_down(world: Any, sign_in: Callable[[Any], Client]) -> None:
    client = sign_in(world.clerk)
    assert client.get("/logout/").status_code == 405
    assert client.get("/").status_code == 200
    assert client.post("/logout/").url == "/login/"
    assert client.get("/").status_code == 302
    assert [entry.actor_id for entry in log("user.logout")] == [world.clerk.pk]
    assert Client().post("/logout/").status_code == 302


def test_signing_in_and_out_need_the_token_of_the_page(world: Any) -> None:
    strict = Client(enforce_csrf_checks=True)
    assert attempt(strict, "clerk", world.password).status_code == 403
    assert strict.post("/logout/").status_code == 403


def test_nothing_but_a_whole_form_reaches_the_accounts(world: Any, client: Client) -> None:
    for data in (
        {},
        {"username": "clerk"},
        {"username": "a\x00b", "password": "x"},
        {"username": "x" * 61, "password": "y"},
    ):
        answer = client.post("/login/", data)
        assert answer.status_code == 200
    assert log("user.login_failed") == []


def test_the_session_of_a_person_at_work_goes_on_and_that_of_an_idle_one_ends(
    world: Any, sign_in: Callable[[Any], Client]
) -> None:
    assert settings.SESSION_COOKIE_AGE == 30 * 60
    client = sign_in(world.clerk)
    first = client.get("/jobs/").cookies[settings.SESSION_COOKIE_NAME]
    assert first["max-age"] == 30 * 60
    assert settings.SESSION_COOKIE_NAME not in client.get("/jobs/").cookies, "no write at every click"
    with clock.travel(clock.now() + dt.timedelta(minutes=5)):
        assert client.get("/jobs/").cookies[settings.SESSION_COOKIE_NAME]["max-age"] == 30 * 60
    with clock.travel(clock.now() + dt.timedelta(minutes=10)):
        polled = client.get("/jobs/", headers={"HX-Request": "true"})
        assert settings.SESSION_COOKIE_NAME not in polled.cookies, "a page that polls is nobody at work"


def test_a_role_that_began_while_nobody_looked_counts_at_the_next_sign_in(world: Any, client: Client) -> None:
    RoleAssignment.objects.create(
        district=world.district,
        user=world.nobody,
        organization=world.department,
        role="department_reader",
        starts_on=clock.today(),
    )
    attempt(client, "nobody", world.password)
    assert client.get("/").context["request"].scope.holds("view_filing")


def test_the_demonstration_lists_its_accounts_and_a_deployment_none(
    world: Any, client: Client, settings: Any
) -> None:
    settings.DEMO = True
    told = demonstration.offered()
    assert told is not None
    shown = client.get("/login/").content.decode()
    assert told.password in shown
    assert all(account.username in shown for account in told.accounts)
    settings.DEMO = False
    assert demonstration.offered() is None
    hidden = client.get("/login/").content.decode()
    assert told.accounts[0].username not in hidden
    assert told.password not in hidden
    assert 'value="x"' not in client.get("/login/?account=x").content.decode()


def test_the_door_shows_the_district_and_never_waits_in_a_cache(world: Any, client: Client) -> None:
    answer = client.get("/login/")
    assert "咸安区街道赋权工作平台" in answer.content.decode()
    assert "no-store" in answer.headers["Cache-Control"]


def test_a_form_sent_after_the_session_ended_leads_back_to_its_page(world: Any, client: Client) -> None:
    letter = world.letter("甲事项")
    page, form = f"/agreements/{letter.pk}/", f"/agreements/{letter.pk}/sign/"
    sent = client.post(form, {"password": "x"}, headers={"Referer": f"http://testserver{page}"})
    assert sent.headers["Location"] == f"/login/?next={quote(page, safe='')}"
    door = client.get(sent.headers["Location"]).content.decode()
    assert "登录已失效，刚才填写的内容没有提交" in door
    # A page of elsewhere is no page to go back to.
    strange = client.post(form, headers={"Referer": "http://elsewhere.example/agreements/"})
    assert strange.headers["Location"] == f"/login/?next={form}"


def test_a_form_without_a_token_says_what_to_do_and_where_to_go_back(world: Any) -> None:
    letter = world.letter("甲事项")
    page, form = f"/agreements/{letter.pk}/", f"/agreements/{letter.pk}/sign/"
    guarded = Client(enforce_csrf_checks=True)
    ended = guarded.post(form, headers={"Referer": f"http://testserver{page}"})
    text = ended.content.decode()
    assert ended.status_code == 403 and "登录已失效，内容没有提交" in text
    assert f'href="/login/?next={quote(page, safe="")}"' in text and "重新登录" in text
    guarded.force_login(world.head)
    stale = guarded.post(form, headers={"Referer": f"http://testserver{page}"})
    text = stale.content.decode()
    assert stale.status_code == 403 and "页面已过期，内容没有提交" in text and f'href="{page}"' in text


# ---- One's own password --------------------------------------------------------------------------------


def change(client: Client, current: str, password: str, again: str | None = None) -> Any:
    return client.post(
        "/password/",
        {"current": current, "password": password, "again": password if again is None else again},
    )


def test_a_new_password_ends_other_sessions_and_keeps_the_own(
    world: Any, sign_in: Callable[[Any], Client]
) -> None:
    here, elsewhere = sign_in(world.clerk), sign_in(world.clerk)
    assert change(here, world.password, "Neu-Wort-77").url == "/"
    assert here.get("/").status_code == 200
    assert elsewhere.get("/").status_code == 302
    assert User.objects.get(pk=world.clerk.pk).check_password("Neu-Wort-77")
    assert [entry.label for entry in log("user.password")] == ["修改密码"]


@pytest.mark.parametrize(
    ("current", "password", "again", "says"),
    [
        ("wrong", "Neu-Wort-77", None, "现用密码不正确"),
        ("Xianan-2026", "Kurz-7", None, "不少于 8 位"),
        ("Xianan-2026", "nurkleines77", None, "三类"),
        ("Xianan-2026", "Neu-clerk-77", None, "不能包含账号"),
        ("Xianan-2026", "Neu-Wort-77", "Neu-Wort-78", "不一致"),
        ("Xianan-2026", "Password123", None, "常见"),
        ("Xianan-2026", "Xianan-2026", None, "不能与现用密码相同"),
        ("", "", "", "未填写"),
    ],
)
def test_a_password_that_will_not_do_is_refused_in_words(
    world: Any, sign_in: Callable[[Any], Client], current: str, password: str, again: str | None, says: str
) -> None:
    answer = change(sign_in(world.clerk), current, password, again)
    assert answer.status_code == 200
    assert says in answer.content.decode()
    assert User.objects.get(pk=world.clerk.pk).check_password(world.password)
    assert log("user.password") == []


def test_the_password_in_use_can_not_be_guessed_on_the_page_that_changes_it(
    world: Any, sign_in: Callable[[Any], Client]
) -> None:
    client = sign_in(world.clerk)
    answers = [change(client, "wrong", "Neu-Wort-77") for _ in range(5)]
    assert [answer.status_code for answer in answers] == [200] * 4 + [429]
    assert "还可再试 4 次" in answers[0].content.decode()
    locked = change(client, world.password, "Neu-Wort-77")
    assert locked.status_code == 429 and "15 分钟内不能修改密码" in locked.content.decode()
    assert User.objects.get(pk=world.clerk.pk).check_password(world.password)


def test_none_of_the_last_five_passwords_is_chosen_again(
    world: Any, sign_in: Callable[[Any], Client]
) -> None:
    client, words = sign_in(world.clerk), [world.password, *(f"Neu-Wort-7{number}" for number in range(5))]
    for old, new in pairwise(words[:5]):
        assert change(client, old, new).status_code == 302
    for earlier in words[:4]:
        answer = change(client, words[4], earlier)
        assert answer.status_code == 200 and "最近 5 次用过" in answer.content.decode(), earlier
    assert change(client, words[4], words[5]).status_code == 302
    assert change(client, words[5], words[0]).status_code == 302, "the sixth from the end is forgotten"
    assert all(word not in str(list(UsedPassword.objects.values())) for word in words)


def test_who_resets_a_password_is_not_told_what_another_had(world: Any) -> None:
    set_password(world.clerk, password=world.password, actor=world.establishment)
    assert UsedPassword.objects.filter(user=world.clerk).exists()
