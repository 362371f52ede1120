"""定时任务: every scheduled and background job with its last run, and running it now."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from xianan.core import clock
from xianan.history.selectors import timeline
from xianan.jobs import runner, schedule
from xianan.jobs.choices import JobState
from xianan.jobs.models import Job, ScheduledRun
from xianan.jobs.services import enqueue
from xianan.portal import tasks

SignIn = Callable[[Any], Client]


@pytest.fixture
def office(world: Any, sign_in: SignIn) -> Client:
    return sign_in(world.establishment)


def text(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def test_every_entry_stands_with_its_rhythm_last_run_and_next_run(world: Any, office: Client) -> None:
    with clock.travel(dt.datetime(2026, 11, 23, 9, 0, tzinfo=clock.ZONE), still=True):
        assert schedule.run("organizations.sync_grants") is not None
        shown = text(office, "/schedule/")
    for entry in schedule.entries():
        assert entry.label in shown
        assert schedule.rhythm(entry) in shown
    assert "授权与角色分配一致。" in shown
    assert "11月24日 00:01" in shown
    assert "尚未执行" in shown


def test_running_an_entry_now_goes_through_the_ledger_and_says_who_asked(world: Any, office: Client) -> None:
    asked = office.post("/schedule/jobs.tidy/run/")
    job = Job.objects.get()
    assert asked.url == f"/jobs/{job.pk}/"
    assert [entry.label for entry in timeline(job)] == ["立即执行"]
    assert runner.run(job.pk)
    run = ScheduledRun.objects.get(key="jobs.tidy")
    assert (run.state, run.asked_by) == ("done", world.establishment)
    shown = text(office, "/schedule/jobs.tidy/")
    assert "清理到期的下载 0 个" in shown
    assert f"{world.establishment.name}执行" in shown
    job.refresh_from_db()
    assert job.result["run"] == run.pk


def test_running_now_waits_for_a_run_that_is_on_its_way(
    world: Any, office: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    ahead = ScheduledRun.objects.create(
        key="jobs.tidy", lease_owner="other", lease_until=clock.now() + dt.timedelta(hours=1)
    )
    waited: list[float] = []

    def ends_meanwhile(seconds: float) -> None:
        waited.append(seconds)
        ScheduledRun.objects.filter(pk=ahead.pk).update(state="done", finished_at=clock.now())

    office.post("/schedule/jobs.tidy/run/")
    job = Job.objects.get()
    monkeypatch.setattr(tasks.time, "sleep", ends_meanwhile)
    assert runner.run(job.pk)
    job.refresh_from_db()
    assert (job.state, len(waited), ScheduledRun.objects.count()) == (JobState.DONE, 1, 2)


def test_running_now_gives_up_in_words_when_the_other_run_does_not_end(
    world: Any, office: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    ScheduledRun.objects.create(
        key="jobs.tidy", lease_owner="other", lease_until=clock.now() + dt.timedelta(hours=1)
    )
    monkeypatch.setattr(tasks, "PATIENCE", 0.0)
    office.post("/schedule/jobs.tidy/run/")
    job = Job.objects.get()
    assert runner.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.error) == (JobState.FAILED, "这项任务正在执行，请待本次结束后再试。")


def test_a_failed_entry_is_pointed_out_with_its_log(
    world: Any, office: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> str:
        raise RuntimeError("磁盘坏了")

    entry = schedule.ScheduledJob("test.page", "试验", dt.timedelta(hours=1), broken)
    monkeypatch.setitem(schedule._entries, "test.page", entry)
    schedule.run("test.page")
    assert "1 项任务上次执行失败" in text(office, "/schedule/")
    shown = text(office, "/schedule/test.page/?tab=failed")
    assert "RuntimeError: 磁盘坏了" in shown
    assert "未能完成，详见日志" in shown


def test_the_ledger_shows_the_jobs_of_the_whole_district_and_of_no_other(
    world: Any, other_world: Any, office: Client
) -> None:
    own = enqueue("test.none", title="导入 100 行", district=world.district, actor=world.clerk)
    foreign = enqueue("test.none", title="外区任务", district=other_world.district, actor=other_world.clerk)
    shown = text(office, "/schedule/jobs/")
    assert "导入 100 行" in shown
    assert "外区任务" not in shown
    assert office.get(f"/schedule/jobs/{foreign.pk}/").status_code == 404
    assert office.post(f"/schedule/jobs/{foreign.pk}/run/").status_code == 404
    assert world.clerk.name in text(office, f"/schedule/jobs/{own.pk}/")


def test_a_job_that_failed_can_be_run_again_and_one_that_is_done_not(world: Any, office: Client) -> None:
    job = enqueue("test.unknown", title="导入", district=world.district, actor=world.clerk, max_attempts=1)
    runner.run(job.pk)
    shown = text(office, f"/schedule/jobs/{job.pk}/")
    assert "KeyError" in shown
    assert "立即执行" in shown
    assert office.post(f"/schedule/jobs/{job.pk}/run/").status_code == 302
    job.refresh_from_db()
    assert (job.state, job.attempts, job.error) == (JobState.QUEUED, 0, "")
    Job.objects.filter(pk=job.pk).update(state=JobState.DONE)
    refused = office.post(f"/schedule/jobs/{job.pk}/run/")
    assert refused.status_code == 409
    assert "不能再次执行" in refused.content.decode()


def test_only_the_establishment_office_sees_and_runs(world: Any, sign_in: SignIn) -> None:
    job = enqueue("test.none", title="导入", district=world.district, actor=world.clerk)
    for person in (world.clerk, world.street_head, world.government_office, world.nobody):
        client = sign_in(person)
        for path in ("/schedule/", "/schedule/jobs.tidy/", "/schedule/jobs/", f"/schedule/jobs/{job.pk}/"):
            assert client.get(path).status_code == 403
        for path in ("/schedule/jobs.tidy/run/", f"/schedule/jobs/{job.pk}/run/"):
            assert client.post(path).status_code == 403
    assert Job.objects.count() == 1


def test_an_entry_that_does_not_exist_is_not_found(office: Client) -> None:
    assert office.get("/schedule/nothing/").status_code == 404
    assert office.post("/schedule/nothing/run/").status_code == 404
