"""What people type in about a cycle: its frame, its team, its days."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms

from xianan.organizations.models import Organization, User
from xianan.organizations.selectors import streets as active_streets
from xianan.ui.forms import Form, RowField, RowsField, prepare_widget

from ..choices import Consolidation, NoneDue, Phase
from ..models import Cycle, Group, Indicator, Scheme, TeamMember
from ..rules.scheme import EARLIEST, LATEST
from ..selectors import cycles, schemes
from ..selectors.figures import cut_off
from .fields import ShortNumber


class _SchemeField(RowField):
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.year}年度 {obj}"


class _Person(RowsField):
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.organization} {obj.name}{'，' + obj.title if obj.title else ''}"


class _Member(RowsField):
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.user.name}（{obj.organization}）"


class _OneMember(RowField):
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.user.name}（{obj.organization}）"


class CycleForm(Form):
    title = forms.CharField(label="名称", max_length=120)
    consolidation = forms.ChoiceField(
        label="两人评分的合成",
        choices=Consolidation.choices,
        help_text="一项指标由两人以上评分时，各自的评分都保留，按此合成",
    )
    policy_ground = forms.CharField(
        label="文件到期后继续考核的依据", max_length=300, required=False, widget=forms.Textarea
    )

    def __init__(self, *args: Any, asks_ground: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if asks_ground:
            self.fields["policy_ground"].required = True
        else:
            del self.fields["policy_ground"]

    @classmethod
    def of(cls, cycle: Cycle, data: Any) -> CycleForm:
        first = {name: getattr(cycle, name) for name in cls.base_fields}
        return cls(data, asks_ground=bool(cycle.policy_ground), initial=first)


class NewCycleForm(CycleForm):
    field_order = ("year", "scheme", "title", "consolidation", "streets", "policy_ground")
    year = ShortNumber(label="年度", min_value=EARLIEST, max_value=LATEST)
    scheme = _SchemeField(
        label="考评细则",
        queryset=Scheme.objects.none(),
        help_text="只列出合计正好 100 分的；发起后细则不再修改",
    )
    streets = RowsField(
        label="考核对象", queryset=Organization.objects.none(), widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, district: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.field("scheme", RowField).queryset = schemes.usable(district)
        places = active_streets(district)
        self.field("streets", RowsField).queryset = places
        self.fields["streets"].initial = [row.pk for row in places]


class StreetsForm(Form):
    streets = RowsField(
        label="考核对象", queryset=Organization.objects.none(), widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, cycle: Cycle, **kwargs: Any) -> None:
        kwargs["initial"] = {"streets": [row.pk for row in cycles.streets(cycle)]}
        super().__init__(*args, **kwargs)
        self.field("streets", RowsField).queryset = active_streets(cycle.district_id)


class LeaderForm(Form):
    name = forms.CharField(label="姓名", max_length=40)
    title = forms.CharField(label="职务", max_length=60)
    is_chair = forms.BooleanField(
        label="组长", required=False, help_text="由区政府分管领导担任；登记新组长后，原组长改为成员"
    )


class MembersForm(Form):
    people = _Person(label="抽调人员", queryset=User.objects.none(), widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, cycle: Cycle, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        inside = TeamMember.objects.filter(cycle=cycle).values("user")
        self.field("people", RowsField).queryset = cycles.candidates(cycle.district_id).exclude(pk__in=inside)


class AssignForm(Form):
    """Which indicators a member scores: a tick an indicator, a second one for the lead."""

    indicators = RowsField(label="评分的指标", queryset=Indicator.objects.none(), required=False)
    leads = RowsField(label="主评的指标", queryset=Indicator.objects.none(), required=False)

    def __init__(self, *args: Any, cycle: Cycle, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = Indicator.objects.filter(scheme_id=cycle.scheme_id)
        self.field("indicators", RowsField).queryset = rows
        self.field("leads", RowsField).queryset = rows


class GroupAssignForm(Form):
    members = _Member(label="评分人", queryset=TeamMember.objects.none(), widget=forms.CheckboxSelectMultiple)
    lead = _OneMember(
        label="主评人",
        queryset=TeamMember.objects.none(),
        required=False,
        help_text="两人以上评分时可指定一位主评人",
    )

    def __init__(self, *args: Any, group: Group, cycle: Cycle, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = TeamMember.objects.filter(cycle=cycle).select_related("user", "organization")
        self.field("members", RowsField).queryset = rows
        self.field("lead", RowField).queryset = rows
        self.group = group


class PhasesForm(Form):
    """First and last day of each phase that has days."""

    def __init__(self, *args: Any, cycle: Cycle, **kwargs: Any) -> None:
        planned = cycles.days_of(cycle)
        first = {}
        for phase in cycles.PLANNED:
            days = planned.get(phase)
            first[f"{phase.value}_starts_on"] = days.starts_on if days else None
            first[f"{phase.value}_ends_on"] = days.ends_on if days else None
        kwargs.setdefault("initial", first)
        super().__init__(*args, **kwargs)
        for phase in cycles.PLANNED:
            for part, word in (("starts_on", "开始日期"), ("ends_on", "截止日期")):
                field = forms.DateField(label=f"{phase.label}{word}")
                prepare_widget(field)
                self.fields[f"{phase.value}_{part}"] = field

    @property
    def days(self) -> dict[str, tuple[dt.date, dt.date]]:
        data = self.cleaned_data
        return {
            phase.value: (data[f"{phase.value}_starts_on"], data[f"{phase.value}_ends_on"])
            for phase in cycles.PLANNED
        }

    def pairs(self) -> list[tuple[Phase, Any, Any]]:
        """The fields as rows of a table."""
        return [
            (phase, self[f"{phase.value}_starts_on"], self[f"{phase.value}_ends_on"])
            for phase in cycles.PLANNED
        ]


class ReadForm(Form):
    on = forms.DateField(label="取数日期")

    def __init__(self, *args: Any, cycle: Cycle, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"].initial = cut_off(cycle)


class RulingForm(Form):
    counts_as = forms.ChoiceField(
        label="本年度无应办的怎样计分",
        choices=[choice for choice in NoneDue.choices if choice[0] != NoneDue.PENDING],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label="领导小组意见",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="会议名称、日期和理由",
    )


class ChaseForm(Form):
    streets = RowsField(label="街道", queryset=Organization.objects.none(), required=False)
    members = RowsField(label="考核组成员", queryset=TeamMember.objects.none(), required=False)
    note = forms.CharField(label="催办要求", max_length=300)

    def __init__(self, *args: Any, cycle: Cycle, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.field("streets", RowsField).queryset = Organization.objects.filter(district=cycle.district_id)
        self.field("members", RowsField).queryset = TeamMember.objects.filter(cycle=cycle)
