"""The conditions of the list of upward study and guidance."""

from __future__ import annotations

import django_filters

from secondment.choices import ExchangeKind
from secondment.filters.training import holders, invited
from xianan.ui.conditions import RowFilter


class ExchangeFilter(django_filters.FilterSet):
    kind = django_filters.ChoiceFilter(label="类别", choices=ExchangeKind.choices)
    department = RowFilter(label="部门", queryset=holders)
    street = RowFilter(label="街道", queryset=invited)
