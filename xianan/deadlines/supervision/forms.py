"""What people type in about plans, orders and circulars."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet

from xianan.core import clock
from xianan.organizations.choices import Kind
from xianan.organizations.models import District, Organization, active
from xianan.ui.forms import DropFile, Form, RowField, RowsField


def every_owing(district: District | int) -> QuerySet[Organization]:
    """Return the organizations of the kinds that can owe something, with those that ceased."""
    return Organization.objects.filter(district=district).exclude(kind__in=(Kind.GOVERNMENT, Kind.STATION))


def owing(district: District | int) -> QuerySet[Organization]:
    """Return the organizations that can owe something new: all that exist but the government and stations."""
    return every_owing(district).filter(active())


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


class OrderForm(Form):
    title = forms.CharField(label="标题", max_length=120)
    answer_by = forms.DateField(label="答复时限")
    text = forms.CharField(
        label="补充要求",
        max_length=3000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="印在事项表之前，一行一段；依据、事项表和答复要求由平台写入",
    )


class IssueForm(Form):
    # Spaces are part of a password.
    password = forms.CharField(
        label="再次输入登录密码",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "class": "control"}),
    )


class AnswerForm(Form):
    answer = forms.CharField(
        label="整改情况",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="逐项写明原因、已采取的措施和完成时间",
    )


class AcceptForm(Form):
    remark = forms.CharField(label="审核意见", max_length=300, required=False)


class SendBackForm(ReasonForm):
    answer_by = forms.DateField(label="重新答复时限")


class AccountabilityForm(Form):
    organization = RowField(label="被问责单位", queryset=Organization.objects.none())
    person = forms.CharField(label="被问责人", max_length=60, required=False)
    measure = forms.CharField(label="问责方式", max_length=60, help_text="如通报批评、约谈、责令检查")
    decided_by = forms.CharField(label="决定机关", max_length=60)
    decided_on = forms.DateField(label="决定日期")
    reason = forms.CharField(label="事由", max_length=500, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, organizations: QuerySet[Organization], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.field("organization", RowField).queryset = organizations
        self.fields["decided_on"].initial = clock.today
