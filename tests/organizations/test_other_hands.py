"""Nobody gives himself roles or a new password; what others do to an account is told; initial passwords go first."""

from __future__ import annotations

import re
from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from tests.organizations.test_one_person import twin
from xianan.core.errors import DomainError
from xianan.deadlines.models import Notice
from xianan.history.selectors import timeline
from xianan.organizations.models import RoleAssignment, User
from xianan.organizations.services.confirmation import confirm_password
from xianan.organizations.services.people import assign_role, change_user, create_user, end_role, set_password

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]
SignIn = Callable[[Any], Client]
NEW, OWN = "Neu-Wort-77", "Mein-Wort-88"


@pytest.fixture
def second(world: Any) -> User:
    """A further administrator."""
    return world.person("establishment-b", world.establishment_bureau, "establishment", name="编办乙")


def refused(code: str, act: Callable[[], Any]) -> str:
    with pytest.raises(DomainError) as caught:
        act()
    assert caught.value.code == code
    return caught.value.message


def told(user: User) -> list[str]:
    return list(Notice.objects.filter(recipient=user).order_by("pk").values_list("title", flat=True))


def fresh(user: User) -> User:
    return User.objects.get(pk=user.pk)


def test_nobody_gives_himself_a_role_by_any_account(world: Any, sign_in: SignIn) -> None:
    own = world.establishment
    other = twin(world, own, world.department, "department_reader")
    for account in (own, other):
        message = refused(
            "oneself",
            lambda account=account: assign_role(
                account, organization=world.department, role="department_head", actor=fresh(own)
            ),
        )
        assert "manage.py grant_role" in message
    data = {"organization": world.department.pk, "role": "department_head", "starts_on": "2026-01-01"}
    page = sign_in(own).post(f"/people/{own.pk}/", data).content.decode()
    assert "不能为本人分配角色" in page or "由区委编办其他管理员分配" in page
    assert not RoleAssignment.objects.filter(role="department_head", user__in=[own, other]).exists()


def test_nobody_brings_the_own_disabled_account_back_or_resets_its_password(
    world: Any, sign_in: SignIn
) -> None:
    own = world.establishment
    other = twin(world, own, world.department, "department_head")
    User.objects.filter(pk=other.pk).update(is_active=False)
    refused("oneself", lambda: change_user(other, actor=fresh(own), is_active=True))
    refused("oneself", lambda: set_password(other, password=NEW, actor=fresh(own)))
    client = sign_in(own)
    before = fresh(own).password
    for answer in (
        client.get(f"/people/{own.pk}/password/"),
        client.post(f"/people/{own.pk}/password/", {"password": NEW}),
    ):
        assert answer.status_code == 409
        assert "凭现用密码修改" in answer.content.decode()
    assert fresh(own).password == before
    assert f"/people/{own.pk}/password/" not in client.get(f"/people/{own.pk}/").content.decode()


def test_the_account_and_the_other_administrators_are_told_of_roles_and_resets(
    world: Any, second: User
) -> None:
    row = assign_role(
        world.nobody, organization=world.department, role="department_clerk", actor=world.establishment
    )
    set_password(world.nobody, password=NEW, actor=world.establishment)
    end_role(row, actor=world.establishment, reason="调离")
    expected = [
        "账号“nobody”（无角色）任区住房和城乡建设局部门经办人",
        "账号“nobody”（无角色）的密码被重置，登录后须先改密码",
        "账号“nobody”（无角色）不再任区住房和城乡建设局部门经办人",
    ]
    assert told(world.nobody) == told(second) == expected
    assert told(world.establishment) == []
    notice = Notice.objects.filter(recipient=second).latest("pk")
    assert (notice.url, "编办甲（区委编办，账号“establishment”）" in notice.text) == (
        f"/people/{world.nobody.pk}/",
        True,
    )
    assert Notice.objects.filter(recipient=world.nobody).latest("pk").url == ""
    assert NEW not in str(list(Notice.objects.values()))


def test_what_another_has_set_is_changed_before_anything_is_seen_or_signed(
    world: Any, sign_in: SignIn
) -> None:
    sign_in(world.establishment).post(f"/people/{world.head.pk}/password/", {"password": NEW})
    letter = world.letter("甲事项")
    client = Client()
    assert client.post("/login/?next=/agreements/", {"username": "head", "password": NEW}).url == "/password/"
    assert client.get("/").url == client.post(f"/agreements/{letter.pk}/sign/").url == "/password/"
    page = client.get("/password/").content.decode()
    assert "现用密码由他人设定" in page
    assert "只有本人知道" in refused("initial_password", lambda: confirm_password(fresh(world.head), NEW))
    typed = {"current": NEW, "password": OWN, "again": OWN}
    assert client.post("/password/", typed).url == "/"
    assert client.get("/").status_code == 200
    confirm_password(fresh(world.head), OWN)


def test_an_account_opened_by_another_begins_with_a_password_to_change(world: Any) -> None:
    values = {"organization": world.department, "name": "新人", "password": NEW}
    opened = create_user(username="neu-1", actor=world.establishment, **values)
    assert opened.password_is_initial
    assert not create_user(username="neu-2", actor=None, **values).password_is_initial


def test_one_administrator_alone_does_it_on_the_server_and_the_log_says_who(
    world: Any, second: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = StringIO()
    who = {"by": "王某", "reason": "只有一名管理员"}
    call_command(
        "grant_role",
        "establishment",
        "department_reader",
        organization="区住房和城乡建设局",
        stdout=said,
        **who,
    )
    assert "编办甲任区住房和城乡建设局部门查阅" in said.getvalue()
    entry = timeline(world.establishment)[0]
    assert (entry.actor_name, entry.reason) == ("系统", "只有一名管理员")
    assert "服务器操作人：王某" in entry.detail
    monkeypatch.setenv("NEW_PASSWORD", NEW)
    call_command("reset_password", "establishment", stdout=said, **who)
    person = fresh(world.establishment)
    assert (person.check_password(NEW), person.password_is_initial) == (True, True)
    assert NEW not in said.getvalue() + str([entry.changes for entry in timeline(person)])
    assert [title[-14:] for title in told(second)] == told_short(told(person))
    with pytest.raises(CommandError, match="没有账号"):
        call_command("grant_role", "unbekannt", "department_reader", **who)
    with pytest.raises(CommandError, match="不能设“街道负责人”"):
        call_command("grant_role", "establishment", "street_head", **who)
    with pytest.raises(CommandError, match="操作人和理由"):
        call_command("reset_password", "establishment", by="王某", reason=" ")


def told_short(titles: list[str]) -> list[str]:
    assert len(titles) == 2
    return [title[-14:] for title in titles]


def test_the_administrator_is_told_how_many_accounts_cannot_sign(world: Any, sign_in: SignIn) -> None:
    line = re.compile(r'<a[^>]*href="/people/"[^>]*>.*?</a>', re.DOTALL)

    def beside() -> str:
        shown = line.search(sign_in(world.establishment).get("/organizations/").content.decode())
        assert shown
        return "".join(re.sub("<[^>]+>", "", shown[0]).split())

    assert beside() == "人员与角色"
    User.objects.filter(pk=world.nobody.pk).update(person_index="")
    assert beside() == "人员与角色1"
    found = sign_in(world.establishment).get("/people/?tab=keyless").content.decode()
    assert f"/people/{world.nobody.pk}/" in found and f"/people/{world.clerk.pk}/" not in found
