"""What is typed in about exemptions."""

from __future__ import annotations

from typing import Any

from django import forms

from secondment.choices import ExemptionKind
from secondment.forms.staff import NoteForm
from secondment.models import Exemption
from secondment.selectors.backdating import is_early
from xianan.core.dates import chinese_date
from xianan.documents.attachments.forms import AttachmentFields
from xianan.organizations.models import Organization
from xianan.organizations.selectors import streets
from xianan.ui.forms import Form, RowField


class ExemptionForm(AttachmentFields, Form):
    attachments_of = Exemption

    street = RowField(
        label="街道", queryset=Organization.objects.none(), widget=forms.RadioSelect, empty_label=None
    )
    kind = forms.ChoiceField(label="种类", choices=ExemptionKind.choices, widget=forms.RadioSelect)
    agency = forms.CharField(
        label="派驻机构", max_length=60, required=False, help_text="派驻机构豁免须填，如“某某市场监管所”"
    )
    reference = forms.CharField(
        label="设立文件", max_length=120, required=False, help_text="派驻机构豁免须填，写明文件名称和文号"
    )
    reason = forms.CharField(
        label="理由",
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="“原则上”之外的例外须填，报区委编办同意",
    )
    starts_on = forms.DateField(label="起始日期", help_text="早于今日的，是否追溯由区委编办决定")
    ends_on = forms.DateField(label="截止日期", required=False, help_text="长期有效的不填")

    def __init__(self, *args: Any, organization: Organization, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.field("street", RowField).queryset = streets(organization.district_id)


class ConfirmForm(NoteForm):
    """The opinion; for one that is asked from before its application, whether it begins then, and why."""

    backdated = forms.BooleanField(required=False)
    backdated_reason = forms.CharField(
        label="追溯理由",
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="勾选追溯的须填",
    )

    def __init__(self, *args: Any, row: Exemption, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_early(row):
            box = self.field("backdated", forms.BooleanField)
            box.label = f"追溯，自申请之前的{chinese_date(row.starts_on)}起豁免"
            box.help_text = f"不勾选的，自申请日期{chinese_date(row.applied_on)}起豁免"
        else:
            del self.fields["backdated"], self.fields["backdated_reason"]


class EndForm(Form):
    last_day = forms.DateField(label="豁免的最后一日", help_text="次日起该部门须向该街道派人")
    reason = forms.CharField(label="理由", max_length=300, widget=forms.Textarea(attrs={"rows": 3}))
