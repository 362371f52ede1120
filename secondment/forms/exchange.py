"""Forms of upward study and guidance (P10)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet

from secondment.choices import ExchangeKind
from xianan.organizations.models import Organization
from xianan.ui.forms import Form, RowField


class ExchangeForm(Form):
    """Who is sent where, for how long, to whom, with which plan."""

    kind = forms.ChoiceField(label="类别", choices=ExchangeKind.choices)
    street = RowField(label="街道", queryset=Organization.objects.none(), empty_label="请选择")
    department = RowField(label="部门", queryset=Organization.objects.none(), empty_label="请选择")
    name = forms.CharField(label="姓名", max_length=40)
    post = forms.CharField(label="职务", max_length=60, required=False)
    mentor = forms.CharField(
        label="带教人或对接人", max_length=60, help_text="上派学习填部门带教人，下挂指导填街道对接人"
    )
    starts_on = forms.DateField(label="起始日期")
    ends_on = forms.DateField(label="结束日期")
    liaison_contact = forms.CharField(
        label="大工委联系人", max_length=60, required=False, help_text="通过街道大工委联系制度安排的填写"
    )
    plan = forms.CharField(label="学习或指导计划", max_length=2000, widget=forms.Textarea(attrs={"rows": 5}))

    def __init__(
        self,
        *args: Any,
        kinds: list[str],
        streets: QuerySet[Organization],
        departments: QuerySet[Organization],
        fixed: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["kind"].choices = [pair for pair in ExchangeKind.choices if pair[0] in kinds]
        for name, rows in (("street", streets), ("department", departments)):
            fields[name].queryset = rows
        if fixed:
            for name in ("kind", "street", "department"):
                del fields[name]

    @property
    def values(self) -> dict[str, Any]:
        """The fields that the secondment takes."""
        data = {
            name: value
            for name, value in self.cleaned_data.items()
            if name not in ("kind", "street", "department")
        }
        return {**data, "by_liaison": bool(data["liaison_contact"].strip())}


class CancelForm(Form):
    reason = forms.CharField(label="取消原因", max_length=300, widget=forms.Textarea)


class ArrivalForm(Form):
    arrived_on = forms.DateField(label="到岗日期")


class ReportForm(Form):
    report = forms.CharField(label="总结", max_length=4000, widget=forms.Textarea(attrs={"rows": 10}))


class EvaluationForm(Form):
    evaluation = forms.CharField(label="评价", max_length=500, widget=forms.Textarea(attrs={"rows": 5}))
