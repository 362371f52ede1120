"""What is typed in about a demand for replacement."""

from __future__ import annotations

from typing import Any

from django import forms

from secondment.choices import ReplacementKind
from secondment.models import Replacement, Secondment
from secondment.rules.replacement import latest
from secondment.selectors.replacements import possible_successors
from xianan.core import clock
from xianan.core.dates import chinese_date
from xianan.ui.forms import Form, RowField

LONGEST = 500


class DemandForm(Form):
    kind = forms.ChoiceField(
        label="事由",
        choices=ReplacementKind.choices,
        widget=forms.RadioSelect,
        help_text="因不服从街道管理被替换的，当年考核不得评为称职（合格）及以上；其他事由不影响等次",
    )
    facts = forms.CharField(
        label="事实",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="写明时间、事情和街道已做的工作",
    )


class SuccessorChoice(RowField):
    def label_from_instance(self, obj: Secondment) -> str:
        return f"{obj.person}（{obj.get_state_display()}，下沉之日 {obj.starts_on:%Y-%m-%d}）"


class SuccessorForm(Form):
    successor = SuccessorChoice(label="接任人员", queryset=Secondment.objects.none())

    def __init__(self, *args: Any, row: Replacement, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.field("successor", RowField).queryset = possible_successors(row)


class AcceptForm(SuccessorForm):
    leaves_on = forms.DateField(label="被替换人员的最后一日")
    successor_by = forms.DateField(label="接任人员到岗期限")
    answer = forms.CharField(
        label="答复", max_length=LONGEST, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    field_order = ("leaves_on", "successor_by", "successor", "answer")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.field("successor", SuccessorChoice)
        field.required = False
        field.help_text = "从已登记到该街道的人员中选；还没有登记的，先答复，登记后再确定"
        field.empty_label = "以后确定"
        row, today = kwargs["row"], clock.today()
        for name, bound in (("leaves_on", row.leave_by), ("successor_by", row.complete_by)):
            if bound is not None:
                last, days = latest(bound, today), (bound - row.requested_on).days
                self.fields[name].help_text = f"不晚于 {chinese_date(last)}" + (
                    f"（提出替换要求后 {days} 日）" if last == bound else "（期限已过，不晚于今日）"
                )


class DeclineForm(Form):
    answer = forms.CharField(
        label="不予替换的理由", max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 4})
    )


class InsistForm(Form):
    reason = forms.CharField(
        label="坚持替换的理由", max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 4})
    )


class WithdrawForm(Form):
    reason = forms.CharField(label="撤回的理由", max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 3}))
