"""A street's self-report: the list of what is to be filled in, each indicator, submitting, handing back (P37)."""

from __future__ import annotations

import datetime as dt
from itertools import groupby
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from xianan.core import clock
from xianan.core.dates import chinese_date
from xianan.core.errors import DomainError
from xianan.documents.attachments.panel import sent_files
from xianan.history.selectors import timeline
from xianan.organizations.requests import Request
from xianan.ui import html

from ..choices import Method, ReportState
from ..flows.report import REPORT, REPORT_OFFICE
from ..forms.cycles import ReturnForm
from ..forms.fields import put
from ..forms.reports import EntryForm
from ..models import Indicator, SelfEntry, SelfReport
from ..selectors import reports
from ..selectors.figures import cut_off
from ..services import reports as services
from .common import STALE, WRITE, attempt, crumbs, form_page

METHODS = dict(Method.choices)


def _report(request: Request, pk: int, report: int, right: str = "") -> SelfReport:
    """Return a report of the cycle. 404 outside, 403 without ``right`` for its street."""
    found: SelfReport = get_object_or_404(reports.visible(request.scope), pk=report, cycle=pk)
    if right:
        request.scope.require(right, found, "street", label="填报自评")
    return found


def _address(report: SelfReport) -> str:
    return reverse("assessment:report", args=[report.cycle_id, report.pk])


def _crumbs(report: SelfReport) -> list[tuple[str, str]]:
    return [*crumbs(report.cycle), (f"{report.street}自评", _address(report))]


def _facts(report: SelfReport) -> list[str]:
    found = [str(report.cycle)]
    if report.submitted_at is not None and report.submitted_by is not None:
        day = chinese_date(clock.local_date(report.submitted_at))
        found.append(f"{report.submitted_by.name} {day}提交{'，逾期' if report.is_late else ''}")
    elif report.due_on is not None:
        left = (report.due_on - clock.today()).days
        words = f"剩 {left} 天" if left > 0 else "今日截止" if not left else f"逾期 {-left} 天"
        found.append(f"{chinese_date(report.due_on)}前提交，{words}")
    return found


@login_required
@require_safe
def report_page(request: Request, pk: int, report: int) -> HttpResponse:
    """The task list: every indicator with its state, and what is missing before the head can submit."""
    row, scope = _report(request, pk, report), request.scope
    lines = reports.lines(row)
    missing = [line for line in lines if line.status == reports.OPEN]
    offered = {step.name for step in (*REPORT.offered(row, scope), *REPORT_OFFICE.offered(row, scope))}
    groups = [
        {"group": group, "lines": list(found)}
        for group, found in groupby(lines, key=lambda line: line.indicator.group)
    ]
    shut = REPORT["fill"].guards[0](row)
    context = {
        "title": f"{row.street}自评",
        "crumbs": crumbs(row.cycle),
        "badge": html.badge(ReportState(row.state), icon_name="auto"),
        "facts": _facts(row),
        "report": row,
        "groups": groups,
        "missing": missing,
        "needed": sum(line.status in (reports.OPEN, reports.FILLED) for line in lines),
        "filled": sum(line.status == reports.FILLED for line in lines),
        "total": sum(line.points or 0 for line in lines if line.indicator.kind == "normal"),
        "may": set() if shut else offered,
        "shut": shut,
        "on_today": not any(line.measured and line.measured.read_on != cut_off(row.cycle) for line in lines),
        "read_on": next((line.measured.read_on for line in lines if line.measured), None),
        "entries": timeline(row)[:12],
    }
    return render(request, "assessment/reports/page.html", context)


@login_required
@require_http_methods(WRITE)
def entry_page(request: Request, pk: int, report: int, indicator: int) -> HttpResponse:
    """One indicator: what is demanded, the own score and words, or what the portal measures."""
    row, scope = _report(request, pk, report), request.scope
    lines = reports.lines(row)
    place = next((i for i, line in enumerate(lines) if line.indicator.pk == indicator), None)
    if place is None:
        raise Http404
    line = lines[place]
    after = lines[place + 1] if place + 1 < len(lines) else None
    before = lines[place - 1] if place else None
    shut = REPORT["fill"].guards[0](row)
    may_fill = any(step.name == "fill" for step in REPORT.offered(row, scope)) and not shut
    if request.method == "POST":
        scope.require("fill_self_report", row, "street", label="填报自评")
        REPORT.refuse_unless_possible(row, "fill", scope)
    entry = line.entry
    first = {
        "points": entry.points if entry else None,
        "text": entry.text if entry else "",
        "revision": entry.revision if entry else 0,
    }
    form = EntryForm(request.POST or None, indicator=line.indicator, initial=first)
    status, stale = 200, None
    files = sent_files(request, entry) if entry else {}
    if request.method == "POST" and form.is_valid():
        try:
            services.fill_entry(row, indicator=line.indicator, actor=request.user, files=files, **form.values)
        except DomainError as refusal:
            if refusal.status == 403 or refusal.code in STALE:
                raise
            form.refuse(refusal)
            status = 200 if refusal.field else refusal.status
            if refusal.code == "stale":
                stale = SelfEntry.objects.select_related("changed_by").get(
                    report=row, indicator=line.indicator
                )
                # Saving once more is then meant: what the colleague wrote stands beside it.
                put(form, "revision", stale.revision)
        else:
            with_files = f"，已上传 {sum(map(len, files.values()))} 个文件" if files else ""
            messages.success(request, f"已保存 {line.indicator.code}{with_files}。")
            if "upload" in request.POST:
                return redirect(_entry_url(row, line.indicator))
            forward = "next" in request.POST and after is not None
            return redirect(_entry_url(row, after.indicator) if forward and after else _address(row))
    if files:
        # No browser sends a chosen file a second time.
        form.add_error(None, f"所选的 {sum(map(len, files.values()))} 个文件没有上传，须重新选择。")
    context = {
        "title": f"{line.indicator.code} {line.indicator.name}",
        "crumbs": _crumbs(row),
        "badge": html.badge(line.status, line.tone),
        "facts": [str(row.street), *_facts(row)],
        "report": row,
        "line": line,
        "form": form,
        "stale": stale,
        "may_fill": may_fill,
        "shut": shut,
        "before": _entry_url(row, before.indicator) if before else "",
        "after": _entry_url(row, after.indicator) if after else "",
        "back": _address(row),
        "methods": [METHODS[key] for key in line.indicator.methods],
    }
    return render(request, "assessment/reports/entry.html", context, status=status)


def _entry_url(report: SelfReport, indicator: Indicator) -> str:
    return reverse("assessment:report-entry", args=[report.cycle_id, report.pk, indicator.pk])


@login_required
@require_POST
def report_submit(request: Request, pk: int, report: int) -> HttpResponse:
    row = _report(request, pk, report)
    return attempt(
        request,
        lambda: services.submit_report(row, actor=request.user),
        lambda done: "已提交自评，记为逾期。" if done.is_late else "已提交自评。",
        _address(row),
    )


@login_required
@require_http_methods(WRITE)
def report_return(request: Request, pk: int, report: int) -> HttpResponse:
    """Hand a report back with a reason and a new day."""
    row = _report(request, pk, report)
    REPORT_OFFICE.refuse_unless_possible(row, "return", request.scope, reason="—")
    first: dict[str, Any] = {"due_on": clock.today() + dt.timedelta(days=3)}
    return form_page(
        request, ReturnForm(request.POST or None, initial=first),
        lambda data: services.return_report(row, actor=request.user, **data), lambda _: _address(row),
        title=f"退回{row.street}自评", button="退回自评", back=_address(row), crumbs=_crumbs(row),
        done="已退回并通知街道。", hint="退回后街道可以修改，须由街道负责人重新提交。", refuse=True,
    )  # fmt: skip
