from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import QuerySet

from xianan.ui.conditions import RowFilter
from xianan.ui.protocols import Scope

from .choices import Duty, Kind
from .models import Organization, User
from .roles import ROLES


def _organizations(request: Any) -> QuerySet[Organization]:
    scope: Scope = request.scope
    return Organization.objects.filter(district=scope.district)


class OrganizationFilter(django_filters.FilterSet):
    kind = django_filters.ChoiceFilter(label="类别", choices=Kind.choices)
    duty = django_filters.ChoiceFilter(label="全区职责", choices=Duty.choices)

    class Meta:
        model = Organization
        fields: tuple[str, ...] = ()


class PersonFilter(django_filters.FilterSet):
    organization = RowFilter(label="机构", queryset=_organizations)
    role = django_filters.ChoiceFilter(
        label="角色",
        field_name="assignments__role",
        choices=[(key, role.label) for key, role in ROLES.items()],
        distinct=True,
    )

    class Meta:
        model = User
        fields: tuple[str, ...] = ()
