"""The conditions of lists of letters and of powers."""

from __future__ import annotations

import django_filters

from xianan.ui.conditions import RowFilter
from xianan.ui.forms import DateInput

from .claims import district_departments, district_streets, district_types


class AgreementFilter(django_filters.FilterSet):
    organization = RowFilter(label="部门", field_name="organization", queryset=district_departments)
    street = RowFilter(label="街道", field_name="street", queryset=district_streets)


class PowerFilter(AgreementFilter):
    type = RowFilter(label="类型", field_name="item__type", queryset=district_types)
    until = django_filters.DateFilter(
        label="过渡期不晚于", field_name="transition_until", lookup_expr="lte", widget=DateInput()
    )
