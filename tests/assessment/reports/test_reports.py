"""A street's self-report: filled in, submitted whole, late, handed back; what nobody can do to it (P37)."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assessment.deadlines.cycle import SELF_REPORT
from assessment.models import SelfEntry
from assessment.reports import steps as reports
from assessment.selectors.reports import lines, missing
from tests.assessment.support import START, cycle, fill, indicator, report, scheme
from xianan.core import clock
from xianan.core.errors import DomainError, NotAllowed
from xianan.deadlines.models import Deadline, Notice
from xianan.organizations.scope import Scope
from xianan.ui.todos import todos

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _on_the_first_day():
    clock.set_to(START)


@pytest.fixture
def row(world):
    return cycle(world, "start")


def entry(world, row, code="1.1", **more):
    values = {"points": 40_00, "text": "已落实", "revision": 0, "actor": world.street_clerk, **more}
    return reports.fill_entry(report(row, world.street), indicator=indicator(row, code), **values)


def refusal(act) -> DomainError:
    with pytest.raises(DomainError) as refused:
        act()
    return refused.value


def test_a_street_gives_itself_no_more_than_the_indicator_carries(world, row):
    refused = refusal(lambda: entry(world, row, points=40_01))
    assert (refused.code, refused.field) == ("above", "points")
    assert entry(world, row, points=40_00).points == 40_00


def test_a_measured_indicator_takes_words_and_no_score(world, row):
    assert refusal(lambda: entry(world, row, "2.1", points=30_00)).code == "measured"
    kept = entry(world, row, "2.1", points=None, text="两份确认书在途")
    assert (kept.points, kept.text) == (None, "两份确认书在途")


def test_measured_indicators_come_filled_in_with_the_rows_behind_them(world):
    world.effective("甲")
    row = cycle(world, "start")
    line = next(each for each in lines(report(row, world.street)) if each.indicator.code == "2.1")
    assert (line.status, line.points, line.words) == ("自动取数", 30_00, "确认书已签署 1/1 份")
    page = world.client(world.street_clerk).get(
        reverse("assessment:report-entry", args=[row.pk, report(row, world.street).pk, line.indicator.pk])
    )
    shown = page.content.decode()
    assert f'href="{line.measured.link}"' in shown and 'name="points"' not in shown


def test_an_incomplete_report_is_refused_with_what_is_missing(world, row):
    found = fill(world, row, world.street, but=["1.2"])
    assert [each.code for each in missing(found)] == ["1.2"]
    refused = refusal(lambda: reports.submit_report(found, actor=world.street_head))
    assert refused.code == "incomplete" and "1.2" in refused.message
    shown = (
        world.client(world.street_head)
        .get(reverse("assessment:report", args=[row.pk, found.pk]))
        .content.decode()
    )
    address = reverse("assessment:report-entry", args=[row.pk, found.pk, indicator(row, "1.2").pk])
    assert f'href="{address}"' in shown and "提交自评（还差 1 项）" in shown


def test_the_head_submits_and_the_clerk_does_not(world, row):
    found = fill(world, row, world.street)
    with pytest.raises(NotAllowed):
        reports.submit_report(found, actor=world.street_clerk)
    found = reports.submit_report(found, actor=world.street_head)
    assert (found.state, found.is_late) == ("submitted", False)
    assert refusal(lambda: reports.submit_report(found, actor=world.street_head)).code == "wrong_state"
    assert refusal(lambda: entry(world, row, points=1_00, revision=1)).code == "wrong_state"


@pytest.mark.parametrize(("day", "late"), [(6, False), (7, True)])
def test_a_report_after_its_last_day_is_late_for_good(world, row, day, late):
    found = fill(world, row, world.street)
    clock.set_to(START + dt.timedelta(days=day))
    assert reports.submit_report(found, actor=world.street_head).is_late is late


def test_a_report_is_handed_back_with_a_reason_and_a_new_day(world, row):
    found = reports.submit_report(fill(world, row, world.street), actor=world.street_head)
    until = START + dt.timedelta(days=9)
    for wrong, code in (
        ({"reason": " "}, "reason_missing"),
        ({"due_on": START - dt.timedelta(days=1)}, "past"),
    ):
        values = {"reason": "缺材料", "due_on": until, "actor": world.establishment, **wrong}
        assert refusal(lambda values=values: reports.return_report(found, **values)).code == code
    found = reports.return_report(found, reason="缺材料", due_on=until, actor=world.establishment)
    assert (found.state, found.returned_reason) == ("draft", "缺材料")
    assert Deadline.objects.get(kind=SELF_REPORT, object_id=found.pk, closed_at=None).due_on == until
    assert Notice.objects.filter(recipient=world.street_head, title__contains="退回").exists()
    clock.set_to(until)
    assert not reports.submit_report(found, actor=world.street_head).is_late


def test_what_a_colleague_saved_meanwhile_is_shown_and_not_overwritten(world, row):
    entry(world, row, text="先填的")
    assert refusal(lambda: entry(world, row, text="后填的", actor=world.street_head)).code == "stale"
    url = reverse(
        "assessment:report-entry", args=[row.pk, report(row, world.street).pk, indicator(row, "1.1").pk]
    )
    client = world.client(world.street_head)
    shown = client.post(url, {"points": "30", "text": "后填的", "revision": "0"})
    assert shown.status_code == 409
    page = shown.content.decode()
    assert "先填的" in page and "后填的" in page and 'name="revision" value="1"' in page
    assert client.post(url, {"points": "30", "text": "后填的", "revision": "1"}).status_code == 302
    assert SelfEntry.objects.get(report__street=world.street).text == "后填的"


def test_nobody_fills_in_or_sees_the_report_of_another_street(world, row):
    found = report(row, world.street)
    with pytest.raises(NotAllowed):
        entry(world, row, actor=world.other_street_clerk)
    with pytest.raises(NotAllowed):
        entry(world, row, actor=world.establishment)
    url = reverse("assessment:report", args=[row.pk, found.pk])
    assert world.client(world.other_street_clerk).get(url).status_code == 404
    assert world.client(world.clerk).get(url).status_code == 404
    assert world.client(world.government_office).get(url).status_code == 200


def test_penalty_items_are_not_for_the_street_to_name(world):
    made = scheme(world, [("1.1", 100_00, "hand", {}), ("9.1", 3_00, "deductions", {"kind": "penalty"})])
    row = cycle(world, "start", made=made)
    assert [line.indicator.code for line in lines(report(row, world.street))] == ["1.1"]
    assert refusal(lambda: entry(world, row, "9.1", points=1)).code == "not_reported"


def test_the_street_has_it_among_what_waits_until_it_is_submitted(world, row):
    def waiting(person):
        return [todo.action for todo in todos(Scope(person)) if "自评" in todo.title]

    assert waiting(world.street_clerk) == ["填报自评"] and waiting(world.street_head) == ["核对并提交自评"]
    reports.submit_report(fill(world, row, world.street), actor=world.street_head)
    assert waiting(world.street_clerk) == []


def test_the_task_list_costs_the_same_queries_however_much_is_filled_in(world, row):
    client = world.client(world.street_clerk)
    url = reverse("assessment:report", args=[row.pk, report(row, world.street).pk])

    def cost() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.get(url).status_code == 200
        return len(queries)

    cost()
    before = cost()
    fill(world, row, world.street)
    assert cost() == before <= 20


def test_evidence_chosen_beside_the_text_is_kept_by_whichever_button_is_pressed(world, row):
    from django.core.files.uploadedfile import SimpleUploadedFile

    from tests.documents.attachments import papers
    from xianan.documents.attachments.selectors import attachments_of

    kept = entry(world, row, text="先填的")
    place = [row.pk, kept.report_id, indicator(row, "1.1").pk]
    url = reverse("assessment:report-entry", args=place)
    client = world.client(world.street_clerk)
    page = client.get(url).content.decode()
    assert re.search(r'<input[^>]*type="file"[^>]*form="entry"', page)
    sent = lambda name: SimpleUploadedFile(name, papers.pdf(name))  # noqa: E731
    typed = {"points": "30", "text": "改过的", "revision": "1"}
    client.post(url, typed | {"file_evidence": sent("甲.pdf")})
    client.post(
        url, typed | {"text": "又改的", "revision": "2", "upload": "1", "file_evidence": sent("乙.pdf")}
    )
    kept.refresh_from_db()
    assert (kept.text, [file.filename for file in attachments_of(kept)]) == ("又改的", ["甲.pdf", "乙.pdf"])
    # Refused as a whole: the text stays in its field, the file is asked for again.
    bad = SimpleUploadedFile("假.pdf", b"no")
    answer = client.post(url, typed | {"text": "再改的", "revision": "3", "file_evidence": bad})
    kept.refresh_from_db()
    shown = answer.content.decode()
    assert kept.text == "又改的" and "再改的" in shown and "须重新选择" in shown
