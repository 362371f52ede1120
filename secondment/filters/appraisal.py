"""The conditions of lists of forms, proposals and files."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import QuerySet

from secondment.choices import Grade, Track
from xianan.organizations.models import Organization
from xianan.organizations.requests import Request
from xianan.organizations.selectors import every_department, every_street
from xianan.ui.conditions import RowFilter


def _district(request: Request, select: Any) -> QuerySet[Organization]:
    scope = getattr(request, "scope", None)
    return select(scope.district_id) if scope is not None else Organization.objects.none()


def _departments(request: Request) -> QuerySet[Organization]:
    return _district(request, every_department)


def _streets(request: Request) -> QuerySet[Organization]:
    return _district(request, every_street)


class PartiesFilter(django_filters.FilterSet):
    organization = RowFilter(label="部门", field_name="organization", queryset=_departments)
    street = RowFilter(label="街道", field_name="street", queryset=_streets)


class AppraisalFilter(PartiesFilter):
    grade = django_filters.ChoiceFilter(label="等次", choices=Grade.choices)


class PersonFilter(django_filters.FilterSet):
    organization = RowFilter(label="部门", field_name="organization", queryset=_departments)
    track = django_filters.ChoiceFilter(label="编制", choices=Track.choices)
