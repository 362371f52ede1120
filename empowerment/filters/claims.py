"""The conditions of lists of claims."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import QuerySet

from empowerment.choices import ClaimState, Decision
from empowerment.models import ItemType
from xianan.organizations.models import Organization
from xianan.organizations.requests import Request
from xianan.organizations.selectors import every_department, every_street
from xianan.ui.conditions import RowFilter


def of_district(request: Request, select: Any) -> QuerySet[Organization]:
    """Return organizations of the person's district for a filter; none for a stranger."""
    scope = getattr(request, "scope", None)
    return select(scope.district_id) if scope is not None else Organization.objects.none()


def district_departments(request: Request) -> QuerySet[Organization]:
    return of_district(request, every_department)


def district_streets(request: Request) -> QuerySet[Organization]:
    return of_district(request, every_street)


def district_types(request: Request) -> QuerySet[ItemType]:
    scope = getattr(request, "scope", None)
    return (
        ItemType.objects.filter(district=scope.district_id) if scope is not None else ItemType.objects.none()
    )


class DeskFilter(django_filters.FilterSet):
    department = RowFilter(label="部门", field_name="item__organization", queryset=district_departments)
    type = RowFilter(label="类型", field_name="item__type", queryset=district_types)


class ClaimFilter(django_filters.FilterSet):
    street = RowFilter(label="街道", field_name="street", queryset=district_streets)
    department = RowFilter(label="部门", field_name="item__organization", queryset=district_departments)
    decision = django_filters.ChoiceFilter(label="意见", choices=Decision.choices)
    state = django_filters.ChoiceFilter(label="状态", choices=ClaimState.choices)
