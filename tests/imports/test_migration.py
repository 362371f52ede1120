"""The workbooks of filings moved here with their numbers."""

from __future__ import annotations

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from tests.empowerment.filings.books import book, row
from xianan.imports.models import Upload
from xianan.imports.registry import kind_of
from xianan.imports.services import import_upload, upload_workbook
from xianan.jobs import runner
from xianan.jobs.models import Job

BEFORE, AFTER = [("empowerment", "0005_transition_review")], [("empowerment", "0006_uploads_to_imports")]

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def migrate(target):
    executor = MigrationExecutor(connection)
    executor.migrate(target)
    return executor.loader.project_state(target).apps


def test_an_upload_keeps_its_number_file_result_and_job(world, monkeypatch):
    monkeypatch.setattr(kind_of("filing"), "at_once", 1)
    world.listed("丙处罚")
    draft = world.draft("甲处罚")
    data = book([row("乙处罚"), row("丁处罚", duties="")])
    upload = import_upload(
        upload_workbook("filing", draft, data=data, filename="申报.xlsx", actor=world.clerk),
        actor=world.clerk,
    )
    before = Upload.objects.values().get()
    # All of them: what stands on these tables is taken away on the way back.
    latest = MigrationExecutor(connection).loader.graph.leaf_nodes()
    try:
        old = migrate(BEFORE).get_model("empowerment", "FilingUpload").objects.get()
        assert (old.pk, old.filing_id, old.state) == (upload.pk, draft.pk, "importing")
        assert old.report["streets"] == {} and old.report["lines"][0]["name"] == "乙处罚"
        assert Job.objects.get(pk=upload.job_id).kind == "filing.import"
        assert not Upload.objects.exists()
    finally:
        migrate(latest)
    assert Upload.objects.values().get() == before
    # The next one gets a number of its own, and the job that waited finds its workbook.
    assert runner.run(upload.job_id)
    assert draft.lines.count() == 3
    later = upload_workbook("filing", draft, data=data, filename="再报.xlsx", actor=world.clerk)
    assert later.pk > upload.pk
