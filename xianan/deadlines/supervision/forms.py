"""What people type in about plans."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet

from xianan.organizations.models import District, Organization
from xianan.ui.forms import DropFile, Form, RowField, RowsField

from ..selectors import owing


class PlanForm(Form):
    title = forms.CharField(label="标题", max_length=120)
    note = forms.CharField(
        label="说明", max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 4})
    )


class NewPlanForm(PlanForm):
    organization = RowField(label="制发单位", queryset=Organization.objects.none())

    def __init__(self, *args: Any, organizations: QuerySet[Organization], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.field("organization", RowField)
        field.queryset = organizations
        only = list(organizations[:2])
        if len(only) == 1:
            field.initial = only[0].pk
            field.empty_label = None


class TaskForm(Form):
    title = forms.CharField(label="任务", max_length=200)
    content = forms.CharField(
        label="内容和要求", max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )


class NodesForm(Form):
    title = forms.CharField(
        label="节点", max_length=200, help_text="到期要做到什么，如“完成街道执法人员培训”"
    )
    due_on = forms.DateField(label="完成时限")
    organizations = RowsField(
        label="责任单位",
        queryset=Organization.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        help_text="每个责任单位各成一个节点，分别报告和确认",
    )

    def __init__(self, *args: Any, district: District, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.field("organizations", RowsField).queryset = owing(district)


class NodeForm(Form):
    title = forms.CharField(label="节点", max_length=200)
    due_on = forms.DateField(label="完成时限")
    organization = RowField(label="责任单位", queryset=Organization.objects.none())

    def __init__(self, *args: Any, district: District, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.field("organization", RowField).queryset = owing(district)


class UploadForm(Form):
    file = forms.FileField(label="任务表", widget=DropFile("xlsx、xls 或 csv", accept=".xlsx,.xls,.csv"))


class ReportForm(Form):
    text = forms.CharField(
        label="进展",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="写明做了什么、做到哪一步；报告完成的写明成果",
    )


class ReasonForm(Form):
    reason = forms.CharField(label="理由", max_length=300, widget=forms.Textarea(attrs={"rows": 3}))


class MoveForm(ReasonForm):
    due_on = forms.DateField(label="新的完成时限")
