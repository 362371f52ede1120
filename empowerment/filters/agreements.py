"""The conditions of the list of letters."""

from __future__ import annotations

import django_filters

from xianan.ui.conditions import RowFilter

from .claims import district_departments, district_streets


class AgreementFilter(django_filters.FilterSet):
    organization = RowFilter(label="部门", field_name="organization", queryset=district_departments)
    street = RowFilter(label="街道", field_name="street", queryset=district_streets)
