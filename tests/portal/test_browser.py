"""The portal's own pages in a real browser: they move, they can be used by everybody."""

from __future__ import annotations

import datetime as dt
import re
import threading
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connections
from playwright.sync_api import expect

from xianan.core import clock
from xianan.jobs import heartbeat, lease, runner
from xianan.jobs.models import Job
from xianan.jobs.services import enqueue
from xianan.ui import exports

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def district(transactional_db: None, request: pytest.FixtureRequest) -> Any:
    return request.getfixturevalue("world")


def enter(page: Page, username: str) -> None:
    page.goto("/login/")
    page.get_by_label("账号", exact=True).fill(username)
    page.get_by_label("密码", exact=True).fill("Xianan-2026")
    page.get_by_role("button", name="登录平台").click()
    expect(page.get_by_role("heading", name="工作台")).to_be_visible()


def stand(job: Job, **values: Any) -> None:
    Job.objects.filter(pk=job.pk).update(**values)


def test_the_progress_of_a_job_moves_by_itself_until_its_end(district: Any, page: Page) -> None:
    job = enqueue("test.page", title="导入", district=district.district, actor=district.clerk, link="/jobs/")
    stand(job, state="running", lease_owner="w", lease_until=clock.now() + dt.timedelta(hours=1), total=1000)
    enter(page, "clerk")
    page.goto(f"/jobs/{job.pk}/")
    expect(page.get_by_text("0%", exact=True)).to_be_visible()
    stand(job, progress=640)
    expect(page.get_by_text("64%", exact=True)).to_be_visible()
    stand(job, state="done", progress=1000, lease_owner="", lease_until=None, finished_at=clock.now())
    expect(page.get_by_role("link", name="查看结果")).to_be_visible()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.wait_for_timeout(2500)
    assert asked == [], "a job that has ended is not asked about any more"


def test_a_long_export_moves_survives_a_reload_and_ends_among_the_downloads(
    district: Any, page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate, real = threading.Event(), exports.counted

    def slowly(request: Any, rows: Any) -> Any:
        for number, row in enumerate(real(request, rows)):
            if number == 3:
                assert gate.wait(30)
            yield row

    monkeypatch.setattr(exports, "LONG", 2)
    monkeypatch.setattr(exports, "counted", slowly)
    monkeypatch.setattr(lease, "BEAT", 0.2)
    heartbeat.sign(heartbeat.WORKER)
    enter(page, "establishment")
    page.goto("/organizations/")
    page.get_by_role("link", name="导出所见 xlsx").click()
    expect(page.get_by_text("正在排队")).to_be_visible()
    job = Job.objects.get()

    def work() -> None:
        try:
            runner.run(job.pk)
        finally:
            connections.close_all()

    worker = threading.Thread(target=work)
    worker.start()
    try:
        part = page.get_by_text(re.compile("已处理 3，共"))
        expect(part).to_be_visible()
        page.reload()
        expect(part).to_be_visible()
    finally:
        gate.set()
        worker.join(30)
    with page.expect_download() as found:
        page.get_by_role("link", name="下载文件").click()
    assert found.value.suggested_filename.startswith("机构")
    page.goto("/downloads/")
    expect(page.get_by_text("已下载", exact=True)).to_be_visible()


def test_a_wrong_password_leads_to_the_reason_and_keeps_the_account(district: Any, page: Page) -> None:
    page.goto("/login/")
    page.get_by_label("账号", exact=True).fill("clerk")
    page.get_by_label("密码", exact=True).fill("wrong")
    page.get_by_role("button", name="登录平台").click()
    expect(page.get_by_role("alert")).to_contain_text("账号或密码不正确")
    expect(page.get_by_label("账号", exact=True)).to_have_value("clerk")
    expect(page.get_by_label("密码", exact=True)).to_have_value("")
