"""A department's workbook: checked when it is sent in, imported when it is confirmed (P01).

The check writes nothing but what it found. The import reads the same file again, against the same rows,
in one transaction: all of it or nothing.
"""

from __future__ import annotations

import hashlib
import time
import uuid
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from xianan.core import clock
from xianan.core.errors import DomainError
from xianan.core.flow import lock
from xianan.core.spreadsheet import Table
from xianan.history.services import record
from xianan.jobs.services import enqueue
from xianan.organizations.models import User
from xianan.organizations.scope import scope_of

from ..choices import Source, UploadState
from ..flows import FILING
from ..models import Filing, FilingItem, FilingUpload, Item
from ..models.item import CONTENT_FIELDS
from ..rules import content_key
from ..selectors.comparison import check_table, read_filing, street_names, transition_months, type_words
from ..workbook.report import CHANGED, FAULTY, NEW, UNCHANGED, CheckedLine, Fault, Report
from .excerpt import excerpt
from .filings import edit
from .rows import LineResource, dataset_of

IMPORT_JOB = "filing.import"
# More rows than this are imported by the worker, with a progress bar.
AT_ONCE = 2000
_FIELDS = (
    *("name", "type", "basis", "duties", "source", "municipal_department"),
    *("transition_months", "office", "remarks", "decline_reason"),
)


@dataclass(frozen=True)
class Checked:
    """A workbook as it was read, what the check found, and a digest of what it was compared with."""

    table: Table
    report: Report
    base: str


def upload_workbook(filing: Filing, *, data: bytes, filename: str, actor: User) -> FilingUpload:
    """Check a workbook for a draft and keep file and result; earlier files not imported are set aside.

    Errors: not_allowed, wrong_state, importing, and those of ``UnreadableWorkbook`` (field ``file``).
    """
    FILING.refuse_unless_possible(filing, "edit", scope_of(actor))
    started = time.perf_counter()
    name = Path(filename.replace("\\", "/")).name[:200] or "工作簿.xlsx"
    checked = check(filing, data, name)
    seconds = round(time.perf_counter() - started, 2)
    path = f"{filing.district.code}/{filing.pk}/{uuid.uuid4().hex}{Path(name).suffix.lower()}"
    target = stored(path)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(data)
    with transaction.atomic():
        fresh = edit(filing, actor)
        fresh.uploads.filter(state=UploadState.CHECKED).update(state=UploadState.REPLACED)
        upload = FilingUpload(
            district_id=fresh.district_id, filing=fresh, filename=name, path=path, size=len(data),
            sha256=hashlib.sha256(data).hexdigest(), base=checked.base, uploaded_by=actor,
            report=as_json(checked, seconds=seconds),
        )  # fmt: skip
        upload.save(force_insert=True)
        record(
            fresh, "filing.uploaded", f"上传工作簿“{name}”"[:200], actor=actor,
            organization=fresh.organization, changes={"核对结果": ("", summary(checked.report))},
        )  # fmt: skip
    return upload


def check_again(upload: FilingUpload, *, actor: User) -> FilingUpload:
    """Check the stored file anew, after the draft or the list has changed. Errors as for an upload."""
    data = read_stored(upload)
    return upload_workbook(upload.filing, data=data, filename=upload.filename, actor=actor)


def import_upload(upload: FilingUpload, *, actor: User) -> FilingUpload:
    """Import a checked workbook into its draft, whole or not at all; above 2,000 rows by a job.

    Errors: not_allowed, wrong_state, wrong_upload (imported or replaced), faulty, stale (the draft or the
    list has changed since the check), file_damaged.
    """
    if upload.report.get("rows", 0) > AT_ONCE:
        return _hand_to_worker(upload, actor)
    FILING.refuse_unless_possible(upload.filing, "edit", scope_of(actor))
    _refuse_unready(upload)
    checked = check(upload.filing, read_stored(upload), upload.filename)
    with transaction.atomic():
        filing = edit(upload.filing, actor)
        fresh = lock(upload)
        _refuse_unready(fresh)
        return _apply(fresh, filing, checked, actor)


def prepare_import(upload: FilingUpload) -> Checked:
    """Read and check the stored file again: what the job does before it opens its transaction."""
    return check(upload.filing, read_stored(upload), upload.filename)


def finish_import(upload: FilingUpload, checked: Checked, *, job_id: int, actor: User) -> FilingUpload:
    """Write the rows inside the job's own transaction. Errors: wrong_upload, wrong_state, stale, faulty."""
    filing = lock(upload.filing)
    FILING.refuse_unless_possible(filing, "edit", scope_of(actor))
    fresh = lock(upload)
    if fresh.state != UploadState.IMPORTING or fresh.job_id != job_id:
        raise DomainError("wrong_upload", "这次导入已由别的任务办理。")
    return _apply(fresh, filing, checked, actor)


@transaction.atomic
def release_import(upload: FilingUpload, *, job_id: int) -> None:
    """Let a workbook whose job was refused be confirmed again."""
    FilingUpload.objects.filter(pk=upload.pk, state=UploadState.IMPORTING, job=job_id).update(
        state=UploadState.CHECKED
    )


def check(filing: Filing, data: bytes, filename: str) -> Checked:
    """Read and check a workbook against a draft and the current list. Raises UnreadableWorkbook."""
    base = base_of(filing)
    table = read_filing(data, filename, filing.organization)
    report = check_table(table, organization=filing.organization, draft=filing)
    _refuse_twins(table, report)
    return Checked(table, report, base)


def base_of(filing: Filing) -> str:
    """Return a digest of everything a workbook of this filing is compared with."""
    organization = filing.organization
    texts = [name for name in CONTENT_FIELDS if name != "type"]
    lines = FilingItem.objects.filter(filing=filing).order_by("pk")
    items = Item.objects.filter(organization=organization, is_listed=True).order_by("pk")
    digest = hashlib.blake2b(digest_size=32)
    for rows in (
        lines.values_list(
            "pk", "item_id", "type_id", "transition_months", "proposed_streets", "decline_reason", *texts
        ),
        items.values_list("pk", "type_id", *texts),
    ):
        for row in rows.iterator(chunk_size=2000):
            digest.update(repr(row).encode())
        digest.update(b"\x1e")
    words = (type_words(organization), street_names(organization), transition_months(organization))
    digest.update(repr(words).encode())
    return digest.hexdigest()


def as_json(checked: Checked, *, seconds: float) -> dict[str, Any]:
    """Return what the pages show of a check, as plain JSON."""
    report = checked.report
    numbers = [line.row for line in report.lines]
    return {
        "sheet": report.sheet,
        "header_row": report.header_row,
        "last_header_row": report.last_header_row,
        "columns": report.columns,
        "streets": report.street_columns,
        "headers": report.headers,
        "parts": {
            name: [[column.letter, column.header] for _, column in found]
            for name, found in checked.table.parts.items()
        },
        "rows": report.rows,
        "first_row": min(numbers, default=0),
        "last_row": max(numbers, default=0),
        "new": report.new,
        "changed": report.changed,
        "unchanged": report.unchanged,
        "faulty": report.faulty,
        "seconds": seconds,
        "ignored": [[item.row, item.text, item.reason] for item in report.ignored],
        "errors": [asdict(fault) for fault in report.errors],
        "warnings": [asdict(fault) for fault in report.warnings],
        "lines": [_line_json(line) for line in report.lines],
        "excerpt": excerpt(checked.table, report),
    }


def summary(report: Report) -> str:
    """Return the counts of a check in one line."""
    return (
        f"数据 {report.rows} 行：新增 {report.new}、变更 {report.changed}、"
        f"无变化 {report.unchanged}、错误 {report.faulty}"
    )


def stored(path: str) -> Path:
    """Return where an uploaded file lies."""
    return Path(settings.VAR_DIR) / "uploads" / path


def read_stored(upload: FilingUpload) -> bytes:
    """Return the uploaded file as it came. Errors: file_damaged."""
    try:
        data = stored(upload.path).read_bytes()
    except OSError:
        raise DomainError("file_damaged", "上传的工作簿读不出来，重新上传。") from None
    if hashlib.sha256(data).hexdigest() != upload.sha256:
        raise DomainError("file_damaged", "上传的工作簿与核对时的内容不一致，重新上传。")
    return data


def _line_json(line: CheckedLine) -> dict[str, Any]:
    found: dict[str, Any] = {
        "row": line.row,
        "outcome": line.outcome,
        "name": line.values.get("name", ""),
        "type": line.values.get("type", ""),
    }
    if line.match:
        found["match"] = line.match
    if line.differences:
        found["differences"] = [[d.label, d.old, d.new] for d in line.differences]
    return found


def _refuse_twins(table: Table, report: Report) -> None:
    """Add a fault for rows that differ only in a department which is not kept."""
    first: dict[str, CheckedLine] = {}
    for line in report.lines:
        name, basis = line.values.get("name"), line.values.get("basis")
        if line.outcome == FAULTY or not name or not basis:
            continue
        twin = first.setdefault(content_key(name, basis), line)
        if twin is not line:
            row = next(row for row in table.rows if row.number == line.row)
            column = table.columns["name"]
            report.errors.append(
                Fault(
                    table.cell(row, column), "事项名称", row.values["name"],
                    f"与第 {twin.row} 行重复（都按申报部门处理，名称＋依据相同）", f"duplicate {line.row}",
                    line.row, f"删除第 {twin.row} 行和第 {line.row} 行中的一行", "", "name",
                )
            )  # fmt: skip
            line.outcome = FAULTY


def _refuse_unready(upload: FilingUpload) -> None:
    if upload.state == UploadState.IMPORTED:
        raise DomainError("wrong_upload", "这个工作簿已经导入，不需再次导入。")
    if upload.state == UploadState.REPLACED:
        raise DomainError("wrong_upload", "这个工作簿已被后来上传的文件替换，在新文件的核对结果中确认。")
    if upload.state == UploadState.IMPORTING and upload.job is not None and upload.job.is_open:
        raise DomainError("wrong_upload", "这个工作簿正在导入，等待完成。")
    if upload.report.get("errors"):
        raise DomainError(
            "faulty", f"还有 {upload.report['faulty']} 行有错误，改正后整本导入。改好后重新上传。"
        )
    if not upload.report.get("rows"):
        raise DomainError("faulty", "工作簿中没有可以导入的事项。")


@transaction.atomic
def _hand_to_worker(upload: FilingUpload, actor: User) -> FilingUpload:
    filing = edit(upload.filing, actor)
    fresh = lock(upload)
    _refuse_unready(fresh)
    if base_of(filing) != fresh.base:
        raise _stale()
    fresh.job = enqueue(
        IMPORT_JOB,
        title=f"导入“{fresh.filename}”{fresh.report['rows']} 行",
        district=filing.district,
        actor=actor,
        arguments={"upload": fresh.pk},
        link=reverse("empowerment:filing-check", args=[filing.pk, fresh.pk]),
    )
    fresh.state = UploadState.IMPORTING
    fresh.save(update_fields=["state", "job"])
    return fresh


def _stale() -> DomainError:
    return DomainError("stale", "核对之后，申报或清单已有改动，原来的核对结果不再适用。重新核对后再导入。")


def _apply(upload: FilingUpload, filing: Filing, checked: Checked, actor: User) -> FilingUpload:
    """Write the rows of a checked workbook; the caller holds the locks on filing and upload."""
    report = checked.report
    if checked.base != upload.base or base_of(filing) != upload.base:
        raise _stale()
    if report.errors:
        raise DomainError("faulty", "工作簿中还有错误，不能导入。")
    columns = [name for name in _FIELDS if name in report.columns]
    streets = bool(report.street_columns)
    kept = [line for line in report.lines if not (line.outcome == UNCHANGED and _match(line)[0] == "item")]
    rows = [_row(line, columns, streets) for line in kept]
    result = LineResource(filing, actor).import_data(
        dataset_of(rows, columns, with_streets=streets), raise_errors=True
    )
    listed = [line for line in report.lines if line.outcome == UNCHANGED and _match(line)[0] == "item"]
    done = {
        "new": result.totals["new"],
        "changed": result.totals["update"],
        "unchanged": result.totals["skip"],
        "listed": [[line.row, line.values["name"]] for line in listed],
    }
    upload.state = UploadState.IMPORTED
    upload.imported_at = clock.now()
    upload.report = {**upload.report, "done": done}
    upload.save(update_fields=["state", "imported_at", "report"])
    record(
        filing, "filing.imported", f"导入工作簿“{upload.filename}”"[:200], actor=actor,
        organization=filing.organization,
        changes={
            "导入": (
                "",
                (f"写入 {done['new']} 项、修改 {done['changed']} 项、无变化 {done['unchanged']} 项、"
                f"清单中已有 {len(listed)} 项未再报"),
            )
        },
    )  # fmt: skip
    return upload


def _match(line: CheckedLine) -> tuple[str, int]:
    kind, _, key = (line.match or "").partition(":")
    return kind, int(key or 0)


def _row(line: CheckedLine, columns: list[str], streets: bool) -> list[Any]:
    kind, key = _match(line)
    values = line.values
    words = {**dict(Source.choices), "": ""}
    return [
        key if kind == "line" else None,
        key if kind == "item" and line.outcome in (CHANGED, NEW) else None,
        *(words[values[name] or ""] if name == "source" else values[name] for name in columns),
        *([values.get("streets", ())] if streets else []),
    ]
