"""One person's form: both tables, scoring, sign-off, lowering, correction, print (P30, P32)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Prefetch
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from secondment.choices import Grade, RoundState, Side, SideState
from secondment.forms.appraisal import CorrectForm, LowerForm, PasswordForm, ScoreForm
from secondment.models import Appraisal, AppraisalSide, SchemeItem
from secondment.rounds.steps import CORRECT
from secondment.rules.appraisal import calculation, capped, computed_grade, grade_word, show
from secondment.selectors import appraisals as selectors
from secondment.selectors.sheets import cap_words, pending_words
from secondment.services import corrections, papers
from secondment.services.grading import lower, thresholds
from secondment.sides.steps import SCORE, SIDE, save_scores, sign, sign_sides, submit
from xianan.core import clock
from xianan.core.errors import DomainError
from xianan.documents.selectors import newest_file
from xianan.history.selectors import timeline
from xianan.organizations.requests import Request
from xianan.organizations.scope import Scope
from xianan.ui import html
from xianan.ui.acts import WRITE, form_page

from .appraisals import MENU, crumbs


@dataclass(slots=True)
class Table:
    """One side on the page: its items with what was scored, as far as the person may see it."""

    row: AppraisalSide
    share: int
    lines: list[tuple[SchemeItem, str]]
    seen: bool
    form: ScoreForm | None
    may: set[str]
    late: bool

    @property
    def score(self) -> str:
        return show(self.row.score) if self.seen else ""


def get_form(request: Request, pk: int) -> Appraisal:
    """Return a form the person may see, with all that its page needs, else raise Http404."""
    request.menu_current = MENU
    rows = (
        selectors.visible(request.scope)
        .select_related(
            "round__scheme", "person", "organization", "street", "secondment", "cap__street", "pends_on__street",
            "district",
            "lowered_by", "corrects",
        )
        .prefetch_related(
            Prefetch(
                "sides",
                AppraisalSide.objects.select_related(
                    "organization", "submitted_by", "signed_by"
                ).prefetch_related("scores"),
            ),
            "round__scheme__items",
        )
    )  # fmt: skip
    return get_object_or_404(rows, pk=pk)


def _tables(
    form: Appraisal, scope: Scope, bound: ScoreForm | None, bound_side: int, due_on: dt.date
) -> list[Table]:
    found = []
    for side, share in zip((Side.STREET, Side.DEPARTMENT), form.round.shares, strict=True):
        row = selectors.side_of(form, side)
        row.appraisal = form
        items = [item for item in form.round.scheme.items.all() if item.side == side]
        scores = {score.item_id: score.score for score in row.scores.all()}
        seen = selectors.sees_scores(scope, form, row)
        may = {step.name for step in SIDE.offered(row, scope)}
        scoring_form = None
        if form.locked_at is None and SCORE.awaits(row, scope):
            scoring_form = (
                bound
                if bound is not None and bound_side == row.pk
                else ScoreForm(items=items, scores=scores, initial={"comment": row.comment})
            )
        lines = [(item, show(scores.get(item.pk)) if seen else "") for item in items]
        late = row.state == SideState.DRAFT and due_on < clock.today()
        found.append(Table(row, share, lines, seen, scoring_form, may, late))
    return found


def _page(
    request: Request,
    form: Appraisal,
    *,
    score_form: ScoreForm | None = None,
    side: int = 0,
    sign_form: PasswordForm | None = None,
    is_kept: bool = False,
    status: int = 200,
) -> HttpResponse:
    scope = request.scope
    due_on = selectors.due_dates([form])[form.pk]
    tables = _tables(form, scope, score_form, side, due_on)
    both = all(table.seen and table.row.state != SideState.DRAFT for table in tables)
    street, department = (table.row.score for table in tables)
    versions = list(Appraisal.objects.filter(round=form.round_id, person=form.person_id).order_by("version"))
    manages = scope.can("manage_appraisal", form)
    latest = versions[-1]
    state, tone = ("已锁定", "green") if form.locked_at else ("进行中", "amber")
    if not form.is_current:
        state, tone = f"已由第{latest.version}版替代", "grey"
    elif form.version > 1 and form.locked_at is None:
        state = "更正中"
    context = {
        "title": f"{form.person}的考核登记表",
        "crumbs": crumbs(form.round),
        "badge": html.badge(state, tone, "auto"),
        "facts": (
            f"{form.round.year}年度",
            f"{form.organization} → {form.street}",
            form.get_track_display(),
            *((f"第{form.version}版",) if len(versions) > 1 else ()),
        ),
        "form": form,
        "tables": tables,
        "both": both,
        "due_on": due_on,
        "calculation": calculation(street, department, form.round.shares) if both else "",
        "grade": grade_word(form.grade, form.track) if both else "",
        "grade_tone": Grade(form.grade).tone if both and form.grade else "grey",
        "computed": grade_word(form.computed_grade, form.track) if both else "",
        "cap": cap_words(form),
        "pending": pending_words(form),
        "cap_grade": grade_word("basic", form.track),
        "lowered": grade_word(form.lowered_to, form.track),
        "versions": versions,
        "may_lower": manages and both and form.locked_at is None,
        "may_correct": manages
        and form.is_current
        and form.locked_at is not None
        and form.round.state == RoundState.CLOSED,
        "may_finish": manages
        and form.corrects_id is not None
        and form.locked_at is None
        and all(table.row.state == SideState.SIGNED for table in tables),
        "may_print": both,
        "sign_form": sign_form or PasswordForm(),
        "score_form": score_form,
        "score_kept": "评分已保存，尚未提交" if is_kept else "尚未保存",
        "entries": timeline(form),
    }
    return render(request, "secondment/appraisals/form.html", context, status=status)


@login_required
@require_safe
def appraisal(request: Request, pk: int) -> HttpResponse:
    """The page of a form."""
    return _page(request, get_form(request, pk))


@login_required
@require_POST
def side_score(request: Request, above: int, pk: int) -> HttpResponse:
    """Keep the scores of a side, and with ``submit`` submit them."""
    row = SIDE.fetch(request.scope, pk, above)
    SCORE.refuse(row, request.scope)
    items = list(row.appraisal.round.scheme.items.filter(side=row.side))
    kept = {score.item_id: score.score for score in row.scores.all()}
    form = ScoreForm(request.POST, items=items, scores=kept)
    is_kept = False
    if form.is_valid():
        try:
            comment = form.cleaned_data["comment"]
            saved = save_scores(row, scores=form.scores, comment=comment, actor=request.user)
            is_kept = True
            if request.POST.get("submit"):
                submit(saved, actor=request.user)
        except DomainError as refusal:
            if refusal.status == 403 or refusal.code in {"wrong_state", "gone", "guard"}:
                raise
            form.refuse(refusal)
        else:
            messages.success(
                request,
                "已提交评分，待本单位负责人审定。"
                if request.POST.get("submit")
                else "已保存评分，尚未提交。",
            )
            return redirect("secondment:appraisal", above)
    return _page(request, get_form(request, above), score_form=form, side=pk, is_kept=is_kept)


@login_required
@require_POST
def side_sign(request: Request, above: int, pk: int) -> HttpResponse:
    """Sign off one's own side with the password."""
    row = SIDE.fetch(request.scope, pk, above)
    sign.refuse(row, request.scope)
    form = PasswordForm(request.POST)
    if form.is_valid():
        try:
            sign_sides([row], actor=request.user, password=form.cleaned_data["password"])
        except DomainError as refusal:
            if refusal.field != "password":
                raise
            form.refuse(refusal)
        else:
            messages.success(request, "已审定。")
            return redirect("secondment:appraisal", above)
    return _page(request, get_form(request, above), sign_form=form)


@login_required
@require_http_methods(WRITE)
def appraisal_lower(request: Request, pk: int) -> HttpResponse:
    """Lower a grade with the reason."""
    row = get_form(request, pk)
    request.scope.require("manage_appraisal", row, label="下调等次")
    if row.total is None or row.locked_at is not None:
        lower(row, grade="", reason="-", actor=request.user)
    before = capped(computed_grade(row.total or 0, thresholds(row.round)), is_capped=row.cap_id is not None)
    back = reverse("secondment:appraisal", args=[pk])
    return form_page(
        request,
        LowerForm(request.POST or None, form=row, before=before, initial={"grade": row.lowered_to}),
        lambda data: lower(row, actor=request.user, **data), lambda _: back,
        title="下调等次", button="按所选等次下调", back=back, crumbs=crumbs(row.round), done="等次已改变。",
        hint=f"评定结果为{grade_word(before, row.track)}。只能下调，不能上调；理由印在登记表的备注栏。", refuse=True,
    )  # fmt: skip


@login_required
@require_http_methods(WRITE)
def appraisal_correct(request: Request, pk: int) -> HttpResponse:
    """Begin a corrected version of a form of a closed year."""
    row = get_form(request, pk)
    CORRECT.refuse(row.round, request.scope)
    return form_page(
        request, CorrectForm(request.POST or None),
        lambda data: corrections.correct(row, actor=request.user, **data),
        lambda new: reverse("secondment:appraisal", args=[new.pk]),
        title=f"更正{row.person}的考核登记表", button="建立更正的版本", back=reverse("secondment:appraisal", args=[pk]),
        crumbs=crumbs(row.round), done="已建立更正的版本，双方重新评分、审定后办结。",
        hint="原表保留，可随时查看；更正的版本沿用原评分和组织部门的下调，由双方修改、提交和审定。",
    )  # fmt: skip


@login_required
@require_http_methods(WRITE)
def appraisal_finish(request: Request, pk: int) -> HttpResponse:
    """Lock a corrected version, with the password."""
    row = get_form(request, pk)
    request.scope.require("manage_appraisal", row, label="办结更正")
    corrections.refuse_unless_signed(row)
    back = reverse("secondment:appraisal", args=[pk])
    before = grade_word(row.corrects.grade, row.track) if row.corrects else ""
    return form_page(
        request, PasswordForm(request.POST or None),
        lambda data: corrections.finish(row, actor=request.user, **data), lambda _: back,
        title=f"办结{row.person}考核登记表的更正", button="办结更正并锁定", back=back, crumbs=crumbs(row.round), done="更正已办结。",
        hint=f"{row.person}：综合得分 {show(row.total)}，等次由{before}改为{grade_word(row.grade, row.track)}。"
        f"更正原因：{row.cause}。办结后第{row.version}版生效，通知街道和派出部门。",
    )  # fmt: skip


@login_required
@require_POST
def appraisal_print(request: Request, pk: int) -> HttpResponse:
    """Issue the 年度考核登记表 and open it."""
    row = get_form(request, pk)
    scope = request.scope
    if not all(
        selectors.sees_scores(scope, row, side) and side.state != SideState.DRAFT for side in row.sides.all()
    ):
        messages.error(request, "双方都提交评分后才能印制登记表。")
        return redirect("secondment:appraisal", pk)
    document = papers.print_form(row, actor=request.user)
    return open_document(document)


def open_document(document: Any) -> HttpResponse:
    """Lead to the newest file of a document."""
    return redirect("documents:file", document.pk, newest_file(document).sequence)
