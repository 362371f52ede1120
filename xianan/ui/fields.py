"""A field's facts are said once, on its model: label, length, choices and help. Forms and fact sheets ask it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Protocol

from django import forms
from django.db import models

from . import text
from .forms import RowField

WIDE = 200
"""A text that may be longer takes a line of its own."""


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
    said: dict[str, Any] = {
        "label": str(field.verbose_name), "help_text": field.help_text, "required": not field.blank,
        "widget": forms.RadioSelect, **facts,
    }  # fmt: skip
    if isinstance(field, models.ForeignKey):
        assert choices is not None, f"{field} needs choices"
        return RowField(queryset=choices(), **{"empty_label": None, **said})
    if field.choices:
        return forms.ChoiceField(choices=field.choices, **said)
    if isinstance(field, models.CharField) and (field.max_length or 0) > WIDE:
        facts.setdefault("widget", forms.Textarea(attrs={"rows": 3}))
    made = field.formfield(label=str(field.verbose_name), **facts)
    assert isinstance(made, forms.Field)
    return made


# ---- The fact sheet: labels from the model, values as they are read, nothing where nothing is said ------------


@dataclass(frozen=True, slots=True)
class Fact:
    """A line that is no field alone; ``of`` returns what it says of a row, "" for nothing."""

    label: str
    of: Callable[[Any], Any]
    wide: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    label: str
    value: Any
    wide: bool


def lines(row: models.Model, facts: Iterable[Fact | HasField]) -> list[Line]:
    """Return the sheet of a row, without what is empty."""
    told = (_line(row, fact) for fact in facts)
    return [line for line in told if line.value not in ("", None)]


def _line(row: models.Model, fact: Fact | HasField) -> Line:
    if isinstance(fact, Fact):
        return Line(fact.label, fact.of(row), fact.wide)
    field = fact.field
    wide = isinstance(field, models.TextField) or (field.max_length or 0) > WIDE
    return Line(str(field.verbose_name), shown(row, field), wide)


def shown(row: models.Model, field: models.Field[Any, Any]) -> Any:
    """Return the value of a field as it is read."""
    if field.choices:
        return getattr(row, f"get_{field.name}_display")()
    value = getattr(row, field.name)
    if isinstance(value, dt.datetime):
        return text.short_moment(value)
    if isinstance(value, dt.date):
        return text.full_date(value)
    if isinstance(value, bool):
        return "是" if value else "否"
    return value


@dataclass(frozen=True, slots=True, kw_only=True)
class Correctable:
    """A confirmed fact that can be put right: one side asks, the other one agrees, each as (right, by)."""

    fact: HasField
    asks: tuple[str, str]
    agrees: tuple[str, str]

    def __post_init__(self) -> None:
        if self.asks[1] == self.agrees[1]:
            raise TypeError(f"{self.fact.field.name}: nobody agrees to what was asked by the own side")
