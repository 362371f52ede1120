"""Forms of deadlines, the calendar and notices."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from typing import Any

from django import forms

from xianan.ui.forms import DropFile, Form

from .rules import CalendarEntry, HolidayLine

LINES = 10
"""Lines of the year's form: the seven holidays and room for the unusual."""


class ChaseForm(Form):
    note = forms.CharField(
        label="催办要求",
        max_length=300,
        widget=forms.Textarea,
        help_text="写入通知和办理记录，如完成时间、材料",
    )


class PreferenceForm(Form):
    by_mail = forms.BooleanField(label="平台通知之外，每天发一封汇总邮件", required=False)
    address = forms.CharField(label="邮箱", max_length=254, required=False, widget=forms.EmailInput)

    def __init__(self, *args: Any, server: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["address"].widget.attrs["class"] = "control"
        if not server:
            self.fields["by_mail"].disabled = True
            self.fields["address"].disabled = True


class YearForm(Form):
    reference = forms.CharField(
        label="文号",
        max_length=80,
        required=False,
        help_text="国务院办公厅通知的文号，如 国办发明电〔2025〕7号",
    )


class UploadForm(Form):
    file = forms.FileField(
        label="工作簿",
        widget=DropFile("xlsx、xls、csv，列名：日期、类别（放假或上班）、名称", accept=".xlsx,.xls,.csv"),
    )


class HolidayForm(Form):
    """One holiday as the notice words it."""

    name = forms.CharField(label="名称", max_length=20, required=False)
    first = forms.DateField(label="放假首日", required=False)
    last = forms.DateField(label="放假末日", required=False)
    worked = forms.CharField(label="调休上班日", max_length=80, required=False)

    def clean_worked(self) -> tuple[dt.date, ...]:
        found = []
        for part in re.split(r"[,，、;；\s]+", self.cleaned_data["worked"].strip()):
            if not part:
                continue
            try:
                found.append(dt.date.fromisoformat(part))
            except ValueError:
                raise forms.ValidationError(f"调休上班日“{part}”须写作 2026-02-14，多个用顿号分开") from None
        return tuple(found)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        first, last, name = values.get("first"), values.get("last"), values.get("name", "")
        if last and not first and "first" not in self.errors:
            self.add_error("first", "填写了放假末日，未填写放假首日")
        if first and last and last < first:
            self.add_error("last", "放假末日不能早于放假首日")
        elif first and last and (last - first).days > 30:
            self.add_error("last", "一次放假不超过 31 天")
        if (first or values.get("worked")) and not name:
            self.add_error("name", "未填写名称")
        if name and not first and not values.get("worked") and not self.errors:
            self.add_error("first", f"“{name}”没有填写日期")
        return values

    def entries(self) -> list[CalendarEntry]:
        """Return the days of a checked line."""
        values = self.cleaned_data
        if not values.get("name"):
            return []
        line = HolidayLine(values["name"], values["first"], values["last"], values["worked"])
        return line.entries()


HolidayFormSet = forms.formset_factory(HolidayForm, extra=0)


def initial_lines(lines: Sequence[HolidayLine]) -> list[dict[str, Any]]:
    """Return what the year's form starts with: the known lines and empty ones up to ten."""
    known = [
        {
            "name": line.name,
            "first": line.first,
            "last": line.last,
            "worked": "、".join(f"{day:%Y-%m-%d}" for day in line.worked),
        }
        for line in lines
    ]
    return known + [{} for _ in range(max(LINES - len(known), 1))]
