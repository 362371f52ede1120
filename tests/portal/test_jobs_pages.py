"""The pages of long-running work."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from xianan.core import clock
from xianan.jobs import heartbeat
from xianan.jobs.models import Job
from xianan.jobs.services import enqueue

SignIn = Callable[[Any], Client]
HTMX = {"HX-Request": "true"}


@pytest.fixture
def job(world: Any) -> Job:
    return enqueue(
        "test.page", title="导入 10000 行", district=world.district, actor=world.clerk, link="/done/"
    )


@pytest.fixture(autouse=True)
def _somebody_works(db: None) -> None:
    heartbeat.sign(heartbeat.WORKER)


def stand(job: Job, **values: Any) -> None:
    if values.get("state") == "running":
        values |= {"lease_owner": "w", "lease_until": clock.now() + dt.timedelta(minutes=1)}
    Job.objects.filter(pk=job.pk).update(**values)


def test_an_open_job_asks_every_second_and_a_closed_one_no_more(
    world: Any, sign_in: SignIn, job: Job
) -> None:
    client = sign_in(world.clerk)
    stand(job, state="running", progress=640, total=1000)
    part = client.get(f"/jobs/{job.pk}/", headers=HTMX).content.decode()
    assert 'hx-trigger="every 1s"' in part
    assert "<html" not in part
    assert "64%" in part
    assert "已处理 640，共 1000" in part
    stand(job, state="done", progress=1000, finished_at=clock.now(), lease_owner="", lease_until=None)
    ended = client.get(f"/jobs/{job.pk}/", headers=HTMX).content.decode()
    assert "hx-trigger" not in ended
    assert 'href="/done/"' in ended
    assert "停止任务" not in ended


def test_the_whole_page_works_without_script(world: Any, sign_in: SignIn, job: Job) -> None:
    text = sign_in(world.clerk).get(f"/jobs/{job.pk}/").content.decode()
    assert "导入 10000 行" in text
    assert "正在排队" in text
    assert f'action="/jobs/{job.pk}/cancel/"' in text


def test_a_failed_job_says_why_in_words(world: Any, sign_in: SignIn, job: Job) -> None:
    stand(job, state="failed", error="第 3 行已有人导入，请重新上传。", finished_at=clock.now())
    client = sign_in(world.clerk)
    assert "第 3 行已有人导入，请重新上传。" in client.get(f"/jobs/{job.pk}/").content.decode()
    assert "第 3 行已有人导入，请重新上传。" in client.get("/jobs/?tab=failed").content.decode()


def test_a_job_is_for_who_asked_for_it_alone(world: Any, sign_in: SignIn, job: Job) -> None:
    for person in (world.head, world.establishment, world.nobody):
        client = sign_in(person)
        assert client.get(f"/jobs/{job.pk}/").status_code == 404
        assert client.post(f"/jobs/{job.pk}/cancel/").status_code == 404
        assert "导入 10000 行" not in client.get("/jobs/").content.decode()
    assert Job.objects.get(pk=job.pk).state == "queued"


def test_cancelling_is_a_post_and_stands_in_the_record(world: Any, sign_in: SignIn, job: Job) -> None:
    client = sign_in(world.clerk)
    assert client.get(f"/jobs/{job.pk}/cancel/").status_code == 405
    assert client.post(f"/jobs/{job.pk}/cancel/").url == f"/jobs/{job.pk}/"
    text = client.get(f"/jobs/{job.pk}/").content.decode()
    assert "没有留下任何改动" in text
    assert "停止任务" in text
    late = client.post(f"/jobs/{job.pk}/cancel/")
    assert late.status_code == 409
    assert "任务已经结束" in late.content.decode()


def test_the_list_costs_a_fixed_number_of_queries(world: Any, sign_in: SignIn, job: Job) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = sign_in(world.clerk)
    client.get("/jobs/")
    with CaptureQueriesContext(connection) as one:
        client.get("/jobs/")
    for _ in range(15):
        enqueue("test.page", title="另一件", district=world.district, actor=world.clerk)
    with CaptureQueriesContext(connection) as many:
        assert client.get("/jobs/").content.decode().count("另一件") >= 15
    assert len(many) == len(one)


def test_a_job_that_waits_because_nobody_works_says_so_to_its_owner(
    world: Any, sign_in: SignIn, job: Job
) -> None:
    client = sign_in(world.clerk)
    assert "没有运行" not in client.get(f"/jobs/{job.pk}/").content.decode()
    with clock.travel(clock.now() + dt.timedelta(minutes=2)):
        page = client.get(f"/jobs/{job.pk}/").content.decode()
        assert "执行后台任务的程序现在没有运行" in page and "不必重新提交" in page
        assert "0%" not in page and "进行中" not in page
        assert "等待恢复" in client.get("/jobs/").content.decode()
        assert "等待恢复" in sign_in(world.establishment).get("/schedule/jobs/").content.decode()


def test_a_job_whose_worker_died_says_that_it_is_taken_up_again(
    world: Any, sign_in: SignIn, job: Job
) -> None:
    stand(job, state="running", progress=0, total=0)
    client = sign_in(world.clerk)
    assert "进行中" in client.get(f"/jobs/{job.pk}/").content.decode()
    with clock.travel(clock.now() + dt.timedelta(minutes=2)):
        heartbeat.sign(heartbeat.WORKER)
        page = client.get(f"/jobs/{job.pk}/").content.decode()
        assert "等待接续" in page and "进行中" not in page
        assert "等待接续" in client.get("/jobs/").content.decode()
