"""An exemption begins with its application, unless 区委编办 says for a reason that it begins before (P11)."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from secondment.exemptions import steps as exemptions
from secondment.models import Exemption
from secondment.rules.coverage import month_ends, runs
from secondment.selectors.backdating import effects
from secondment.services.coverage import refresh
from tests.secondment.staff.support import TODAY, covered_from, serving
from tests.secondment.staff.test_exemptions import figures, gap, submit
from tests.secondment.staff.test_registration import refused
from xianan.core import clock
from xianan.history.models import Entry

pytestmark = pytest.mark.django_db
D = dt.date
DAY = dt.timedelta(days=1)
MOST = 15
SINCE = D(2026, 8, 20)
ASKED = D(2026, 8, 25)


@pytest.fixture(autouse=True)
def _today() -> None:
    clock.set_to(TODAY)


@pytest.fixture
def early(world: Any) -> Exemption:
    """Powers since August, nobody sent, and in November an exemption is asked from 25 August on."""
    covered_from(world, SINCE)
    covered_from(world, SINCE, "占道经营的处罚", street=world.other_street)
    refresh(world.district)
    return submit(world, "principle", starts_on=ASKED)


@given(st.sets(st.integers(0, 60)))
def test_days_fall_into_spans_without_a_day_between(numbers: set[int]) -> None:
    days = sorted(TODAY + DAY * number for number in numbers)
    spans = runs(days)
    assert [day for span in spans for day in _days(span)] == days
    assert all(one.last + DAY < other.first for one, other in pairwise(spans))


def _days(span: Any) -> list[dt.date]:
    return [span.first + DAY * step for step in range((span.last - span.first).days + 1)]


@given(st.dates(D(2024, 1, 1), D(2028, 12, 31)), st.integers(-3, 200))
def test_month_ends_are_the_days_before_a_first(first: dt.date, more: int) -> None:
    days = [first + DAY * step for step in range(more + 1)]
    assert month_ends(first, first + DAY * more) == [day for day in days if (day + DAY).day == 1]


@pytest.mark.sqlite
def test_p11_it_begins_with_the_application_where_nothing_else_is_said(world, early) -> None:
    before = figures(world, "staff_missing_department", world.department, D(2026, 9, 30))
    row = exemptions.confirm(early, actor=world.establishment)
    assert (row.starts_on, row.applied_on, row.backdated) == (TODAY, TODAY, False)
    assert figures(world, "staff_missing_department", world.department, D(2026, 9, 30)) == before
    assert figures(world, "staff_missing_department", world.department, TODAY) == (1, 1)
    entry = Entry.objects.get(action="exemption.confirmed")
    assert entry.changes == {"起始日期": [ASKED.isoformat(), TODAY.isoformat()]}


@pytest.mark.sqlite
def test_p11_what_backdating_changes_is_listed_before_and_is_what_happens(world, early) -> None:
    told = effects(early)
    assert told is not None
    (missing,) = told.gaps
    assert (missing.first, missing.last) == (ASKED, TODAY - DAY)
    assert {one.on for one in told.changes} == {D(2026, 8, 31), D(2026, 9, 30), D(2026, 10, 31)}
    keys = {
        f"{world.department}下沉人员到位": ("staff_covered_department", world.department),
        f"{world.department}缺下沉人员": ("staff_missing_department", world.department),
        f"{world.street}下沉人员到位": ("staff_covered_street", world.street),
    }
    assert {one.label for one in told.changes} == set(keys)
    for one in told.changes:
        assert figures(world, *keys[one.label], one.on) == one.before
    row = exemptions.confirm(
        early, backdated=True, backdated_reason="派驻机构八月已到位", actor=world.establishment
    )
    assert (row.starts_on, row.backdated, row.backdated_reason) == (ASKED, True, "派驻机构八月已到位")
    for one in told.changes:
        assert (figures(world, *keys[one.label], one.on) or (0, 0)) == one.after
    log = Entry.objects.get(action="exemption.confirmed").changes
    assert log["追溯自"] == [TODAY.isoformat(), ASKED.isoformat()]
    assert log["不再计缺员"][1] == "2026年8月25日至2026年11月1日（69 天）"
    assert log[f"2026年9月30日{world.department}下沉人员到位"] == ["0/2", "0/1"]
    assert log[f"2026年9月30日{world.street}下沉人员到位"] == ["0/1", "—"]
    assert gap().title.startswith(str(world.other_street))


def test_days_on_which_somebody_was_there_are_no_gap(world, early) -> None:
    serving(world, starts_on=D(2026, 10, 1))
    (missing,) = effects(early).gaps
    assert (missing.first, missing.last) == (ASKED, D(2026, 9, 30))


def test_what_is_asked_from_today_on_has_nothing_to_tell(world) -> None:
    row = submit(world, "principle")
    assert effects(row) is None
    refused(
        "not_early", exemptions.confirm, row, actor=world.establishment, backdated=True,
        backdated_reason="理由", field="backdated",
    )  # fmt: skip


def test_backdating_says_why_and_a_time_that_is_over_needs_it(world, early) -> None:
    refused(
        "reason_missing", exemptions.confirm, early, actor=world.establishment, backdated=True,
        field="backdated_reason",
    )  # fmt: skip
    refused(
        "reason_long", exemptions.confirm, early, actor=world.establishment, backdated=True,
        backdated_reason="长" * 301, field="backdated_reason",
    )  # fmt: skip
    over = submit(world, "principle", street=world.other_street, starts_on=ASKED, ends_on=TODAY - DAY)
    message = refused("application_late", exemptions.confirm, over, actor=world.establishment)
    assert "不追溯的，不予确认" in message
    row = exemptions.confirm(over, actor=world.establishment, backdated=True, backdated_reason="八月已报")
    assert row.ends_on == TODAY - DAY


def test_the_database_lets_none_begin_before_its_application_unsaid(world, early) -> None:
    row = exemptions.confirm(early, actor=world.establishment)
    for values in ({"starts_on": TODAY - DAY}, {"backdated": True}, {"backdated_reason": "理由"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Exemption.objects.filter(pk=row.pk).update(**values)


def test_the_pages_list_what_it_changes_and_the_office_ticks(
    world, early, client, django_assert_max_num_queries
) -> None:
    client.force_login(world.establishment)
    page = reverse("secondment:exemption", args=[early.pk])
    confirm = reverse("secondment:exemption-confirm", args=[early.pk])
    for url in (page, confirm):
        with django_assert_max_num_queries(MOST):
            text = client.get(url).content.decode()
        assert "追溯会改变的" in text and "2026年8月25日至2026年11月1日" in text
        assert "2026年9月30日" in text and "0/2" in text
    assert "追溯，自申请之前的2026年8月25日起豁免" in text
    text = client.post(confirm, {"backdated": "on"}).content.decode()
    assert "追溯至申请之前须写明理由" in text
    answer = client.post(confirm, {"backdated": "on", "backdated_reason": "八月已到位"}, follow=True)
    told = answer.content.decode()
    assert "已确认，2026年8月25日起" in told and "追溯至申请之前" in told and "八月已到位" in told
    assert "补登 11月2日" in told and "追溯会改变的" not in told
    listed = client.get(reverse("secondment:exemptions")).content.decode()
    assert "补登 11月2日" in listed


def test_without_an_early_day_the_office_is_asked_nothing_more(world, client) -> None:
    row = submit(world, "principle")
    client.force_login(world.establishment)
    text = client.get(reverse("secondment:exemption-confirm", args=[row.pk])).content.decode()
    assert "追溯" not in text
