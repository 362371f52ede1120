"""What people type in about a problem (P40)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from xianan.organizations.models import Organization
from xianan.ui.forms import Form, RowField

from ..models import Cycle, Indicator
from ..selectors import cycles
from ..selectors.problems import Candidate, checkers
from .fields import ticked


class _Listing(Form):
    demand = forms.CharField(label="整改要求", max_length=500, widget=forms.Textarea(attrs={"rows": 3}))
    due_on = forms.DateField(label="整改时限")
    checker = RowField(
        label="验收单位", queryset=Organization.objects.none(), help_text="整改后由该单位验收销号"
    )

    def __init__(self, *args: Any, cycle: Cycle, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.field("checker", RowField).queryset = checkers(cycle.district_id)


class BulkForm(_Listing):
    """``picked`` are the candidates ticked; they keep their ticks when the form comes back."""

    def __init__(self, *args: Any, candidates: Sequence[Candidate], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.ticked = ticked(self, {row.key for row in candidates})
        self.picked = [row for row in candidates if row.key in self.ticked]


class ProblemForm(_Listing):
    field_order = ("street", "indicator", "text", "demand", "due_on", "checker")
    street = RowField(label="整改单位", queryset=Organization.objects.none())
    indicator = RowField(label="考评指标", queryset=Indicator.objects.none())
    text = forms.CharField(label="问题", max_length=500, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, cycle: Cycle, **kwargs: Any) -> None:
        super().__init__(*args, cycle=cycle, **kwargs)
        keys = [row.pk for row in cycles.streets(cycle) if row.is_active]
        self.field("street", RowField).queryset = Organization.objects.filter(pk__in=keys)
        self.field("indicator", RowField).queryset = Indicator.objects.filter(scheme_id=cycle.scheme_id)
        self.order_fields(self.field_order)


class MeasureForm(Form):
    seen = forms.CharField(widget=forms.HiddenInput)
    owner = forms.CharField(label="责任人", max_length=40, help_text="姓名和职务")
    measure = forms.CharField(label="整改措施", max_length=500, widget=forms.Textarea(attrs={"rows": 4}))


class HandInForm(Form):
    answer = forms.CharField(
        label="整改情况",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="写明做了什么、结果如何；材料附在问题页的“整改材料”中",
    )


class PassForm(Form):
    note = forms.CharField(
        label="验收意见", max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )


class BackForm(Form):
    note = forms.CharField(label="退回理由", max_length=500, widget=forms.Textarea(attrs={"rows": 3}))
    due_on = forms.DateField(label="重新整改时限")


class PostponeForm(Form):
    due_on = forms.DateField(label="新的整改时限")
    reason = forms.CharField(label="调整理由", max_length=300, widget=forms.Textarea(attrs={"rows": 3}))


class WithdrawForm(Form):
    reason = forms.CharField(label="撤销理由", max_length=300, widget=forms.Textarea(attrs={"rows": 3}))
