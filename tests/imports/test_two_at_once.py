"""Two people on one workbook, each on a connection of their own."""

from __future__ import annotations

import pytest

from tests.imports.kind import Member, person
from tests.together import together
from xianan.history.models import Entry
from xianan.imports.models import Upload
from xianan.imports.registry import kind_of
from xianan.imports.services import import_upload
from xianan.jobs.models import Job

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_workbook_that_two_confirm_at_once_is_imported_once(world, send):
    upload = send([person(1), person(2)])
    found = sorted(
        together(*[lambda: import_upload(Upload.objects.get(pk=upload.pk), actor=world.clerk)] * 2)
    )
    assert found in (["", "wrong_upload"], ["", "stale"])
    assert Member.objects.count() == 2
    assert Entry.objects.filter(action="members.imported").count() == 1


def test_a_workbook_that_two_hand_to_the_worker_at_once_becomes_one_job(world, send, monkeypatch):
    monkeypatch.setattr(kind_of("members"), "at_once", 1)
    upload = send([person(1), person(2)])
    found = sorted(
        together(*[lambda: import_upload(Upload.objects.get(pk=upload.pk), actor=world.clerk)] * 2)
    )
    assert found == ["", "importing"]
    assert Job.objects.filter(kind="imports.run").count() == 1


def test_of_two_workbooks_sent_in_at_once_one_is_set_aside(world, send):
    numbers = iter((1, 2))
    assert together(*[lambda: send([person(next(numbers))])] * 2) == ["", ""]
    assert sorted(Upload.objects.values_list("state", flat=True)) == ["checked", "replaced"]
