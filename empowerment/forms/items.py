"""What 区司法局 types in about an item."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from empowerment.models import Item
from xianan.acts import Step, longest_of
from xianan.ui.forms import Form


class LegalityForm(Form):
    step = forms.ChoiceField(
        label="复核结论", widget=forms.RadioSelect, error_messages={"required": "未选择复核结论"}
    )
    note = forms.CharField(
        label="复核说明",
        max_length=longest_of(Item.legality_note),
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="写明依据和理由，随标注显示在认领、制发和签署页面",
    )

    def __init__(self, *args: Any, steps: Sequence[Step[Item, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.field("step", forms.ChoiceField).choices = [(step.name, step.label) for step in steps]
