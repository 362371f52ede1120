"""A department's filings: the list, the page of one, submitting it."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from operator import itemgetter
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from empowerment.choices import FilingState, LineState
from empowerment.filings.services import RESUBMITTABLE
from empowerment.filings.steps import (
    DRAFT,
    FILING,
    JUDGE,
    create_filing,
    decide,
    delete_filing,
    send,
    submit_filing,
)
from empowerment.filters.filings import FilingFilter
from empowerment.forms.filings import FilingForm
from empowerment.models import Filing, FilingItem, Opinion
from empowerment.resources import export_lines
from empowerment.selectors import filings as selectors
from empowerment.tables.filings import FilingTable, ReviewTable
from empowerment.views.common import page_of
from xianan.acts.pages import NounPages
from xianan.core.errors import DomainError, NotAllowed
from xianan.documents.attachments.panel import sent_files
from xianan.history.selectors import timeline
from xianan.imports.views import panel, upload
from xianan.organizations.models import Organization
from xianan.organizations.pages import ListPage
from xianan.organizations.requests import Request
from xianan.ui import workbook
from xianan.ui.acts import attempt
from xianan.ui.lists import Tab
from xianan.ui.text import short_date

LINES_A_PAGE = 50
PAGES = NounPages(
    noun=FILING,
    section="赋权事项",
    title="事项申报",
    name=lambda row: row.title,
    facts=lambda row: (row.organization.name, f"{row.created_by.name} {short_date(row.created_at)}起草"),
)


class Filings(ListPage):
    """The filings of the person's department, or of all for the offices."""

    title = PAGES.title
    unit = "份"
    right = "view_filing"
    table_class = FilingTable
    search_fields = ("title", "organization__name")
    search_hint = "标题、部门"
    crumbs = (("赋权事项", ""),)
    template_name = "empowerment/filings/list.html"
    empty_title = "还没有申报"
    empty_text = "部门逐项研究可行性后，用工作簿或逐项填写拟定本部门的赋权事项。"
    tabs = (
        Tab("all", "全部"),
        *(Tab(state.value, str(state.label), Q(state=state)) for state in FilingState),
    )

    @property
    def filterset_class(self) -> Any:
        return FilingFilter if self.scope.whole_district("view_filing") else None

    def queryset(self, scope: Any) -> QuerySet[Filing]:
        return FILING.visible(scope)

    def get_empty_action(self, scope: Any) -> tuple[str, str] | None:
        return ("新建申报", reverse("empowerment:filing-create")) if scope.holds("draft_filing") else None

    def rows_of(self, page: Any) -> list[Any]:
        return _with_counts(super().rows_of(page))

    def records(self, rows: QuerySet[Filing]) -> list[Filing]:
        return _with_counts(list(rows))

    def context(self, scope: Any) -> dict[str, Any]:
        return {"may_draft": scope.holds("draft_filing")}


class Reviews(Filings):
    """The same for the desks, with what waits for them in front."""

    title = "事项审核"
    table_class = ReviewTable
    default_sort = ""
    empty_title = "没有需要审核的申报"
    empty_text = "部门负责人提交申报后，事项在这里逐项审核。"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if not self._desks:
            raise NotAllowed("您没有审核申报的权限。")
        return super().get(request, *args, **kwargs)

    @property
    def _desks(self) -> list[FilingState]:
        return [state for state, right in selectors.RIGHT_OF.items() if self.scope.holds(right)]

    def queryset(self, scope: Any) -> QuerySet[Filing]:
        return super().queryset(scope).exclude(state=FilingState.DRAFT)

    @cached_property
    def _tabs(self) -> tuple[Tab, ...]:
        return (
            Tab("mine", "待我审核", Q(state__in=self._desks)),
            Tab("all", "全部"),
            *(t for t in self.tabs if t.key not in ("all", FilingState.DRAFT)),
        )

    def get_tabs(self, scope: Any) -> tuple[Tab, ...]:
        return self._tabs

    def get_empty_action(self, scope: Any) -> None:
        return None

    def rows_of(self, page: Any) -> list[Any]:
        rows = super().rows_of(page)
        for row in rows:
            row.mine = row.state in self._desks
        return rows

    def context(self, scope: Any) -> dict[str, Any]:
        return {"may_draft": False}


def _with_counts(rows: list[Any]) -> list[Any]:
    """Hang on each filing of a table how many of its items stand where."""
    counts = selectors.line_counts(rows)
    for row in rows:
        row.counts = counts[row.pk]
    return rows


def _departments(request: Request) -> list[Organization]:
    """The departments for which the person drafts."""
    ids = request.scope.organization_ids("draft_filing")
    found = list(Organization.objects.filter(pk__in=ids))
    if not found:
        raise NotAllowed("您没有“起草申报”的权限。")
    return found


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def create(request: Request) -> HttpResponse:
    """Open a draft."""
    own = _departments(request)
    form = FilingForm(request.POST or None, organizations=own)
    if request.method == "POST" and form.is_valid():
        try:
            filing = create_filing(
                organization=form.department, title=form.cleaned_data["title"],
                feasibility=form.cleaned_data["feasibility"], actor=request.user,
            )  # fmt: skip
        except DomainError as error:
            form.refuse(error)
        else:
            messages.success(request, "申报已建立。上传工作簿，或逐项填写事项。")
            return redirect("empowerment:filing", filing.pk)
    context = {"title": "新建申报", "form": form, "crumbs": PAGES.crumbs(), "departments": own}
    return render(request, "empowerment/filings/create.html", context)


LINE_TABS: tuple[tuple[str, str, Q | None], ...] = (
    ("all", "全部", None),
    ("no_basis", "缺设定依据", Q(basis="")),
    ("no_duties", "缺职责边界", Q(duties="")),
    ("changed", "变更清单事项", Q(item__isnull=False)),
    ("returned", "退回、暂缓", Q(state__in=(LineState.RETURNED, LineState.DEFERRED))),
)


@login_required
@require_safe
def detail(request: Request, pk: int) -> HttpResponse:
    """The page of one filing."""
    filing, scope = FILING.fetch(request.scope, pk), request.scope
    above = branch(request, filing)
    draft = filing.state == FilingState.DRAFT
    edits = DRAFT.awaits(filing, scope)
    found = selectors.faults(filing)
    counts = selectors.line_counts([filing])[filing.pk]
    box = panel("filing", filing, scope)
    blocked = "工作簿正在导入" if box["importing"] else found.blocking
    context = {
        "title": filing.title,
        "filing": filing,
        "crumbs": above,
        "edits": edits,
        "submits": send.awaits(filing, scope),
        "counts": counts,
        "faults": found,
        "blocked": blocked if draft else "",
        "importing": box["importing"],
        "panel": {**box, "primary": not counts.total},
        "timeline": timeline(filing)[:20],
        "may_review": any(judge.awaits(filing, scope) for judge in JUDGE.values()),
        "may_decide": decide.awaits(filing, scope),
        "may_resubmit": DRAFT.allows(filing, scope),
        **_lines(request, filing, draft=draft),
    }
    context["has_ops"] = any(
        edits
        or line.again
        or (context["may_resubmit"] and line.state in RESUBMITTABLE)
        or (line.item_id and line.state == LineState.PASSED)
        for line in context["page"]
    )
    return render(request, "empowerment/filings/detail.html", context)


def _lines(request: Request, filing: Filing, *, draft: bool) -> dict[str, Any]:
    """The page of lines that is asked for, the tabs above it and the last word of the desks on each."""
    base = FilingItem.objects.filter(filing=filing)
    wanted = [tab for tab in LINE_TABS if draft or tab[0] not in ("no_basis",)]
    sums = base.order_by().aggregate(**{f"n_{k}": Count("pk", filter=q) for k, _, q in wanted})
    key = request.GET.get("lines", "all")
    current = next((tab for tab in wanted if tab[0] == key), wanted[0])
    rows = base if current[2] is None else base.filter(current[2])
    last = Opinion.objects.filter(line=OuterRef("pk")).exclude(reason="").order_by("-id")
    rows = rows.select_related("type", "item").annotate(
        said=Subquery(last.values("reason")[:1]), said_by=Subquery(last.values("desk")[:1])
    )
    page = page_of(request, rows.order_by("position", "id"), LINES_A_PAGE)
    resubmitted = dict(
        FilingItem.objects.filter(previous__in=[line.pk for line in page]).values_list(
            "previous", "filing_id"
        )
    )
    for line in page:
        line.again = resubmitted.get(line.pk)
    tabs = [
        {"key": k, "label": label, "count": sums[f"n_{k}"], "current": k == current[0]}
        for k, label, _ in wanted
        if k == "all" or sums[f"n_{k}"]
    ]
    return {"page": page, "line_tabs": tabs, "unit": "项"}


@login_required
@require_POST
def submit(request: Request, pk: int) -> HttpResponse:
    """Submit a draft to 区委编办 with the files chosen on its page.

    A workbook chosen there has to be checked and imported first: it goes that way, and nothing is submitted.
    """
    filing = FILING.fetch(request.scope, pk)
    if "file" in request.FILES:
        messages.warning(request, "申报没有提交：所选工作簿中的事项还没有导入。核对并导入后，再提交申报。")
        return upload(request, "filing", pk)
    files = sent_files(request, filing)
    return attempt(
        request, lambda: submit_filing(filing, actor=request.user, files=files),
        "申报已提交，区委编办开始审核。", "empowerment:filing", pk,
    )  # fmt: skip


@login_required
@require_POST
def delete(request: Request, pk: int) -> HttpResponse:
    """Delete a draft."""
    filing = FILING.fetch(request.scope, pk)
    try:
        delete_filing(filing, actor=request.user)
    except NotAllowed:
        raise
    except DomainError as error:
        messages.error(request, error.message)
        return redirect("empowerment:filing", pk)
    messages.success(request, f"草稿“{filing.title}”已删除。")
    return redirect("empowerment:filings")


@login_required
@require_safe
def export(request: Request, pk: int) -> FileResponse:
    """The items of a filing under the headers of the template; reads back without a change."""
    filing = FILING.fetch(request.scope, pk)
    data = export_lines(filing)
    columns: list[tuple[str, Callable[[Any], Any]]] = [
        (str(header), itemgetter(place)) for place, header in enumerate(data.headers or ())
    ]
    content = workbook.write("申报表", columns, iter(data))
    return FileResponse(
        content, as_attachment=True, filename=f"{filing.organization}-{filing.title}.xlsx",
        content_type=workbook.XLSX,
    )  # fmt: skip


def branch(request: Request, filing: Filing) -> list[tuple[str, str]]:
    """Light the menu line under which the person finds a filing, and return the way to it."""
    scope = request.scope
    reviews = any(scope.holds(right) for right in selectors.RIGHT_OF.values())
    if not reviews or filing.organization_id in scope.organization_ids("view_filing"):
        return PAGES.crumbs()
    request.menu_current = "empowerment:filing-reviews"
    return [("事项审核", reverse("empowerment:filing-reviews"))]
