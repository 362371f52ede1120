"""The mark that tells figures counted over the whole list that they are out of date."""

from __future__ import annotations

import uuid

from empowerment.models import ListStamp


def list_changed(district_id: int) -> None:
    """Give the district's list a new stamp. Call it last in the transaction of the change.

    Whoever reads the new stamp reads the change too: both commit together.
    """
    ListStamp.objects.bulk_create(
        [ListStamp(district_id=district_id, value=uuid.uuid4().hex)],
        update_conflicts=True,
        unique_fields=["district"],
        update_fields=["value"],
    )
