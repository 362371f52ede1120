"""Forms of a filing: they read what was typed; services judge and write."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms

from xianan.core.errors import DomainError
from xianan.organizations.models import District, Organization
from xianan.organizations.selectors import streets
from xianan.ui.forms import Form, RowField

from ..choices import Source
from ..models import FilingItem, ItemType


class FilingForm(Form):
    """Heading of a filing; the department is asked only of somebody who drafts for several."""

    organization = RowField(Organization.objects.none(), label="赋权部门")
    title = forms.CharField(label="申报标题", max_length=120, help_text="例：2026年第二批赋权事项申报")
    feasibility = forms.CharField(
        label="可行性说明",
        max_length=2000,
        required=False,
        widget=forms.Textarea({"rows": 4}),
        help_text="逐项研究可行性的情况：街道有无承接条件、需要哪些保障",
    )

    def __init__(self, *args: Any, organizations: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.only = organizations[0] if len(organizations) == 1 else None
        if self.only is not None:
            del self.fields["organization"]
        else:
            rows = Organization.objects.filter(pk__in=[row.pk for row in organizations])
            self.field("organization", RowField).queryset = rows

    @property
    def department(self) -> Organization:
        return self.only or self.cleaned_data["organization"]


class ChangeFilingForm(Form):
    """Heading of a draft."""

    title = forms.CharField(label="申报标题", max_length=120)
    feasibility = forms.CharField(
        label="可行性说明", max_length=2000, required=False, widget=forms.Textarea({"rows": 4})
    )


class LineForm(Form):
    """One item of a filing."""

    name = forms.CharField(label="事项名称", max_length=300)
    type = RowField(ItemType.objects.none(), label="事项类型")
    source = forms.ChoiceField(
        label="权力来源层级", choices=[("", "---------"), *Source.choices], required=False
    )
    basis = forms.CharField(
        label="设定依据", max_length=2000, required=False, widget=forms.Textarea,
        help_text="法律、法规、规章的名称和条、款、项；没有依据的只能保存为草稿，不能提交",
    )  # fmt: skip
    duties = forms.CharField(
        label="职责边界", max_length=1000, required=False, widget=forms.Textarea,
        help_text="街道负责什么、部门负责什么；签订承接确认书前须写明",
    )  # fmt: skip
    municipal_department = forms.CharField(
        label="市直部门", max_length=60, required=False, help_text="来源为市直下放的，填下放该事项的部门"
    )
    office = forms.CharField(label="承办机构", max_length=60, required=False, help_text="部门内承办的股室")
    transition_months = forms.IntegerField(
        label="过渡期（月）",
        required=False,
        min_value=1,
        max_value=120,
        help_text="签订时按文件规定的月数执行",
    )
    proposed_streets = forms.MultipleChoiceField(
        label="拟承接街道", required=False, widget=forms.CheckboxSelectMultiple
    )
    remarks = forms.CharField(label="备注", max_length=500, required=False)

    def __init__(self, *args: Any, district: District, line: FilingItem | None = None, **kwargs: Any) -> None:
        if line is not None:
            kwargs.setdefault("initial", {name: getattr(line, name) for name in LINE_NAMES})
        super().__init__(*args, **kwargs)
        types = ItemType.objects.filter(district=district, is_active=True)
        if line is not None:
            types = types | ItemType.objects.filter(pk=line.type_id)
        self.field("type", RowField).queryset = types
        names = [(row.name, row.name) for row in streets(district)]
        self.field("proposed_streets", forms.MultipleChoiceField).choices = names

    def values(self) -> dict[str, Any]:
        """Return what the service takes."""
        return {name: self.cleaned_data[name] for name in LINE_NAMES}


LINE_NAMES = (
    *("name", "type", "source", "basis", "duties", "municipal_department", "office"),
    *("transition_months", "proposed_streets", "remarks"),
)


class MeetingForm(Form):
    """A meeting of the district government."""

    name = forms.CharField(label="会议名称", max_length=120, help_text="例：区人民政府第12次常务会议")
    held_on = forms.DateField(label="会议日期")
    reference = forms.CharField(label="纪要文号", max_length=60, required=False)
    note = forms.CharField(
        label="议定事项", max_length=2000, required=False, widget=forms.Textarea({"rows": 2})
    )


class Opinions:
    """The verdicts and reasons of a sheet of opinions: ``verdict_<line>`` and ``reason_<line>``.

    ``lines`` are the lines that may be judged, each with what an error calls it; ``shown`` are the marks of the
    opinions on the sheet as it was opened.
    """

    def __init__(self, data: Any, lines: Mapping[int, str]) -> None:
        self.given: dict[int, tuple[str, str]] = {}
        self.errors: dict[int, str] = {}
        self.shown: dict[int, str] = {}
        for key, label in lines.items():
            if f"was_{key}" in data:
                self.shown[key] = data[f"was_{key}"]
            if f"verdict_{key}" not in data and f"reason_{key}" not in data:
                continue
            verdict = data.get(f"verdict_{key}", "")
            reason = data.get(f"reason_{key}", "").replace("\x00", "").strip()
            self.given[key] = (verdict, reason)
            if verdict in ("return", "defer") and not reason:
                self.errors[key] = f"{label}{'退回' if verdict == 'return' else '暂缓'}须填写理由"
            elif len(reason) > 500:
                self.errors[key] = f"{label}的理由有 {len(reason)} 字，不能超过 500 字"

    def refuse(self, error: DomainError) -> bool:
        """Put a refusal at its line; False when it belongs to none."""
        name, _, key = error.field.partition("_")
        if name == "reason" and key.isdigit():
            self.errors[int(key)] = error.message
            return True
        return False
