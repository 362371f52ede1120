"""A large import is a job: a worker that dies in the middle of it leaves nothing, and the next one finishes it."""

from __future__ import annotations

import datetime as dt
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.db import connection, connections

from empowerment.filings.steps import create_filing
from empowerment.models import FilingItem
from tests.empowerment.filings.books import book, row
from xianan.core import clock
from xianan.history.models import Entry
from xianan.imports.choices import UploadState
from xianan.imports.models import Upload
from xianan.imports.registry import kind_of
from xianan.imports.services import import_upload, upload_workbook
from xianan.jobs import lease, runner
from xianan.jobs.models import Job

if TYPE_CHECKING:
    from tests.world import World

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

ROOT = Path(__file__).resolve().parents[3]
WORKER = """
import sys
import django
django.setup()
from xianan.jobs import runner
runner.run(int(sys.argv[1]))
"""


@pytest.fixture
def district(transactional_db: None) -> World:
    from tests.world import begun

    return begun()


def confirmed(world: World, rows: int) -> Upload:
    """A workbook of so many new rows, checked and handed to the worker."""
    assert rows > kind_of("filing").at_once
    draft = create_filing(organization=world.department, title="历年事项", actor=world.clerk)
    data = book([row(f"第{number}项处罚") for number in range(1, rows + 1)])
    upload = upload_workbook("filing", draft, data=data, filename="历年.xlsx", actor=world.clerk)
    assert upload.report["new"] == rows
    upload = import_upload(upload, actor=world.clerk)
    assert upload.state == UploadState.IMPORTING
    return upload


def heap() -> int:
    """Bytes of the table of lines on disk: it grows with every batch, committed or not."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_relation_size('empowerment_filingitem')")
        return int(cursor.fetchone()[0])


def keep_heap() -> None:
    """Let autovacuum give nothing back of what the dead worker wrote before it is looked at."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE empowerment_filingitem SET (vacuum_truncate = off)")


def others() -> int:
    """How many transactions beside our own are open in this database."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid() AND xact_start IS NOT NULL"
        )
        return int(cursor.fetchone()[0])


def wait_until(true: Callable[[], bool], seconds: float = 60) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if true():
            return True
        time.sleep(0.005)
    return False


def assert_imported_once(upload: Upload, rows: int, *, attempts: int) -> None:
    upload.refresh_from_db()
    job = Job.objects.get(pk=upload.job_id)
    assert (job.state, job.attempts, job.progress, job.total) == ("done", attempts, rows, rows)
    assert job.result == {"new": rows, "changed": 0, "unchanged": 0}
    assert upload.state == UploadState.IMPORTED
    assert upload.imported_at is not None
    assert upload.report["done"] == {"new": rows, "changed": 0, "unchanged": 0, "listed": []}
    lines = FilingItem.objects.filter(filing=upload.object_id).order_by("position")
    assert list(lines.values_list("position", "name")) == [
        (number, f"第{number}项处罚") for number in range(1, rows + 1)
    ]
    assert Entry.objects.filter(action="filing.imported", object_id=upload.object_id).count() == 1


def test_a_worker_killed_in_the_middle_of_an_import_leaves_nothing_and_the_next_one_imports_each_row_once(
    district: World,
) -> None:
    rows = 6000
    upload = confirmed(district, rows)
    job = Job.objects.get(pk=upload.job_id)
    address = "postgres://{USER}:{PASSWORD}@{HOST}:{PORT}/{NAME}".format(**connection.settings_dict)
    keep_heap()
    before = heap()
    worker = subprocess.Popen(
        [sys.executable, "-c", WORKER, str(job.pk)],
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": address},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        assert wait_until(lambda: heap() > before or worker.poll() is not None)
        assert worker.poll() is None, "the worker was through before it could be killed"
    finally:
        worker.send_signal(signal.SIGKILL)
        worker.wait(10)
    assert wait_until(lambda: others() == 0, 20), "the server keeps the dead worker's transaction"

    job.refresh_from_db()
    upload.refresh_from_db()
    assert (job.state, job.attempts, upload.state) == ("running", 1, UploadState.IMPORTING)
    assert heap() > before
    assert not FilingItem.objects.exists()
    assert not Entry.objects.filter(action="filing.imported").exists()
    # Nobody takes it while the lease runs.
    assert job.pk not in runner.sweep()
    assert runner.run(job.pk) is False
    clock.set_to(clock.now() + Job.LEASE + dt.timedelta(seconds=5))
    assert job.pk in runner.sweep()
    assert runner.run(job.pk)
    assert_imported_once(upload, rows, attempts=2)
    assert runner.run(job.pk) is False
    assert job.pk not in runner.sweep()
    assert_imported_once(upload, rows, attempts=2)


def test_ten_thousand_rows_go_through_the_ledger_which_tells_how_far_they_are(
    district: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = 10_000
    monkeypatch.setattr(lease, "BEAT", 0.05)
    upload = confirmed(district, rows)
    job = Job.objects.get(pk=upload.job_id)
    assert (job.state, job.kind, job.created_by) == ("queued", "imports.run", district.clerk)
    assert not FilingItem.objects.exists()

    seen: list[tuple[str, int, int, int]] = []
    over = threading.Event()

    def watch() -> None:
        """What a page that asks again and again is told."""
        try:
            while not over.wait(0.02):
                # The rows first: what is seen of them was committed with the state that is read next.
                rows_now = FilingItem.objects.count()
                step = (*Job.objects.values_list("state", "progress", "total").get(pk=job.pk), rows_now)
                if not seen or seen[-1] != step:
                    seen.append(step)
        finally:
            connections.close_all()

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        assert runner.run(job.pk)
    finally:
        over.set()
        watcher.join(10)
    assert_imported_once(upload, rows, attempts=1)
    # Halfway the file is read, and no row stands before all do.
    assert ("running", 0, rows, 0) in seen
    assert ("running", rows // 2, rows, 0) in seen
    assert [step for step in seen if step[0] == "running" and step[3]] == []
    progress = [step[1] for step in seen]
    assert progress == sorted(progress)
