"""The types of powers that a district starts with."""

from __future__ import annotations

from django.db import transaction

from empowerment.models import ItemType
from xianan.history.services import record
from xianan.organizations.models import District


@transaction.atomic
def create_first_type(
    district: District, *, name: str, synonyms: list[str], named_by_policy: bool, display_order: int
) -> ItemType:
    """Create a type of power while the district is set up (P08)."""
    row = ItemType.objects.create(
        district=district,
        name=name,
        synonyms=synonyms,
        named_by_policy=named_by_policy,
        display_order=display_order,
    )
    record(row, "item_type.create", "增设事项类型", actor=None)
    return row
