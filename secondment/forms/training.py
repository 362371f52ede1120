"""Forms of attendance (P14)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import QuerySet

from secondment.models import Attendance
from xianan.organizations.models import Organization
from xianan.ui.forms import Form, RowField


class NamesForm(Form):
    """Names of one street, one a line."""

    street = RowField(label="街道", queryset=Organization.objects.none(), empty_label=None)
    present = forms.ChoiceField(label="登记为", choices=[("yes", "已到场"), ("no", "报名")])
    names = forms.CharField(
        label="姓名", widget=forms.Textarea(attrs={"rows": 6}), help_text="每行一人，可从表格粘贴一列"
    )

    def __init__(self, *args: Any, streets: QuerySet[Organization], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.field("street", RowField).queryset = streets


class MarksForm(Form):
    """Present and score of everybody on the list, a row a person; blank scores are none."""

    def __init__(self, *args: Any, people: list[Attendance], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = people
        for row in people:
            self.fields[f"present-{row.pk}"] = forms.BooleanField(
                label=f"{row.name}到场", required=False, initial=row.present
            )
            score = forms.DecimalField(
                label=f"{row.name}的成绩",
                required=False,
                min_value=0,
                max_value=100,
                decimal_places=2,
                initial=None if row.score is None else Decimal(row.score) / 100,
                error_messages={
                    "invalid": f"{row.name}的成绩须填数字",
                    "min_value": f"{row.name}的成绩须在 0 至 100 之间",
                    "max_value": f"{row.name}的成绩须在 0 至 100 之间",
                    "max_decimal_places": f"{row.name}的成绩至多两位小数",
                },
            )
            score.widget = forms.TextInput(
                attrs={"class": "control", "inputmode": "decimal", "aria-label": f"{row.name}的测试成绩"}
            )
            self.fields[f"score-{row.pk}"] = score
            self.fields[f"present-{row.pk}"].widget.attrs["aria-label"] = f"{row.name}到场"

    @property
    def lines(self) -> list[tuple[Attendance, Any, Any]]:
        """Each person with the two bound fields."""
        return [(row, self[f"present-{row.pk}"], self[f"score-{row.pk}"]) for row in self.people]

    @property
    def marks(self) -> dict[int, tuple[bool, int | None]]:
        """What was put down, by attendance: present, score in hundredths."""
        found = {}
        for row in self.people:
            score = self.cleaned_data.get(f"score-{row.pk}")
            found[row.pk] = (
                bool(self.cleaned_data.get(f"present-{row.pk}")),
                None if score is None else int(score * 100),
            )
        return found


class RateForm(Form):
    satisfaction = forms.TypedChoiceField(
        label="对本次培训的满意度",
        choices=[(5, "很满意"), (4, "满意"), (3, "一般"), (2, "不满意"), (1, "很不满意")],
        coerce=int,
        widget=forms.RadioSelect,
    )
