"""Template filters of the assessment: `{% load points %}`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template

from ..rules.points import short_points, show_points

register = template.Library()


@register.filter
def points(value: int | None) -> str:
    """Hundredths as results are read: `{{ 724|points }}` → 7.24; a dash where there is nothing."""
    return "—" if value is None else show_points(value)


@register.filter
def points_short(value: int | None) -> str:
    """Hundredths as schemes are written: 4, 0.5."""
    return "—" if value is None else short_points(value)


@register.filter
def lookup(mapping: Mapping[Any, Any], key: Any) -> Any:
    """The value of a mapping, "" where it has none."""
    return mapping.get(key, "")


@register.filter
def minus(value: int, other: int) -> int:
    return value - other
