"""A workbook: template, upload, the result of the check, import. The kind says whose and in which words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from xianan.core.errors import DomainError, NotAllowed
from xianan.organizations.requests import Request
from xianan.organizations.scope import Scope
from xianan.ui import workbook
from xianan.ui.lists import Pages, paged
from xianan.ui.templatetags.ui import query_with

from . import samples, services
from .choices import UploadState
from .excerpt import MEMBER
from .forms import UploadForm
from .models import Upload
from .registry import ImportKind, kind_of
from .report import UNSURE
from .selectors import importing, uploads_of

FAULTS_A_PAGE = 200
ROWS_A_PAGE = 100
LATEST = 5
OUTCOMES = {"new": "新增", "changed": "变更", "unchanged": "无变化", "error": "错误"}
# Refusals that mean the page is older than what it shows: they are told on a page of their own.
OLD_PAGE = frozenset({"wrong_state", "gone"})


def _owner(
    request: Request, key: str, pk: int, *, change: bool = False
) -> tuple[ImportKind[Any], models.Model]:
    """The kind and the owner. 404 for an unknown kind and outside, 403 without the right."""
    try:
        kind = kind_of(key)
    except KeyError:
        raise Http404 from None
    return kind, kind.fetch(request.scope, pk, change=change)


def _upload(
    request: Request, key: str, pk: int, upload: int, *, change: bool = False
) -> tuple[ImportKind[Any], models.Model, Upload]:
    kind, owner = _owner(request, key, pk, change=change)
    rows = Upload.objects.select_related("job", "uploaded_by")
    content_type = ContentType.objects.get_for_model(kind.owner_model)
    found = get_object_or_404(rows, pk=upload, kind=key, content_type=content_type, object_id=owner.pk)
    return kind, owner, found


def may_import(kind: ImportKind[Any], owner: models.Model, scope: Scope) -> bool:
    """Whether the person may import into the owner as it is now: what buttons ask."""
    try:
        kind.refuse(owner, scope)
    except DomainError:
        return False
    return True


def panel(key: str, owner: models.Model, scope: Scope) -> dict[str, Any]:
    """Return what ``imports/_panel.html`` shows on the owner's own page: the box and the latest workbooks."""
    kind = kind_of(key)
    may = may_import(kind, owner, scope)
    rows = uploads_of(owner, key).select_related("uploaded_by", "job")[:LATEST]
    return {
        "kind": kind,
        "form": UploadForm() if may else None,
        "importing": importing(owner, key),
        "upload_url": kind.address("upload", owner),
        "template_url": kind.address("template", owner),
        "samples": _samples(key, owner) if may else (),
        "uploads": [(row, kind.address("check", owner, row)) for row in rows],
    }


def _samples(key: str, owner: models.Model) -> list[tuple[str, str, str]]:
    kind = kind_of(key)
    return samples.links(key, kind.organization_of(owner), kind.address("template", owner))


@login_required
@require_safe
def template(request: Request, key: str, owner: int) -> HttpResponse:
    """The workbook to fill in."""
    kind, found = _owner(request, key, owner)
    organization = kind.organization_of(found)
    sample = samples.asked_for(key, organization, request.GET)
    return sample or workbook.as_file(kind.template(found), f"{kind.label}（{organization}）.xlsx")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: Request, key: str, owner: int) -> HttpResponse:
    """Ask for a workbook, take it, and show what the check finds."""
    kind, found = _owner(request, key, owner, change=True)
    sending = request.method == "POST"
    form = UploadForm(request.POST, request.FILES) if sending else UploadForm()
    if sending and form.is_valid():
        sent = form.cleaned_data["file"]
        try:
            taken = services.upload_workbook(
                key, found, data=sent.read(), filename=sent.name, actor=request.user
            )
        except NotAllowed:
            raise
        except DomainError as error:
            if error.field != "file":
                raise
            form.refuse(error)
        else:
            return redirect(kind.address("check", found, taken))
    context = {
        "title": "上传工作簿",
        "form": form,
        "kind": kind,
        "crumbs": kind.crumbs(found),
        "facts": (kind.organization_of(found).name, kind.label),
        "private": kind.holds_people(found),
        "urls": _addresses(kind, found),
        "samples": _samples(key, found),
    }
    return render(request, "imports/upload.html", context)


def _addresses(kind: ImportKind[Any], owner: models.Model, upload: Upload | None = None) -> dict[str, str]:
    found = {name: kind.address(name, owner) for name in ("upload", "template")}
    if upload is not None:
        found |= {name: kind.address(name, owner, upload) for name in ("check", "confirm", "again")}
    return {"page": kind.page(owner), **found}


@login_required
@require_safe
def check(request: Request, key: str, owner: int, upload: int) -> HttpResponse:
    """What the check found: counts, faults by cell, differences, the sheet as people know it."""
    kind, whose, found = _upload(request, key, owner, upload)
    report = found.report
    show = request.GET.get("show", "")
    if show not in ("", "rows", "warnings", *OUTCOMES):
        raise Http404
    labels = kind.labels(whose)
    stale = found.state == UploadState.CHECKED and bool(found.path) and kind.base(whose) != found.base
    steps = ["上传工作簿", "核对列名和内容", "确认导入", *([kind.next_step] if kind.next_step else [])]
    context: dict[str, Any] = {
        "title": "导入结果" if found.state == UploadState.IMPORTED else "核对结果",
        "upload": found,
        "kind": kind,
        "report": report,
        "crumbs": kind.crumbs(whose),
        "facts": (
            found.filename,
            f"工作表“{report['sheet']}”",
            f"核对用时 {report['seconds']} 秒",
        ),
        "step": {UploadState.IMPORTED: 4, UploadState.IMPORTING: 3}.get(UploadState(found.state), 2),
        "steps": list(enumerate(steps, 1)),
        "show": show,
        "urls": {
            key: query_with(request, show=key, page=None) for key in ("", "rows", "warnings", *OUTCOMES)
        },
        "to": _addresses(kind, whose, found),
        "may_edit": may_import(kind, whose, request.scope),
        "stale": stale,
        "gone": not found.path and found.state == UploadState.CHECKED,
        "running": found.is_running,
        "and_words": kind.words("和"),
        "or_words": kind.words("或"),
        "unchanged_note": kind.unchanged_note(whose),
        "results": kind.results(whose, report["done"]) if "done" in report else (),
        "heads": [labels[name] for name in kind.shown],
        "sheet": _sheet(report, kind.widths) if report["errors"] or report["warnings"] else None,
        "mapping": _mapping(report, labels),
        "unsure": [fault for fault in report["warnings"] if fault["code"] in UNSURE],
        "error_cells": len({fault["cell"] for fault in report["errors"]}),
        "ignored_more": max(0, len(report["ignored"]) - 6),
        "ignored": report["ignored"][:6],
    }
    # Only one table has pages of its own where all are shown.
    asked = request.GET if show else QueryDict()
    if show in ("", "error"):
        context["faults"] = paged(request.GET, Pages(report["errors"], FAULTS_A_PAGE))
    if show in ("", "warnings"):
        context["warnings"] = paged(asked, Pages(report["warnings"], FAULTS_A_PAGE))
    if show in ("rows", "new", "changed", "unchanged") or (not show and report["changed"]):
        wanted = show or "changed"
        rows = [row for row in report["lines"] if wanted == "rows" or row["outcome"] == wanted]
        page = paged(asked, Pages(rows, ROWS_A_PAGE))
        for row in page:
            row["note"] = kind.line_note(row)
        context["rows"] = page
        context["rows_title"] = "全部数据行" if wanted == "rows" else f"{OUTCOMES[wanted]}的行"
    return render(request, "imports/check.html", context)


def _mapping(report: dict[str, Any], labels: Mapping[str, str]) -> list[tuple[str, list[tuple[str, str]]]]:
    """What each column was taken for: the field or member, and the letters and headers it was found under."""
    parts = report.get("parts", {})
    headers = report.get("headers", {})
    fields = [
        (labels[name], [tuple(part) for part in parts.get(name, [[letter, headers.get(name, "")]])])
        for name, letter in report["columns"].items()
    ]
    return fields + [(name, [(letter, headers.get(name, ""))]) for name, letter in report["members"].items()]


def _sheet(report: dict[str, Any], widths: Mapping[str, str]) -> dict[str, Any]:
    """The excerpt with the tone of each cell."""
    tones = {fault["cell"]: "amber" for fault in report["warnings"]}
    tones |= {fault["cell"]: "red" for fault in report["errors"]}
    columns = report["excerpt"]["columns"]
    on_page = {
        f"{column[0]}{number}" for number, _ in report["excerpt"]["rows"] if number for column in columns
    }
    return {
        # What a fault can be linked to.
        "cells": on_page & tones.keys(),
        "rows_shown": sum(1 for number, _ in report["excerpt"]["rows"] if number),
        "rows_in_all": report["excerpt"].get("rows_in_all", report["rows"]),
        "columns_in_all": report["excerpt"].get("columns_in_all", len(columns)),
        "columns": [
            {
                "letter": letter,
                "header": header,
                "css": "narrow" if field == MEMBER else widths.get(field, ""),
            }
            for letter, header, field in columns
        ],
        "rows": [
            {
                "number": number or "…",
                "cells": [
                    {
                        "text": text,
                        "cell": f"{column[0]}{number}",
                        "tone": tones.get(f"{column[0]}{number}", ""),
                    }
                    for text, column in zip(texts, columns, strict=True)
                ],
            }
            for number, texts in report["excerpt"]["rows"]
        ],
    }


@login_required
@require_POST
def confirm(request: Request, key: str, owner: int, upload: int) -> HttpResponse:
    """Import the checked workbook, whole or not at all."""
    kind, whose, found = _upload(request, key, owner, upload, change=True)
    try:
        done = services.import_upload(found, actor=request.user)
    except NotAllowed:
        raise
    except DomainError as error:
        if error.code in OLD_PAGE:
            raise
        messages.error(request, error.message)
    else:
        if done.state == UploadState.IMPORTING and done.job_id:
            return redirect("portal:job", done.job_id)
        counts, unit = done.report["done"], kind.unit
        messages.success(
            request,
            f"已导入：新写入 {counts['new']} {unit}，修改 {counts['changed']} {unit}，"
            f"无变化 {counts['unchanged']} {unit}。",
        )
    return redirect(kind.address("check", whose, found))


@login_required
@require_POST
def again(request: Request, key: str, owner: int, upload: int) -> HttpResponse:
    """Check the same file anew."""
    kind, whose, found = _upload(request, key, owner, upload, change=True)
    try:
        fresh = services.check_again(found, actor=request.user)
    except NotAllowed:
        raise
    except DomainError as error:
        if error.code in OLD_PAGE:
            raise
        messages.error(request, error.message)
        return redirect(kind.address("check", whose, found))
    messages.success(request, f"已按现在的{kind.words('和')}重新核对。")
    return redirect(kind.address("check", whose, fresh))
