import datetime as dt
from typing import Any

import pytest

from xianan.core import clock
from xianan.history.context import request_id
from xianan.history.models import Entry
from xianan.history.selectors import handled_by, timeline
from xianan.history.services import differences, record

pytestmark = pytest.mark.sqlite


def test_the_newest_entry_stands_first_and_other_objects_stay_away(world: Any) -> None:
    before = timeline(world.street).count()
    record(world.street, "a.one", "先办", actor=world.establishment)
    record(world.other_street, "a.other", "别处", actor=world.establishment)
    record(world.street, "a.two", "后办", actor=world.establishment)
    labels = [entry.label for entry in timeline(world.street)]
    assert labels[:2] == ["后办", "先办"]
    assert len(labels) == before + 2


def test_rows_of_two_kinds_with_the_same_number_have_their_own_timelines(world: Any) -> None:
    record(world.district, "district.note", "区级记录", actor=world.establishment)
    assert all(entry.object_type == "organizations.user" for entry in timeline(world.clerk))


def test_several_rows_make_one_timeline(world: Any) -> None:
    record(world.street, "a", "街道", actor=world.establishment)
    record(world.department, "a", "部门", actor=world.establishment)
    labels = [entry.label for entry in timeline(world.street, world.department)]
    assert labels[:2] == ["部门", "街道"]


def test_no_rows_make_an_empty_timeline(world: Any) -> None:
    assert list(timeline()) == []


def test_a_timeline_names_organizations_without_a_query_for_each(
    world: Any, django_assert_num_queries: Any
) -> None:
    for number in range(5):
        record(world.street, "a", f"第{number}次", actor=world.establishment)
    with django_assert_num_queries(1):
        assert {str(entry.organization) for entry in timeline(world.street)[:5]} == {"区委编办"}


def test_an_entry_says_who_for_whom_when_and_in_which_request(world: Any) -> None:
    token = request_id.set("abc123")
    try:
        with clock.travel(dt.datetime(2026, 8, 31, 10, 0, tzinfo=clock.ZONE)):
            entry = record(world.street, "a", "办理", actor=world.street_clerk, reason=" 因故 ")
    finally:
        request_id.reset(token)
    assert (entry.actor_name, entry.organization_id) == (world.street_clerk.name, world.street.pk)
    assert clock.local_date(entry.at) == dt.date(2026, 8, 31)
    assert (entry.request_id, entry.reason) == ("abc123", "因故")
    assert entry.district_id == world.district.pk


def test_what_the_portal_does_by_itself_is_done_by_the_system(world: Any) -> None:
    entry = record(world.street, "a", "到期", actor=None)
    assert (entry.actor_id, entry.actor_name, entry.organization_id) == (None, "系统", None)


def test_a_renamed_object_keeps_its_old_name_in_the_log(world: Any) -> None:
    entry = record(world.street, "a", "办理", actor=world.establishment)
    world.street.name = "新名街道"
    assert Entry.objects.get(pk=entry.pk).object_text == "温泉街道"


def test_differences_name_the_fields_in_chinese_and_leave_out_what_stays(world: Any) -> None:
    found = differences(
        world.station, {"name": world.station.name, "parent": world.other_street, "code": "7"}
    )
    assert found == {"上级机构": ("温泉街道", "浮山街道"), "代码": ("", "7")}


def test_each_object_stands_once_among_what_a_person_handled(world: Any) -> None:
    for row in (world.street, world.department, world.street):
        record(row, "a.b", "办理", actor=world.reader)
    rows = list(handled_by(world.reader))
    assert [row["object_id"] for row in rows] == [world.street.pk, world.department.pk]
    assert list(handled_by(world.reader, actions=("other",))) == []


def test_a_timeline_writes_days_as_documents_do_and_names_what_was_taken_away(world: Any) -> None:
    entry = record(
        world.street,
        "a.change",
        "改动",
        actor=world.establishment,
        changes={
            "再议日期": (None, dt.date(2026, 11, 30)),
            "理由": ("缺人手", ""),
            "简称": ("甲", "乙"),
            "备注": ("", None),
        },
    )
    entry.refresh_from_db()
    assert set(entry.details) == {"再议日期：2026年11月30日", "理由：删去“缺人手”", "简称：甲 → 乙"}
    assert len(entry.detail) == len("；".join(entry.details))


def test_a_timeline_names_an_organization_once(world: Any) -> None:
    office = world.establishment.organization
    entry = record(world.street, "a.review", f"{office}审核事项", actor=world.establishment)
    assert entry.said == "审核事项"
    assert record(world.street, "a.one", "甲方签署", actor=world.establishment).said == "甲方签署"


def test_many_changes_are_folded_after_the_first_three(world: Any) -> None:
    from django.template.loader import render_to_string

    changes = {f"第{number:02}项": (None, "通过") for number in range(1, 11)}
    entry = record(world.street, "a.many", "审核", actor=world.establishment, changes=changes)
    shown, _, folded = render_to_string("ui/timeline.html", {"entries": [entry]}).partition("<details>")
    assert "第03项：通过" in shown and "第04项" not in shown
    assert "另有 7 处" in folded and "第10项：通过" in folded
