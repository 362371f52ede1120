"""The conditions of lists of plans, nodes, orders and overdue rows."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import QuerySet

from xianan.organizations.models import Organization
from xianan.ui.conditions import RowFilter

from ..choices import NodeState, OrderKind
from ..registry import kinds
from .forms import every_owing


def _owing(request: Any) -> QuerySet[Organization]:
    return every_owing(request.scope.district_id)


class NodeFilter(django_filters.FilterSet):
    organization = RowFilter(label="责任单位", queryset=_owing)
    state = django_filters.ChoiceFilter(label="状态", choices=NodeState.choices)


class OrderFilter(django_filters.FilterSet):
    kind = django_filters.ChoiceFilter(label="种类", choices=OrderKind.choices)


class OverdueFilter(django_filters.FilterSet):
    organization = RowFilter(label="责任单位", queryset=_owing)
    kind = django_filters.ChoiceFilter(
        label="种类", choices=lambda: [(row.key, row.label) for row in kinds()]
    )


class AccountabilityFilter(django_filters.FilterSet):
    organization = RowFilter(label="被问责单位", queryset=_owing)
