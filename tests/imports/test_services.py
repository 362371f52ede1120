"""The road of a workbook with personal data: kept encrypted, imported once, taken off the disk."""

from __future__ import annotations

import datetime as dt
import json
import os

import pytest
from django.template.loader import render_to_string

from tests.empowerment.filings.books import book
from tests.imports.kind import HEAD, Member, id_number, person
from xianan.core import clock
from xianan.core.errors import DomainError, NotAllowed
from xianan.history.models import Entry
from xianan.imports import services
from xianan.imports.choices import UploadState
from xianan.imports.files import read_stored, stored
from xianan.imports.models import Upload
from xianan.imports.registry import kind_of, register
from xianan.imports.selectors import importing
from xianan.imports.services import check_again, forget_uploads, import_upload
from xianan.imports.views import panel
from xianan.jobs import runner, schedule
from xianan.jobs.choices import JobState
from xianan.jobs.services import cancel
from xianan.organizations.scope import Scope

pytestmark = pytest.mark.django_db


def refusal(act):
    with pytest.raises(DomainError) as refused:
        act()
    return refused.value.code


@pytest.mark.sqlite
def test_a_workbook_is_imported_once(world, send):
    upload = send([person(1), person(2)])
    assert import_upload(upload, actor=world.clerk).state == UploadState.IMPORTED
    assert refusal(lambda: import_upload(upload, actor=world.clerk)) == "wrong_upload"
    assert refusal(lambda: import_upload(Upload.objects.get(), actor=world.clerk)) == "wrong_upload"
    assert Member.objects.count() == 2
    entries = Entry.objects.filter(object_type="organizations.organization", object_id=world.department.pk)
    assert set(entries.values_list("action", flat=True)) >= {"members.uploaded", "members.imported"}
    imported = entries.get(action="members.imported")
    assert imported.changes["导入"][1] == (
        "新写入人员名册 2 人、修改人员名册中已有的人员 0 人、人员名册中已有且无变化 0 人"
    )


def test_a_faulty_workbook_is_not_imported_at_all(world, send):
    upload = send([person(1), person(2, 姓名="")])
    assert refusal(lambda: import_upload(upload, actor=world.clerk)) == "faulty"
    assert refusal(lambda: import_upload(send([]), actor=world.clerk)) == "faulty"
    assert not Member.objects.exists()


def test_a_refusal_while_writing_leaves_nothing(world, send):
    upload = send([person(1), person(2, 姓名="不收")])
    assert refusal(lambda: import_upload(upload, actor=world.clerk)) == "not_wanted"
    assert not Member.objects.exists()
    upload.refresh_from_db()
    assert (upload.state, stored(upload.path).exists()) == (UploadState.CHECKED, True)


def test_a_check_is_stale_once_the_rows_it_was_held_against_have_changed(world, send):
    upload = send([person(1)])
    Member.objects.create(
        organization_id=world.department.pk, name="别人", id_number="1", street=world.street.pk
    )
    assert refusal(lambda: import_upload(upload, actor=world.clerk)) == "stale"
    fresh = check_again(upload, actor=world.clerk)
    upload.refresh_from_db()
    assert (upload.state, fresh.state) == (UploadState.REPLACED, UploadState.CHECKED)
    import_upload(fresh, actor=world.clerk)
    assert Member.objects.count() == 2


def test_a_choice_that_is_gone_makes_a_check_stale(world, send):
    upload = send([person(1)])
    world.other_street.name = "改名街道"
    world.other_street.save()
    assert refusal(lambda: import_upload(upload, actor=world.clerk)) == "stale"


def test_only_who_holds_the_right_uploads_and_imports(world, send):
    upload = send([person(1)])
    for person_ in (world.head, world.reader, world.other_clerk, world.street_clerk):
        with pytest.raises(NotAllowed):
            send([person(1)], actor=person_)
        with pytest.raises(NotAllowed):
            import_upload(upload, actor=person_)
    assert Upload.objects.count() == 1


# ---- Personal data on the disk ---------------------------------------------------------------------------------


def test_a_file_with_personal_data_is_encrypted_until_it_is_imported_and_then_gone(
    world, send, django_capture_on_commit_callbacks
):
    data = book([person(1)], HEAD)
    upload = send(data=data)
    kept = stored(upload.path)
    assert upload.private
    assert id_number(1).encode() not in kept.read_bytes() and not kept.read_bytes().startswith(b"PK")
    assert read_stored(upload) == data
    with django_capture_on_commit_callbacks(execute=True):
        done = import_upload(upload, actor=world.clerk)
    assert (done.path, Upload.objects.get().path, kept.exists()) == ("", "", False)
    assert refusal(lambda: check_again(done, actor=world.clerk)) == "file_gone"


def test_a_replaced_file_with_personal_data_is_gone(world, send, django_capture_on_commit_callbacks):
    first = send([person(1)])
    kept = stored(first.path)
    with django_capture_on_commit_callbacks(execute=True):
        second = send([person(2)])
    first.refresh_from_db()
    assert (first.state, first.path, kept.exists()) == (UploadState.REPLACED, "", False)
    assert stored(second.path).exists()


def test_a_file_of_filings_is_kept_as_it_came_but_sealed_as_well(world):
    filing = world.draft("甲处罚")
    data = "事项名称,事项类型,设定依据\n乙处罚,行政处罚,《条例》第一条\n".encode()
    upload = services.upload_workbook("filing", filing, data=data, filename="申报.csv", actor=world.clerk)
    import_upload(upload, actor=world.clerk)
    assert not upload.private and read_stored(upload) == data
    assert "乙处罚".encode() not in stored(upload.path).read_bytes()


def test_a_sealed_file_that_was_changed_on_the_disk_is_refused(world, send):
    upload = send([person(1)])
    stored(upload.path).write_bytes(book([person(2)], HEAD))
    assert refusal(lambda: import_upload(upload, actor=world.clerk)) == "file_damaged"


def test_the_nightly_cleaning_takes_what_was_not_imported_within_seven_days(
    world, send, django_capture_on_commit_callbacks
):
    upload = send([person(1)])
    kept = stored(upload.path)
    orphan = kept.with_name("left.xlsx")
    orphan.write_bytes(b"left by a request that failed")
    old = (clock.now() - dt.timedelta(days=2)).timestamp()
    os.utime(orphan, (old, old))
    assert services.clean() == "删除未导入的含个人信息工作簿 0 个，无主文件 1 个。"
    assert (kept.exists(), orphan.exists()) == (True, False)
    clock.set_to(clock.now() + dt.timedelta(days=7, minutes=1))
    with django_capture_on_commit_callbacks(execute=True):
        run = schedule.run("imports.clean")
    assert run.outcome.startswith("删除未导入的含个人信息工作簿 1 个")
    upload.refresh_from_db()
    assert (upload.path, kept.exists(), upload.state) == ("", False, UploadState.CHECKED)
    assert refusal(lambda: import_upload(upload, actor=world.clerk)) == "file_gone"


def test_the_log_never_holds_a_private_value(world, send):
    import_upload(send([person(1), person(2, 联系电话="")]), actor=world.clerk)
    import_upload(send([person(1, 联系电话="13900000009")]), actor=world.clerk)
    for entry in Entry.objects.filter(action__startswith="members."):
        said = json.dumps([entry.changes, entry.label, entry.reason, entry.object_text], ensure_ascii=False)
        assert [value for value in (id_number(1), "13900000009", "13800000001") if value in said] == []


# ---- The worker ------------------------------------------------------------------------------------------------


@pytest.fixture
def few(monkeypatch):
    monkeypatch.setattr(kind_of("members"), "at_once", 2)


def test_many_rows_are_imported_by_the_worker_in_one_go(world, send, few):
    upload = import_upload(send([person(n) for n in range(5)]), actor=world.clerk)
    assert (upload.state, upload.job.kind) == (UploadState.IMPORTING, "imports.run")
    assert not Member.objects.exists()
    assert importing(world.department) == upload
    assert refusal(lambda: send([person(1)])) == "importing"
    assert refusal(lambda: import_upload(upload, actor=world.clerk)) == "importing"
    assert runner.run(upload.job_id)
    upload.refresh_from_db()
    upload.job.refresh_from_db()
    assert (upload.state, upload.path, upload.job.state) == (UploadState.IMPORTED, "", JobState.DONE)
    assert upload.job.result == {"new": 5, "changed": 0, "unchanged": 0}
    assert (Member.objects.count(), importing(world.department)) == (5, None)


def test_a_refused_job_leaves_the_workbook_to_be_checked_again(world, send, few):
    upload = import_upload(send([person(n) for n in range(5)]), actor=world.clerk)
    Member.objects.create(
        organization_id=world.department.pk, name="别人", id_number="1", street=world.street.pk
    )
    assert runner.run(upload.job_id)
    upload.refresh_from_db()
    upload.job.refresh_from_db()
    assert (upload.state, upload.job.state) == (UploadState.CHECKED, JobState.FAILED)
    assert "人员名册已有改动" in upload.job.error
    assert Member.objects.count() == 1
    assert check_again(upload, actor=world.clerk).report["new"] == 5


def test_a_stopped_job_lets_the_workbook_be_confirmed_again(world, send, few):
    upload = import_upload(send([person(n) for n in range(5)]), actor=world.clerk)
    cancel(upload.job, actor=world.clerk)
    assert importing(world.department) is None
    listed = panel("members", world.department, Scope(world.clerk))
    assert "已核对" in render_to_string("imports/_latest.html", {"panel": listed})
    again = import_upload(Upload.objects.get(), actor=world.clerk)
    assert again.job_id != upload.job_id
    assert runner.run(again.job_id)
    assert Member.objects.count() == 5


def test_a_stopped_job_gives_way_to_a_new_workbook(world, send, few):
    upload = import_upload(send([person(n) for n in range(5)]), actor=world.clerk)
    cancel(upload.job, actor=world.clerk)
    fresh = import_upload(send([person(n) for n in range(6)]), actor=world.clerk)
    upload.refresh_from_db()
    assert (upload.state, fresh.state) == (UploadState.REPLACED, UploadState.IMPORTING)


# ---- The rest --------------------------------------------------------------------------------------------------


def test_workbooks_go_with_their_owner(world, send, django_capture_on_commit_callbacks):
    upload = send([person(1)])
    with django_capture_on_commit_callbacks(execute=True):
        forget_uploads(world.department)
    assert not Upload.objects.exists()
    assert not stored(upload.path).exists()


def test_a_key_is_registered_once():
    class Other(type(kind_of("filing"))):
        key = "members"

    with pytest.raises(ValueError, match="members is registered twice"):
        register(Other)
