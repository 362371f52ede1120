"""The page of an objection, raising one and answering it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from assessment.choices import CorrectionState
from assessment.corrections.page import SECOND, ChangeForm, comes_to, of_cell
from assessment.corrections.steps import answer_objection
from assessment.objections.model import Objection
from assessment.objections.steps import OBJECTION, objecting_closed, pending, raise_objection, uphold
from assessment.rules.changes import event_words
from assessment.rules.points import show_points
from assessment.selectors import results
from assessment.selectors.held import hold
from assessment.views.common import WRITE, form_page, get_cell, held, way_to_result
from xianan.acts.pages import NounPages
from xianan.core.errors import DomainError, NotAllowed
from xianan.organizations.requests import Request
from xianan.ui.fields import form_field
from xianan.ui.forms import Form

UPHELD, CORRECTED = "upheld", "corrected"


def _more(row: Objection) -> Mapping[str, Any]:
    found = (each for each in row.corrections.all() if each.state == CorrectionState.STANDING)
    correction = next(found, None)
    return {
        "correction": correction,
        "said": event_words(results.line_of(correction).events) if correction is not None else [],
        "points": results.points_of(row.cycle, row.street, row.indicator),
    }


def _asked(request: Request, row: Objection) -> Mapping[str, Any]:
    manages = request.scope.whole_district("manage_cycle")
    return {"waits": pending(row) if manages else None, "sees": request.scope.whole_district("view_cycle")}


PAGES: NounPages[Objection] = NounPages(
    noun=OBJECTION,
    way=lambda row: way_to_result(row.cycle),
    name=lambda row: f"{row.street}申诉 {row.indicator.code} {row.indicator.name}",
    facts=lambda row: (str(row.cycle), f"{row.raised_by.name}提出"),
    sheet=(),
    template="assessment/objections/page.html",
    more=_more,
    asked=_asked,
)


# ---- Raising -----------------------------------------------------------------------------------------


class ObjectionForm(Form):
    text = form_field(Objection.text, widget=forms.Textarea(attrs={"rows": 6}))


@login_required
@require_http_methods(WRITE)
def objection_raise(request: Request, pk: int, street: int, indicator: int) -> HttpResponse:
    """Object to the own street's points of an indicator."""
    cycle = held(request, pk)
    place, row = get_cell(cycle, street, indicator)
    if not request.scope.can("object_to_score", place):
        raise NotAllowed("申诉由本街道负责人提出。")
    why = objecting_closed(cycle)
    if why:
        raise DomainError("closed", why)
    back = reverse("assessment:result-street", args=[pk, street])
    now = show_points(results.points_of(cycle, place, row))
    return form_page(
        request, ObjectionForm(request.POST or None),
        lambda data: raise_objection(cycle, street=place, indicator=row, actor=request.user, **data),
        lambda _: back, title="申诉", button=f"以{place}名义提出申诉", back=back,
        crumbs=[*way_to_result(cycle), (str(place), back)], done="已提出申诉，区委编办答复后通知您。",
        hint=f"{row}：{now} 分，满分 {show_points(row.points)} 分。评分标准：{row.rule}",
    )  # fmt: skip


# ---- Answering ---------------------------------------------------------------------------------------


class AnswerForm(ChangeForm):
    outcome = forms.ChoiceField(
        label="处理", choices=((UPHELD, "维持原分"), (CORRECTED, "更正得分")), widget=forms.RadioSelect
    )
    answer = form_field(Objection.answer, required=True, widget=forms.Textarea(attrs={"rows": 5}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("decision", "decided_on"):
            self.fields[name].required = False
        self.order_fields(["outcome", *self.of_events, "after", "decision", "decided_on", "answer"])

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("outcome") == CORRECTED:
            for name in ("decision", "decided_on"):
                if not data.get(name) and name not in self.errors:
                    self.add_error(name, ValidationError(f"更正得分须填写{self.fields[name].label}"))
        return data

    @property
    def values(self) -> dict[str, Any]:
        data = self.cleaned_data
        return {
            "answer": data["answer"],
            "change": self.change if data["outcome"] == CORRECTED else None,
        }


@login_required
@require_http_methods(WRITE)
def answer(request: Request, pk: int, above: int) -> HttpResponse:
    """Uphold the points or put them right, with words."""
    row = OBJECTION.fetch(request.scope, pk, above)
    # What was typed is kept where a correction was entered meanwhile.
    if request.method != "POST" or not uphold.allows(row, request.scope):
        uphold.refuse(row, request.scope)
    cycle, back = hold(row.cycle), OBJECTION.url(row)
    form = AnswerForm(request.POST or None, **of_cell(cycle, row.street_id, row.indicator))

    def look() -> list[str]:
        change = form.values["change"]
        if change is None:
            return ["维持原分，得分和名次没有变化。"]
        return comes_to(cycle, row.street, row.indicator, change)

    now = show_points(results.points_of(cycle, row.street, row.indicator))
    return form_page(
        request, form, lambda _: answer_objection(row, actor=request.user, **form.values),
        lambda _: back, title="答复申诉", button="答复", back=back,
        crumbs=[*way_to_result(cycle), (str(row.street), back)],
        done="维持原分的已通知街道；更正得分的由第二人复核后答复街道。",
        hint=f"{row.indicator}：现为 {now} 分，满分 {show_points(row.indicator.points)} 分。\n申诉理由：{row.text}",
        notice=SECOND, look=look, template="assessment/corrections/form.html",
    )  # fmt: skip
