"""The broker only wakes: jobs survive without it, and real workers run them with either kind."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, transaction

from tests.jobs.bodies import effects
from tests.shared import migrated_store
from xianan.environment import DEPLOYMENT_VARIABLES
from xianan.jobs import runner
from xianan.jobs.choices import JobState
from xianan.jobs.models import Job

Queue = Callable[..., Job]
COMMITTING = pytest.mark.django_db(transaction=True)

WORKER = [
    *(sys.executable, "-m", "celery", "-A", "xianan", "worker", "--concurrency=1", "--loglevel=WARNING"),
    *("--without-gossip", "--without-mingle", "--include=tests.jobs.bodies"),
]


@contextmanager
def running(environment: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """A Celery worker in a process of its own."""
    worker = subprocess.Popen(WORKER, cwd=settings.BASE_DIR, env=environment, start_new_session=True)
    try:
        yield worker
    finally:
        worker.terminate()
        try:
            worker.wait(timeout=30)
        except subprocess.TimeoutExpired:
            os.killpg(worker.pid, signal.SIGKILL)
            worker.wait()


def until(check: Callable[[], Any], seconds: float = 60) -> Any:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = check()
        if found:
            return found
        time.sleep(0.1)
    raise AssertionError("it did not come to that")


@COMMITTING
def test_a_job_is_put_into_the_ledger_though_the_broker_is_away_and_the_sweep_finds_it(
    queue: Queue, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    from xianan.celery import app

    options = {**settings.CELERY_BROKER_TRANSPORT_OPTIONS}
    with app.connection_for_write("redis://127.0.0.1:1/0", transport_options=options) as nowhere:
        pools = app.amqp.producer_pool
        monkeypatch.setattr(app.amqp, "_producer_pool", pools.__class__(nowhere.Pool(1), limit=1))
        started = time.monotonic()
        job = queue("test.create")
        waited = time.monotonic() - started
    assert "could not be told" in caplog.text
    assert waited < 6, "nobody waits long for a broker that is away"
    assert Job.objects.get(pk=job.pk).state == JobState.QUEUED
    assert runner.sweep() == [job.pk]
    assert runner.run(job.pk)
    assert effects() == 1


def test_a_job_of_a_change_that_was_taken_back_does_not_exist(queue: Queue) -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        queue("test.create")
        raise RuntimeError
    assert Job.objects.count() == 0
    assert runner.sweep() == []


@pytest.mark.slow
@COMMITTING
def test_a_worker_with_redis_runs_what_is_put_into_the_ledger(queue: Queue) -> None:
    assert connection.vendor == "postgresql"
    from xianan.celery import app

    app.control.purge()
    base, _, _ = os.environ["DATABASE_URL"].rpartition("/")
    environment = {**os.environ, "DATABASE_URL": f"{base}/{connection.settings_dict['NAME']}"}
    with running(environment):
        job = queue("test.create")
        done = until(lambda: Job.objects.filter(pk=job.pk, state=JobState.DONE).first())
        # The same wake-up once more, as a broker that delivers twice would send it.
        from xianan.jobs.wakeups import wake

        wake(job.pk)
        refused = queue("test.refused", code="888888")
        until(lambda: Job.objects.filter(pk=refused.pk, state=JobState.FAILED).first())
    assert (done.attempts, done.result) == (1, {"made": "999999"})
    assert (effects(), Job.objects.get(pk=job.pk).attempts) == (1, 1)


EMBEDDED = """
import django
django.setup()
from xianan.jobs.services import enqueue
from xianan.organizations.models import District
home = District.objects.create(code="421202", name="咸安区", short_name="咸安区")
enqueue("test.create", title="导入", district=home, actor=None, arguments={"code": "999999"})
"""
STAND = """
    SELECT state, attempts, (SELECT count(*) FROM organizations_district WHERE code = '999999')
    FROM jobs_job
"""


@pytest.mark.slow
@pytest.mark.sqlite(alone=True)
def test_a_worker_with_the_broker_of_files_runs_what_is_put_into_the_ledger(tmp_path: Path) -> None:
    environment = {key: value for key, value in os.environ.items() if key not in DEPLOYMENT_VARIABLES}
    environment["VAR_DIR"] = str(tmp_path)
    migrated_store(tmp_path)
    subprocess.run(
        [sys.executable, "-c", EMBEDDED],
        cwd=settings.BASE_DIR,
        env=environment,
        check=True,
        capture_output=True,
    )

    def stand() -> Any:
        with closing(sqlite3.connect(tmp_path / "portal.sqlite3")) as ledger:
            return ledger.execute(STAND).fetchall()

    assert stand() == [("queued", 0, 0)]
    with running(environment):
        until(lambda: stand() == [("done", 1, 1)])
