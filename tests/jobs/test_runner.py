"""One job takes effect once, whatever happens to the processes that run it."""

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
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, connections

from tests.jobs.bodies import effects
from xianan.core import clock
from xianan.core.errors import DomainError
from xianan.history.selectors import timeline
from xianan.jobs import lease, runner
from xianan.jobs.choices import JobState
from xianan.jobs.lease import LeaseLost
from xianan.jobs.models import Job
from xianan.jobs.run import Run
from xianan.jobs.services import cancel
from xianan.organizations.models import User

Queue = Callable[..., Job]
COMMITTING = pytest.mark.django_db(transaction=True)
LEASE = Job.LEASE + dt.timedelta(seconds=1)
RUN = "import django, sys; django.setup(); from tests.jobs import bodies; from xianan.jobs import runner; runner.run(int(sys.argv[1]))"


def wait_for(path: Path, seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not path.exists():
        assert time.monotonic() < end, f"{path.name} did not come"
        time.sleep(0.02)


def fresh(job: Job) -> Job:
    return Job.objects.get(pk=job.pk)


@pytest.mark.sqlite
def test_a_job_runs_and_its_result_stands_in_the_ledger(queue: Queue) -> None:
    job = queue("test.create")
    assert runner.run(job.pk)
    done = fresh(job)
    assert (done.state, done.result, done.attempts) == (JobState.DONE, {"made": "999999"}, 1)
    assert (done.progress, done.total, done.lease_owner, done.lease_until) == (1, 1, "", None)
    assert done.finished_at is not None
    assert effects() == 1


@pytest.mark.sqlite
def test_a_body_without_an_effect_of_its_own_ends_done(queue: Queue) -> None:
    job = queue("test.plain")
    assert runner.run(job.pk)
    assert fresh(job).state == JobState.DONE


@pytest.mark.sqlite
def test_a_second_wake_up_finds_nothing_to_do(queue: Queue) -> None:
    job = queue("test.create")
    assert [runner.run(job.pk), runner.run(job.pk), runner.run(job.pk)] == [True, False, False]
    assert (effects(), fresh(job).attempts) == (1, 1)


@pytest.mark.sqlite
def test_a_lease_can_be_had_again_only_once_it_has_run_out(queue: Queue) -> None:
    job = queue("test.create")
    assert runner.take(job.pk) is not None
    assert runner.take(job.pk) is None
    with clock.travel(clock.now() + Job.LEASE - dt.timedelta(seconds=1)):
        assert runner.take(job.pk) is None
        assert runner.sweep() == []
    with clock.travel(clock.now() + LEASE):
        assert runner.sweep() == [job.pk]
        second = runner.take(job.pk)
    assert second is not None
    assert second.attempts == 2


@pytest.mark.sqlite
def test_a_run_that_lost_its_lease_takes_its_effect_back(queue: Queue) -> None:
    job = queue("test.create")
    slow = runner.take(job.pk)
    assert slow is not None
    with clock.travel(clock.now() + LEASE):
        assert runner.run(job.pk)
    late = Run(slow)
    with pytest.raises(LeaseLost), late.effect():
        slow.district.name = "晚到的改动"
        slow.district.save()
    slow.district.refresh_from_db()
    assert slow.district.name == "咸安区"
    assert (effects(), fresh(job).state) == (1, JobState.DONE)


@pytest.mark.sqlite
def test_a_body_may_take_effect_once_only(queue: Queue) -> None:
    job = runner.take(queue("test.plain").pk)
    assert job is not None
    run = Run(job)
    with run.effect():
        pass
    with pytest.raises(RuntimeError), run.effect():
        pass


@pytest.mark.sqlite
def test_a_poisoned_job_stops_after_its_attempts_with_a_reason_in_words(queue: Queue) -> None:
    job = queue("test.broken", max_attempts=3)
    moment = clock.now()
    for attempt in (1, 2, 3):
        assert fresh(job).state == JobState.QUEUED
        with clock.travel(moment):
            assert runner.run(job.pk) is (attempt == 3)
            assert runner.run(job.pk) is False, "it waits before the next attempt"
        moment += dt.timedelta(minutes=5)
    failed = fresh(job)
    assert (failed.state, failed.attempts) == (JobState.FAILED, 3)
    assert "试了 3 次" in failed.error
    assert str(job.pk) in failed.error
    assert "RuntimeError" not in failed.error
    assert failed.log.count("RuntimeError: 磁盘坏了") == 3
    assert effects() == 0
    with clock.travel(moment):
        assert runner.sweep() == []
        assert runner.run(job.pk) is False


@pytest.mark.sqlite
def test_a_refusal_by_a_rule_ends_the_job_at_once_with_the_sentence_of_the_rule(queue: Queue) -> None:
    job = queue("test.refused")
    assert runner.run(job.pk)
    failed = fresh(job)
    assert (failed.state, failed.attempts, failed.error) == (
        JobState.FAILED,
        1,
        "第 3 行已有人导入，请重新上传。",
    )
    assert effects() == 0


@pytest.mark.sqlite
def test_a_kind_that_nobody_knows_fails_in_words(queue: Queue) -> None:
    job = queue("test.unknown", max_attempts=1)
    assert runner.run(job.pk)
    assert fresh(job).state == JobState.FAILED
    assert "意外错误" in fresh(job).error


@pytest.mark.sqlite
def test_a_job_whose_worker_died_in_every_attempt_is_closed_by_the_sweep(queue: Queue) -> None:
    job = queue("test.create", max_attempts=2)
    moment = clock.now()
    for _ in range(2):
        with clock.travel(moment):
            assert runner.take(job.pk) is not None
        moment += LEASE
    with clock.travel(moment):
        assert runner.sweep() == []
        assert runner.take(job.pk) is None
    failed = fresh(job)
    assert failed.state == JobState.FAILED
    assert "多次意外终止" in failed.error


@pytest.mark.sqlite
def test_a_job_not_yet_due_is_left_alone(queue: Queue) -> None:
    job = queue("test.create")
    Job.objects.filter(pk=job.pk).update(not_before=clock.now() + dt.timedelta(minutes=1))
    assert runner.sweep() == []
    assert runner.run(job.pk) is False
    with clock.travel(clock.now() + dt.timedelta(minutes=2)):
        assert runner.sweep() == [job.pk]
        assert runner.run(job.pk)


@pytest.mark.sqlite
def test_a_job_cancelled_before_it_began_never_runs(queue: Queue, person: User) -> None:
    job = queue("test.create")
    assert cancel(job, actor=person).state == JobState.CANCELLED
    assert runner.run(job.pk) is False
    assert effects() == 0
    assert [entry.label for entry in timeline(job)] == ["停止任务"]


@pytest.mark.sqlite
def test_only_who_asked_for_a_job_may_cancel_it_and_only_while_it_is_open(queue: Queue, person: User) -> None:
    job = queue("test.create")
    other = User.objects.create_user(
        "other", "Xianan-2026", name="旁人", district=person.district, organization=person.organization
    )
    with pytest.raises(DomainError) as refusal:
        cancel(job, actor=other)
    assert refusal.value.code == "not_allowed"
    runner.run(job.pk)
    with pytest.raises(DomainError) as late:
        cancel(job, actor=person)
    assert late.value.code == "wrong_state"
    assert timeline(job).count() == 0


def in_threads(*bodies: Callable[[], Any]) -> None:
    """Run each body in a thread with a connection of its own."""

    def closing(body: Callable[[], Any]) -> None:
        try:
            body()
        finally:
            connections.close_all()

    threads = [threading.Thread(target=closing, args=(body,)) for body in bodies]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
        assert not thread.is_alive()


@COMMITTING
def test_of_two_workers_at_once_one_runs_the_job(queue: Queue) -> None:
    assert connection.vendor == "postgresql"
    jobs = [queue("test.create")]
    start = threading.Barrier(2)
    took: list[bool] = []

    def worker() -> None:
        connection.ensure_connection()
        start.wait(timeout=20)
        took.append(runner.run(jobs[0].pk))

    in_threads(worker, worker)
    assert sorted(took) == [False, True]
    assert (effects(), fresh(jobs[0]).attempts) == (1, 1)


@COMMITTING
def test_the_heartbeat_renews_the_lease_and_writes_the_progress(
    queue: Queue, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lease, "BEAT", 0.05)
    begun, go = tmp_path / "begun", tmp_path / "go"
    job = queue("test.gate", begun=str(begun), go=str(go))
    seen: list[Any] = []

    def watcher() -> None:
        wait_for(begun)
        first = fresh(job).lease_until
        end = time.monotonic() + 20
        while time.monotonic() < end:
            now = fresh(job)
            if now.lease_until and first and now.lease_until > first and now.progress == 3:
                seen.append((now.state, now.percent))
                break
            time.sleep(0.05)
        go.touch()

    in_threads(lambda: runner.run(job.pk), watcher)
    assert seen == [("running", 30)]
    assert fresh(job).state == JobState.DONE


@COMMITTING
def test_a_running_job_that_is_cancelled_leaves_nothing(
    queue: Queue, person: User, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lease, "BEAT", 0.05)
    begun, go = tmp_path / "begun", tmp_path / "go"
    job = queue("test.gate", begun=str(begun), go=str(go))
    ended: list[bool] = []

    def stop() -> None:
        wait_for(begun)
        cancel(job, actor=person)

    # The gate is never opened: only the lost lease can end the run.
    in_threads(lambda: ended.append(runner.run(job.pk)), stop)
    assert ended == [False]
    stopped = fresh(job)
    assert (stopped.state, stopped.error, effects()) == (JobState.CANCELLED, "", 0)


@COMMITTING
def test_a_job_cancelled_between_its_last_look_and_its_commit_leaves_nothing(
    queue: Queue, person: User
) -> None:
    job = runner.take(queue("test.create").pk)
    assert job is not None
    run = Run(job)
    with pytest.raises(LeaseLost), run.effect():
        person.district.name = "不该留下"
        person.district.save()
        in_threads(lambda: cancel(Job.objects.get(pk=job.pk), actor=person))
    person.district.refresh_from_db()
    assert (person.district.name, fresh(job).state) == ("咸安区", JobState.CANCELLED)


@pytest.mark.slow
@COMMITTING
def test_a_worker_killed_between_write_and_commit_leaves_a_job_that_finishes_exactly_once(
    queue: Queue, tmp_path: Path
) -> None:
    assert connection.vendor == "postgresql"
    mark = tmp_path / "in-effect"
    job = queue("test.pause_in_effect", signal=str(mark))
    base, _, _ = os.environ["DATABASE_URL"].rpartition("/")
    environment = {**os.environ, "DATABASE_URL": f"{base}/{connection.settings_dict['NAME']}"}
    worker = subprocess.Popen(
        [sys.executable, "-c", RUN, str(job.pk)], cwd=settings.BASE_DIR, env=environment
    )
    try:
        wait_for(mark, 60)
        assert effects() == 0, "what is not committed must not be seen"
        assert runner.run(job.pk) is False, "the lease of a living worker is not taken"
    finally:
        worker.send_signal(signal.SIGKILL)
        worker.wait(timeout=20)
    assert (fresh(job).state, effects()) == (JobState.RUNNING, 0)
    assert runner.sweep() == []
    with clock.travel(clock.now() + LEASE + dt.timedelta(seconds=5)):
        assert runner.sweep() == [job.pk]
        assert [runner.run(job.pk), runner.run(job.pk)] == [True, False]
    assert (fresh(job).state, fresh(job).attempts, effects()) == (JobState.DONE, 2, 1)
