"""What an indicator counts for a street that owed nothing of it in the year, and the day of reading (P36, P38)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assessment.cycles import services as cycles
from assessment.cycles import steps as moves
from assessment.cycles.services import rule_none_due
from assessment.models import Cycle, Indicator, NoneDueRuling, Reading
from assessment.rules.costs import lost
from assessment.rules.paper_words import none_due_lines
from assessment.rules.results import recomputed
from assessment.selectors import figures, results, scores
from assessment.services.scores import Event, Sheet
from tests.assessment.results.support import corrected, give, public
from tests.assessment.support import START, cycle, indicator, scheme
from xianan.core import clock
from xianan.core.errors import DomainError
from xianan.history.models import Entry

pytestmark = pytest.mark.django_db
HAND = ("2.1", 40_00, "hand", {})
REST = ("1.1", 30_00, "hand", {})


def refusal(act: Callable[[], object]) -> DomainError:
    with pytest.raises(DomainError) as caught:
        act()
    return caught.value


def begun(world: Any, none_due: str, *, with_deductions: bool = False, **more: Any) -> Cycle:
    """In scoring, with an indicator of 30 points of whose measure nothing was due anywhere."""
    measured = (
        "2.2", 30_00, "ratio",
        {
            "measure_key": "letters_signed_street",
            "with_deductions": with_deductions,
            "none_due": none_due,
        },
    )  # fmt: skip
    return cycle(world, "to_scoring", made=scheme(world, (REST, HAND, measured)), **more)


def score(world: Any, row: Cycle, points: int = 30_00) -> None:
    for street in row.streets.all():
        give(world, row, street, "1.1", Sheet(points=30_00))
        give(world, row, street, "2.1", Sheet(points=points, note="" if points == 40_00 else "有欠缺"))


def cell(world: Any, row: Cycle, code: str = "2.2") -> scores.IndicatorResult:
    key = indicator(row, code).pk
    alone = scores.indicator_results(row, indicators=[indicator(row, code)])[world.street.pk, key]
    assert alone == scores.indicator_results(row)[world.street.pk, key], "a part of the sheet says the same"
    return alone


def rule(world: Any, row: Cycle, **more: Any) -> NoneDueRuling:
    values = {"counts_as": "spread", "reason": "领导小组会议研究", "actor": world.establishment, **more}
    return rule_none_due(row, indicator=values.pop("indicator", indicator(row, "2.2")), **values)


# ---- What it counts ----------------------------------------------------------------------------------


def test_p38_where_the_scheme_says_so_nothing_due_counts_in_full(world) -> None:
    row = begun(world, "full")
    found = cell(world, row)
    assert (found.points, found.is_complete, found.counts_as) == (30_00, True, "full")


def test_p38_what_is_not_counted_comes_to_the_rate_of_the_rest_of_its_group_once_that_is_scored(
    world,
) -> None:
    row = begun(world, "spread")
    assert (cell(world, row).points, cell(world, row).is_complete) == (0, False)
    refused = refusal(lambda: moves.to_leading(row, actor=world.establishment))
    assert refused.code == "guard"
    score(world, row, 30_00)
    # Three quarters of the 40 points beside it; the other group has no say.
    assert (cell(world, row).points, cell(world, row).is_complete) == (22_50, True)


def test_events_are_taken_off_what_the_rest_bears(world) -> None:
    row = begun(world, "spread", with_deductions=True)
    score(world, row, 30_00)
    events = [Event(amount=50, times=2, cause="逾期签署", proof="确认书编号")]
    for street in row.streets.all():
        give(world, row, street, "2.2", Sheet(events=events))
    assert (cell(world, row).base, cell(world, row).points) == (22_50, 21_50)


def test_what_the_scheme_leaves_open_waits_for_the_leading_group(world) -> None:
    row = begun(world, "pending")
    score(world, row, 40_00)
    refused = refusal(lambda: moves.to_leading(row, actor=world.establishment))
    assert "待领导小组确定本年度无应办的怎样计分" in refused.message
    rule(world, row, counts_as="full")
    assert (cell(world, row).points, cell(world, row).is_complete) == (30_00, True)
    rule(world, row, counts_as="spread", reason="改按折算")
    assert cell(world, row).points == 30_00
    assert NoneDueRuling.objects.count() == 1
    assert Entry.objects.filter(action="cycle.none_due").count() == 2
    assert moves.to_leading(row, actor=world.establishment).phase == "leading"


def test_a_street_that_owed_something_is_measured_whatever_is_ruled(world) -> None:
    world.letter("甲")
    row = begun(world, "pending")
    rule(world, row)
    assert (cell(world, row).counts_as, cell(world, row).points, cell(world, row).is_complete) == (
        "",
        0,
        True,
    )
    other = scores.indicator_results(row)[world.other_street.pk, indicator(row, "2.2").pk]
    assert other.counts_as == "spread"


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"counts_as": "pending"}, "unknown"),
        ({"counts_as": "other"}, "unknown"),
        ({"reason": " "}, "reason_missing"),
        ({"reason": "因" * 301}, "reason_long"),
    ],
)
def test_a_wrong_ruling_is_not_kept(world, more, code) -> None:
    row = begun(world, "pending")
    assert refusal(lambda: rule(world, row, **more)).code == code
    assert not NoneDueRuling.objects.exists()


def test_a_ruling_is_for_what_the_scheme_leaves_open_and_ends_with_the_scoring(world) -> None:
    row = begun(world, "pending")
    assert refusal(lambda: rule(world, row, indicator=indicator(row, "1.1"))).code == "not_open"
    assert refusal(lambda: rule(world, row, actor=world.clerk)).status == 403
    score(world, row, 40_00)
    rule(world, row)
    moves.to_leading(row, actor=world.establishment)
    assert refusal(lambda: rule(world, row)).code == "wrong_state"


# ---- The result and its papers -----------------------------------------------------------------------


@pytest.mark.parametrize("with_deductions", [False, True])
def test_a_correction_of_the_rest_moves_what_it_bears_and_the_result_computes_again(
    world, with_deductions
) -> None:
    row = begun(world, "spread", with_deductions=with_deductions)
    score(world, row, 30_00)
    if with_deductions:
        for street in row.streets.all():
            events = [Event(amount=50, times=2, cause="逾期签署", proof="确认书编号")]
            give(world, row, street, "2.2", Sheet(events=events))
    less = 1_00 if with_deductions else 0
    row = moves.to_leading(row, actor=world.establishment)
    cycles.settle_tie(
        row, points=82_50 - less, order=None, reason="同等情况", decided_on=clock.today(),
        actor=world.establishment,
    )  # fmt: skip
    row = public(world, row)
    first, key = results.snapshot_of(row), indicator(row, "2.2").pk
    assert recomputed(first) == []
    assert first.street(world.street.pk).total == 82_50 - less
    corrected(world, row, world.street, "2.1", after=40_00, reason="漏看一份材料")
    after = results.snapshot_of(row)
    assert after.street(world.street.pk).cell(key).points == 30_00 - less
    assert after.street(world.street.pk).total == 100_00 - less
    assert after.street(world.other_street.pk).cells == first.street(world.other_street.pk).cells
    assert recomputed(after) == []


def test_papers_tell_who_owed_nothing_and_take_no_points_for_it(world) -> None:
    row = begun(world, "spread")
    score(world, row, 30_00)
    moves.to_leading(row, actor=world.establishment)
    snapshot = results.snapshot_of(row)
    (line,) = none_due_lines(snapshot, snapshot.streets)
    names = "、".join(street.name for street in snapshot.streets)
    assert line == f"2.2 指标2.2：{names}本年度无应办，不计，按本组其他指标得分率折算。"
    street = snapshot.street(world.street.pk)
    by_code = {one.code: one for one in snapshot.indicators}
    assert lost(by_code["2.2"], street.cell(by_code["2.2"].id)) == 0
    assert lost(by_code["2.1"], street.cell(by_code["2.1"].id)) == 10_00
    taken = replace(street.cell(by_code["2.2"].id), points=21_50)
    assert lost(by_code["2.2"], taken) == 1_00, "events are lost points all the same"
    assert none_due_lines(snapshot, [street])[0].count(street.name) == 1


# ---- The day of reading ------------------------------------------------------------------------------


def test_p36_after_the_year_it_is_read_as_of_its_last_day(world) -> None:
    clock.set_to(START)
    row = cycle(world, "to_visits")
    clock.set_to(dt.date(2027, 1, 10))
    assert figures.cut_off(row) == dt.date(2026, 12, 31)
    row = cycles.read_measures(row, actor=world.establishment)
    assert row.measured_on == dt.date(2026, 12, 31)
    assert set(Reading.objects.values_list("read_on", flat=True)) == {dt.date(2026, 12, 31)}


@pytest.mark.parametrize("on", [dt.date(2027, 1, 1), dt.date(2025, 12, 31)])
def test_a_day_outside_the_year_is_refused_by_service_and_page(world, on) -> None:
    clock.set_to(START)
    row = cycle(world, "to_visits")
    clock.set_to(dt.date(2027, 1, 10))
    error = refusal(lambda: cycles.read_measures(row, on=on, actor=world.establishment))
    assert (error.code, error.field) == ("other_year", "on")
    answer = world.client(world.establishment).post(
        reverse("assessment:cycle-read", args=[row.pk]), {"on": on.isoformat()}, follow=True
    )
    assert "取数日期须在2026年度内，最迟为2026年12月31日" in answer.content.decode()


def test_what_happened_after_the_year_is_not_counted_for_it(world) -> None:
    """Read on 10 January, a letter signed in January is still missing in the year it was due in."""
    clock.set_to(dt.date(2026, 12, 20))
    letter = world.letter("甲")
    row = cycle(world, "to_visits")
    clock.set_to(dt.date(2027, 1, 8))
    world.sign(letter, world.head)
    world.sign(letter, world.street_head)
    clock.set_to(dt.date(2027, 1, 10))
    cycles.read_measures(row, actor=world.establishment)
    found = Reading.objects.get(street=world.street, indicator__code="2.1")
    assert (found.numerator, found.denominator) == (0, 1)


# ---- Pages -------------------------------------------------------------------------------------------


def test_the_cycle_page_names_what_waits_and_takes_the_ruling(world) -> None:
    row = begun(world, "pending")
    client = world.client(world.establishment)
    page = reverse("assessment:cycle", args=[row.pk])
    url = reverse("assessment:cycle-none-due", args=[row.pk, indicator(row, "2.2").pk])
    shown = client.get(page).content.decode()
    assert url in shown and "本年度无应办" in shown and "登记领导小组意见" in shown
    assert "未填写领导小组意见" in client.post(url, {"counts_as": "full", "reason": ""}).content.decode()
    shown = client.post(url, {"counts_as": "full", "reason": "会议研究"}, follow=True).content.decode()
    assert "已登记领导小组意见" in shown and "本年度无应办：计满分" in shown and "修改意见" in shown
    other = reverse("assessment:cycle-none-due", args=[row.pk, indicator(row, "1.1").pk])
    assert client.get(other).status_code == 404


@pytest.mark.parametrize(
    ("none_due", "said"),
    [("full", "计满分"), ("spread", "不计，按本组其他指标得分率折算"), ("pending", "待领导小组确定")],
)
def test_sheet_and_self_report_say_that_nothing_was_due(world, none_due, said) -> None:
    row = begun(world, none_due)
    words = f"本年度无应办，{said}"
    key = indicator(row, "2.2").pk
    sheet = world.client(world.establishment).get(
        reverse("assessment:cell", args=[row.pk, world.street.pk, key])
    )
    assert words in sheet.content.decode() and "0/0" not in sheet.content.decode()
    report = row.self_reports.get(street=world.street)
    entry = world.client(world.street_head).get(
        reverse("assessment:report-entry", args=[row.pk, report.pk, key])
    )
    assert words in entry.content.decode() and "0/0" not in entry.content.decode()


@pytest.mark.parametrize(
    ("ruled", "said", "points"),
    [
        ("full", "本年度无应办，计满分", '<td class="num">30.00</td>'),
        ("spread", "本年度无应办，不计，按本组其他指标得分率折算", '<td class="num">—</td>'),
    ],
)
def test_the_self_report_tells_what_the_leading_group_said(world, ruled, said, points) -> None:
    row = begun(world, "pending")
    report = row.self_reports.get(street=world.street)
    page = reverse("assessment:report", args=[row.pk, report.pk])
    client = world.client(world.street_head)
    assert "待领导小组确定" in client.get(page).content.decode()
    rule(world, row, counts_as=ruled)
    shown = client.get(page).content.decode()
    assert said in shown and "待领导小组确定" not in shown and points in shown


def test_the_scheme_says_it_on_page_and_form(world) -> None:
    made = scheme(world, (REST, HAND, ("2.2", 30_00, "count", {
        "measure_key": "transition_completed_street", "per_count": 50, "none_due": "spread",
    })))  # fmt: skip
    client = world.client(world.establishment)
    shown = client.get(reverse("assessment:scheme", args=[made.pk])).content.decode()
    assert "本年度无应办的不计，分值由本组其他指标分担" in shown
    row = Indicator.objects.get(code="2.2")
    form = client.get(reverse("assessment:indicator-change", args=[made.pk, row.pk])).content.decode()
    assert '<option value="spread" selected>' in form


@pytest.mark.parametrize("name", ["cycle", "scores", "scoring"])
def test_pages_cost_no_more_where_the_scheme_leaves_it_open(world, name) -> None:
    row = begun(world, "pending", with_deductions=True)
    rule(world, row)
    client = world.client(world.clerk if name == "scoring" else world.establishment)
    address = reverse(f"assessment:{name}", args=[row.pk]) + f"?group={indicator(row, '2.2').group_id}"
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    assert len(queries) <= 15
