"""The rules of the appraisal: versions, items, comments, in force (P30)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Count, QuerySet
from django.http import FileResponse, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from secondment.choices import SchemeState, Side
from secondment.flows.appraisal import SCHEME
from secondment.forms.appraisal import (
    CommentAnswerForm,
    CommentForm,
    ItemForm,
    SchemeChangeForm,
    SchemeForm,
)
from secondment.models import AppraisalScheme, SchemeComment, SchemeItem
from secondment.rules.appraisal import FULL, items_fault, show
from secondment.selectors import appraisals as selectors
from secondment.services import schemes as services
from secondment.tables.appraisal import SchemeTable
from xianan.core import clock
from xianan.history.selectors import timeline
from xianan.organizations.models import Organization
from xianan.organizations.pages import ListPage
from xianan.organizations.requests import Request
from xianan.ui import html, workbook
from xianan.ui.acts import WRITE, attempt, form_page

from .appraisals import MENU, crumbs


def _crumbs(scheme: AppraisalScheme | None = None) -> list[tuple[str, str]]:
    found = [*crumbs(), ("考核细则", reverse("secondment:schemes"))]
    return [*found, (str(scheme), reverse("secondment:scheme", args=[scheme.pk]))] if scheme else found


class SchemeList(ListPage):
    """The versions of the rules."""

    title = "考核细则"
    unit = "版"
    right = "view_appraisal"
    table_class = SchemeTable
    template_name = "secondment/schemes/list.html"
    menu = MENU
    empty_title = "还没有考核细则"
    empty_text = "组织部、人社局会同街道和派出部门制定，街道和派出部门各一张评分表，合计各 100 分。"

    @property
    def crumbs(self) -> Sequence[tuple[str, str]]:
        return crumbs()

    def queryset(self, scope: Any) -> QuerySet[AppraisalScheme]:
        rows = selectors.schemes(scope).select_related("organization")
        return rows.annotate(said=Count("comments")).order_by("-version")

    def context(self, scope: Any) -> dict[str, Any]:
        return {"may_write": scope.whole_district("manage_appraisal")}


def get_scheme(request: Request, pk: int) -> AppraisalScheme:
    """Return rules the person may read, else raise Http404."""
    request.menu_current = MENU
    return get_object_or_404(
        selectors.schemes(request.scope).select_related("organization", "district"), pk=pk
    )


def _page(request: Request, scheme: AppraisalScheme, comment_form: CommentForm | None = None) -> HttpResponse:
    scope = request.scope
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
        "crumbs": _crumbs(),
        "badge": html.badge(SchemeState(scheme.state), icon_name="auto"),
        "facts": (f"第{scheme.version}版", f"制定单位 {scheme.organization}", f"意见 {len(comments)} 条"),
        "scheme": scheme,
        "sides": sides,
        "faults": [fault for _, _, _, fault, _ in sides if fault],
        "may": may,
        "open": sum(row.state == "open" for row in comments),
        "asking": scheme.comments_by is not None and scheme.comments_by >= clock.today(),
        "comments": comments,
        "comment_form": (comment_form or CommentForm())
        if speaks_for and scheme.state == SchemeState.CONSULTING
        else None,
        "entries": timeline(scheme),
    }
    return render(request, "secondment/schemes/page.html", context)


@login_required
@require_safe
def scheme(request: Request, pk: int) -> HttpResponseBase:
    """Both tables with their totals, comments and answers; ``?export=xlsx`` gives the tables."""
    found = get_scheme(request, pk)
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
    request.menu_current = MENU
    scope.require("manage_appraisal", scope.district, label="制定考核细则")
    return form_page(
        request, SchemeForm(request.POST or None),
        lambda data: services.create_scheme(actor=request.user, **data),
        lambda row: reverse("secondment:scheme", args=[row.pk]),
        title="制定考核细则", button="建立草稿", back=reverse("secondment:schemes"), crumbs=_crumbs(),
        done="已建立草稿。", hint="沿用上一版的评分项目，修改后送街道和派出部门征求意见。",
    )  # fmt: skip


def _writable(request: Request, pk: int, step: str = "edit") -> AppraisalScheme:
    found = get_scheme(request, pk)
    SCHEME.refuse_unless_possible(found, step, request.scope)
    return found


@login_required
@require_http_methods(WRITE)
def scheme_change(request: Request, pk: int) -> HttpResponse:
    """Change title and the day for comments."""
    found = _writable(request, pk)
    back = reverse("secondment:scheme", args=[pk])
    first = {"title": found.title, "comments_by": found.comments_by}
    return form_page(
        request, SchemeChangeForm(request.POST or None, initial=first),
        lambda data: services.change_scheme(found, actor=request.user, **data), lambda _: back,
        title="修改标题和时限", button="保存修改", back=back, crumbs=_crumbs(found), done="已保存。",
    )  # fmt: skip


@login_required
@require_POST
def scheme_delete(request: Request, pk: int) -> HttpResponse:
    """Delete a draft."""
    found = _writable(request, pk, "delete")
    return attempt(
        request, lambda: services.delete_scheme(found, actor=request.user), "已删除草稿。", "secondment:schemes"
    )  # fmt: skip


def _item_page(request: Request, found: AppraisalScheme, item: SchemeItem | None) -> HttpResponse:
    back = reverse("secondment:scheme", args=[found.pk])
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
        return services.save_item(found, side=side, values=data, item=item, actor=request.user)

    return form_page(
        request, form, save, lambda _: back,
        title="修改评分项目" if item else "增加评分项目", button="保存评分项目", back=back, crumbs=_crumbs(found),
        done="已保存评分项目。",
    )  # fmt: skip


@login_required
@require_http_methods(WRITE)
def item_create(request: Request, pk: int) -> HttpResponse:
    """Add an item to a side's table."""
    return _item_page(request, _writable(request, pk), None)


@login_required
@require_http_methods(WRITE)
def item_change(request: Request, pk: int, item: int) -> HttpResponse:
    """Change an item."""
    found = _writable(request, pk)
    return _item_page(request, found, get_object_or_404(SchemeItem, pk=item, scheme=found))


@login_required
@require_POST
def item_delete(request: Request, pk: int, item: int) -> HttpResponse:
    """Take an item out."""
    found = _writable(request, pk)
    row = get_object_or_404(SchemeItem.objects.select_related("scheme"), pk=item, scheme=found)
    return attempt(
        request, lambda: services.delete_item(row, actor=request.user), f"已删除“{row.name}”。",
        "secondment:scheme", pk,
    )  # fmt: skip


def _step(request: Request, pk: int, act: Any, done: str) -> HttpResponse:
    found = get_scheme(request, pk)
    request.scope.require("manage_appraisal", found, label="制定考核细则")
    return attempt(request, lambda: act(found, actor=request.user), done, "secondment:scheme", pk)


@login_required
@require_POST
def scheme_consult(request: Request, pk: int) -> HttpResponse:
    """Send the draft round."""
    return _step(request, pk, services.consult, "已送各街道和派出部门征求意见。")


@login_required
@require_POST
def scheme_recall(request: Request, pk: int) -> HttpResponse:
    """Take it back from being commented."""
    return _step(request, pk, services.recall, "已收回修改。")


@login_required
@require_POST
def scheme_enforce(request: Request, pk: int) -> HttpResponse:
    """Put it in force."""
    return _step(request, pk, services.enforce, "已施行，此后启动的年度考核按此版评分。")


@login_required
@require_POST
def scheme_comment(request: Request, pk: int) -> HttpResponse:
    """Give the comment of the person's unit."""
    found, scope = get_scheme(request, pk), request.scope
    own = Organization.objects.filter(pk__in=scope.organization_ids("comment_scheme")).order_by("pk").first()
    if own is None:
        scope.require("comment_scheme", found, label="对考核细则提出意见")
    form = CommentForm(request.POST)
    if own is not None and form.is_valid():
        services.comment(found, organization=own, text=form.cleaned_data["text"], actor=request.user)
        messages.success(request, "已提出意见，答复后可在此查看。")
        return redirect("secondment:scheme", pk)
    return _page(request, found, form)


@login_required
@require_http_methods(WRITE)
def comment_answer(request: Request, pk: int, comment: int) -> HttpResponse:
    """Say whether a comment is adopted."""
    found = _writable(request, pk, "answer")
    row = get_object_or_404(
        SchemeComment.objects.select_related("scheme", "organization"), pk=comment, scheme=found
    )
    back = reverse("secondment:scheme", args=[pk])
    return form_page(
        request, CommentAnswerForm(request.POST or None, initial={"state": row.state, "answer": row.answer}),
        lambda data: services.answer_comment(row, actor=request.user, **data), lambda _: back,
        title=f"答复{row.organization}的意见", button="答复意见", back=back, crumbs=_crumbs(found), done="已答复。",
        hint=row.text,
    )  # fmt: skip
