"""The conditions of lists of plans, nodes, orders and overdue rows."""

from __future__ import annotations

import django_filters

from xianan.ui.conditions import RowFilter

from ..choices import NodeState
from ..filters import every_owing


class NodeFilter(django_filters.FilterSet):
    organization = RowFilter(label="责任单位", queryset=every_owing)
    state = django_filters.ChoiceFilter(label="状态", choices=NodeState.choices)
