"""A street's self-report: the list of what is to be filled in, and the page of each indicator (P37)."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from assessment.choices import Method
from assessment.forms.fields import PointsField, put
from assessment.models import Indicator
from assessment.reports.model import SelfEntry, SelfReport
from assessment.reports.steps import FILL, REPORT, fill_entry, filling_closed, submit_report
from assessment.rules.points import short_points
from assessment.rules.scoring import is_measured
from assessment.selectors import reports
from assessment.selectors.figures import cut_off
from assessment.views.common import STALE, WRITE, crumbs
from xianan.acts.pages import NounPages
from xianan.core import clock
from xianan.core.dates import chinese_date
from xianan.core.errors import DomainError
from xianan.documents.attachments.panel import sent_files
from xianan.history.selectors import timeline
from xianan.organizations.requests import Request
from xianan.ui import html
from xianan.ui.fields import form_field
from xianan.ui.forms import Form

METHODS = dict(Method.choices)


# ---- The task list -----------------------------------------------------------------------------------


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


def _more(row: SelfReport) -> Mapping[str, Any]:
    """Every indicator with its state, and what is missing before the head can submit."""
    lines = reports.lines(row)
    groups = groupby(lines, key=lambda line: line.indicator.group)
    return {
        "groups": [{"group": group, "lines": list(found)} for group, found in groups],
        "missing": [line for line in lines if line.status == reports.OPEN],
        "needed": sum(line.status in (reports.OPEN, reports.FILLED) for line in lines),
        "filled": sum(line.status == reports.FILLED for line in lines),
        "total": sum(line.points or 0 for line in lines if line.indicator.kind == "normal"),
        "shut": filling_closed(row),
        "on_today": not any(line.measured and line.measured.read_on != cut_off(row.cycle) for line in lines),
        "read_on": next((line.measured.read_on for line in lines if line.measured), None),
        "entries": timeline(row)[:12],
    }


def _asked(request: Request, row: SelfReport) -> Mapping[str, Any]:
    return {"may_submit": submit_report.awaits(row, request.scope)}


PAGES: NounPages[SelfReport] = NounPages(
    noun=REPORT,
    way=lambda row: crumbs(row.cycle),
    name=lambda row: f"{row.street}自评",
    facts=_facts,
    step_facts=lambda row: (str(row.street), *_facts(row)),
    sheet=(),
    template="assessment/reports/page.html",
    more=_more,
    asked=_asked,
)


# ---- One indicator -----------------------------------------------------------------------------------


class EntryForm(Form):
    points = PointsField(label="自评得分（分）", required=False)
    text = form_field(SelfEntry.text, widget=forms.Textarea(attrs={"rows": 6}))
    revision = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, indicator: Indicator, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_measured(indicator.mode):
            del self.fields["points"]
            self.fields["text"].label = "对取数结果的说明"
            self.fields["text"].help_text = "得分由平台取数；对结果有异议的，写明事项和理由"
        else:
            self.fields["points"].help_text = f"不超过 {short_points(indicator.points)} 分"
            self.fields["text"].help_text = "对照评分标准逐条写明做法、文号和日期，材料附在后面"

    @property
    def values(self) -> dict[str, Any]:
        return {"points": None, **self.cleaned_data}


@login_required
@require_http_methods(WRITE)
def entry_page(request: Request, pk: int, above: int, indicator: int) -> HttpResponse:
    """One indicator: what is demanded, the own score and words, or what the portal measures."""
    row, scope = REPORT.fetch(request.scope, pk, above), request.scope
    lines = reports.lines(row)
    place = next((i for i, line in enumerate(lines) if line.indicator.pk == indicator), None)
    if place is None:
        raise Http404
    line = lines[place]
    after = lines[place + 1] if place + 1 < len(lines) else None
    before = lines[place - 1] if place else None
    shut = filling_closed(row)
    may_fill = FILL.awaits(row, scope) and not shut
    if request.method == "POST":
        FILL.refuse(row, scope)
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
            fill_entry(row, indicator=line.indicator, actor=request.user, files=files, **form.values)
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
            return redirect(_entry_url(row, after.indicator) if forward and after else REPORT.url(row))
    if files:
        # No browser sends a chosen file a second time.
        form.add_error(None, f"所选的 {sum(map(len, files.values()))} 个文件没有上传，须重新选择。")
    context = {
        "title": f"{line.indicator.code} {line.indicator.name}",
        "crumbs": PAGES.crumbs(row),
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
        "back": REPORT.url(row),
        "methods": [METHODS[key] for key in line.indicator.methods],
    }
    return render(request, "assessment/reports/entry.html", context, status=status)


def _entry_url(report: SelfReport, indicator: Indicator) -> str:
    return reverse("assessment:report-entry", args=[report.cycle_id, report.pk, indicator.pk])
