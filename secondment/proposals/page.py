"""Personnel proposals: the list, the page of one with its answers, drafting and changing one (P48)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import django_filters
from django import forms
from django.contrib.auth.decorators import login_required
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.safestring import SafeString
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from secondment.choices import ProposalKind, ProposalState, Verdict
from secondment.filters.appraisal import PartiesFilter
from secondment.models import Secondment
from secondment.proposals.model import Proposal, ProposalAnswer
from secondment.proposals.paper import print_proposal
from secondment.proposals.selectors import answers_owed, may_answer, may_be_proposed
from secondment.proposals.steps import (
    DELETING,
    PROPOSAL,
    answer_proposal,
    change_proposal,
    delete_proposal,
    draft_proposal,
    permit_of,
    send_proposal,
)
from secondment.tables.appraisal import due
from secondment.views.appraisal_forms import open_document
from secondment.views.common import SECTION
from xianan.acts.pages import NounList, NounPages
from xianan.core import clock
from xianan.core.errors import NotAllowed
from xianan.organizations.requests import Request
from xianan.ui import html
from xianan.ui.acts import WRITE, attempt, form_page
from xianan.ui.fields import form_field
from xianan.ui.forms import Form, RowField
from xianan.ui.lists import Tab
from xianan.ui.tables import Day, Name, State, Table, Tight

TITLE = "人事建议"


# ---- The list ----------------------------------------------------------------------------------------


class Answer(Tight):
    """What one of the two addressees has answered, or that it still owes it."""

    def __init__(self, label: str, *, is_office: bool) -> None:
        super().__init__(label, accessor="pk", orderable=False)
        self.is_office = is_office

    def line(self, record: Proposal) -> ProposalAnswer | None:
        return next((line for line in record.answers.all() if line.is_office == self.is_office), None)

    def render(self, record: Any, value: Any) -> SafeString | str:
        line = self.line(record)
        if line is not None and line.verdict:
            return html.state(Verdict(line.verdict))
        if line is None or record.state == ProposalState.WITHDRAWN:
            return "—"
        late = record.answer_by is not None and record.answer_by < clock.today()
        return html.state("逾期未答复" if late else "待答复", "red" if late else "amber", is_open=not late)

    def export(self, record: Any, value: Any) -> str:
        line = self.line(record)
        return f"{line.get_verdict_display()}：{line.text}" if line is not None and line.verdict else ""


class ProposalTable(Table):
    person = Name("人员", accessor="person__name", url=PROPOSAL.page)
    kind = State("建议事项", accessor="kind")
    street = Tight("街道", accessor="street__name", order_by=("street__display_order",))
    organization = Tight("派出部门", accessor="organization__name", order_by=("organization__display_order",))
    sent_at = Day("提出日期")
    answer_by = Tight("答复截止")
    department_answer = Answer("部门答复", is_office=False)
    office_answer = Answer("组织部答复", is_office=True)
    state = State("状态", waiting=("draft", "sent"))

    def render_answer_by(self, record: Proposal) -> SafeString | str:
        if record.answer_by is None:
            return "—"
        return due(record.answer_by, is_open=record.state == ProposalState.SENT)


class ProposalFilter(PartiesFilter):
    kind = django_filters.ChoiceFilter(label="建议", choices=ProposalKind.choices)


class ProposalList(NounList[Proposal]):
    """The proposals a person may see."""

    noun = PROPOSAL
    title = TITLE
    section = SECTION
    unit = "件"
    table_class = ProposalTable
    filterset_class = ProposalFilter
    search_fields = ("person__name", "text")
    search_hint = "姓名、内容"
    empty_title = "还没有人事建议"
    empty_text = "街道对下沉执法人员有考核评价权和人事建议权：提拔使用、表彰奖励、调整岗位、诫勉谈话等，由派出部门和区委组织部分别答复。"
    begins = "起草人事建议", "secondment:proposal-create", "draft_proposal"

    def get_tabs(self, scope: Any) -> Sequence[Tab]:
        everything, *states = super().get_tabs(scope)
        mine = []
        if scope.organization_ids("answer_proposal") or scope.whole_district("advise_proposal"):
            mine = [Tab("mine", "待本单位答复", Q(pk__in=answers_owed(scope).values("proposal_id")))]
        late = Q(state=ProposalState.SENT, answer_by__lt=clock.today())
        return [everything, *mine, *states, Tab("late", "逾期未答复", late)]


# ---- One of them -------------------------------------------------------------------------------------

PAGES: NounPages[Proposal] = NounPages(
    noun=PROPOSAL,
    section=SECTION,
    title=TITLE,
    name=str,
    facts=lambda row: (row.get_kind_display(), f"{row.street} → {row.organization}、区委组织部"),
    sheet=(),
)


class AnswerForm(Form):
    verdict = forms.ChoiceField(label="答复意见", choices=Verdict.choices, widget=forms.RadioSelect)
    text = form_field(ProposalAnswer.text, required=True)


def _page(
    request: Request, row: Proposal, line: ProposalAnswer | None = None, form: Any = None
) -> HttpResponse:
    """Show a proposal with both answers, or with the form of one to be given again."""
    scope, shown = request.scope, PAGES.shown(request, row)
    answers = []
    for each in row.answers.all():
        mine = AnswerForm(auto_id=f"a{each.pk}-%s") if may_answer(scope, each) else None
        answers.append((each, form if each == line else mine))
    context = {
        **shown,
        "offers": [offer for offer in shown["offers"] if offer.name != "send"],
        "may_send": any(offer.name == "send" for offer in shown["offers"]),
        "may_delete": DELETING.awaits(row, scope),
        "answers": answers,
        "asked": form,
        "sees_file": scope.holds("view_personal_file"),
    }
    return render(request, "secondment/proposals/page.html", context)


@login_required
@require_safe
def proposal(request: Request, pk: int) -> HttpResponse:
    """The proposal with both answers."""
    return _page(request, PROPOSAL.fetch(request.scope, pk))


@login_required
@require_POST
def answer(request: Request, pk: int, answer: int) -> HttpResponse:
    """Answer for one addressee, on the page of the proposal."""
    row = PROPOSAL.fetch(request.scope, pk)
    line = get_object_or_404(row.answers.all(), pk=answer)
    form = AnswerForm(request.POST, auto_id=f"a{line.pk}-%s")
    if form.is_valid():
        return attempt(
            request, lambda: answer_proposal(line, actor=request.user, **form.cleaned_data),
            "已答复。", PROPOSAL.page, pk,
        )  # fmt: skip
    if not may_answer(request.scope, line):
        raise NotAllowed(f"您没有“{permit_of(line).label}”的权限。")
    return _page(request, row, line, form)


@login_required
@require_POST
def delete(request: Request, pk: int) -> HttpResponse:
    """Delete a draft; there is no page of it to go back to."""
    row = PROPOSAL.fetch(request.scope, pk)
    return attempt(
        request, lambda: delete_proposal(row, actor=request.user), "已删除草稿。", f"{PROPOSAL.page}s"
    )


@login_required
@require_POST
def sheet(request: Request, pk: int) -> HttpResponse:
    """Issue the printed sheet and open it."""
    row = PROPOSAL.fetch(request.scope, pk)
    if row.state == ProposalState.DRAFT:
        return attempt(request, lambda: print_proposal(row, actor=request.user), "", PROPOSAL.page, pk)
    return open_document(print_proposal(row, actor=request.user))


# ---- Drafting and changing ---------------------------------------------------------------------------


class ProposalForm(Form):
    kind = form_field(Proposal.kind)
    text = form_field(Proposal.text, widget=forms.Textarea(attrs={"rows": 6}))


class _Services(RowField):
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.person.name}（{obj.organization}，{obj.get_state_display()}）"


class NewProposalForm(ProposalForm):
    secondment = _Services(label="下沉人员", queryset=Secondment.objects.none())

    field_order = ("secondment", "kind", "text")

    def __init__(self, *args: Any, services: QuerySet[Secondment], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.field("secondment", RowField).queryset = services


@login_required
@require_http_methods(WRITE)
def create(request: Request) -> HttpResponse:
    """Draft a proposal about somebody in the own street."""
    if not request.scope.organization_ids("draft_proposal"):
        raise NotAllowed("您没有“起草人事建议”的权限。")
    initial = {"secondment": request.GET.get("secondment", "")}
    form = NewProposalForm(request.POST or None, services=may_be_proposed(request.scope), initial=initial)
    return form_page(
        request, form, lambda data: draft_proposal(actor=request.user, **data), PROPOSAL.url,
        title="起草人事建议", button="保存草稿", back=PROPOSAL.list_url, crumbs=PAGES.crumbs(),
        done="已保存草稿，待街道负责人提出。", hint="由街道负责人提出后，送派出部门和区委组织部分别答复。",
    )  # fmt: skip


@login_required
@require_http_methods(WRITE)
def change(request: Request, pk: int) -> HttpResponse:
    """Change a draft."""
    row = PROPOSAL.fetch(request.scope, pk)
    change_proposal.refuse(row, request.scope)
    form = ProposalForm(request.POST or None, initial={"kind": row.kind, "text": row.text})
    return form_page(
        request, form, lambda data: change_proposal(row, actor=request.user, **data), PROPOSAL.url,
        title=change_proposal.label, button="保存修改", back=PROPOSAL.url(row), crumbs=PAGES.crumbs(row),
        done=change_proposal.said,
    )  # fmt: skip


urls = PAGES.urls(
    "proposals",
    ProposalList,
    own={"": proposal, "change": change, "send": require_POST(PAGES.step_view(send_proposal))},
    create=("new", create),
    delete=("<number:pk>/delete", delete),
    answer=("<number:pk>/answers/<number:answer>", answer),
    print=("<number:pk>/print", sheet),
)
