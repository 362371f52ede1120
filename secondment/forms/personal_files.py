"""What people type in about opinions and personal files."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet

from secondment.forms.appraisal import text
from xianan.organizations.models import Organization
from xianan.ui.forms import Form, RowField


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
