"""What people type in about a result: ties and corrections (P40)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from xianan.ui.forms import Form, prepare_widget

from ..rules.costs import amount_words
from ..rules.points import short_points
from ..services.corrections import CANCELLED, Change, Left
from ..services.scores import MOST_TIMES
from ..snapshot import EventChange
from .fields import PointsField, ShortNumber

TIED, ORDERED = "tied", "ordered"


class TieForm(Form):
    """``streets`` are (id, name) of those with one total; ``order`` is None where they stay on one place."""

    outcome = forms.ChoiceField(
        label="领导小组审定",
        choices=((TIED, "名次并列"), (ORDERED, "排定先后")),
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(label="审定理由", max_length=300, widget=forms.Textarea(attrs={"rows": 3}))
    decided_on = forms.DateField(label="审定日期")

    def __init__(self, *args: Any, streets: Sequence[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.count = len(streets)
        for place in range(1, self.count + 1):
            field = forms.ChoiceField(
                label=f"其中第 {place} 位",
                choices=[("", "选择街道"), *[(str(pk), name) for pk, name in streets]],
                required=False,
                help_text="排定先后时选择" if place == 1 else "",
            )
            prepare_widget(field)
            self.fields[f"place_{place}"] = field
        order = ["outcome", *(f"place_{n}" for n in range(1, self.count + 1)), "reason", "decided_on"]
        self.order_fields(order)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("outcome") != ORDERED:
            data["order"] = None
            return data
        order: list[int] = []
        for place in range(1, self.count + 1):
            value = data.get(f"place_{place}")
            if not value:
                self.add_error(f"place_{place}", ValidationError(f"未选择其中第 {place} 位的街道"))
            elif int(value) in order:
                self.add_error(f"place_{place}", ValidationError("该街道已经排在前面，每个街道排一个位次"))
            else:
                order.append(int(value))
        data["order"] = order
        return data

    @property
    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("order", "reason", "decided_on")}


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


class WhyForm(Form):
    reason = forms.CharField(label="理由", max_length=500, widget=forms.Textarea(attrs={"rows": 3}))
