"""One content has one spelling, whether it comes from memory or from the database."""

import datetime as dt
import json
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xianan.core import clock
from xianan.history.canonical import canonical_bytes, plain
from xianan.history.models import Entry
from xianan.history.services import build, record, record_many
from xianan.jobs.choices import JobState

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\x00"))
    | st.dates()
    | st.decimals(allow_nan=False, allow_infinity=False, places=2)
    | st.datetimes(timezones=st.just(dt.UTC)),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=12,
)


@given(VALUES)
def test_what_went_through_json_has_the_same_canonical_form(value: Any) -> None:
    stored = json.loads(json.dumps(plain(value)))
    assert canonical_bytes(stored) == canonical_bytes(value)


@given(st.dictionaries(st.text(max_size=5), st.integers(), max_size=6))
def test_the_order_of_keys_makes_no_difference(value: dict[str, int]) -> None:
    assert canonical_bytes(dict(reversed(value.items()))) == canonical_bytes(value)


def test_one_moment_in_two_zones_is_one_content() -> None:
    moment = dt.datetime(2026, 11, 23, 1, 41, 0, 5, tzinfo=dt.UTC)
    assert plain(moment) == plain(moment.astimezone(ZoneInfo("Asia/Shanghai")))


def test_values_have_these_spellings() -> None:
    assert plain({"b": Decimal("1.50"), "a": JobState.DONE, "c": {3, 1}, "d": (dt.date(2026, 1, 2),)}) == {
        "b": "1.5",
        "a": "done",
        "c": [1, 3],
        "d": ["2026-01-02"],
    }
    assert canonical_bytes({"单位": "区司法局", "a": 1}) == '{"a":1,"单位":"区司法局"}'.encode()


def test_what_has_no_canonical_form_is_refused() -> None:
    with pytest.raises(TypeError, match="object has no canonical form"):
        plain(object())


@pytest.mark.sqlite
@pytest.mark.django_db
@pytest.mark.parametrize("many", [False, True])
def test_an_entry_reads_the_same_before_and_after_the_database(world: Any, many: bool) -> None:
    entry = build(
        world.department,
        "organization.change",
        "修改机构",
        actor=world.establishment,
        changes={
            "截止日期": (None, dt.date(2027, 2, 28)),
            "比例": (Decimal("40.00"), Decimal("35.5")),
            "时刻": (None, clock.now()),
            "状态": (JobState.QUEUED, JobState.DONE),
            "别名": (["住建局"], ["住建局", "区住建局"]),
        },
        reason=" 机构改革 ",
    )
    if many:
        record_many([entry])
    else:
        entry.save(force_insert=True)
    before = entry.canonical()
    assert Entry.objects.latest("pk").canonical() == before
    assert "机构改革".encode() in before


@pytest.mark.sqlite
def test_two_entries_that_differ_in_one_word_have_different_canonical_forms(world: Any) -> None:
    one = record(world.street, "a", "修改机构", actor=world.establishment, changes={"名称": ("甲", "乙")})
    other = Entry.objects.get(pk=one.pk)
    other.changes = {"名称": ["甲", "丙"]}
    assert one.canonical() != other.canonical()
