"""`{% load appraisal %}`: points out of hundredths."""

from django import template

from secondment.rules.appraisal import show

register = template.Library()


@register.filter
def points(hundredths: int | None) -> str:
    """20 for 2000, 12.50 for 1250, "" for nothing."""
    return show(hundredths).removesuffix(".00")
