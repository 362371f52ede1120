"""A street's practice as a form (P40)."""

from __future__ import annotations

from typing import Any

from django import forms

from xianan.organizations.models import Organization
from xianan.ui.forms import Form, RowField

from ..services.schemes import EARLIEST, LATEST
from .fields import ShortNumber


class PracticeForm(Form):
    title = forms.CharField(label="题目", max_length=60)
    background = forms.CharField(
        label="背景和问题", max_length=1000, widget=forms.Textarea(attrs={"rows": 4})
    )
    actions = forms.CharField(
        label="主要做法",
        max_length=3000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text="分条写明具体做法，别的街道照着能做",
    )
    effects = forms.CharField(
        label="取得成效", max_length=1000, widget=forms.Textarea(attrs={"rows": 4}), help_text="用数据说明"
    )


class ChangePracticeForm(PracticeForm):
    seen = forms.CharField(widget=forms.HiddenInput)


class NewPracticeForm(PracticeForm):
    field_order = ("street", "year")
    street = RowField(label="街道", queryset=Organization.objects.none(), empty_label=None)
    year = ShortNumber(label="年度", min_value=EARLIEST, max_value=LATEST)

    def __init__(self, *args: Any, streets: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.field("street", RowField).queryset = Organization.objects.filter(pk__in=streets)


class ReasonForm(Form):
    reason = forms.CharField(label="理由", max_length=300, widget=forms.Textarea(attrs={"rows": 3}))
