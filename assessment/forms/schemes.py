"""What people type in about scoring schemes."""

from __future__ import annotations

from typing import Any

from django import forms

from xianan.core import clock
from xianan.ui.forms import Form, RowField

from ..choices import IndicatorKind, Method, Mode, NoneDue
from ..models import Group, Indicator, Scheme
from ..selectors.schemes import measure_labels
from ..services.schemes import EARLIEST, INDICATOR_FIELDS, LATEST
from .fields import PointsField, ShortNumber


class NewSchemeForm(Form):
    year = ShortNumber(label="年度", min_value=EARLIEST, max_value=LATEST)
    title = forms.CharField(label="标题", max_length=120)
    note = forms.CharField(label="说明", max_length=500, required=False, widget=forms.Textarea)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["year"].initial = clock.today().year


class SchemeForm(Form):
    title = forms.CharField(label="标题", max_length=120)
    note = forms.CharField(label="说明", max_length=500, required=False, widget=forms.Textarea)
    bonus_cap = PointsField(label="加分上限（分）", help_text="各加分项合计最多加多少分；没有加分项填 0")
    penalty_cap = PointsField(label="扣分上限（分）", help_text="各扣分项合计最多扣多少分；没有扣分项填 0")
    is_draft_text = forms.BooleanField(label="草案，内容未经正式印发", required=False)

    @classmethod
    def of(cls, scheme: Scheme, data: Any = None) -> SchemeForm:
        names = ("title", "note", "bonus_cap", "penalty_cap", "is_draft_text")
        return cls(data, initial={name: getattr(scheme, name) for name in names})


class GroupForm(Form):
    name = forms.CharField(label="考评项目", max_length=60)
    position = ShortNumber(label="序号", min_value=1, max_value=99, help_text="各考评项目按序号排列")


class IndicatorForm(Form):
    group = RowField(label="考评项目", queryset=Group.objects.none())
    code = forms.CharField(label="编号", max_length=10, help_text="如 3.1；指标按编号排列")
    name = forms.CharField(label="考评指标", max_length=120)
    points = PointsField(label="分值（分）", help_text="如 4 或 0.5")
    kind = forms.ChoiceField(label="种类", choices=IndicatorKind.choices, help_text="只有考评指标计入 100 分")
    mode = forms.ChoiceField(label="计分方式", choices=Mode.choices)
    measure_key = forms.ChoiceField(
        label="取数指标", required=False, help_text="自动计分时选定；暂无取数指标的由评分人评定"
    )
    per_count = PointsField(label="每件扣分（分）", required=False, help_text="按件数自动扣分时填写，如 0.5")
    none_due = forms.ChoiceField(
        label="本年度无应办的",
        choices=NoneDue.choices,
        initial=NoneDue.FULL,
        help_text="自动计分时，街道本年度没有应办的事（0/0）怎样计分",
    )
    methods = forms.MultipleChoiceField(
        label="考评方式", choices=Method.choices, widget=forms.CheckboxSelectMultiple
    )
    rule = forms.CharField(label="评分标准", max_length=1000, widget=forms.Textarea)
    evidence = forms.CharField(
        label="所需材料", max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    with_deductions = forms.BooleanField(
        label="另可逐项扣分", required=False, help_text="得分算出或给出后，每件事再扣分，扣完为止"
    )

    def __init__(self, *args: Any, scheme: Scheme, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.field("group", RowField).queryset = scheme.groups.all()
        field = self.field("measure_key", forms.ChoiceField)
        field.choices = [("", "不取数"), *measure_labels().items()]

    @classmethod
    def of(cls, indicator: Indicator, data: Any = None) -> IndicatorForm:
        first = {name: getattr(indicator, name) for name in INDICATOR_FIELDS}
        first["per_count"] = indicator.per_count or None
        return cls(data, scheme=indicator.scheme, initial={**first, "group": indicator.group_id})

    @property
    def values(self) -> dict[str, Any]:
        """What the service takes."""
        data = dict(self.cleaned_data)
        data.pop("group")
        return {**data, "per_count": data["per_count"] or 0}
