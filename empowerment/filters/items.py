"""Conditions of the list of items."""

from __future__ import annotations

from typing import Any

import django_filters as filters
from django.db.models import QuerySet

from xianan.organizations.selectors import every_department
from xianan.ui.conditions import RowFilter

from ..choices import Change, Legality, Source
from ..models import Item, ItemType, ListEntry
from ..selectors.items import StreetState, in_state


def _types(request: Any) -> QuerySet[ItemType]:
    return ItemType.objects.filter(district_id=request.scope.district_id)


def _departments(request: Any) -> Any:
    return every_department(request.scope.district_id)


class ItemFilter(filters.FilterSet):
    """By type, department and where an item stands in any street."""

    type = RowFilter(label="类型", queryset=_types)
    organization = RowFilter(label="部门", queryset=_departments)
    legality = filters.ChoiceFilter(label="合法性复核", choices=Legality.choices)
    standing = filters.ChoiceFilter(label="街道状态", choices=StreetState.choices, method="by_standing")

    class Meta:
        model = Item
        fields = ("type", "organization", "legality")

    def by_standing(self, rows: QuerySet[Item], name: str, value: str) -> QuerySet[Item]:
        return rows.filter(in_state(value)) if value else rows


class EntryFilter(filters.FilterSet):
    """By department and how an entry differs from the version before."""

    organization = RowFilter(label="部门", queryset=_departments)
    source = filters.ChoiceFilter(label="来源", choices=Source.choices)
    change = filters.ChoiceFilter(label="变动", choices=Change.choices)

    class Meta:
        model = ListEntry
        fields = ("organization", "source", "change")
