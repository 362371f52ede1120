"""A cell of the scoring sheet as a form: points, note, events taken off, forgery."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from xianan.core.outside import whole
from xianan.organizations.models import Organization
from xianan.ui.forms import Form, RowField, RowsField, prepare_widget

from ..choices import Mode
from ..models import Cycle, Indicator
from ..selectors import cycles
from ..selectors.scores import ScorerLine
from ..services.scores import LONGEST, MOST_TIMES, Event, Sheet
from .fields import PointsField

MOST_EVENTS = 40
PARTS = ("amount", "times", "cause", "proof")


class SheetForm(Form):
    """``events`` rows of deductions, one more than there are; a row left empty is none."""

    revision = forms.IntegerField(widget=forms.HiddenInput)
    points = PointsField(label="得分", required=False)
    note = forms.CharField(
        label="评分说明", max_length=LONGEST["note"], required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    is_forged = forms.BooleanField(label="弄虚作假，该项不得分", required=False)
    forged_note = forms.CharField(
        label="弄虚作假的事实",
        max_length=LONGEST["forged_note"],
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, indicator: Indicator, kept: ScorerLine | None, **kwargs: Any) -> None:
        self.indicator = indicator
        kwargs.setdefault("initial", first_of(kept))
        super().__init__(*args, **kwargs)
        if indicator.mode != Mode.HAND:
            del self.fields["points"]
        self.takes_events = indicator.mode == Mode.DEDUCTIONS or indicator.with_deductions
        count = len(kept.deductions) if kept is not None else 0
        # An empty row stands ready where there is none yet; more come by the button.
        more = 0 if count else 1
        if self.is_bound:
            count = min(whole(self.data.get("events")) or 0, MOST_EVENTS)
            more = 1 if "more" in self.data else 0
        self.count = min(count + more, MOST_EVENTS) if self.takes_events else 0
        for number in range(self.count):
            self._add_event(number)

    def _add_event(self, number: int) -> None:
        where = f"第 {number + 1} 条"
        added: dict[str, forms.Field] = {
            f"pk_{number}": forms.IntegerField(widget=forms.HiddenInput, required=False),
            f"amount_{number}": PointsField(label=f"{where}每次扣分", required=False),
            f"times_{number}": forms.IntegerField(
                label=f"{where}次数",
                required=False,
                min_value=1,
                max_value=MOST_TIMES,
                widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "times"}),
            ),
            f"cause_{number}": forms.CharField(
                label=f"{where}扣分原因", max_length=LONGEST["cause"], required=False
            ),
            f"proof_{number}": forms.CharField(
                label=f"{where}佐证", max_length=LONGEST["proof"], required=False
            ),
        }
        for name, field in added.items():
            prepare_widget(field)
            self.fields[name] = field

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The rows of deductions with their bound fields."""
        return [
            {"number": n + 1, "pk": self[f"pk_{n}"], **{part: self[f"{part}_{n}"] for part in PARTS}}
            for n in range(self.count)
        ]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        for n in range(self.count):
            typed = {part: data.get(f"{part}_{n}") for part in PARTS}
            if not any(value for part, value in typed.items() if part != "times"):
                continue
            for part, words in (("amount", "每次扣分"), ("cause", "扣分原因"), ("proof", "佐证")):
                if not typed[part] and f"{part}_{n}" not in self.errors:
                    self.add_error(f"{part}_{n}", ValidationError(f"第 {n + 1} 条扣分未填写{words}"))
        return data

    @property
    def sheet(self) -> Sheet:
        """What the service takes."""
        data = self.cleaned_data
        events = [
            Event(
                amount=data[f"amount_{n}"],
                times=data.get(f"times_{n}") or 1,
                cause=data[f"cause_{n}"],
                proof=data[f"proof_{n}"],
                pk=data.get(f"pk_{n}") or 0,
            )
            for n in range(self.count)
            if data.get(f"amount_{n}")
        ]
        return Sheet(
            points=data.get("points"),
            note=data["note"],
            events=events,
            is_forged=data["is_forged"],
            forged_note=data["forged_note"],
        )


def first_of(kept: ScorerLine | None) -> dict[str, Any]:
    """Return what a form begins with: the saved cell, or nothing."""
    if kept is None:
        return {"revision": 0}
    first: dict[str, Any] = {
        "revision": kept.revision,
        "points": kept.given,
        "note": kept.note,
        "is_forged": kept.is_forged,
        "forged_note": kept.forged_note,
    }
    for n, event in enumerate(kept.deductions):
        first |= {
            f"pk_{n}": event.pk,
            f"amount_{n}": event.amount,
            f"times_{n}": event.times,
            f"cause_{n}": event.cause,
            f"proof_{n}": event.proof,
        }
    return first


class VisitForm(Form):
    street = RowField(label="街道", queryset=Organization.objects.none())
    visited_on = forms.DateField(label="查看日期")
    place = forms.CharField(label="地点", max_length=120)
    people = forms.CharField(label="参加人员", max_length=200, help_text="考核组和街道双方人员")
    findings = forms.CharField(label="查看情况", max_length=2000, widget=forms.Textarea(attrs={"rows": 6}))
    indicators = RowsField(
        label="涉及指标",
        queryset=Indicator.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, cycle: Cycle, change: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        keys = [row.pk for row in cycles.streets(cycle)]
        self.field("street", RowField).queryset = Organization.objects.filter(pk__in=keys)
        self.field("indicators", RowsField).queryset = Indicator.objects.filter(scheme_id=cycle.scheme_id)
        if change:
            del self.fields["street"]

    @property
    def values(self) -> dict[str, Any]:
        return {**self.cleaned_data, "indicators": list(self.cleaned_data["indicators"])}
