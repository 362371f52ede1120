"""Forms over the two documents and their figures."""

from __future__ import annotations

from typing import Any

from django import forms

from xianan.core import clock
from xianan.core.dates import chinese_date
from xianan.ui.forms import Form

from .choices import ParameterKind
from .models import Parameter, PolicyVersion
from .parameters import clean_value, rule_of
from .rules import show_parameter

VERSION_FIELDS = ("title", "reference", "issued_on", "valid_from", "valid_until", "note")
HINTS = {
    ParameterKind.INTEGER: "填整数",
    ParameterKind.TEXT: "不超过 200 字",
    ParameterKind.SHARES: "各份用冒号分开，合计 100，如 40:30:30",
    ParameterKind.MONEY: "填元，最多两位小数，如 5000000.00",
}


class ParameterForm(Form):
    """One figure, typed as people read it, with the reason for the change and the document it rests on, where it does."""

    value = forms.CharField(label="新值", max_length=400)
    holds_from = forms.DateField(label="起用日期", required=False)
    reason = forms.CharField(
        label="修改理由", max_length=500, widget=forms.Textarea, help_text="写入办理记录，如会议、文件依据"
    )
    basis = forms.CharField(label="依据文件", max_length=80, help_text="文件名称和文号，如 ×组通〔2026〕12号")

    def __init__(self, *args: Any, row: Parameter, **kwargs: Any) -> None:
        today, start = clock.today(), row.version.valid_from
        if row.pk is not None:
            kwargs.setdefault("initial", {"value": show_parameter(row.kind, row.value), "holds_from": today})
        super().__init__(*args, **kwargs)
        self.row = row
        if start >= today:
            # Nothing has been judged by this version yet.
            del self.fields["holds_from"]
        else:
            self.fields[
                "holds_from"
            ].help_text = f"此前已经结束的季度、月份仍按原值；原值录入有误的，填施行日期 {chinese_date(start)}，全部更正"
        rule = rule_of(row.key)
        if rule is None or not rule.documented:
            del self.fields["basis"]
        options = rule.options if rule is not None else ()
        if options or row.kind == ParameterKind.BOOLEAN:
            self.fields["value"] = forms.ChoiceField(
                label="新值",
                choices=[(option, option) for option in options or ("是", "否")],
                widget=forms.RadioSelect,
                help_text=rule.hint if rule is not None else "",
            )
            return
        value = self.fields["value"]
        limits = [
            text
            for bound, text in (
                (row.minimum, f"不小于 {row.minimum}"),
                (row.maximum, f"不大于 {row.maximum}"),
            )
            if bound is not None
        ]
        unit = [f"单位：{row.unit}"] if row.unit else []
        hint = rule.hint if rule is not None else HINTS[ParameterKind(row.kind)]
        value.help_text = "，".join([hint, *limits, *unit])

    def clean_value(self) -> str:
        typed = str(self.cleaned_data["value"])
        try:
            clean_value(
                self.row.key, self.row.kind, typed, minimum=self.row.minimum, maximum=self.row.maximum
            )
        except ValueError as error:
            raise forms.ValidationError(f"{self.row.label}：{error}") from None
        return typed


class VersionForm(Form):
    """A version of a document: title, reference, and the days on which it is in force."""

    title = forms.CharField(label="标题", max_length=120)
    reference = forms.CharField(label="文号", max_length=60, required=False)
    issued_on = forms.DateField(label="印发日期")
    valid_from = forms.DateField(label="施行日期")
    valid_until = forms.DateField(label="有效期至", required=False, help_text="含当日；文件未定有效期的不填")
    note = forms.CharField(label="说明", max_length=1000, required=False, widget=forms.Textarea)

    def __init__(self, *args: Any, row: PolicyVersion | None = None, **kwargs: Any) -> None:
        if row is not None:
            kwargs.setdefault("initial", {name: getattr(row, name) for name in VERSION_FIELDS})
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        start, end = values.get("valid_from"), values.get("valid_until")
        if start and end and end < start:
            self.add_error("valid_until", "有效期截止不能早于施行日期")
        return values
