"""The conditions of the list of problems."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import QuerySet

from xianan.organizations.models import Organization
from xianan.organizations.requests import Request
from xianan.organizations.selectors import every_street
from xianan.ui.conditions import RowFilter

from ..models import Cycle


def _district(request: Request | None) -> int:
    scope = getattr(request, "scope", None)
    return scope.district_id if scope is not None else 0


def streets_of(request: Request) -> QuerySet[Organization]:
    return every_street(_district(request))


def _cycles(request: Request) -> QuerySet[Any]:
    return Cycle.objects.filter(district=_district(request), problems__isnull=False).distinct()


class ProblemFilter(django_filters.FilterSet):
    cycle = RowFilter(label="年度", queryset=_cycles)
    street = RowFilter(label="街道", queryset=streets_of)
