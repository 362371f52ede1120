"""What people type in about rules, years and scores."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms

from secondment.choices import CommentAnswer, Side
from secondment.models import Appraisal, SchemeItem
from secondment.rules.appraisal import below, grade_word, read, show
from xianan.core import clock
from xianan.ui.forms import Form


def text(
    label: str, longest: int, *, rows: int = 3, required: bool = True, hint: str = ""
) -> forms.CharField:
    """Return a field of several lines."""
    return forms.CharField(
        label=label,
        max_length=longest,
        required=required,
        help_text=hint,
        widget=forms.Textarea(attrs={"rows": rows}),
    )


class Points(forms.CharField):
    """Points as they are typed, 18 or 18.50; cleaned to hundredths, None for nothing."""

    def __init__(self, *, most: int, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 12)
        super().__init__(**kwargs)
        self.most = most
        self.widget.attrs.update({"inputmode": "decimal", "class": "control amount", "autocomplete": "off"})

    def clean(self, value: Any) -> Any:
        typed = super().clean(value)
        try:
            return read(typed, most=self.most)
        except ValueError as fault:
            raise forms.ValidationError(f"{self.label}{fault}") from None

    def prepare_value(self, value: Any) -> Any:
        return show(value) if isinstance(value, int) else value


class StartForm(Form):
    year = forms.IntegerField(label="年度", min_value=2000, max_value=2100)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"year": clock.today().year})
        super().__init__(*args, **kwargs)


class SchemeForm(Form):
    title = forms.CharField(label="标题", max_length=80)


class ItemForm(Form):
    side = forms.ChoiceField(label="评分方", choices=Side.choices, widget=forms.RadioSelect)
    name = forms.CharField(label="评分项目", max_length=60)
    points = Points(label="分值", most=10000, help_text="最多两位小数，每个评分方合计 100 分")
    standard = text("评分标准", 400)


class CommentForm(Form):
    text = text("意见", 600)


class CommentAnswerForm(Form):
    state = forms.ChoiceField(
        label="是否采纳",
        choices=[pair for pair in CommentAnswer.choices if pair[0] != CommentAnswer.OPEN],
        widget=forms.RadioSelect,
    )
    answer = text("答复说明", 300, required=False, hint="未采纳须说明理由")


class ScoreForm(Form):
    """A field for each item of a side, and the comment."""

    def __init__(
        self, *args: Any, items: Iterable[SchemeItem], scores: dict[int, int], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.items = list(items)
        for item in self.items:
            self.fields[f"item_{item.pk}"] = Points(
                label=item.name, most=item.points, required=False, initial=scores.get(item.pk)
            )
        self.fields["comment"] = text("评语", 600, required=False, hint="印在登记表的意见栏")
        if "comment" in self.initial:
            self.fields["comment"].initial = self.initial["comment"]

    @property
    def lines(self) -> list[tuple[SchemeItem, Any]]:
        """Each item with its bound field."""
        return [(item, self[f"item_{item.pk}"]) for item in self.items]

    @property
    def scores(self) -> dict[int, int | None]:
        """{item id: hundredths} of what was typed."""
        return {item.pk: self.cleaned_data[f"item_{item.pk}"] for item in self.items}


class PasswordForm(Form):
    password = forms.CharField(
        label="登录密码",
        max_length=128,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        help_text="再次输入本人的登录密码",
    )


class CorrectForm(PasswordForm):
    cause = text("更正原因", 300)
    field_order = ("cause", "password")


class LowerForm(Form):
    grade = forms.ChoiceField(label="等次", widget=forms.RadioSelect, required=False)
    reason = text("理由", 300)

    def __init__(self, *args: Any, form: Appraisal, before: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kept = f"{grade_word(before, form.track)}（不下调）"
        self.field("grade", forms.ChoiceField).choices = [
            ("", kept),
            *((grade, grade_word(grade, form.track)) for grade in below(before)),
        ]


class ChaseForm(Form):
    note = text("催办要求", 300)
