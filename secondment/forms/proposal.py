"""What people type in about proposals, opinions and personal files."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet

from secondment.choices import ProposalKind, Verdict
from secondment.forms.appraisal import text
from secondment.models import Secondment
from xianan.organizations.models import Organization
from xianan.ui.forms import Form, RowField


class _Secondments(RowField):
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.person.name}（{obj.organization}，{obj.get_state_display()}）"


class ProposalForm(Form):
    kind = forms.ChoiceField(label="建议事项", choices=ProposalKind.choices, widget=forms.RadioSelect)
    text = text("建议内容", 2000, rows=6, hint="写明具体表现、依据和建议")


class NewProposalForm(ProposalForm):
    secondment = _Secondments(label="下沉人员", queryset=Secondment.objects.none())

    field_order = ("secondment", "kind", "text")

    def __init__(self, *args: Any, services: QuerySet[Secondment], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.field("secondment", RowField).queryset = services


class AnswerForm(Form):
    verdict = forms.ChoiceField(label="答复意见", choices=Verdict.choices, widget=forms.RadioSelect)
    text = text("答复内容", 600)


class GiveForm(Form):
    text = text("意见", 2000, rows=8, hint="德、能、勤、绩、廉方面的表现，以及是否同意提拔使用")


class GiveAnyForm(GiveForm):
    street = RowField(label="街道", queryset=Organization.objects.none())

    field_order = ("street", "text")

    def __init__(self, *args: Any, streets: QuerySet[Organization], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.field("street", RowField).queryset = streets
        only = list(streets[:2])
        if len(only) == 1:
            self.fields["street"].initial = only[0].pk


class AskForm(Form):
    street = RowField(label="街道", queryset=Organization.objects.none())
    due_on = forms.DateField(label="出具截止")
    purpose = forms.CharField(
        label="事由", max_length=200, help_text="如“拟提拔为二级主任科员，考察听取意见”"
    )

    def __init__(self, *args: Any, streets: QuerySet[Organization], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.field("street", RowField).queryset = streets


class PrintForm(Form):
    purpose = forms.CharField(label="用途", max_length=200, help_text="如“提拔考察”，记入档案的印制记录")
