"""The page of a correction, and entering one with what becomes of events, tried out (P40)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from assessment.choices import CorrectionState, IndicatorKind
from assessment.corrections.model import Correction
from assessment.corrections.outcome import CANCELLED, Change, Left, outcome
from assessment.corrections.steps import CORRECTION, correct_points
from assessment.cycles.steps import CORRECT
from assessment.forms.fields import PointsField, ShortNumber
from assessment.models import Cycle, Indicator
from assessment.rules.changes import changes, event_words
from assessment.rules.costs import amount_words
from assessment.rules.points import short_points, show_points
from assessment.selectors import cycles, results
from assessment.services.scores import MOST_TIMES
from assessment.snapshot import EventChange
from assessment.views.common import WRITE, form_page, get_cell, held, way_to_result
from xianan.acts.pages import NounPages, Panel
from xianan.organizations.models import Organization
from xianan.organizations.requests import Request
from xianan.ui.forms import Form, prepare_widget

SECOND = "更正依据领导小组的决定，由一人登记、另一人复核；复核同意前得分、名次、文书和整改清单都不变。"


# ---- One of them -------------------------------------------------------------------------------------


def _content(row: Correction) -> Mapping[str, Any]:
    return {"said": event_words(results.line_of(row).events)}


def _more(row: Correction) -> Mapping[str, Any]:
    """What would follow is told to the second person, who confirms it on the page."""
    pending = row.state == CorrectionState.PENDING
    line = results.line_of(row)
    return {"found": changes(*results.with_correction(row.cycle, line)) if pending else []}


def _asked(request: Request, row: Correction) -> Mapping[str, Any]:
    """Only who entered it takes it back."""
    own = row.made_by_id in request.scope.accounts
    return {"offers": [each for each in PAGES.offers(request, row) if own or each.name != "take-back"]}


PAGES: NounPages[Correction] = NounPages(
    noun=CORRECTION,
    way=lambda row: way_to_result(row.cycle),
    name=lambda row: f"更正：{row.street} {row.indicator.code} {row.indicator.name}",
    facts=lambda row: (str(row.cycle), f"{row.made_by.name}登记"),
    sheet=(),
    panels=(Panel("assessment/corrections/_content.html", _content, steps=("refuse", "take-back")),),
    template="assessment/corrections/page.html",
    more=_more,
    asked=_asked,
)


# ---- Entering ----------------------------------------------------------------------------------------


STANDS, STRUCK, LOWERED = "stands", "struck", "lowered"
PARTS = ("event", "amount", "times", "cause")
"""What is asked of each event, before its number."""


class ChangeForm(Form):
    """What becomes of the events of a cell, or a figure, and the leading group's decision.

    ``events`` are the events as they were scored and as they stand now.
    """

    after = PointsField(label="更正后得分（分）", required=False)
    decision = forms.CharField(
        label="领导小组决定", max_length=300, help_text="会议纪要、批示的名称和文号，以及决定的内容"
    )
    decided_on = forms.DateField(label="决定日期")

    def __init__(
        self, *args: Any, full: int, events: Sequence[EventChange], penalty: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.events = events
        limit = f"不超过 {short_points(full)} 分"
        after = self.fields["after"]
        after.help_text = f"扣分事项有变动的由系统计算，不填；{limit}" if events else limit
        if penalty:
            after.label = "更正后扣分（分）"
        added: dict[str, forms.Field] = {}
        for row in events:
            added |= self._fields_of(row)
        for field in added.values():
            prepare_widget(field)
        self.of_events = list(added)
        self.fields = {**added, **self.fields}

    def _fields_of(self, row: EventChange) -> dict[str, forms.Field]:
        pk, left = row.was.pk, row.now or row.was
        stands = STRUCK if row.now is None else STANDS if row.now == row.was else LOWERED
        return {
            f"event_{pk}": forms.ChoiceField(
                label="扣分处理",
                choices=((STANDS, "维持"), (STRUCK, "撤销"), (LOWERED, "减少")),
                initial=stands,
            ),
            f"amount_{pk}": PointsField(
                label="减少后每次扣分（分）", required=False, initial=left.amount, help_text="选“减少”时填写"
            ),
            f"times_{pk}": ShortNumber(
                label="减少后次数", required=False, min_value=1, max_value=MOST_TIMES, initial=left.times
            ),
            f"cause_{pk}": forms.CharField(
                label="减少后的扣分原因", required=False, max_length=300, initial=left.cause
            ),
        }

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The events with their bound fields."""
        return [
            {
                "was": row.was,
                "words": amount_words(row.was),
                **{part: self[f"{part}_{row.was.pk}"] for part in PARTS},
            }
            for row in self.events
        ]

    @property
    def rest(self) -> list[forms.BoundField]:
        """The fields that are about no event and do not stand above them."""
        return [self[name] for name in self.fields if name not in (*self.of_events, "outcome")]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        for row in self.events:
            if data.get(f"event_{row.was.pk}") != LOWERED:
                continue
            for part, label in (("amount", "减少后每次扣分"), ("times", "减少后次数")):
                name = f"{part}_{row.was.pk}"
                if not data.get(name) and name not in self.errors:
                    self.add_error(name, ValidationError(f"未填写“{row.was.cause}”{label}"))
        return data

    @property
    def change(self) -> Change:
        """What the service takes."""
        data = self.cleaned_data
        left = {}
        for row in self.events:
            pk = row.was.pk
            if data[f"event_{pk}"] == STRUCK:
                left[pk] = CANCELLED
            elif data[f"event_{pk}"] == LOWERED:
                left[pk] = Left(data[f"amount_{pk}"], data[f"times_{pk}"], data[f"cause_{pk}"])
        return Change(data["decided_on"], data["decision"], data["after"], left)


class CorrectionForm(ChangeForm):
    reason = forms.CharField(
        label="更正原因",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="写明依据的材料，随结果公布",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["after"].required = not self.events


def of_cell(cycle: Cycle, street: int, indicator: Indicator) -> dict[str, Any]:
    """Return what a form about a cell takes: its full points and its events as they stand."""
    events = results.choices(results.current(cycle), street, indicator.pk)
    return {
        "full": indicator.points, "events": events, "penalty": indicator.kind == IndicatorKind.PENALTY,
    }  # fmt: skip


def comes_to(cycle: Cycle, street: Organization, indicator: Indicator, change: Change) -> list[str]:
    """Return what a correction would change, for trying it out."""
    line = outcome(cycle, street=street, indicator=indicator, change=change)
    return changes(*results.with_correction(cycle, line))


@login_required
@require_http_methods(WRITE)
def points_correct(request: Request, pk: int, street: int, indicator: int) -> HttpResponse:
    """Enter that the points of one street and indicator are put right."""
    cycle = held(request, pk, CORRECT)
    place, row = get_cell(cycle, street, indicator)
    back = reverse("assessment:result-street", args=[pk, street])
    cell = results.current(cycle).street(street).cell(row.pk)
    given = of_cell(cycle, street, row)
    form = CorrectionForm(request.POST or None, **given)
    most = "最多扣" if given["penalty"] else "满分"
    hint = f"{place} {row}：现为 {show_points(cell.points)} 分，{most} {show_points(row.points)} 分。原来的评分保留，更正另记一条。"
    if cell.put_right:
        hint += f"\n现在的得分是更正时填写的（{cell.put_right}）；不再填写更正后得分的，按评分和扣分事项重新计算。"
    if cell.is_forged:
        hint += "\n该项认定弄虚作假不得分；撤销认定的，填写更正后得分。"
    public = cycle.phase in cycles.PUBLISHED
    return form_page(
        request, form,
        lambda data: correct_points(
            cycle, street=place, indicator=row, change=form.change, reason=data["reason"], actor=request.user
        ),
        CORRECTION.url,
        title=f"更正{'扣分' if given['penalty'] else '得分'}", button="登记更正，报第二人复核",
        back=f"{back}?preview" if public else back, crumbs=[*way_to_result(cycle), (str(place), back)],
        done="已登记更正，待第二人复核。", hint=hint,
        notice=SECOND + ("结果已经公布：复核同意后须再公布新的版本，原版本保留可查。" if public else ""),
        look=lambda: comes_to(cycle, place, row, form.change), template="assessment/corrections/form.html",
    )  # fmt: skip
