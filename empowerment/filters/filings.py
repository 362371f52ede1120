"""Conditions of the lists of filings."""

from __future__ import annotations

from typing import Any

import django_filters as filters

from xianan.organizations.selectors import every_department
from xianan.ui.conditions import RowFilter

from ..models import Filing


def _departments(request: Any) -> Any:
    return every_department(request.scope.district_id)


class FilingFilter(filters.FilterSet):
    """By department."""

    organization = RowFilter(label="部门", queryset=_departments)

    class Meta:
        model = Filing
        fields = ("organization",)
