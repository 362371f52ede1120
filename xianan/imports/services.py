"""A workbook: checked when it is sent in, imported when it is confirmed.

The check writes nothing but what it found. The import reads the same file again, against the same rows,
in one transaction: all of it or nothing.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction

from xianan.core import clock
from xianan.core.errors import DomainError
from xianan.core.identity import without_id_numbers
from xianan.core.locks import lock
from xianan.core.spreadsheet import Table
from xianan.history.services import record
from xianan.jobs.services import enqueue
from xianan.organizations.models import District, User
from xianan.organizations.scope import scope_of

from . import files
from .choices import UploadState
from .models import Upload
from .registry import ImportKind, kind_of
from .report import Report, summary
from .selectors import importing, uploads_of
from .shown import as_json

JOB = "imports.run"
KEPT = dt.timedelta(days=7)
"""How long a file with personal data waits for its import."""


@dataclass(frozen=True)
class Checked:
    """A workbook as it was read, what the check found, and a digest of what it was compared with."""

    table: Table
    report: Report
    base: str


def upload_workbook(key: str, owner: models.Model, *, data: bytes, filename: str, actor: User) -> Upload:
    """Check a workbook for an owner and keep file and result; earlier files not imported are set aside.

    Errors: not_allowed, what the kind refuses, importing, and those of ``UnreadableWorkbook`` (field
    ``file``).
    """
    kind = kind_of(key)
    kind.refuse(owner, scope_of(actor))
    started = time.perf_counter()
    name = without_id_numbers(Path(filename.replace("\\", "/")).name, sign="_")[:200] or "工作簿.xlsx"
    checked = check(kind, owner, data, name)
    seconds = round(time.perf_counter() - started, 2)
    district = district_of(owner)
    folder = f"{district.code}/{key}/{owner.pk}"
    path = files.keep(data, folder, Path(name).suffix.lower())
    try:
        with transaction.atomic():
            fresh = _hold(kind, owner, actor)
            _set_aside(fresh, key)
            upload = Upload(
                district=district, kind=key, content_type=ContentType.objects.get_for_model(type(owner)),
                object_id=owner.pk, filename=name, path=path, private=kind.holds_people(fresh), size=len(data),
                sha256=hashlib.sha256(data).hexdigest(), base=checked.base, uploaded_by=actor,
                report=as_json(kind, fresh, checked.table, checked.report, seconds=seconds),
            )  # fmt: skip
            upload.save(force_insert=True)
            record(
                fresh, f"{key}.uploaded", f"上传工作簿“{name}”"[:200], actor=actor,
                organization=kind.organization_of(fresh),
                changes={"核对结果": ("", summary(checked.report))},
            )  # fmt: skip
    except BaseException:
        files.remove([path])
        raise
    return upload


def check_again(upload: Upload, *, actor: User) -> Upload:
    """Check the stored file anew, after what it is compared with has changed. Errors as for an upload."""
    data = files.read_stored(upload)
    return upload_workbook(upload.kind, owner_of(upload), data=data, filename=upload.filename, actor=actor)


def import_upload(upload: Upload, *, actor: User) -> Upload:
    """Import a checked workbook, whole or not at all; with more rows than ``at_once`` by a job.

    Errors: not_allowed, what the kind refuses, wrong_upload (imported or replaced), faulty, stale (what it
    was compared with has changed since), importing, file_damaged, file_gone.
    """
    kind, owner = kind_of(upload.kind), owner_of(upload)
    if upload.report.get("rows", 0) > kind.at_once:
        return _hand_to_worker(upload, kind, owner, actor)
    kind.refuse(owner, scope_of(actor))
    _refuse_unready(upload)
    checked = check(kind, owner, files.read_stored(upload), upload.filename)
    with transaction.atomic():
        held = _hold(kind, owner, actor)
        fresh = lock(upload)
        _refuse_unready(fresh)
        return _apply(fresh, kind, held, checked, actor)


def prepare_import(upload: Upload) -> Checked:
    """Read and check the stored file again: what the job does before it opens its transaction."""
    return check(kind_of(upload.kind), owner_of(upload), files.read_stored(upload), upload.filename)


def finish_import(upload: Upload, checked: Checked, *, job_id: int, actor: User) -> Upload:
    """Write the rows inside the job's own transaction. Errors: wrong_upload, stale, faulty, the kind's."""
    kind = kind_of(upload.kind)
    owner = lock(owner_of(upload), no_key=True)
    kind.refuse(owner, scope_of(actor))
    fresh = lock(upload)
    if fresh.state != UploadState.IMPORTING or fresh.job_id != job_id:
        raise DomainError("wrong_upload", "这次导入已由别的任务办理。")
    return _apply(fresh, kind, owner, checked, actor)


@transaction.atomic
def release_import(upload: Upload, *, job_id: int) -> None:
    """Let a workbook whose job was refused be confirmed again."""
    Upload.objects.filter(pk=upload.pk, state=UploadState.IMPORTING, job=job_id).update(
        state=UploadState.CHECKED
    )


@transaction.atomic
def forget_uploads(owner: models.Model) -> None:
    """Delete the workbooks of an owner that is about to go: the rows now, the files after the commit."""
    rows = uploads_of(owner)
    paths = list(rows.values_list("path", flat=True))
    rows.delete()
    transaction.on_commit(lambda: files.remove(paths))


def clean() -> str:
    """Delete files with personal data that were not imported in time, and files that belong to nothing."""
    late = Upload.objects.filter(private=True, uploaded_at__lt=clock.now() - KEPT).exclude(path="")
    waiting = [row for row in late.select_related("job") if not row.is_running]
    with transaction.atomic():
        _drop(waiting)
    orphans = files.remove_orphans()
    return f"删除未导入的含个人信息工作簿 {len(waiting)} 个，无主文件 {orphans} 个。"


def check(kind: ImportKind[Any], owner: models.Model, data: bytes, filename: str) -> Checked:
    """Read and check a workbook against what there is. Raises UnreadableWorkbook."""
    base = kind.base(owner)
    table = kind.read(data, filename, owner)
    return Checked(table, kind.check(table, owner), base)


def owner_of(upload: Upload) -> models.Model:
    """Return the row a workbook belongs to. Errors: gone."""
    owner = upload.owner
    if not isinstance(owner, models.Model):
        raise DomainError("gone", "工作簿所属的记录已不存在。")
    return owner


def district_of(owner: models.Model) -> District:
    """Return the district of an owner, which may be one itself."""
    district = owner if isinstance(owner, District) else getattr(owner, "district", None)
    assert isinstance(district, District)
    return district


def _hold(kind: ImportKind[Any], owner: models.Model, actor: User) -> models.Model:
    """Return the locked owner if ``actor`` may import into it now. Errors: what the kind refuses, importing."""
    fresh = lock(owner, no_key=True)
    kind.refuse(fresh, scope_of(actor))
    busy = importing(fresh, kind.key)
    if busy is not None:
        raise DomainError("importing", f"工作簿“{busy.filename}”正在导入，完成后再办理。")
    return fresh


def _set_aside(owner: models.Model, kind: str) -> None:
    """Earlier files of the owner that were not imported can't be any more."""
    waiting = uploads_of(owner, kind).filter(state__in=(UploadState.CHECKED, UploadState.IMPORTING))
    private = list(waiting.filter(private=True))
    waiting.update(state=UploadState.REPLACED)
    _drop(private)


def _drop(uploads: list[Upload]) -> None:
    """Take the files of workbooks with personal data off the disk once the transaction stands."""
    paths = [upload.path for upload in uploads]
    Upload.objects.filter(pk__in=[upload.pk for upload in uploads]).update(path="")
    transaction.on_commit(lambda: files.remove(paths))


def _refuse_unready(upload: Upload) -> None:
    if upload.state == UploadState.IMPORTED:
        raise DomainError("wrong_upload", "这个工作簿已经导入，不需再次导入。")
    if upload.state == UploadState.REPLACED:
        raise DomainError("wrong_upload", "这个工作簿已被后来上传的文件替换，在新文件的核对结果中确认。")
    if upload.is_running:
        raise DomainError("wrong_upload", "这个工作簿正在导入，等待完成。")
    if upload.report.get("errors"):
        raise DomainError(
            "faulty", f"还有 {upload.report['faulty']} 行有错误，改正后整本导入。改好后重新上传。"
        )
    if not upload.report.get("rows"):
        raise DomainError("faulty", f"工作簿中没有可以导入的{kind_of(upload.kind).noun}。")


@transaction.atomic
def _hand_to_worker(upload: Upload, kind: ImportKind[Any], owner: models.Model, actor: User) -> Upload:
    held = _hold(kind, owner, actor)
    fresh = lock(upload)
    _refuse_unready(fresh)
    if not fresh.path:
        files.read_stored(fresh)
    if kind.base(held) != fresh.base:
        raise _stale(kind)
    fresh.job = enqueue(
        JOB,
        title=f"导入“{fresh.filename}”{fresh.report['rows']} 行",
        district=fresh.district,
        actor=actor,
        arguments={"upload": fresh.pk},
        link=kind.address("check", held, fresh),
    )
    fresh.state = UploadState.IMPORTING
    fresh.save(update_fields=["state", "job"])
    return fresh


def _stale(kind: ImportKind[Any]) -> DomainError:
    return DomainError(
        "stale", f"核对之后，{kind.words('或')}已有改动，原来的核对结果不再适用。重新核对后再导入。"
    )


def _apply(
    upload: Upload, kind: ImportKind[Any], owner: models.Model, checked: Checked, actor: User
) -> Upload:
    """Write the rows of a checked workbook; the caller holds the locks on owner and upload."""
    report = checked.report
    if checked.base != upload.base or kind.base(owner) != upload.base:
        raise _stale(kind)
    if report.errors:
        raise DomainError("faulty", "工作簿中还有错误，不能导入。")
    done = kind.apply(owner, report, actor=actor)
    upload.state = UploadState.IMPORTED
    upload.imported_at = clock.now()
    upload.report = {**upload.report, "done": done}
    upload.save(update_fields=["state", "imported_at", "report"])
    if upload.private:
        _drop([upload])
        upload.path = ""
    told = "、".join(f"{line.text} {line.count} {kind.unit}" for line in kind.results(owner, done))
    record(
        owner, f"{kind.key}.imported", f"导入工作簿“{upload.filename}”"[:200], actor=actor,
        organization=kind.organization_of(owner), changes={"导入": ("", told)},
    )  # fmt: skip
    return upload
