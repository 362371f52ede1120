"""What is typed in when a power ends, and when its end is put right."""

from __future__ import annotations

import datetime as dt

from django import forms

from empowerment.choices import EndGround
from empowerment.services.ending import LONGEST_REASON, LONGEST_REFERENCE
from xianan.core import clock
from xianan.ui.forms import Form


class EndForm(Form):
    ended_from = forms.DateField(
        label="终止日期",
        help_text="街道不再持有该职权的第一日，以决定、法律法规或双方书面确认所定的日期为准，可早于或晚于今日。",
    )
    ground = forms.ChoiceField(label="终止原因", choices=EndGround.choices, widget=forms.RadioSelect)
    reference = forms.CharField(
        label="终止依据",
        max_length=LONGEST_REFERENCE,
        help_text="决定或确认书的文号，或法律法规的名称和条款。",
    )
    reason = forms.CharField(
        label="终止说明", max_length=LONGEST_REASON, widget=forms.Textarea(attrs={"rows": 4})
    )

    def day(self) -> dt.date:
        """Return the day that was typed in, today where it can't be read."""
        if not self.is_bound or "ended_from" in self.errors:
            return clock.today()
        day: dt.date = self.cleaned_data["ended_from"]
        return day


class CorrectEndForm(Form):
    ended_from = forms.DateField(
        label="更正后的终止日期", required=False, help_text="留空即撤销终止：职权视为没有终止过。"
    )
    reason = forms.CharField(
        label="更正理由",
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="更正前登记的内容留在办理记录中，仍可按当时所知查询。",
    )
