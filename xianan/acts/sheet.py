"""The fact sheet of a row: labels from the model, values as they are read, nothing where nothing is said."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db import models

from xianan.ui import text

from .fields import HasField

WIDE = 200
"""A text that may be longer takes a line of its own."""


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
