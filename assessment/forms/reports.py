"""What a street types in about an indicator."""

from __future__ import annotations

from typing import Any

from django import forms

from xianan.ui.forms import Form

from ..models import Indicator
from ..rules.points import short_points
from ..rules.scoring import is_measured
from .fields import PointsField


class EntryForm(Form):
    points = PointsField(label="自评得分（分）", required=False)
    text = forms.CharField(
        label="自评说明",
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    revision = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, indicator: Indicator, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_measured(indicator.mode):
            del self.fields["points"]
            self.fields["text"].label = "对取数结果的说明"
            self.fields["text"].help_text = "得分由平台取数；对结果有异议的，写明事项和理由"
        else:
            self.fields["points"].help_text = f"不超过 {short_points(indicator.points)} 分"
            self.fields["text"].help_text = "对照评分标准逐条写明做法、文号和日期，材料附在后面"

    @property
    def values(self) -> dict[str, Any]:
        return {"points": None, **self.cleaned_data}
