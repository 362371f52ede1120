"""The rules of the appraisal: versions, items, comments, in force (P30)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Count, QuerySet
from django.http import FileResponse, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from secondment.choices import SchemeState as S
from secondment.choices import Side
from secondment.forms.appraisal import CommentAnswerForm, CommentForm, ItemForm, SchemeForm
from secondment.models import AppraisalScheme, SchemeComment, SchemeItem
from secondment.rules.appraisal import FULL, items_fault, show
from secondment.schemes import steps
from secondment.schemes.steps import ANSWER, DELETE, EDIT, SCHEME
from secondment.tables.appraisal import SchemeTable
from xianan.acts import Permit
from xianan.acts.pages import NounPages
from xianan.core import clock
from xianan.history.selectors import timeline
from xianan.organizations.models import Organization
from xianan.organizations.pages import ListPage
from xianan.organizations.requests import Request
from xianan.ui import html, workbook
from xianan.ui.acts import WRITE, attempt, form_page

SECTION = "人员与培训"


class SchemeList(ListPage):
    """The versions of the rules."""

    title = "考核细则"
    unit = "版"
    right = "view_appraisal"
    table_class = SchemeTable
    template_name = "secondment/schemes/list.html"
    menu = SCHEME.menu
    empty_title = "还没有考核细则"
    empty_text = "组织部、人社局会同街道和派出部门制定，街道和派出部门各一张评分表，合计各 100 分。"

    @property
    def crumbs(self) -> Sequence[tuple[str, str]]:
        return SCHEME.way(SECTION)

    def queryset(self, scope: Any) -> QuerySet[AppraisalScheme]:
        rows = SCHEME.visible(scope)
        return rows.annotate(said=Count("comments")).order_by("-version")

    def context(self, scope: Any) -> dict[str, Any]:
        return {"may_write": scope.whole_district("manage_appraisal")}


PAGES: NounPages[AppraisalScheme] = NounPages(
    noun=SCHEME,
    section=SECTION,
    title="考核细则",
    name=str,
    facts=lambda row: (f"第{row.version}版", f"制定单位 {row.organization}"),
    back="考核细则",
)


def _page(request: Request, scheme: AppraisalScheme, comment_form: CommentForm | None = None) -> HttpResponse:
    scope = request.scope
    request.menu_current = SCHEME.menu
    items = list(scheme.items.all())
    sides = []
    for side in (Side.STREET, Side.DEPARTMENT):
        own = [item for item in items if item.side == side]
        total = sum(item.points for item in own)
        fault = items_fault((item.points for item in own), str(side.label))
        sides.append((side, own, show(total), fault, total == FULL))
    may = {step.name for step in SCHEME.offered(scheme, scope)}
    speaks_for = scope.organization_ids("comment_scheme")
    comments = list(scheme.comments.select_related("organization", "given_by", "answered_by"))
    context = {
        "title": scheme.title,
        "crumbs": PAGES.crumbs(),
        "badge": html.badge(S(scheme.state), icon_name="auto"),
        "facts": (f"第{scheme.version}版", f"制定单位 {scheme.organization}", f"意见 {len(comments)} 条"),
        "scheme": scheme,
        "sides": sides,
        "faults": [fault for _, _, _, fault, _ in sides if fault],
        "may": may,
        "may_answer": ANSWER.awaits(scheme, scope),
        "open": sum(row.state == "open" for row in comments),
        "asking": scheme.comments_by is not None and scheme.comments_by >= clock.today(),
        "comments": comments,
        "comment_form": (comment_form or CommentForm())
        if speaks_for and scheme.state == S.CONSULTING
        else None,
        "entries": timeline(scheme),
    }
    return render(request, "secondment/schemes/page.html", context)


@login_required
@require_safe
def scheme(request: Request, pk: int) -> HttpResponseBase:
    """Both tables with their totals, comments and answers; ``?export=xlsx`` gives the tables."""
    found = SCHEME.fetch(request.scope, pk)
    if request.GET.get("export") == "xlsx":
        columns = [
            ("评分方", lambda item: item.get_side_display()),
            ("评分项目", lambda item: item.name),
            ("分值", lambda item: item.points / 100),
            ("评分标准", lambda item: item.standard),
        ]
        content = workbook.write("考核细则", columns, found.items.all())
        return FileResponse(content, as_attachment=True, filename=f"{found}.xlsx", content_type=workbook.XLSX)
    return _page(request, found)


@login_required
@require_http_methods(WRITE)
def scheme_create(request: Request) -> HttpResponse:
    """Begin the next version with the items of the last one."""
    scope = request.scope
    request.menu_current = SCHEME.menu
    scope.require("manage_appraisal", scope.district, label="制定考核细则")
    return form_page(
        request, SchemeForm(request.POST or None),
        lambda data: steps.create_scheme(actor=request.user, **data),
        SCHEME.url,
        title="制定考核细则", button="建立草稿", back=SCHEME.list_url, crumbs=PAGES.crumbs(),
        done="已建立草稿。", hint="沿用上一版的评分项目，修改后送街道和派出部门征求意见。",
    )  # fmt: skip


def _permitted(request: Request, pk: int, permit: Permit[AppraisalScheme] = EDIT) -> AppraisalScheme:
    request.menu_current = SCHEME.menu
    found = SCHEME.fetch(request.scope, pk)
    permit.refuse(found, request.scope)
    return found


@login_required
@require_POST
def scheme_delete(request: Request, pk: int) -> HttpResponse:
    """Delete a draft."""
    found = _permitted(request, pk, DELETE)
    return attempt(
        request, lambda: steps.delete_scheme(found, actor=request.user), "已删除草稿。", "secondment:schemes"
    )  # fmt: skip


def _item_page(request: Request, found: AppraisalScheme, item: SchemeItem | None) -> HttpResponse:
    back = SCHEME.url(found)
    first = (
        {"side": item.side, "name": item.name, "points": item.points, "standard": item.standard}
        if item
        else {"side": request.GET.get("side", Side.STREET.value)}
    )
    form = ItemForm(request.POST or None, initial=first)
    if item is not None:
        form.fields["side"].disabled = True

    def save(data: dict[str, Any]) -> SchemeItem:
        side = data.pop("side")
        return steps.save_item(found, side=side, values=data, item=item, actor=request.user)

    return form_page(
        request, form, save, lambda _: back,
        title="修改评分项目" if item else "增加评分项目", button="保存评分项目", back=back, crumbs=PAGES.crumbs(found),
        done="已保存评分项目。",
    )  # fmt: skip


@login_required
@require_http_methods(WRITE)
def item_create(request: Request, pk: int) -> HttpResponse:
    """Add an item to a side's table."""
    return _item_page(request, _permitted(request, pk), None)


@login_required
@require_http_methods(WRITE)
def item_change(request: Request, pk: int, item: int) -> HttpResponse:
    """Change an item."""
    found = _permitted(request, pk)
    return _item_page(request, found, get_object_or_404(SchemeItem, pk=item, scheme=found))


@login_required
@require_POST
def item_delete(request: Request, pk: int, item: int) -> HttpResponse:
    """Take an item out."""
    found = _permitted(request, pk)
    row = get_object_or_404(SchemeItem.objects.select_related("scheme"), pk=item, scheme=found)
    return attempt(
        request, lambda: steps.delete_item(row, actor=request.user), f"已删除“{row.name}”。",
        "secondment:scheme", pk,
    )  # fmt: skip


@login_required
@require_POST
def scheme_comment(request: Request, pk: int) -> HttpResponse:
    """Give the comment of the person's unit."""
    found, scope = SCHEME.fetch(request.scope, pk), request.scope
    own = Organization.objects.filter(pk__in=scope.organization_ids("comment_scheme")).order_by("pk").first()
    if own is None:
        scope.require("comment_scheme", found, label="对考核细则提出意见")
    form = CommentForm(request.POST)
    if own is not None and form.is_valid():
        steps.comment(found, organization=own, text=form.cleaned_data["text"], actor=request.user)
        messages.success(request, "已提出意见，答复后可在此查看。")
        return redirect("secondment:scheme", pk)
    return _page(request, found, form)


@login_required
@require_http_methods(WRITE)
def comment_answer(request: Request, pk: int, comment: int) -> HttpResponse:
    """Say whether a comment is adopted."""
    found = _permitted(request, pk, ANSWER)
    row = get_object_or_404(
        SchemeComment.objects.select_related("scheme", "organization"), pk=comment, scheme=found
    )
    back = SCHEME.url(pk)
    return form_page(
        request, CommentAnswerForm(request.POST or None, initial={"state": row.state, "answer": row.answer}),
        lambda data: steps.answer_comment(row, actor=request.user, **data), lambda _: back,
        title=f"答复{row.organization}的意见", button="答复意见", back=back, crumbs=PAGES.crumbs(found), done="已答复。",
        hint=row.text,
    )  # fmt: skip


urlpatterns: list[URLPattern] = [
    *PAGES.urls(
        "appraisal-schemes",
        SchemeList,
        own={"": scheme, "change": None},
        create=("new", scheme_create),
        change=("<number:pk>/heading", PAGES.step_view(steps.change_scheme)),
        delete=("<number:pk>/delete", scheme_delete),
        comment=("<number:pk>/comment", scheme_comment),
        answer=("<number:pk>/comments/<number:comment>", comment_answer),
        item=("<number:pk>/items/<number:item>", item_change),
    ),
    path("appraisal-schemes/<number:pk>/items/new/", item_create, name="scheme-item-create"),
    path("appraisal-schemes/<number:pk>/items/<number:item>/delete/", item_delete, name="scheme-item-delete"),
]
