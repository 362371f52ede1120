"""Forms of sessions and attendance (P14, P17)."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import QuerySet

from secondment.choices import SessionKind
from secondment.models import Attendance, QuarterDuty, Session
from xianan.organizations.models import Organization
from xianan.ui.forms import Form, RowField, RowsField


class TimeInput(forms.TimeInput):
    """The browser's own time picker, to the minute."""

    input_type = "time"

    def __init__(self) -> None:
        super().__init__(format="%H:%M")


def _time(label: str) -> forms.TimeField:
    wrong = {"invalid": f"{label}须是钟点，如 09:00"}
    return forms.TimeField(label=label, widget=TimeInput(), error_messages=wrong)


class SessionForm(Form):
    """One session: what, when, where, by whom, on which powers, for whom.

    ``reason`` is asked where the session is announced, ``organization`` where the person may hold sessions
    of several.
    """

    organization = RowField(label="举办单位", queryset=Organization.objects.none(), empty_label=None)
    kind = forms.ChoiceField(label="类别", choices=SessionKind.choices)
    title = forms.CharField(label="培训内容", max_length=100)
    planned_on = forms.DateField(label="计划日期")
    starts_at = _time("开始时间")
    ends_at = _time("结束时间")
    minutes = forms.IntegerField(label="时长（分钟）", min_value=1, max_value=1440)
    trainer = forms.CharField(label="授课人", max_length=60, help_text="姓名和单位")
    place = forms.CharField(label="地点", max_length=100)
    streets = RowsField(
        label="邀请街道", queryset=Organization.objects.none(), widget=forms.CheckboxSelectMultiple
    )
    items = RowsField(
        label="涉及赋权事项",
        queryset=Organization.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text="到场街道的这些事项记为已培训",
    )
    note = forms.CharField(label="说明", max_length=500, required=False, widget=forms.Textarea)
    reason = forms.CharField(label="变动原因", max_length=300, widget=forms.Textarea)

    def __init__(
        self,
        *args: Any,
        organizations: QuerySet[Organization],
        kinds: list[str],
        streets: QuerySet[Organization],
        items: QuerySet[Any],
        announced: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["organization"].queryset = organizations
        fields["kind"].choices = [pair for pair in SessionKind.choices if pair[0] in kinds]
        fields["streets"].queryset = streets
        fields["items"].queryset = items
        if announced:
            del fields["planned_on"]
        else:
            del fields["reason"]

    @property
    def values(self) -> dict[str, Any]:
        """The fields of the session itself."""
        apart = {"organization", "items", "streets", "reason"}
        return {name: value for name, value in self.cleaned_data.items() if name not in apart}


def initial_of(session: Session) -> dict[str, Any]:
    """Return what the form shows of a session."""
    names = ("kind", "title", "planned_on", "starts_at", "ends_at", "minutes", "trainer", "place", "note")
    return {
        **{name: getattr(session, name) for name in names},
        "organization": session.organization_id,
        "streets": [row.pk for row in session.streets.all()],
        "items": [row.pk for row in session.items.all()],
    }


class MoveForm(Form):
    planned_on = forms.DateField(label="新的日期")
    starts_at = _time("开始时间")
    ends_at = _time("结束时间")
    reason = forms.CharField(label="改期原因", max_length=300, widget=forms.Textarea)


class ReasonForm(Form):
    reason = forms.CharField(label="取消原因", max_length=300, widget=forms.Textarea)


class HoldForm(Form):
    """When it was held; why there is no list; which missed quarter it makes up for."""

    held_on = forms.DateField(label="举办日期")
    nobody_reason = forms.CharField(
        label="没有参训名单的原因", max_length=300, required=False, help_text="有到场人员的不填"
    )
    makes_up = RowField(
        label="补训季度",
        queryset=QuarterDuty.objects.none(),
        required=False,
        empty_label="不是补训",
        help_text="补训的场次不计入举办当季",
    )

    def __init__(self, *args: Any, missed: QuerySet[QuarterDuty], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        quarters = list(missed)
        if quarters:
            fields["makes_up"].queryset = missed
            fields["makes_up"].label_from_instance = lambda duty: str(duty.when)
        else:
            del fields["makes_up"]


class NamesForm(Form):
    """Names of one street, one a line."""

    street = RowField(label="街道", queryset=Organization.objects.none(), empty_label=None)
    present = forms.ChoiceField(label="登记为", choices=[("yes", "已到场"), ("no", "报名")])
    names = forms.CharField(
        label="姓名", widget=forms.Textarea(attrs={"rows": 6}), help_text="每行一人，可从表格粘贴一列"
    )

    def __init__(self, *args: Any, streets: QuerySet[Organization], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.field("street", RowField).queryset = streets


class MarksForm(Form):
    """Present and score of everybody on the list, a row a person; blank scores are none."""

    def __init__(self, *args: Any, people: list[Attendance], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = people
        for row in people:
            self.fields[f"present-{row.pk}"] = forms.BooleanField(
                label=f"{row.name}到场", required=False, initial=row.present
            )
            score = forms.DecimalField(
                label=f"{row.name}的成绩",
                required=False,
                min_value=0,
                max_value=100,
                decimal_places=2,
                initial=None if row.score is None else Decimal(row.score) / 100,
                error_messages={
                    "invalid": f"{row.name}的成绩须填数字",
                    "min_value": f"{row.name}的成绩须在 0 至 100 之间",
                    "max_value": f"{row.name}的成绩须在 0 至 100 之间",
                    "max_decimal_places": f"{row.name}的成绩至多两位小数",
                },
            )
            score.widget = forms.TextInput(
                attrs={"class": "control", "inputmode": "decimal", "aria-label": f"{row.name}的测试成绩"}
            )
            self.fields[f"score-{row.pk}"] = score
            self.fields[f"present-{row.pk}"].widget.attrs["aria-label"] = f"{row.name}到场"

    @property
    def lines(self) -> list[tuple[Attendance, Any, Any]]:
        """Each person with the two bound fields."""
        return [(row, self[f"present-{row.pk}"], self[f"score-{row.pk}"]) for row in self.people]

    @property
    def marks(self) -> dict[int, tuple[bool, int | None]]:
        """What was put down, by attendance: present, score in hundredths."""
        found = {}
        for row in self.people:
            score = self.cleaned_data.get(f"score-{row.pk}")
            found[row.pk] = (
                bool(self.cleaned_data.get(f"present-{row.pk}")),
                None if score is None else int(score * 100),
            )
        return found


class RateForm(Form):
    satisfaction = forms.TypedChoiceField(
        label="对本次培训的满意度",
        choices=[(5, "很满意"), (4, "满意"), (3, "一般"), (2, "不满意"), (1, "很不满意")],
        coerce=int,
        widget=forms.RadioSelect,
    )


def usual_times() -> dict[str, Any]:
    """Return what a new session's form starts with."""
    return {"starts_at": dt.time(9, 0), "ends_at": dt.time(11, 30), "minutes": 150}
