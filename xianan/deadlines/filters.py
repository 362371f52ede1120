from __future__ import annotations

from typing import Any

import django_filters

from xianan.organizations.models import Organization
from xianan.organizations.scope import Scope
from xianan.ui.conditions import RowFilter

from . import selectors
from .models import Deadline
from .registry import kinds


def owing(request: Any) -> Any:
    """The organizations whose dates a person may see, with those that ceased and left some open."""
    scope: Scope = request.scope
    rows = Organization.objects.filter(district_id=scope.district_id)
    if not scope.whole_district("view_deadlines"):
        rows = rows.filter(pk__in=scope.organization_ids("view_deadlines"))
    return rows.order_by("display_order", "pk")


def every_owing(request: Any) -> Any:
    """The organizations of the district that may owe something, with those that ceased."""
    return selectors.every_owing(request.scope.district_id)


class DeadlineFilter(django_filters.FilterSet):
    kind = django_filters.ChoiceFilter(
        label="种类", choices=lambda: [(row.key, row.label) for row in kinds()]
    )
    organization = RowFilter(label="责任单位", queryset=owing)
    due = django_filters.DateFilter(field_name="due_on", label="到期日")
    until = django_filters.DateFilter(field_name="due_on", lookup_expr="lte", label="截至")

    class Meta:
        model = Deadline
        fields: tuple[str, ...] = ()
