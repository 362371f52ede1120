"""Points as they are typed: 4 or 0.5 in the field, hundredths behind it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from ..rules.points import parse_points, short_points


def put(form: Any, name: str, value: Any) -> None:
    """Change one value of a bound form, for showing it once more with everything typed."""
    form.data = form.data.copy()
    form.data[name] = str(value)


def ticked(form: forms.Form, known: set[str]) -> set[str]:
    """Return which of the keys on offer are ticked as ``pick``: all of them before anything was sent."""
    data: Any = form.data
    return known & set(data.getlist("pick")) if form.is_bound else known


class ShortNumber(forms.IntegerField):
    """A number that needs no more than half the width of a form."""

    short = True


class PointsField(forms.CharField):
    """Takes 4, 0.5 or 4.25 points and gives integer hundredths; empty gives None where it may be empty."""

    short = True

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.TextInput(attrs={"inputmode": "decimal", "class": "amount"}))
        super().__init__(**kwargs)

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        try:
            return parse_points(text)
        except ValueError as error:
            raise ValidationError(str(error)) from None

    def prepare_value(self, value: Any) -> Any:
        return short_points(value) if isinstance(value, int) else value
