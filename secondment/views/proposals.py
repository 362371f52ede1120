"""Personnel proposals: list, draft, send, withdraw, answer, print (P48)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from secondment.choices import ProposalState
from secondment.filters.appraisal import ProposalFilter
from secondment.flows.proposal import PROPOSAL
from secondment.forms.appraisal import ReasonForm
from secondment.forms.proposal import AnswerForm, NewProposalForm, ProposalForm
from secondment.models import Proposal, ProposalAnswer
from secondment.selectors import proposals as selectors
from secondment.services import papers
from secondment.services import proposals as services
from secondment.tables.appraisal import ProposalTable
from xianan.core import clock
from xianan.core.errors import NotAllowed
from xianan.history.selectors import timeline
from xianan.organizations.pages import ListPage
from xianan.organizations.requests import Request
from xianan.ui import html
from xianan.ui.acts import WRITE, attempt, form_page
from xianan.ui.lists import Tab

from .appraisal_forms import open_document
from .appraisals import CRUMB

MENU = "secondment:proposals"


def _crumbs(row: Proposal | None = None) -> list[tuple[str, str]]:
    found = [*CRUMB, ("人事建议", reverse(MENU))]
    return [*found, (str(row), reverse("secondment:proposal", args=[row.pk]))] if row else found


class ProposalList(ListPage):
    """The proposals a person may see."""

    title = "人事建议"
    unit = "件"
    right = "view_proposal"
    table_class = ProposalTable
    filterset_class = ProposalFilter
    search_fields = ("person__name", "text")
    search_hint = "姓名、内容"
    crumbs = CRUMB
    template_name = "secondment/proposals/list.html"
    empty_title = "还没有人事建议"
    empty_text = "街道对下沉执法人员有考核评价权和人事建议权：提拔使用、表彰奖励、调整岗位、诫勉谈话等，由派出部门和区委组织部分别答复。"

    def get_tabs(self, scope: Any) -> Sequence[Tab]:
        tabs = [Tab("all", "全部")]
        if scope.organization_ids("answer_proposal") or scope.whole_district("advise_proposal"):
            owed = selectors.answers_owed(scope)
            tabs.append(Tab("mine", "待本单位答复", Q(pk__in=owed.values("proposal_id"))))
        late = Q(state=ProposalState.SENT, answer_by__lt=clock.today())
        return [
            *tabs,
            *(Tab(s.value, str(s.label), Q(state=s.value)) for s in ProposalState),
            Tab("late", "逾期未答复", late),
        ]

    def queryset(self, scope: Any) -> QuerySet[Proposal]:
        return (
            selectors.proposals(scope)
            .select_related("person", "street", "organization")
            .prefetch_related("answers")
            .order_by("-pk")
        )

    def context(self, scope: Any) -> dict[str, Any]:
        return {"may_draft": bool(scope.organization_ids("draft_proposal"))}


def get_proposal(request: Request, pk: int) -> Proposal:
    """Return a proposal the person may see, else raise Http404."""
    rows = selectors.proposals(request.scope).select_related(
        "person", "street", "organization", "secondment", "district", "drafted_by", "sent_by"
    )
    return get_object_or_404(rows, pk=pk)


def _page(
    request: Request, row: Proposal, *, answer: int = 0, form: AnswerForm | None = None
) -> HttpResponse:
    scope = request.scope
    answers = list(row.answers.select_related("organization", "answered_by"))
    forms: dict[int, AnswerForm] = {}
    for line in answers:
        if selectors.may_answer(scope, line):
            asked = form if form is not None and line.pk == answer else None
            forms[line.pk] = asked or AnswerForm(auto_id=f"a{line.pk}-%s")
    context = {
        "title": str(row),
        "crumbs": _crumbs(),
        "badge": html.badge(ProposalState(row.state), icon_name="auto"),
        "facts": (row.get_kind_display(), f"{row.street} → {row.organization}、区委组织部"),
        "proposal": row,
        "answers": [(line, forms.get(line.pk)) for line in answers],
        "asked": next(iter(forms.values()), None),
        "may": {step.name for step in PROPOSAL.offered(row, scope)},
        "sees_file": scope.holds("view_personal_file"),
        "entries": timeline(row),
    }
    return render(request, "secondment/proposals/page.html", context)


@login_required
@require_safe
def proposal(request: Request, pk: int) -> HttpResponse:
    """The proposal with both answers."""
    return _page(request, get_proposal(request, pk))


@login_required
@require_http_methods(WRITE)
def proposal_create(request: Request) -> HttpResponse:
    """Draft a proposal about somebody in the own street."""
    scope = request.scope
    if not scope.organization_ids("draft_proposal"):
        raise NotAllowed("您没有“起草人事建议”的权限。")
    asked = request.GET.get("secondment", "")
    form = NewProposalForm(
        request.POST or None, services=selectors.may_be_proposed(scope), initial={"secondment": asked}
    )
    return form_page(
        request, form, lambda data: services.draft_proposal(actor=request.user, **data),
        lambda row: reverse("secondment:proposal", args=[row.pk]),
        title="起草人事建议", button="保存草稿", back=reverse(MENU), crumbs=_crumbs(),
        done="已保存草稿，待街道负责人提出。",
        hint="由街道负责人提出后，送派出部门和区委组织部分别答复。",
    )  # fmt: skip


@login_required
@require_http_methods(WRITE)
def proposal_change(request: Request, pk: int) -> HttpResponse:
    """Change a draft."""
    row = get_proposal(request, pk)
    PROPOSAL.refuse_unless_possible(row, "edit", request.scope)
    back = reverse("secondment:proposal", args=[pk])
    return form_page(
        request, ProposalForm(request.POST or None, initial={"kind": row.kind, "text": row.text}),
        lambda data: services.change_proposal(row, actor=request.user, **data), lambda _: back,
        title="修改人事建议", button="保存修改", back=back, crumbs=_crumbs(row), done="已保存。",
    )  # fmt: skip


@login_required
@require_POST
def proposal_delete(request: Request, pk: int) -> HttpResponse:
    """Delete a draft."""
    row = get_proposal(request, pk)
    PROPOSAL.refuse_unless_possible(row, "delete", request.scope)
    return attempt(request, lambda: services.delete_proposal(row, actor=request.user), "已删除草稿。", MENU)


@login_required
@require_POST
def proposal_send(request: Request, pk: int) -> HttpResponse:
    """Send it to the department and 区委组织部."""
    row = get_proposal(request, pk)
    return attempt(
        request, lambda: services.send_proposal(row, actor=request.user), "已送派出部门和区委组织部。",
        "secondment:proposal", pk,
    )  # fmt: skip


@login_required
@require_http_methods(WRITE)
def proposal_withdraw(request: Request, pk: int) -> HttpResponse:
    """Take it back with the reason."""
    row = get_proposal(request, pk)
    PROPOSAL.refuse_unless_possible(row, "withdraw", request.scope, reason="-")
    back = reverse("secondment:proposal", args=[pk])
    return form_page(
        request, ReasonForm(request.POST or None),
        lambda data: services.withdraw_proposal(row, actor=request.user, **data), lambda _: back,
        title="撤回人事建议", button="撤回人事建议", back=back, crumbs=_crumbs(row), done="已撤回。", refuse=True,
    )  # fmt: skip


@login_required
@require_POST
def proposal_answer(request: Request, pk: int, answer: int) -> HttpResponse:
    """Answer for one addressee."""
    row = get_proposal(request, pk)
    line = get_object_or_404(
        ProposalAnswer.objects.select_related("proposal", "organization"), pk=answer, proposal=row
    )
    form = AnswerForm(request.POST, auto_id=f"a{line.pk}-%s")
    if form.is_valid():
        return attempt(
            request, lambda: services.answer_proposal(line, actor=request.user, **form.cleaned_data),
            "已答复。", "secondment:proposal", pk,
        )  # fmt: skip
    if not selectors.may_answer(request.scope, line):
        raise NotAllowed("您没有“答复人事建议”的权限。")
    return _page(request, row, answer=line.pk, form=form)


@login_required
@require_POST
def proposal_print(request: Request, pk: int) -> HttpResponse:
    """Issue the printed sheet and open it."""
    row = get_proposal(request, pk)
    if row.state == ProposalState.DRAFT:
        return attempt(
            request, lambda: papers.print_proposal(row, actor=request.user), "", "secondment:proposal", pk
        )  # fmt: skip
    return open_document(papers.print_proposal(row, actor=request.user))
