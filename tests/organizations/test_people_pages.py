"""区委编办 opens accounts and gives roles."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from xianan.core import clock
from xianan.history.selectors import timeline
from xianan.organizations.models import RoleAssignment, User
from xianan.organizations.scope import scope_of

SignIn = Callable[[Any], Client]


def whole(world: Any, **change: Any) -> dict[str, Any]:
    return {
        "organization": world.department.pk,
        "name": "新人",
        "title": "科员",
        "username": "new-person",
        "password": "Erst-Wort-1",
        **change,
    }


def test_an_account_is_opened_and_can_sign_in_without_any_right(world: Any, sign_in: SignIn) -> None:
    answer = sign_in(world.establishment).post("/people/create/", whole(world))
    person = User.objects.get(username="new-person")
    assert answer.url == f"/people/{person.pk}/"
    assert (person.district, person.organization, person.title) == (world.district, world.department, "科员")
    client = Client()
    client.post("/login/", {"username": "new-person", "password": "Erst-Wort-1"})
    assert client.get("/").url == "/password/"
    changed = {"current": "Erst-Wort-1", "password": "Zweit-Wort-2", "again": "Zweit-Wort-2"}
    assert client.post("/password/", changed).status_code == 302
    assert client.get("/").status_code == 200
    assert client.get("/people/").status_code == 403
    assert "Erst-Wort-1" not in str([entry.changes for entry in timeline(person)])


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"username": "clerk"}, "已存在"),
        ({"username": "有 空格"}, "账号由文字"),
        ({"username": ""}, "未填写账号"),
        ({"password": "short"}, "不少于 8 位"),
        ({"password": "new-person-1A"}, "不能包含账号"),
        ({"name": ""}, "未填写姓名"),
        ({"organization": "999999"}, "所在机构"),
    ],
)
def test_what_is_wrong_is_said_in_chinese(
    world: Any, sign_in: SignIn, change: dict[str, str], says: str
) -> None:
    before = User.objects.count()
    answer = sign_in(world.establishment).post("/people/create/", whole(world, **change))
    assert says in answer.content.decode()
    assert User.objects.count() == before


def test_a_role_is_given_until_a_day_and_ended(world: Any, sign_in: SignIn) -> None:
    client, address = sign_in(world.establishment), f"/people/{world.nobody.pk}/"
    data = {
        "organization": world.department.pk,
        "role": "department_clerk",
        "starts_on": f"{clock.today():%Y-%m-%d}",
        "ends_on": f"{clock.today() + dt.timedelta(days=30):%Y-%m-%d}",
    }
    assert client.post(address, data).url == address
    row = RoleAssignment.objects.get(user=world.nobody)
    assert row.ends_on == clock.today() + dt.timedelta(days=30)
    assert scope_of(User.objects.get(pk=world.nobody.pk)).can("draft_filing", world.department)
    assert "此期间已是" in client.post(address, data).content.decode()
    assert client.post(f"{address}roles/{row.pk}/end/").status_code == 302
    assert not scope_of(User.objects.get(pk=world.nobody.pk)).holds("draft_filing")
    labels = [entry.label for entry in timeline(world.nobody)][:2]
    assert labels == ["不再任区住房和城乡建设局部门经办人", "任区住房和城乡建设局部门经办人"]


def test_an_unfit_role_is_refused_at_its_field(world: Any, sign_in: SignIn) -> None:
    answer = sign_in(world.establishment).post(
        f"/people/{world.nobody.pk}/",
        {"organization": world.street.pk, "role": "department_head", "starts_on": "2026-01-01"},
    )
    assert "“温泉街道”不能设“部门负责人”" in answer.content.decode()
    assert answer.context["form"].errors["role"]
    assert not RoleAssignment.objects.filter(user=world.nobody).exists()


def test_the_last_account_of_the_office_can_not_be_ended_from_the_page(world: Any, sign_in: SignIn) -> None:
    row = RoleAssignment.objects.get(user=world.establishment)
    answer = sign_in(world.establishment).post(f"/people/{world.establishment.pk}/roles/{row.pk}/end/")
    assert answer.status_code == 409
    assert "最后一个管理账号" in answer.content.decode()


def test_a_role_is_ended_only_through_the_person_who_holds_it(world: Any, sign_in: SignIn) -> None:
    row = RoleAssignment.objects.get(user=world.clerk)
    client = sign_in(world.establishment)
    assert client.post(f"/people/{world.head.pk}/roles/{row.pk}/end/").status_code == 404
    assert scope_of(world.clerk).holds("draft_filing")


def test_a_disabled_account_is_out_at_once_and_comes_back(world: Any, sign_in: SignIn) -> None:
    office, clerk = sign_in(world.establishment), sign_in(world.clerk)
    assert clerk.get("/").status_code == 200
    office.post(f"/people/{world.clerk.pk}/active/")
    assert clerk.get("/").status_code == 302
    office.post(f"/people/{world.clerk.pk}/active/")
    assert User.objects.get(pk=world.clerk.pk).is_active


def test_nobody_disables_the_own_account(world: Any, sign_in: SignIn) -> None:
    answer = sign_in(world.establishment).post(f"/people/{world.establishment.pk}/active/")
    assert (answer.status_code, User.objects.get(pk=world.establishment.pk).is_active) == (409, True)


def test_a_reset_password_ends_the_sessions_of_the_person(world: Any, sign_in: SignIn) -> None:
    office, clerk = sign_in(world.establishment), sign_in(world.clerk)
    address = f"/people/{world.clerk.pk}/password/"
    assert "三类" in office.post(address, {"password": "nurkleines77"}).content.decode()
    assert office.post(address, {"password": "Neu-Wort-77"}).status_code == 302
    assert clerk.get("/").status_code == 302
    assert User.objects.get(pk=world.clerk.pk).check_password("Neu-Wort-77")
    assert timeline(world.clerk)[0].label == "重置密码"


def test_a_person_who_moves_keeps_name_and_account(world: Any, sign_in: SignIn) -> None:
    client = sign_in(world.establishment)
    client.post(
        f"/people/{world.nobody.pk}/edit/",
        {"organization": world.street.pk, "name": "改名", "title": "", "username": "hacked", "password": "x"},
    )
    person = User.objects.get(pk=world.nobody.pk)
    assert (person.organization, person.name, person.username) == (world.street, "改名", "nobody")
    assert person.check_password(world.password)


PATHS = (
    "/people/", "/people/create/", "/people/{pk}/", "/people/{pk}/edit/", "/people/{pk}/password/",
)  # fmt: skip


@pytest.mark.parametrize("who", ["clerk", "head", "justice", "street_head", "district_reader", "nobody"])
def test_only_the_establishment_office_sees_and_changes_people(world: Any, sign_in: SignIn, who: str) -> None:
    client = sign_in(getattr(world, who))
    before = list(User.objects.order_by("pk").values("name", "password", "is_active", "organization"))
    assignment = RoleAssignment.objects.get(user=world.head)
    for path in PATHS:
        assert client.get(path.format(pk=world.head.pk)).status_code == 403, path
    for path in (*PATHS[1:], "/people/{pk}/active/", f"/people/{{pk}}/roles/{assignment.pk}/end/"):
        data = {**whole(world), "role": "department_reader", "starts_on": "2026-01-01"}
        assert client.post(path.format(pk=world.head.pk), data).status_code == 403, path
    assert list(User.objects.order_by("pk").values("name", "password", "is_active", "organization")) == before
    assignment.refresh_from_db()
    assert assignment.ends_on is None


def test_people_of_another_district_are_not_there(world: Any, other_world: Any, sign_in: SignIn) -> None:
    client = sign_in(world.establishment)
    assert "b-clerk" not in client.get("/people/?size=100").content.decode()
    for path in PATHS[2:]:
        assert client.get(path.format(pk=other_world.clerk.pk)).status_code == 404, path
    assert client.post(f"/people/{other_world.clerk.pk}/active/").status_code == 404


def test_the_list_costs_a_fixed_number_of_queries(world: Any, sign_in: SignIn) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = sign_in(world.establishment)
    client.get("/people/?size=10")
    with CaptureQueriesContext(connection) as few:
        client.get("/people/?size=10")
    with CaptureQueriesContext(connection) as many:
        assert "部门经办人" in client.get("/people/?size=50").content.decode()
    assert len(many) == len(few) <= 10


def test_the_list_is_cut_by_role(world: Any, sign_in: SignIn) -> None:
    text = sign_in(world.establishment).get("/people/?role=street_head").content.decode()
    assert "街道负责" in text
    assert "住建经办" not in text
