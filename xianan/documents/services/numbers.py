"""Taking numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from xianan.documents.models import NumberSequence

if TYPE_CHECKING:
    from xianan.organizations.models import District


def take_number(*, district: District, kind: str, year: int) -> int:
    """Take the next number of a kind of document in a year, from 1, without gaps.

    Call it inside the transaction of the write: others wait until that ends, and a rollback gives the
    number back. Raises RuntimeError outside a transaction.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("take_number needs the transaction of the write that uses the number")
    NumberSequence.objects.get_or_create(district=district, kind=kind, year=year)
    row = NumberSequence.objects.select_for_update().get(district=district, kind=kind, year=year)
    row.last += 1
    row.save(update_fields=["last"])
    return row.last
