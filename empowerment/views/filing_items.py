"""The items of a filing one by one: added, changed, read, taken out, filed again."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from xianan.core.errors import DomainError, NotAllowed
from xianan.organizations.requests import Request
from xianan.ui.acts import attempt

from ..choices import LineState, Source
from ..filings import services
from ..filings.page import PAGES, branch
from ..filings.steps import DRAFT, FILING
from ..fillers import bare_number, names_article
from ..forms.filings import LineForm
from ..models import Filing, FilingItem, Opinion
from ..selectors import filings as selectors
from .common import differences, get_line


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def line_create(request: Request, pk: int) -> HttpResponse:
    """Add one item by form."""
    filing = FILING.fetch(request.scope, pk)
    DRAFT.refuse(filing, request.scope)
    form = LineForm(request.POST or None, district=filing.district)
    if request.method == "POST" and form.is_valid():
        try:
            line = services.add_item(filing, actor=request.user, values=form.values())
        except DomainError as error:
            form.refuse(error)
        else:
            messages.success(request, f"已新增“{line.name}”。{_hints(form.values())}")
            if "more" in request.POST:
                return redirect("empowerment:filing-item-create", filing.pk)
            return redirect("empowerment:filing", filing.pk)
    return _line_page(request, filing, form, "新增事项", None)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def line_change(request: Request, pk: int, line: int) -> HttpResponse:
    """Change one item by form; who may not change it reads it whole."""
    row = get_line(request, pk, line)
    if request.method != "POST" and not DRAFT.awaits(row.filing, request.scope):
        return _line_read(request, row)
    DRAFT.refuse(row.filing, request.scope)
    form = LineForm(request.POST or None, district=row.filing.district, line=row)
    if request.method == "POST" and form.is_valid():
        try:
            services.change_item(
                row, actor=request.user, values=form.values(), expected=request.POST.get("expected", "")
            )  # fmt: skip
        except DomainError as error:
            form.refuse(error)
            if error.code == "stale":
                return _line_page(request, row.filing, form, "修改事项", row, clash=True)
        else:
            messages.success(request, f"“{form.cleaned_data['name']}”已保存。{_hints(form.values())}")
            return redirect("empowerment:filing", row.filing_id)
    return _line_page(request, row.filing, form, "修改事项", row)


def _line_read(request: Request, line: FilingItem) -> HttpResponse:
    """One item as it was filed, what it would change, and what the desks said."""
    above = branch(request, line.filing)
    context = {
        "title": line.name,
        "line": line,
        "filing": line.filing,
        "differences": differences(line, line.item) if line.state == LineState.REVIEW else [],
        "opinions": line.opinions.select_related("given_by").order_by("-id"),
        "crumbs": (*above, PAGES.crumbs(line.filing)[-1]),
        "facts": (f"第 {line.position} 项", line.type.name, line.filing.organization.name),
    }
    return render(request, "empowerment/filings/line_read.html", context)


def _hints(values: dict[str, Any]) -> str:
    """What the check of a workbook would say too (P02, P06)."""
    hints = []
    if values["source"] == Source.CITY and not values["municipal_department"].strip():
        hints.append("市直下放的事项还没有写明市直部门，提交前补填。")
    if values["basis"].strip() and not names_article(values["basis"]):
        hints.append("设定依据没有写到条，提交前补写到第几条、款、项。")
    if bare := bare_number(values["name"].strip()):
        hints.append(f"事项名称只是{bare}，核对后补写。")
    return "".join(hints)


def _line_page(
    request: Request,
    filing: Filing,
    form: LineForm,
    title: str,
    line: FilingItem | None,
    *,
    clash: bool = False,
) -> HttpResponse:
    """Show the form of an item; after a clash with what is saved now beside what was typed."""
    if clash and line is not None:
        line.refresh_from_db()
    said = (
        line and line.previous_id and Opinion.objects.filter(line=line.previous_id).exclude(reason="").last()
    )
    context = {
        "title": title,
        "form": form,
        "filing": filing,
        "line": line,
        "said": said or None,
        "mark": services.line_mark(line) if line else "",
        "saved": _saved(form, line) if clash and line else (),
        "crumbs": PAGES.crumbs(filing),
        "facts": (filing.organization.name, "除注明可不填的以外均须填写"),
    }
    return render(request, "empowerment/filings/line.html", context, status=409 if clash else 200)


def _saved(form: LineForm, line: FilingItem) -> list[tuple[str, str]]:
    """Label and saved content of each field in which the form says something else."""
    found = []
    for name, typed in form.values().items():
        now = getattr(line, name)
        if now != typed:
            shown = (
                line.get_source_display()
                if name == "source"
                else "、".join(now)
                if isinstance(now, list)
                else now
            )
            found.append((str(form.fields[name].label), str(shown or "")))
    return found


@login_required
@require_POST
def line_delete(request: Request, pk: int, line: int) -> HttpResponse:
    """Take one item out of a draft."""
    row = get_line(request, pk, line)
    return attempt(
        request, lambda: services.remove_item(row, actor=request.user),
        f"已将“{row.name}”移出申报。", "empowerment:filing", pk,
    )  # fmt: skip


@login_required
@require_POST
def resubmit(request: Request, pk: int, line: int) -> HttpResponse:
    """Copy a returned item into the newest draft, or a new one, and open it there."""
    row = get_line(request, pk, line)
    draft = selectors.drafts(row.filing.organization).first()
    try:
        copy = services.resubmit(row, filing=draft, actor=request.user)
    except NotAllowed:
        raise
    except DomainError as error:
        messages.error(request, error.message)
        return redirect("empowerment:filing", pk)
    messages.success(request, f"“{copy.name}”已放入草稿“{copy.filing.title}”，按意见修改后提交。")
    return redirect("empowerment:filing-item", copy.filing_id, copy.pk)
