"""Files of the assessment: evidence, proof and photos, who may open them and until when they change (P37)."""

from __future__ import annotations

import pytest

from assessment.models import Deduction
from assessment.reports import steps as reports
from assessment.services import scores, visits
from assessment.services.scores import Event, Sheet
from tests.assessment.support import START, cycle, fill, indicator, report
from tests.documents.attachments.papers import pdf, picture
from xianan.core import clock
from xianan.core.errors import DomainError, NotAllowed
from xianan.documents.attachments.selectors import attachments_of
from xianan.documents.services.attachments import attach

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _on_the_first_day():
    clock.set_to(START)


def seen(world, attachment) -> dict[str, int]:
    names = ("street_reader", "other_street_clerk", "clerk", "head", "establishment", "inspection")
    address = attachment.get_absolute_url()
    return {name: world.client(getattr(world, name)).get(address).status_code for name in names}


def test_evidence_is_open_to_the_street_the_scorer_and_the_offices_until_the_report_is_in(world):
    row = cycle(world, "start")
    found = fill(world, row, world.street)
    entry = found.entries.get(indicator__code="1.1")
    file = attach(entry, "evidence", data=pdf(), filename="文件.pdf", actor=world.street_clerk)
    assert seen(world, file) == {
        "street_reader": 200, "other_street_clerk": 404, "clerk": 200, "head": 404, "establishment": 200,
        "inspection": 200,
    }  # fmt: skip
    with pytest.raises(NotAllowed):
        attach(entry, "evidence", data=pdf(), filename="甲.pdf", actor=world.other_street_clerk)
    reports.submit_report(found, actor=world.street_head)
    entry.refresh_from_db()
    with pytest.raises(DomainError) as refused:
        attach(entry, "evidence", data=pdf("乙"), filename="乙.pdf", actor=world.street_clerk)
    assert refused.value.code == "frozen"
    shown = world.client(world.clerk).get(
        f"/assessment/{row.pk}/scores/{world.street.pk}/{entry.indicator_id}/"
    )
    assert "文件.pdf" in shown.content.decode()


def test_proof_is_kept_from_the_street_and_goes_with_its_deduction(world):
    row = cycle(world, "to_scoring")
    cell = {"street": world.street, "indicator": indicator(row, "1.2"), "actor": world.clerk}
    scores.save_score(row, sheet=Sheet(events=[Event(1_00, 1, "甲", "乙")]), revision=0, **cell)
    event = Deduction.objects.get()
    file = attach(event, "proof", data=pdf(), filename="案卷.pdf", actor=world.clerk)
    assert seen(world, file)["street_reader"] == 404 and seen(world, file)["establishment"] == 200
    kept = Sheet(events=[Event(2_00, 1, "甲", "乙", pk=event.pk)])
    scores.save_score(row, sheet=kept, revision=1, **cell)
    assert attachments_of(event).count() == 1
    scores.save_score(row, sheet=Sheet(), revision=2, **cell)
    assert seen(world, file)["clerk"] == 404


def test_photos_of_a_visit_are_added_by_who_recorded_it(world):
    row = cycle(world, "to_scoring", scorers=[world.clerk, world.inspection])
    visit = visits.record_visit(
        row, street=world.street, visited_on=START, place="大厅", people="考核组", findings="齐全", actor=world.clerk
    )  # fmt: skip
    attach(visit, "photos", data=picture(), filename="现场.jpg", actor=world.clerk)
    with pytest.raises(NotAllowed):
        attach(visit, "photos", data=picture(colour=(1, 2, 3)), filename="另一张.jpg", actor=world.inspection)
    page = world.client(world.inspection).get(f"/assessment/{row.pk}/visits/{visit.pk}/").content.decode()
    assert "现场.jpg" in page
    assert report(row, world.street).entries.count() == 2
