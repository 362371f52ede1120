"""The conditions of the list of services."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import QuerySet

from secondment.choices import Membership, Track
from xianan.organizations.models import Organization
from xianan.organizations.requests import Request
from xianan.organizations.selectors import every_department, every_street
from xianan.ui.conditions import RowFilter

OVER_AGE, UNMOVED = "over_age", "unmoved"


def of_district(request: Request, select: Any) -> QuerySet[Organization]:
    """Return organizations of the person's district for a filter; none for a stranger."""
    scope = getattr(request, "scope", None)
    return select(scope.district_id) if scope is not None else Organization.objects.none()


class UnitFilter(django_filters.FilterSet):
    organization = RowFilter(label="部门", queryset=lambda request: of_district(request, every_department))
    street = RowFilter(label="街道", queryset=lambda request: of_district(request, every_street))


class SecondmentFilter(UnitFilter):
    track = django_filters.ChoiceFilter(label="编制", field_name="person__track", choices=Track.choices)
    mark = django_filters.ChoiceFilter(
        label="标记",
        choices=[(OVER_AGE, "超过年龄经同意"), (UNMOVED, "组织关系未转入")],
        method="marked",
    )

    def marked(self, rows: Any, name: str, value: str) -> Any:
        if value == OVER_AGE:
            return rows.exclude(over_age_reason="")
        return rows.exclude(person__membership=Membership.NONE).filter(membership_on=None)
