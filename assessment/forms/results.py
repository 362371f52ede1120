"""What people type in about a result: ties, corrections, objections and their answers (P40)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from xianan.ui.forms import Form, prepare_widget

from ..rules.points import short_points
from .fields import PointsField

TIED, ORDERED = "tied", "ordered"
UPHELD, CORRECTED = "upheld", "corrected"


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


class CorrectionForm(Form):
    after = PointsField(label="更正后得分（分）")
    reason = forms.CharField(
        label="更正原因",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="写明依据的材料，随结果公布",
    )

    def __init__(self, *args: Any, full: int, penalty: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["after"].help_text = f"不超过 {short_points(full)} 分"
        if penalty:
            self.fields["after"].label = "更正后扣分（分）"


class ObjectionForm(Form):
    text = forms.CharField(
        label="申诉理由",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="写明对哪一处扣分或取数有异议、事实和材料；每项指标申诉一次",
    )


class AnswerForm(Form):
    outcome = forms.ChoiceField(
        label="处理", choices=((UPHELD, "维持原分"), (CORRECTED, "更正得分")), widget=forms.RadioSelect
    )
    after = PointsField(label="更正后得分（分）", required=False)
    answer = forms.CharField(label="答复", max_length=1000, widget=forms.Textarea(attrs={"rows": 5}))

    def __init__(self, *args: Any, full: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["after"].help_text = f"更正得分时填写，不超过 {short_points(full)} 分"

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("outcome") == CORRECTED and data.get("after") is None and "after" not in self.errors:
            self.add_error("after", ValidationError("更正得分须填写更正后的得分"))
        return data

    @property
    def values(self) -> dict[str, Any]:
        data = self.cleaned_data
        return {"answer": data["answer"], "after": data["after"] if data["outcome"] == CORRECTED else None}
