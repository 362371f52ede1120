"""The papers of a result: the set, previews, their words, signing off, workbooks (P40)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from xianan.core.errors import DomainError, NotAllowed
from xianan.core.outside import whole
from xianan.documents.pdf import render_pdf
from xianan.documents.selectors import newest_file
from xianan.jobs.models import Job
from xianan.organizations.requests import Request
from xianan.ui import html

from ..choices import PaperState, Phase, ProblemState
from ..cycles.page import tabs
from ..cycles.steps import MANAGE
from ..forms.papers import SignForm, WordsForm
from ..models import Cycle, Paper
from ..problems.steps import PROBLEM, refuse_strangers
from ..rules.paper_blocks import ProblemRow, problems_table
from ..rules.paper_words import EDITABLE
from ..selectors import cycles, papers, problems, results
from ..services import papers as services
from ..workbooks import books
from .common import STALE, WRITE, crumbs, form_page, held
from .print import as_pdf, as_xlsx

BOOKS = ("totals", "workings", "problems")
"""The names of the workbooks, in the order in which they are made."""


def _back(cycle: Cycle) -> str:
    return reverse("assessment:papers", args=[cycle.pk])


@login_required
@require_safe
def papers_page(request: Request, pk: int) -> HttpResponse:
    """The papers of the version that holds, and those of versions before."""
    return _page(request, held(request, pk))


def _page(request: Request, cycle: Cycle, form: SignForm | None = None, status: int = 200) -> HttpResponse:
    scope = request.scope
    manages = scope.whole_district("manage_cycle")
    public = cycle.phase in cycles.PUBLISHED
    rows = list(papers.visible(scope).filter(cycle=cycle)) if public else []
    version = results.latest(cycle) if public else None
    newest = version.number if version is not None else 0
    now = papers.in_order([row for row in rows if row.version.number == newest])
    old = [row for row in rows if row.version.number != newest and row.state == PaperState.SIGNED]
    drafts = [row for row in now if row.state == PaperState.DRAFT] if manages else []
    unsignable = papers.unsignable(cycle) if drafts else {}
    working = Job.objects.filter(
        kind__in=(services.SIGN_JOB, services.SET_JOB), link=_back(cycle), state__in=("queued", "running")
    )
    context = {
        "title": "考核文书",
        "crumbs": crumbs(cycle),
        "badge": html.badge(Phase(cycle.phase), icon_name="auto"),
        "facts": [str(cycle), f"第{newest}版结果" if newest else "尚未公布"],
        "cycle": cycle,
        "tabs": tabs(cycle, scope, "papers", member=cycles.sits_in(cycle)),
        "public": public,
        "manages": manages,
        "sees": scope.whole_district("view_cycle"),
        "papers": now,
        "old": old,
        "drafts": drafts,
        "form": form or SignForm(drafts=[row for row in drafts if row.kind not in unsignable]),
        "unsignable": unsignable,
        "signable": any(row.kind not in unsignable for row in drafts),
        "editable": set(EDITABLE),
        "jobs": list(working) if manages else [],
    }
    return render(request, "assessment/papers/page.html", context, status=status)


@login_required
@require_POST
def papers_write(request: Request, pk: int) -> HttpResponse:
    """Write the papers of the version that holds now."""
    cycle = held(request, pk, MANAGE)
    made = services.write_papers(cycle, actor=request.user)
    messages.success(request, f"已拟制文书 {len(made)} 份，核对后签发。")
    return redirect(_back(cycle))


@login_required
@require_POST
def papers_set(request: Request, pk: int) -> HttpResponse:
    """Have the whole set made as one archive."""
    cycle = held(request, pk, MANAGE)
    job = services.order_set(cycle, actor=request.user)
    messages.success(request, "已开始编印，完成后在“我的下载”中取用。")
    return redirect("portal:job", job.pk)


@login_required
@require_POST
def papers_sign(request: Request, pk: int) -> HttpResponse:
    """Sign the ticked papers off under the password."""
    cycle = held(request, pk, MANAGE)
    version = results.latest(cycle) if cycle.phase in cycles.PUBLISHED else None
    drafts = list(papers.of_version(version).filter(state=PaperState.DRAFT)) if version is not None else []
    form = SignForm(request.POST, drafts=drafts)
    if form.is_valid():
        try:
            job = services.order_signing(
                cycle, papers=form.picked, actor=request.user, password=form.cleaned_data["password"]
            )
        except DomainError as refusal:
            if refusal.status == 403 or refusal.code in STALE:
                raise
            form.refuse(refusal)
        else:
            messages.success(request, f"正在签发 {len(form.picked)} 份文书。")
            return redirect("portal:job", job.pk)
    return _page(request, cycle, form)


# ---- One paper -------------------------------------------------------------------------------------------


def _paper(request: Request, pk: int, paper: int) -> Paper:
    """Return a paper the person may read. 404 otherwise."""
    cycle = held(request, pk)
    row: Paper = get_object_or_404(papers.visible(request.scope), pk=paper, cycle=cycle)
    row.cycle = cycle
    return row


@login_required
@require_safe
def paper_show(request: Request, pk: int, paper: int) -> HttpResponse:
    """A signed paper as it was signed; a draft as it would be signed now."""
    row = _paper(request, pk, paper)
    if row.document is not None:
        return redirect("documents:file", row.document.pk, newest_file(row.document).sequence)
    return as_pdf(services.draft_pdf(row), f"{row}（未签发）.pdf")


@login_required
@require_http_methods(WRITE)
def paper_change(request: Request, pk: int, paper: int) -> HttpResponse:
    """Put the editable paragraphs into other words."""
    row = _paper(request, pk, paper)
    held(request, pk, MANAGE)
    if not EDITABLE.get(row.kind):
        raise Http404
    if row.state == PaperState.SIGNED:
        raise DomainError("signed", f"{row}已经签发，不再改动。")
    form = WordsForm(request.POST or None, kind=row.kind, initial=row.words)
    return form_page(
        request, form, lambda data: services.change_words(row, words=data, actor=request.user),
        lambda _: _back(row.cycle), title=f"修改{row}", button="保存", back=_back(row.cycle),
        crumbs=[*crumbs(row.cycle), ("考核文书", _back(row.cycle))], done="已保存，预览核对后签发。",
        hint="其他内容取自公布的结果、整改清单和经验做法，不能改动。",
    )  # fmt: skip


@login_required
@require_safe
def book(request: Request, pk: int, name: str) -> HttpResponse:
    """A table of the published result as a workbook: totals, workings (the offices), problems."""
    cycle = held(request, pk)
    if name not in BOOKS:
        raise Http404
    version = results.latest(cycle) if cycle.phase in cycles.PUBLISHED else None
    if version is None:
        raise NotAllowed("考核结果公布后可以导出。")
    if name != "totals" and not request.scope.whole_district("view_cycle"):
        raise NotAllowed("各街道得分的依据由本街道和区级部门查看。")
    snapshot = results.read(version)
    material = papers.material_of(cycle, snapshot)
    made = dict(zip(BOOKS, books(snapshot, material.problems), strict=True))
    filename, content = made[name]
    return as_xlsx(content, f"{cycle.year}年度{filename}")


@login_required
@require_safe
def problems_print(request: Request) -> HttpResponse:
    """The list of problems a person may see, of one year and one street where they are named, as PDF."""
    scope = request.scope
    refuse_strangers(scope)
    rows = PROBLEM.visible(scope).exclude(state=ProblemState.WITHDRAWN)
    for key in ("cycle", "street"):
        value = whole(request.GET.get(key))
        if value is not None:
            rows = rows.filter(**{key: value})
    lines = [
        papers.row_of(problems.line_of(row)) for row in rows.order_by("street__display_order", "due_on", "pk")
    ]
    if not lines:
        raise DomainError("nothing", "没有可以印制的整改问题。")
    return as_pdf(_list_pdf(lines), "问题整改清单.pdf")


def _list_pdf(lines: list[ProblemRow]) -> bytes:
    data: dict[str, Any] = {"blocks": [problems_table(lines, title="街道管理体制改革工作考核问题整改清单")]}
    return render_pdf(papers.TEMPLATE, {**data, "landscape": True})
