"""我的下载: long lists are written in the background and lie among the downloads for 30 days."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from openpyxl import load_workbook

from xianan.core import clock
from xianan.jobs import downloads, runner
from xianan.jobs.choices import JobState
from xianan.jobs.models import Download, Job
from xianan.jobs.services import cancel
from xianan.organizations.models import RoleAssignment
from xianan.organizations.services.grants import sync_grants
from xianan.organizations.services.people import end_role
from xianan.ui import exports

pytestmark = pytest.mark.sqlite
SignIn = Callable[[Any], Client]
LIST = "/organizations/"


@pytest.fixture
def office(world: Any, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch) -> Client:
    monkeypatch.setattr(exports, "LONG", 2)
    return sign_in(world.establishment)


def files() -> set[str]:
    return {path.name for path in downloads.folder().iterdir()}


def export(client: Client, query: str = "") -> Job:
    answer = client.get(f"{LIST}?export=xlsx{query}")
    job = Job.objects.latest("id")
    assert (answer.status_code, answer.url) == (302, f"/jobs/{job.pk}/")
    return job


def test_a_short_list_comes_at_once(world: Any, sign_in: SignIn) -> None:
    answer = sign_in(world.establishment).get(f"{LIST}?export=xlsx")
    assert answer.status_code == 200
    assert "attachment" in answer["Content-Disposition"]
    assert Job.objects.count() == 0


def test_a_long_list_becomes_a_job_and_ends_among_the_downloads(world: Any, office: Client) -> None:
    job = export(office)
    assert f"{LIST}?export" not in job.link
    assert runner.run(job.pk)
    job.refresh_from_db()
    found = Download.objects.get()
    assert (job.state, found.user, found.job) == (JobState.DONE, world.establishment, job)
    assert job.result == {"download": found.pk, "rows": job.arguments["rows"]}
    assert (found.expires_at - found.created_at).days == 30
    assert f"/downloads/{found.pk}/" in office.get(f"/jobs/{job.pk}/").content.decode()
    answer = office.get(f"/downloads/{found.pk}/")
    sheet = load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active
    assert sheet.max_row == job.arguments["rows"] + 1
    assert found.size == int(answer["Content-Length"])


def test_the_conditions_of_the_list_hold_in_the_background(world: Any, office: Client) -> None:
    job = export(office, "&q=局")
    assert runner.run(job.pk)
    found = Download.objects.get()
    sheet = load_workbook(io.BytesIO(downloads.open_file(found).read())).active
    names = [row[0] for row in sheet.iter_rows(min_row=2, values_only=True)]
    assert names
    assert all("局" in str(name) for name in names)
    assert len(names) == job.arguments["rows"]


def test_the_same_list_asked_for_again_while_it_waits_is_one_job(office: Client) -> None:
    assert export(office) == export(office)
    other = export(office, "&q=局")
    assert Job.objects.count() == 2
    assert runner.run(other.pk)
    assert export(office, "&q=局") != other


def test_rights_that_ended_meanwhile_end_the_export_with_a_sentence(world: Any, office: Client) -> None:
    job = export(office)
    RoleAssignment.objects.filter(user=world.establishment).delete()
    sync_grants()
    before = files()
    assert runner.run(job.pk)
    job.refresh_from_db()
    assert job.state == JobState.FAILED
    assert "权限" in job.error
    assert (Download.objects.count(), files()) == (0, before)


def test_an_export_that_was_cancelled_leaves_neither_row_nor_file(
    world: Any, office: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = export(office)
    before = files()
    real = downloads.uuid.uuid4

    def too_late() -> Any:
        # The file is being named: the workbook is written, nothing has taken effect.
        cancel(Job.objects.get(pk=job.pk), actor=world.establishment)
        return real()

    with monkeypatch.context() as patched:
        patched.setattr(downloads.uuid, "uuid4", too_late)
        taken = runner.take
        patched.setattr(runner, "take", lambda key: _with(taken, key, patched, real, too_late))
        assert runner.run(job.pk) is False
    job.refresh_from_db()
    assert (job.state, Download.objects.count(), files()) == (JobState.CANCELLED, 0, before)


def _with(taken: Any, key: int, patched: Any, real: Any, late: Any) -> Any:
    """Take the lease with the real names, and then let the next name come too late."""
    patched.setattr(downloads.uuid, "uuid4", real)
    job = taken(key)
    patched.setattr(downloads.uuid, "uuid4", late)
    return job


def put(user: Any, name: str = "清单.xlsx", days: int = 30) -> Download:
    path = f"{name}-{user.pk}"
    (downloads.folder() / path).write_bytes(b"PK")
    return Download.objects.create(
        user=user, filename=name, path=path, size=2, expires_at=clock.now() + dt.timedelta(days=days)
    )


def test_a_file_is_for_its_person_alone(world: Any, sign_in: SignIn) -> None:
    found = put(world.clerk)
    for person in (world.head, world.establishment, world.nobody):
        client = sign_in(person)
        assert client.get(f"/downloads/{found.pk}/").status_code == 404
        assert "清单.xlsx" not in client.get("/downloads/").content.decode()


def test_who_holds_no_role_any_more_fetches_nothing(world: Any, sign_in: SignIn) -> None:
    found = put(world.clerk)
    for row in RoleAssignment.objects.filter(user=world.clerk):
        end_role(row, actor=world.establishment, reason="调离")
    client = sign_in(world.clerk)
    refused = client.get(f"/downloads/{found.pk}/")
    assert refused.status_code == 403 and "没有角色" in refused.content.decode()
    assert Download.objects.get().fetched_at is None


def test_the_bar_counts_new_files_until_they_are_fetched(world: Any, sign_in: SignIn) -> None:
    client = sign_in(world.clerk)
    assert '我的下载<span class="count"' not in client.get("/jobs/").content.decode()
    found = put(world.clerk)
    assert '我的下载<span class="count">1</span>' in client.get("/jobs/").content.decode()
    client.head(f"/downloads/{found.pk}/")
    assert Download.objects.get().fetched_at is None
    client.get(f"/downloads/{found.pk}/")
    assert '我的下载<span class="count"' not in client.get("/jobs/").content.decode()
    assert "已下载" in client.get("/downloads/").content.decode()


def test_expired_files_are_gone_from_the_page_at_once_and_from_the_disk_at_night(
    world: Any, sign_in: SignIn
) -> None:
    for path in downloads.folder().iterdir():
        path.unlink()
    old, kept = put(world.clerk, "旧.xlsx", days=30), put(world.clerk, "新.xlsx", days=60)
    orphan = downloads.folder() / "orphan.xlsx"
    orphan.write_bytes(b"PK")
    client = sign_in(world.clerk)
    with clock.travel(clock.now() + dt.timedelta(days=31)):
        assert client.get(f"/downloads/{old.pk}/").status_code == 404
        assert downloads.clear() == (1, 1)
        assert [row.pk for row in Download.objects.all()] == [kept.pk]
        assert (downloads.file_of(kept).exists(), downloads.file_of(old).exists(), orphan.exists()) == (
            True,
            False,
            False,
        )
    downloads.file_of(kept).unlink()


def test_a_file_that_is_just_being_written_is_not_cleared(db: None) -> None:
    fresh = downloads.folder() / "fresh.xlsx"
    fresh.write_bytes(b"PK")
    assert downloads.clear() == (0, 0)
    assert fresh.exists()
    fresh.unlink()
