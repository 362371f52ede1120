"""What 区司法局 types in about an item."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from xianan.core.flow import Step
from xianan.ui.forms import Form

from ..services.legality import LONGEST_NOTE


class LegalityForm(Form):
    step = forms.ChoiceField(
        label="复核结论", widget=forms.RadioSelect, error_messages={"required": "未选择复核结论"}
    )
    note = forms.CharField(
        label="复核说明",
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="写明依据和理由，随标注显示在认领、制发和签署页面",
    )

    def __init__(self, *args: Any, steps: Sequence[Step], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.field("step", forms.ChoiceField).choices = [(step.name, step.label) for step in steps]
