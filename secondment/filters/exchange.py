"""The conditions of the list of upward study and guidance."""

from __future__ import annotations

import django_filters

from secondment.choices import ExchangeKind
from secondment.filters.training import holders, invited


class ExchangeFilter(django_filters.FilterSet):
    kind = django_filters.ChoiceFilter(label="类别", choices=ExchangeKind.choices)
    department = django_filters.ModelChoiceFilter(label="部门", queryset=holders)
    street = django_filters.ModelChoiceFilter(label="街道", queryset=invited)
