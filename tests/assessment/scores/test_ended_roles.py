"""A place in the team gives nothing by itself: who holds no role today neither scores, visits nor attaches (P37)."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.http import HttpResponse

from assessment.models import Deduction, Score, Visit
from assessment.selectors import cycles
from assessment.services import scores, visits
from assessment.services.scores import Event, Sheet
from tests.assessment.support import START, cycle, indicator, report
from tests.documents.attachments.papers import pdf, picture
from xianan.core import clock
from xianan.core.errors import NotAllowed
from xianan.documents.services.attachments import attach
from xianan.organizations.models import RoleAssignment, User
from xianan.organizations.services.grants import sync_grants
from xianan.organizations.services.people import end_role

pytestmark = pytest.mark.django_db
SEEN = {"visited_on": START, "place": "大厅", "people": "考核组", "findings": "齐全"}


@pytest.fixture(autouse=True)
def _on_the_first_day() -> None:
    clock.set_to(START)


class Left:
    """A cycle in which world.clerk has scored, visited and attached, and then lost the last role."""

    def __init__(self, world: Any) -> None:
        self.world, self.cycle = world, cycle(world, "to_scoring", scorers=[world.clerk, world.inspection])
        self.cell = {"street": world.street, "indicator": indicator(self.cycle, "1.2")}
        scores.save_score(
            self.cycle,
            sheet=Sheet(events=[Event(1_00, 1, "甲", "乙")]),
            revision=0,
            actor=world.clerk,
            **self.cell,
        )
        self.event = Deduction.objects.get()
        self.visit = visits.record_visit(self.cycle, street=world.street, actor=world.clerk, **SEEN)
        self.file = attach(self.event, "proof", data=pdf(), filename="案卷.pdf", actor=world.clerk)
        for row in RoleAssignment.objects.filter(user=world.clerk):
            end_role(row, actor=world.establishment, reason="调离")
        self.person = User.objects.get(pk=world.clerk.pk)

    def get(self, path: str) -> HttpResponse:
        return self.world.client(self.person).get(f"/assessment/{self.cycle.pk}/{path}")


@pytest.fixture
def left(world: Any) -> Left:
    return Left(world)


def test_nothing_more_is_scored(left: Left) -> None:
    assert cycles.member_of(left.cycle, left.person) is None
    with pytest.raises(NotAllowed):
        scores.save_score(left.cycle, sheet=Sheet(), revision=1, actor=left.person, **left.cell)
    with pytest.raises(NotAllowed):
        scores.finish_column(
            left.cycle,
            street=left.world.street,
            group=left.cell["indicator"].group,
            actor=left.person,
        )
    assert Score.objects.get().revision == 1


def test_no_visit_is_recorded_changed_or_deleted(left: Left) -> None:
    with pytest.raises(NotAllowed):
        visits.record_visit(left.cycle, street=left.world.street, actor=left.person, **SEEN)
    with pytest.raises(NotAllowed):
        visits.change_visit(left.visit, actor=left.person, **SEEN)
    with pytest.raises(NotAllowed):
        visits.delete_visit(left.visit, actor=left.person)
    assert Visit.objects.get() == left.visit


def test_nothing_is_attached_and_nothing_read(left: Left) -> None:
    entry = report(left.cycle, left.world.street).entries.first()
    for row, slot, data, name in (
        (left.event, "proof", pdf("丙"), "丙.pdf"),
        (left.visit, "photos", picture(), "现场.jpg"),
        (entry, "evidence", pdf("丁"), "丁.pdf"),
    ):
        with pytest.raises(NotAllowed):
            attach(row, slot, data=data, filename=name, actor=left.person)
    for path in ("", "scoring/", "visits/", f"visits/{left.visit.pk}/"):
        assert left.get(path).status_code in (403, 404), path
    assert left.world.client(left.person).get(left.file.get_absolute_url()).status_code == 404


def test_a_role_that_ends_tonight_lets_score_until_midnight(world: Any) -> None:
    row = cycle(world, "to_scoring")
    RoleAssignment.objects.filter(user=world.clerk).update(ends_on=START)
    sync_grants({world.clerk.pk})
    for day, expected in ((START, True), (START + dt.timedelta(days=1), False)):
        with clock.travel(day):
            member = cycles.member_of(row, User.objects.get(pk=world.clerk.pk))
            assert (member is not None) is expected, day
