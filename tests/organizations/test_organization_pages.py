"""区委编办 keeps organizations; others look or stay outside."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from xianan.core.errors import DomainError
from xianan.history.selectors import timeline
from xianan.organizations.models import Organization
from xianan.organizations.services.organizations import change_organization

SignIn = Callable[[Any], Client]
WHOLE = {
    "name": "区林业局",
    "short_name": "林业",
    "full_name": "咸安区林业局",
    "aliases": "林业局、区林业和草原局 林草局",
    "kind": "department",
    "duty": "",
    "empowering": "on",
    "credit_code": "91350100M000100Y43",
    "code": "",
    "parent": "",
    "display_order": "300",
}
TABLES = (Organization,)


def test_an_organization_is_added_with_everything_that_was_typed(world: Any, sign_in: SignIn) -> None:
    answer = sign_in(world.establishment).post("/organizations/create/", WHOLE)
    row = Organization.objects.get(name="区林业局")
    assert answer.url == f"/organizations/{row.pk}/"
    assert (row.district, row.empowering, row.credit_code) == (world.district, True, "91350100M000100Y43")
    assert row.aliases == ["林业局", "区林业和草原局", "林草局"]
    assert [entry.label for entry in timeline(row)] == ["增设机构"]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"name": ""}, "未填写名称"),
        ({"name": "温泉街道"}, "本区已有同名机构"),
        ({"kind": ""}, "未选择类别"),
        ({"kind": "palace"}, "类别"),
        ({"kind": "street"}, "不能设为赋权部门"),
        ({"credit_code": "91350100M000100Y44"}, "校验位不符"),
        ({"credit_code": "123"}, "须为 18 位"),
        ({"display_order": "-1"}, "排序"),
        ({"display_order": "x"}, "排序须填整数"),
        ({"parent": "999999"}, "上级机构"),
    ],
)
def test_what_is_wrong_is_said_in_chinese_and_nothing_typed_is_lost(
    world: Any, sign_in: SignIn, change: dict[str, str], says: str
) -> None:
    before = Organization.objects.count()
    answer = sign_in(world.establishment).post("/organizations/create/", {**WHOLE, **change})
    text = answer.content.decode()
    assert answer.status_code == 200
    assert says in text
    assert "咸安区林业局" in text
    assert Organization.objects.count() == before


def test_one_credit_code_belongs_to_one_organization(world: Any, sign_in: SignIn) -> None:
    client = sign_in(world.establishment)
    client.post("/organizations/create/", WHOLE)
    again = client.post("/organizations/create/", {**WHOLE, "name": "区水利局"})
    assert "已被其他机构使用" in again.content.decode()


def test_a_change_stands_in_the_timeline_with_old_and_new_in_words(world: Any, sign_in: SignIn) -> None:
    client = sign_in(world.establishment)
    client.post("/organizations/create/", WHOLE)
    row = Organization.objects.get(name="区林业局")
    page = client.get(f"/organizations/{row.pk}/edit/").content.decode()
    assert "林业局、区林业和草原局、林草局" in page
    answer = client.post(f"/organizations/{row.pk}/edit/", {**WHOLE, "kind": "office", "short_name": "林草"})
    assert answer.status_code == 302
    (entry, _) = timeline(row)
    assert entry.changes == {"简称": ["林业", "林草"], "类别": ["区直部门", "综合办事机构"]}
    assert "简称：林业 → 林草" in client.get(f"/organizations/{row.pk}/").content.decode()


def test_saving_without_a_change_writes_nothing_down(world: Any, sign_in: SignIn) -> None:
    client = sign_in(world.establishment)
    client.post("/organizations/create/", WHOLE)
    row = Organization.objects.get(name="区林业局")
    client.post(f"/organizations/{row.pk}/edit/", WHOLE)
    assert timeline(row).count() == 1


def test_an_organization_can_not_become_one_in_which_its_roles_do_not_fit(world: Any) -> None:
    with pytest.raises(DomainError) as refusal:
        change_organization(world.department, actor=world.establishment, kind="street", empowering=False)
    assert refusal.value.code == "role_no_longer_fits"
    world.department.refresh_from_db()
    assert world.department.kind == "department"


def test_a_parent_of_another_district_is_refused(world: Any, other_world: Any) -> None:
    with pytest.raises(DomainError) as refusal:
        change_organization(world.station, actor=world.establishment, parent=other_world.street)
    assert refusal.value.code == "other_district"


PATHS = ("/organizations/create/", *(f"/organizations/{{pk}}/{act}/" for act in ("edit", "close", "reopen")))


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("who", ["clerk", "head", "justice", "street_head", "district_reader", "nobody"])
def test_only_the_establishment_office_changes_organizations(
    world: Any, sign_in: SignIn, who: str, path: str
) -> None:
    client, address = sign_in(getattr(world, who)), path.format(pk=world.street.pk)
    before = list(Organization.objects.order_by("pk").values())
    assert client.get(address).status_code == 403
    assert client.post(address, {**WHOLE, "reason": "x"}).status_code == 403
    assert list(Organization.objects.order_by("pk").values()) == before


def test_the_list_is_for_those_who_may_look(world: Any, sign_in: SignIn) -> None:
    assert sign_in(world.clerk).get("/organizations/").status_code == 403
    for person in (world.establishment, world.district_reader):
        assert sign_in(person).get("/organizations/").status_code == 200
    assert "增设机构" not in sign_in(world.district_reader).get("/organizations/").content.decode()


def test_another_district_is_not_there(world: Any, other_world: Any, sign_in: SignIn) -> None:
    client = sign_in(world.establishment)
    assert "东一街道" not in client.get("/organizations/?size=100").content.decode()
    for path in ("/organizations/{pk}/", *PATHS[1:]):
        assert client.get(path.format(pk=other_world.street.pk)).status_code == 404
        if path != "/organizations/{pk}/":
            assert client.post(path.format(pk=other_world.street.pk), WHOLE).status_code == 404
    other_world.street.refresh_from_db()
    assert other_world.street.is_active


def test_the_list_filters_sorts_and_exports(world: Any, sign_in: SignIn) -> None:
    client = sign_in(world.establishment)
    streets = client.get("/organizations/?kind=street").content.decode()
    assert "温泉街道" in streets
    assert "区财政局</a>" not in streets
    assert client.get("/organizations/?q=住房").content.decode().count("/organizations/") > 0
    assert client.get("/organizations/?sort=-people").status_code == 200
    answer = client.get("/organizations/?export=xlsx")
    assert answer.headers["Content-Type"].endswith("sheet")


def test_the_list_costs_a_fixed_number_of_queries(world: Any, sign_in: SignIn) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = sign_in(world.establishment)
    client.get("/organizations/?size=10")
    with CaptureQueriesContext(connection) as few:
        client.get("/organizations/?size=10")
    with CaptureQueriesContext(connection) as many:
        client.get("/organizations/?size=50")
    assert len(many) == len(few) <= 9
