"""The end of a document stands on the desk of 区委编办 until another version follows (P44)."""

from __future__ import annotations

import datetime as dt

import pytest

from xianan.core import clock
from xianan.deadlines.models import Deadline
from xianan.deadlines.services.validity import follow_versions
from xianan.deadlines.tasks import follow_documents
from xianan.policy.models import PolicyVersion
from xianan.policy.services.versions import add_version, change_version

pytestmark = pytest.mark.django_db
DAY = dt.date


@pytest.fixture
def version(world):
    """The only version of 考核办法, in force until the end of next year."""
    PolicyVersion.objects.filter(district=world.district, document="assessment").delete()
    return PolicyVersion.objects.create(
        district=world.district,
        document="assessment",
        title="考核办法（试行）",
        issued_on=DAY(2026, 1, 1),
        valid_from=DAY(2026, 1, 1),
        valid_until=DAY(2027, 12, 31),
    )


def ends():
    return list(
        Deadline.objects.filter(
            kind="policy_validity", closed_at=None, title__contains="考核办法"
        ).values_list("object_id", "due_on", "organization")
    )


def test_the_daily_job_opens_the_end_once_for_the_office(world, version):
    assert "写明了有效期" in follow_documents()
    follow_documents()
    assert ends() == [(version.pk, DAY(2027, 12, 31), world.establishment_bureau.pk)]


def test_a_change_of_the_version_moves_or_closes_its_date_at_once(world, version):
    follow_versions(world.district)
    change_version(version, actor=world.establishment, valid_until=DAY(2027, 6, 30))
    assert [row[1] for row in ends()] == [DAY(2027, 6, 30)]
    change_version(version, actor=world.establishment, valid_until=None)
    assert ends() == []


def test_the_next_version_takes_the_date_over(world, version):
    follow_versions(world.district)
    second = add_version(
        version,
        actor=world.establishment,
        title="考核办法",
        reference="咸办发〔2027〕3号",
        issued_on=DAY(2027, 12, 1),
        valid_from=DAY(2028, 1, 1),
        valid_until=DAY(2032, 12, 31),
    )
    assert ends() == [(second.pk, DAY(2032, 12, 31), world.establishment_bureau.pk)]
    closed = Deadline.objects.get(kind="policy_validity", object_id=version.pk, due_on=DAY(2027, 12, 31))
    assert closed.outcome == "followed"


def test_a_document_that_ran_out_stays_overdue_until_another_follows(world, version):
    clock.set_to(DAY(2028, 2, 1))
    follow_versions(world.district)
    assert [row[1] for row in ends()] == [DAY(2027, 12, 31)]


def test_the_page_says_how_many_days_are_left(world, version):
    clock.set_to(DAY(2027, 12, 1))
    shown = world.client(world.establishment).get("/policy/").content.decode()
    assert "剩 30 天" in shown
    clock.set_to(DAY(2028, 1, 2))
    assert "逾期 2 天" in world.client(world.establishment).get("/policy/").content.decode()
