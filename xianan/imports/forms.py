"""The form that takes a workbook."""

from __future__ import annotations

from django import forms

from xianan.ui.forms import DropFile, Form


class UploadForm(Form):
    """The workbook."""

    file = forms.FileField(
        label="工作簿",
        widget=DropFile(".xlsx、.xls、.csv，不超过 20 MB、20,000 行", accept=".xlsx,.xls,.csv"),
    )
