"""A department's workbook: template, upload, the result of the check, import."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from xianan.core.errors import DomainError, NotAllowed
from xianan.organizations.models import Organization
from xianan.organizations.selectors import streets
from xianan.ui import workbook
from xianan.ui.templatetags.ui import query_with

from ..choices import Source, UploadState
from ..flows import FILING
from ..forms.filings import UploadForm
from ..models import FilingUpload, ItemType
from ..selectors.items import current_list
from ..services import imports as services
from ..workbook.columns import LABELS
from ..workbook.template import build_template
from .common import get_filing, scope_of
from .filings import filing_crumbs

FAULTS_A_PAGE = 200
ROWS_A_PAGE = 100
OUTCOMES = {"new": "新增", "changed": "变更", "unchanged": "无变化", "error": "错误"}


@login_required
@require_safe
def template(request: HttpRequest) -> HttpResponse:
    """The workbook to fill in, with the types and streets of the district."""
    scope = scope_of(request)
    ids = scope.organization_ids("view_filing") | scope.organization_ids("draft_filing")
    own = Organization.objects.filter(pk__in=ids, empowering=True).first()
    if own is None:
        raise NotAllowed("申报模板供赋权部门使用。")
    types = ItemType.objects.filter(district=scope.district, is_active=True).values_list("name", flat=True)
    names = [row.name for row in streets(scope.district)]
    data = build_template(list(types), names, [str(source.label) for source in Source], own.name)
    answer = HttpResponse(data, content_type=workbook.XLSX)
    name = f"赋权事项申报表（{own.name}）.xlsx"
    answer.headers["Content-Disposition"] = _attachment(name)
    return answer


def _attachment(name: str) -> str:
    return content_disposition_header(True, name) or "attachment"


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for a workbook, take it, and show what the check finds."""
    filing = get_filing(request, pk, "draft_filing")
    sending = request.method == "POST"
    form = UploadForm(request.POST, request.FILES) if sending else UploadForm()
    if sending and form.is_valid():
        sent = form.cleaned_data["file"]
        try:
            found = services.upload_workbook(
                filing, data=sent.read(), filename=sent.name, actor=scope_of(request).user  # type: ignore[arg-type]
            )  # fmt: skip
        except NotAllowed:
            raise
        except DomainError as error:
            if error.field != "file":
                raise
            form.refuse(error)
        else:
            return redirect("empowerment:filing-check", filing.pk, found.pk)
    context = {
        "title": "上传工作簿",
        "form": form,
        "filing": filing,
        "crumbs": filing_crumbs(filing),
        "facts": (filing.organization.name,),
    }
    return render(request, "empowerment/filings/upload.html", context)


def _get_upload(request: HttpRequest, pk: int, upload: int, right: str = "") -> FilingUpload:
    filing = get_filing(request, pk, right)
    rows = FilingUpload.objects.select_related("job", "uploaded_by")
    found = get_object_or_404(rows, pk=upload, filing=filing)
    found.filing = filing
    return found


@login_required
@require_safe
def check(request: HttpRequest, pk: int, upload: int) -> HttpResponse:
    """What the check found: counts, faults by cell, differences, the sheet as the clerk knows it."""
    found = _get_upload(request, pk, upload)
    report = found.report
    show = request.GET.get("show", "")
    if show not in ("", "rows", "warnings", *OUTCOMES):
        raise Http404
    offered = {step.name for step in FILING.offered(found.filing, scope_of(request))}
    stale = found.state == UploadState.CHECKED and services.base_of(found.filing) != found.base
    running = found.state == UploadState.IMPORTING and found.job is not None and found.job.is_open
    context: dict[str, Any] = {
        "title": "导入结果" if found.state == UploadState.IMPORTED else "核对结果",
        "upload": found,
        "filing": found.filing,
        "report": report,
        "crumbs": filing_crumbs(found.filing),
        "facts": (
            found.filename,
            f"工作表“{report['sheet']}”",
            f"核对用时 {report['seconds']} 秒",
        ),
        "step": {UploadState.IMPORTED: 4, UploadState.IMPORTING: 3}.get(UploadState(found.state), 2),
        "show": show,
        "urls": {
            key: query_with(request, show=key, page=None) for key in ("", "rows", "warnings", *OUTCOMES)
        },
        "may_edit": "edit" in offered,
        "stale": stale,
        "running": running,
        "current": current_list(found.district_id),
        "sheet": _sheet(report) if report["errors"] or report["warnings"] else None,
        "mapping": _mapping(report),
        "error_cells": len({fault["cell"] for fault in report["errors"]}),
        "ignored_more": max(0, len(report["ignored"]) - 6),
        "ignored": report["ignored"][:6],
    }
    if show in ("", "error"):
        context["faults"] = Paginator(report["errors"], FAULTS_A_PAGE).get_page(request.GET.get("page"))
    if show in ("", "warnings"):
        context["warnings"] = Paginator(report["warnings"], FAULTS_A_PAGE).get_page(
            request.GET.get("page") if show else 1
        )
    if show in ("rows", "new", "changed", "unchanged") or (not show and report["changed"]):
        kind = show or "changed"
        rows = [row for row in report["lines"] if kind == "rows" or row["outcome"] == kind]
        context["rows"] = Paginator(rows, ROWS_A_PAGE).get_page(request.GET.get("page") if show else 1)
        context["rows_title"] = "全部数据行" if kind == "rows" else f"{OUTCOMES[kind]}的行"
    return render(request, "empowerment/filings/check.html", context)


def _mapping(report: dict[str, Any]) -> list[tuple[str, list[tuple[str, str]]]]:
    """What each column was taken for: the field or street, and the letters and headers it was found under."""
    parts = report.get("parts", {})
    headers = report.get("headers", {})
    fields = [
        (LABELS[name], [tuple(part) for part in parts.get(name, [[letter, headers.get(name, "")]])])
        for name, letter in report["columns"].items()
    ]
    return fields + [(name, [(letter, headers.get(name, ""))]) for name, letter in report["streets"].items()]


def _sheet(report: dict[str, Any]) -> dict[str, Any]:
    """The excerpt with the tone of each cell."""
    tones = {fault["cell"]: "amber" for fault in report["warnings"]}
    tones |= {fault["cell"]: "red" for fault in report["errors"]}
    columns = report["excerpt"]["columns"]
    widths = {"street": "narrow", "type": "middle", "source": "middle", "transition_months": "narrow"}
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
            {"letter": letter, "header": header, "css": widths.get(kind, "")}
            for letter, header, kind in columns
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
def confirm(request: HttpRequest, pk: int, upload: int) -> HttpResponse:
    """Import the checked workbook, whole or not at all."""
    found = _get_upload(request, pk, upload, "draft_filing")
    try:
        done = services.import_upload(found, actor=scope_of(request).user)  # type: ignore[arg-type]
    except NotAllowed:
        raise
    except DomainError as error:
        if error.code == "wrong_state":
            raise
        messages.error(request, error.message)
    else:
        if done.state == UploadState.IMPORTING and done.job_id:
            return redirect("portal:job", done.job_id)
        counts = done.report["done"]
        messages.success(
            request,
            f"已导入：新写入 {counts['new']} 项，修改 {counts['changed']} 项，无变化 {counts['unchanged']} 项。",
        )
    return redirect("empowerment:filing-check", pk, upload)


@login_required
@require_POST
def again(request: HttpRequest, pk: int, upload: int) -> HttpResponse:
    """Check the same file anew."""
    found = _get_upload(request, pk, upload, "draft_filing")
    try:
        fresh = services.check_again(found, actor=scope_of(request).user)  # type: ignore[arg-type]
    except NotAllowed:
        raise
    except DomainError as error:
        if error.code == "wrong_state":
            raise
        messages.error(request, error.message)
        return redirect("empowerment:filing-check", pk, upload)
    messages.success(request, "已按现在的申报和清单重新核对。")
    return redirect("empowerment:filing-check", pk, fresh.pk)
