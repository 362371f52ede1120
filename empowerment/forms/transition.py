"""What a side types in at the end of a transition."""

from __future__ import annotations

from typing import Any

from django import forms

from empowerment.choices import Readiness
from xianan.ui.forms import Form


class ReviewForm(Form):
    verdict = forms.ChoiceField(label="评估意见", choices=Readiness.choices, widget=forms.RadioSelect)
    remarks = forms.CharField(
        label="说明",
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="资料移交、人员受训、独立办理的情况。评估为未具备时须写明原因。",
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        missing = "remarks" not in self.errors and not data.get("remarks", "").strip()
        if data.get("verdict") == Readiness.NOT_READY and missing:
            self.add_error("remarks", "评估为未具备须写明原因")
        return data


class BulkReviewForm(ReviewForm):
    """The same in a dialog that has chosen the verdict already."""

    def __init__(self, *args: Any, verdict: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["verdict"].widget = forms.HiddenInput()
        self.fields["verdict"].initial = verdict
        remarks = self.fields["remarks"]
        if verdict == Readiness.NOT_READY:
            remarks.required = True
            remarks.label = "未具备的原因"
            remarks.error_messages["required"] = "未填写未具备的原因"
            remarks.help_text = "写明缺什么、由谁解决、何时可能具备。"
        else:
            remarks.help_text = "资料移交、人员受训、独立办理的情况。"
