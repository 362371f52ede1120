"""The conditions of the list of sessions."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import Q, QuerySet

from secondment.rules.training import WORDS
from xianan.organizations.models import Organization
from xianan.organizations.requests import Request
from xianan.organizations.selectors import every_street
from xianan.ui.conditions import RowFilter


def holders(request: Request) -> QuerySet[Organization]:
    """Return who may hold sessions: the departments and 区司法局."""
    scope = getattr(request, "scope", None)
    if scope is None:
        return Organization.objects.none()
    return Organization.objects.filter(Q(empowering=True) | Q(duty="justice"), district=scope.district_id)


def invited(request: Request) -> QuerySet[Organization]:
    """Return the streets of the person's district."""
    scope = getattr(request, "scope", None)
    return every_street(scope.district_id) if scope is not None else Organization.objects.none()


class SessionFilter(django_filters.FilterSet):
    organization = RowFilter(label="举办单位", queryset=holders)
    street = RowFilter(label="街道", queryset=invited, method="of_street")
    year = django_filters.NumberFilter(label="年度", method="of_year")
    quarter = django_filters.ChoiceFilter(
        label="季度",
        choices=[(str(number), f"{word}季度") for number, word in enumerate(WORDS, 1)],
        method="of_quarter",
    )

    def of_street(self, rows: QuerySet[Any], name: str, value: Organization) -> QuerySet[Any]:
        """Sessions a street is invited to, or that somebody of it attended."""
        through = rows.model.streets.through.objects.filter(organization=value).values("session")
        there = value.training_attendances.values("session")
        return rows.filter(Q(pk__in=through) | Q(pk__in=there))

    def of_year(self, rows: QuerySet[Any], name: str, value: Any) -> QuerySet[Any]:
        return rows.filter(on_day__year=int(value)) if 1 <= value <= 9999 else rows.none()

    def of_quarter(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return rows.filter(on_day__quarter=int(value))
