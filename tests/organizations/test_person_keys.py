"""An account says which natural person stands behind it, and the number is in the clear nowhere."""

from __future__ import annotations

import re
from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.test import Client

from xianan.core.errors import DomainError
from xianan.core.fields import blind_index
from xianan.history.selectors import timeline
from xianan.organizations.choices import KeyKind
from xianan.organizations.models import PersonKey, User
from xianan.organizations.person_keys import Key
from xianan.organizations.services.confirmation import confirm_password
from xianan.organizations.services.keys import set_person_key
from xianan.organizations.services.people import change_user, create_user

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]
SignIn = Callable[[Any], Client]
NUMBER, OTHER = "11010519491231002X", "440524188001010014"
FORM = {"name": "新人", "title": "科员", "username": "new-person", "password": "Erst-Wort-1"}


def identity(number: str = NUMBER) -> Key:
    return Key(KeyKind.IDENTITY, number)


def open_account(world: Any, username: str = "new-person", **values: Any) -> User:
    given = {"organization": world.department, "name": "新人", "password": world.password, **values}
    return create_user(username=username, actor=world.establishment, **given)


def refused(code: str, act: Callable[[], Any]) -> DomainError:
    with pytest.raises(DomainError) as caught:
        act()
    assert caught.value.code == code
    return caught.value


def test_the_number_is_in_no_table_and_no_log_and_the_page_shows_it_masked(
    world: Any, sign_in: SignIn, caplog: pytest.LogCaptureFixture
) -> None:
    client = sign_in(world.establishment)
    data = {
        **FORM,
        "organization": world.department.pk,
        "key_kind": "identity",
        "key": "110105 19491231 002x",
    }
    assert client.post("/people/create/", data).status_code == 302
    person = User.objects.get(username="new-person")
    assert person.person_index == blind_index(NUMBER)
    assert PersonKey.objects.get(user=person).number == NUMBER
    page = client.get(f"/people/{person.pk}/").content.decode()
    assert "身份证号码 110*************2X" in page or "110*************2X" in page
    edit = client.get(f"/people/{person.pk}/edit/").content.decode()
    assert "不更改则留空" in edit
    for text in (page, edit, client.get("/people/").content.decode(), caplog.text, everything_stored()):
        assert not re.search(NUMBER, text, re.IGNORECASE)
    assert timeline(person)[0].label == "设置人员标识"


def everything_stored() -> str:
    with connection.cursor() as cursor:
        found = []
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            found.append(repr(cursor.fetchall()))
    return "".join(found)


@pytest.mark.parametrize(
    ("kind", "number", "says"),
    [
        ("identity", "110105194912310021", "校验位不符"),
        ("identity", "1101051949123100", "须为 18 位数字"),
        ("staff", "11010519491231002", "像是身份证号码"),
        ("staff", "工号七", "2 至 30 位数字、字母"),
    ],
)
def test_a_wrong_number_is_refused_at_its_field(
    world: Any, sign_in: SignIn, kind: str, number: str, says: str
) -> None:
    data = {**FORM, "organization": world.department.pk, "key_kind": kind, "key": number}
    answer = sign_in(world.establishment).post("/people/create/", data)
    assert says in str(answer.context["form"].errors["key"])
    assert not User.objects.filter(username="new-person").exists()


def test_two_accounts_with_one_number_are_one_person_however_it_is_typed(world: Any) -> None:
    first = open_account(world, key=Key(KeyKind.STAFF, "xa-0071"))
    second = open_account(world, "second", organization=world.street, key=Key(KeyKind.STAFF, "ＸＡ-００７１"))
    assert first.person_index == second.person_index != ""


def test_the_same_staff_number_in_another_district_is_somebody_else(world: Any, other_world: Any) -> None:
    here = Key(KeyKind.STAFF, "0071").index(world.district.code)
    assert here != Key(KeyKind.STAFF, "0071").index(other_world.district.code)
    assert identity().index(world.district.code) == identity().index(other_world.district.code)


def test_one_number_under_two_names_is_refused(world: Any) -> None:
    open_account(world, key=identity())
    error = refused(
        "other_name",
        lambda: open_account(world, "second", organization=world.street, name="别人", key=identity()),
    )
    assert (error.field, "“new-person”（新人）" in error.message) == ("key", True)


def test_accounts_of_one_name_use_one_kind_of_number(world: Any) -> None:
    open_account(world, key=identity())
    message = refused(
        "other_kind",
        lambda: open_account(world, "second", organization=world.street, key=Key(KeyKind.STAFF, "0071")),
    ).message
    assert "“new-person”填的是身份证号码" in message
    open_account(world, "second", organization=world.street, key=identity(OTHER))


def test_a_person_has_one_account_in_an_organization(world: Any) -> None:
    open_account(world, key=identity())
    refused("second_account", lambda: open_account(world, "second", key=identity()))
    second = open_account(world, "second", organization=world.street, key=identity())
    refused(
        "second_account",
        lambda: change_user(second, actor=world.establishment, organization=world.department),
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.filter(pk=second.pk).update(organization=world.department)


def test_nobody_sets_the_own_number(world: Any, sign_in: SignIn) -> None:
    own = world.establishment
    error = refused("own_key", lambda: set_person_key(own, identity(), actor=own))
    assert "其他管理员" in error.message
    client, before = sign_in(own), User.objects.get(pk=own.pk).person_index
    data = {"organization": own.organization_id, "name": own.name, "key_kind": "identity", "key": NUMBER}
    assert client.post(f"/people/{own.pk}/edit/", data).status_code == 302
    assert User.objects.get(pk=own.pk).person_index == before
    assert 'name="key"' not in client.get(f"/people/{own.pk}/edit/").content.decode()


def test_on_the_server_it_is_set_with_name_and_reason(world: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PERSON_KEY", NUMBER)
    said = StringIO()
    call_command("set_person_key", "establishment", "--by", "王某", "--reason", "首个账号", stdout=said)
    person = User.objects.get(pk=world.establishment.pk)
    assert person.person_index == blind_index(NUMBER)
    entry = timeline(person)[0]
    assert (entry.label, entry.reason, entry.actor_name) == ("更改人员标识", "首个账号", "系统")
    assert "服务器操作人：王某" in entry.detail
    assert NUMBER not in said.getvalue()
    monkeypatch.setenv("PERSON_KEY", OTHER[:-1])
    with pytest.raises(CommandError, match="须为 18 位"):
        call_command("set_person_key", "establishment", "--by", "王某", "--reason", "首个账号")


def test_an_account_without_a_number_signs_nothing_and_is_told_who_helps(world: Any) -> None:
    person = open_account(world)
    User.objects.filter(pk=person.pk).update(password_is_initial=False)
    person.refresh_from_db()
    error = refused("no_key", lambda: confirm_password(person, world.password))
    assert "由区委编办在“人员与角色”中打开该账号" in error.message
    set_person_key(person, identity(), actor=world.establishment)
    confirm_password(User.objects.get(pk=person.pk), world.password)


def test_the_list_marks_accounts_without_a_number(world: Any, sign_in: SignIn) -> None:
    open_account(world)
    client = sign_in(world.establishment)
    assert client.get("/people/?size=100").content.decode().count("未填，不能签署") == 1
    rows = client.get("/people/?tab=keyless").content.decode()
    assert ("new-person" in rows, "住建经办" in rows) == (True, False)
