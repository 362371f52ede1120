"""A field's facts are said once, on its model: label, length, choices and help."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from django import forms
from django.db import models

from xianan.ui.forms import RowField


class HasField(Protocol):
    """An attribute of a model's class: ``Exemption.reason``."""

    @property
    def field(self) -> models.Field[Any, Any]: ...


def longest_of(attribute: HasField | None) -> int:
    """Return how many characters a column takes. Raises TypeError for what is no text."""
    longest = attribute.field.max_length if attribute is not None else None
    if longest is None:
        raise TypeError(f"{attribute} says no length")
    return longest


def form_field(
    attribute: HasField, *, choices: Callable[[], models.QuerySet[Any]] | None = None, **facts: Any
) -> forms.Field:
    """Return the form field of a model's field; ``facts`` are what a form says otherwise.

    A few values stand side by side, a long text has three lines, a row is one of ``choices()``.
    """
    field = attribute.field
    if isinstance(field, models.ForeignKey):
        assert choices is not None, f"{field} needs choices"
        return RowField(
            queryset=choices(),
            label=str(field.verbose_name),
            help_text=field.help_text,
            required=not field.blank,
            widget=forms.RadioSelect,
            empty_label=None,
            **facts,
        )
    if field.choices:
        return forms.ChoiceField(
            label=str(field.verbose_name),
            help_text=field.help_text,
            required=not field.blank,
            choices=field.choices,
            widget=forms.RadioSelect,
            **facts,
        )
    if isinstance(field, models.CharField) and (field.max_length or 0) > 200:
        facts.setdefault("widget", forms.Textarea(attrs={"rows": 3}))
    made = field.formfield(label=str(field.verbose_name), **facts)
    assert isinstance(made, forms.Field)
    return made
