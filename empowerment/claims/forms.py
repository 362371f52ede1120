"""What a street types in when it declines or defers."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms

from empowerment.rules import DECLINE_CATEGORIES, date_far_text, decline_text, latest_look_again
from xianan.core import clock
from xianan.ui.forms import Form


class DeclineForm(Form):
    category = forms.ChoiceField(
        label="理由类别",
        choices=[(word, word) for word in DECLINE_CATEGORIES],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label="具体情况",
        required=False,
        max_length=480,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="写明缺什么、何时可能具备。选择“其他”时须填写。",
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("category"):
            try:
                data["text"] = decline_text(data["category"], data.get("reason", ""))
            except ValueError as error:
                self.add_error("reason", str(error))
        return data

    def service_values(self) -> dict[str, Any]:
        return {"reason": self.cleaned_data["text"]}


class DeferForm(Form):
    look_again_on = forms.DateField(
        label="再议日期", help_text="两年以内。到期由本街道重新处理，平台按期提醒。"
    )
    reason = forms.CharField(
        label="暂缓原因", required=False, max_length=480, widget=forms.Textarea(attrs={"rows": 3})
    )

    def clean_look_again_on(self) -> dt.date:
        day: dt.date = self.cleaned_data["look_again_on"]
        if day <= clock.today():
            raise forms.ValidationError("再议日期须在今日之后")
        if day > latest_look_again(clock.today()):
            raise forms.ValidationError(date_far_text(clock.today()))
        return day

    def service_values(self) -> dict[str, Any]:
        return {
            "reason": self.cleaned_data["reason"],
            "look_again_on": self.cleaned_data["look_again_on"],
        }
