"""The types of powers and their synonyms."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, connections
from django.test import Client

from empowerment.models import ItemType
from empowerment.services.types import change_type, create_type, delete_type, switch_type
from xianan.core.errors import DomainError, NotAllowed
from xianan.history.selectors import timeline

sqlite = pytest.mark.sqlite
SignIn = Callable[[Any], Client]


def make(world: Any, name: str = "行政裁决", *synonyms: str) -> ItemType:
    return create_type(name=name, synonyms=synonyms, display_order=90, actor=world.establishment)


@sqlite
def test_a_type_is_added_with_its_synonyms(world: Any, sign_in: SignIn) -> None:
    answer = sign_in(world.establishment).post(
        "/item-types/create/",
        {"name": "行政裁决", "synonyms": "裁决、行政裁决类\n裁决事项 裁决", "display_order": "90"},
    )
    assert answer.url == "/item-types/"
    row = ItemType.objects.get(name="行政裁决")
    assert (row.synonyms, row.named_by_policy, row.is_active) == (
        ["裁决", "行政裁决类", "裁决事项"],
        False,
        True,
    )
    assert [entry.label for entry in timeline(row)] == ["增设事项类型"]


@sqlite
@pytest.mark.parametrize(
    ("name", "synonyms", "code", "field"),
    [
        ("", (), "invalid", "name"),
        ("字" * 21, (), "invalid", "name"),
        ("行政处罚", (), "name_taken", "name"),
        ("行政 处罚", (), "name_taken", "name"),
        ("处罚", (), "name_taken", "name"),
        ("行政裁决", ("处 罚",), "synonym_taken", "synonyms"),
        ("行政裁决", ("行政许可",), "synonym_taken", "synonyms"),
        ("行政裁决", ("词" * 31,), "invalid", "synonyms"),
    ],
)
def test_one_word_means_one_type(
    world: Any, name: str, synonyms: tuple[str, ...], code: str, field: str
) -> None:
    with pytest.raises(DomainError) as refusal:
        make(world, name, *synonyms)
    assert (refusal.value.code, refusal.value.field) == (code, field)
    assert ItemType.objects.count() == len(world.types)


@sqlite
def test_another_district_may_use_the_same_words(world: Any, other_world: Any) -> None:
    make(world, "行政裁决", "裁决")
    make(other_world, "行政裁决", "裁决")
    assert ItemType.objects.filter(name="行政裁决").count() == 2


@sqlite
def test_the_seven_of_the_document_take_synonyms_but_keep_name_and_place(world: Any) -> None:
    row = world.types["行政处罚"]
    change_type(row, name="行政处罚", synonyms=["处罚", "罚款类"], display_order=4, actor=world.establishment)
    row.refresh_from_db()
    assert row.synonyms == ["处罚", "罚款类"]
    for act in (
        lambda: change_type(row, name="处置", synonyms=[], display_order=4, actor=world.establishment),
        lambda: switch_type(row, is_active=False, actor=world.establishment),
        lambda: delete_type(row, actor=world.establishment),
    ):
        with pytest.raises(DomainError) as refusal:
            act()
        assert refusal.value.code == "named_by_policy"
    row.refresh_from_db()
    assert (row.name, row.is_active) == ("行政处罚", True)


@sqlite
def test_a_type_in_use_is_switched_off_not_deleted(world: Any) -> None:
    row = make(world)
    world.types["行政裁决"] = row
    from empowerment.filings.services import add_item

    filing = world.draft()
    add_item(filing, actor=world.clerk, values=world.values("邻里纠纷的裁决", type=row))
    with pytest.raises(DomainError) as refusal:
        delete_type(row, actor=world.establishment)
    assert refusal.value.code == "in_use"
    assert timeline(row).count() == 1, "a refused deletion leaves no word of it"
    switch_type(row, is_active=False, actor=world.establishment)
    with pytest.raises(DomainError) as twice:
        switch_type(row, is_active=False, actor=world.establishment)
    assert twice.value.code == "wrong_state"
    switch_type(row, is_active=True, actor=world.establishment)
    assert [entry.label for entry in timeline(row)][:2] == ["恢复使用事项类型", "停用事项类型"]


@sqlite
def test_a_type_never_used_is_deleted_and_the_log_remembers(world: Any, sign_in: SignIn) -> None:
    row = make(world)
    key = row.pk
    assert sign_in(world.establishment).post(f"/item-types/{key}/delete/").url == "/item-types/"
    assert not ItemType.objects.filter(pk=key).exists()
    row.pk = key
    assert [entry.label for entry in timeline(row)] == ["删除事项类型", "增设事项类型"]


@sqlite
@pytest.mark.parametrize("who", ["clerk", "justice", "street_head", "district_reader", "nobody"])
def test_only_the_establishment_office_keeps_the_types(world: Any, sign_in: SignIn, who: str) -> None:
    row = make(world)
    client = sign_in(getattr(world, who))
    before = list(ItemType.objects.order_by("pk").values())
    for path in ("", "create/", f"{row.pk}/"):
        assert client.get(f"/item-types/{path}").status_code == 403
    for path in ("create/", f"{row.pk}/", f"{row.pk}/switch/", f"{row.pk}/delete/"):
        data = {"name": "新类型", "display_order": "1", "active": "0"}
        assert client.post(f"/item-types/{path}", data).status_code == 403
    with pytest.raises(NotAllowed):
        switch_type(row, is_active=False, actor=getattr(world, who))
    assert list(ItemType.objects.order_by("pk").values()) == before


@sqlite
def test_types_of_another_district_are_not_there(world: Any, other_world: Any, sign_in: SignIn) -> None:
    foreign = make(other_world, "行政裁决")
    client = sign_in(world.establishment)
    assert client.get(f"/item-types/{foreign.pk}/").status_code == 404
    assert client.post(f"/item-types/{foreign.pk}/delete/").status_code == 404
    with pytest.raises(NotAllowed):
        delete_type(foreign, actor=world.establishment)


@sqlite
def test_what_is_refused_stays_on_the_page(world: Any, sign_in: SignIn) -> None:
    answer = sign_in(world.establishment).post(
        f"/item-types/{world.types['行政许可'].pk}/",
        {"name": "行政许可", "synonyms": "审批、处罚", "display_order": "1"},
    )
    text = answer.content.decode()
    assert "“处罚”已用于“行政处罚”" in text
    assert "审批、处罚" in text


@pytest.mark.django_db(transaction=True)
def test_two_who_take_one_word_at_once_do_not_both_get_it(request: pytest.FixtureRequest) -> None:
    assert connection.vendor == "postgresql"
    world = request.getfixturevalue("world")
    start, outcomes = threading.Barrier(2), []

    def add(name: str) -> None:
        from xianan.organizations.models import User

        try:
            person = User.objects.select_related("district").get(pk=world.establishment.pk)
            start.wait(timeout=20)
            create_type(name=name, synonyms=["裁决类"], display_order=1, actor=person)
            outcomes.append("made")
        except DomainError as refusal:
            outcomes.append(refusal.code)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=add, args=(name,)) for name in ("行政裁决", "行政调解")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert sorted(outcomes) == ["made", "synonym_taken"]
