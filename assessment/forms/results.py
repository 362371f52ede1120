"""What people type in about a result: ties (P40)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from xianan.ui.forms import Form, prepare_widget

TIED, ORDERED = "tied", "ordered"


class TieForm(Form):
    """``streets`` are (id, name) of those with one total; ``order`` is None where they stay on one place."""

    outcome = forms.ChoiceField(
        label="领导小组审定",
        choices=((TIED, "名次并列"), (ORDERED, "排定先后")),
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(label="审定理由", max_length=300, widget=forms.Textarea(attrs={"rows": 3}))
    decided_on = forms.DateField(label="审定日期")

    def __init__(self, *args: Any, streets: Sequence[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.count = len(streets)
        for place in range(1, self.count + 1):
            field = forms.ChoiceField(
                label=f"其中第 {place} 位",
                choices=[("", "选择街道"), *[(str(pk), name) for pk, name in streets]],
                required=False,
                help_text="排定先后时选择" if place == 1 else "",
            )
            prepare_widget(field)
            self.fields[f"place_{place}"] = field
        order = ["outcome", *(f"place_{n}" for n in range(1, self.count + 1)), "reason", "decided_on"]
        self.order_fields(order)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("outcome") != ORDERED:
            data["order"] = None
            return data
        order: list[int] = []
        for place in range(1, self.count + 1):
            value = data.get(f"place_{place}")
            if not value:
                self.add_error(f"place_{place}", ValidationError(f"未选择其中第 {place} 位的街道"))
            elif int(value) in order:
                self.add_error(f"place_{place}", ValidationError("该街道已经排在前面，每个街道排一个位次"))
            else:
                order.append(int(value))
        data["order"] = order
        return data

    @property
    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("order", "reason", "decided_on")}
