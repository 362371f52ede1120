"""The day on which a document runs out, as a date on the desk of 区委编办 (P44)."""

from __future__ import annotations

from django.db import transaction

from xianan.core.dates import chinese_date
from xianan.organizations.choices import Duty
from xianan.organizations.models import District
from xianan.organizations.selectors import office
from xianan.policy.changes import versions_changed
from xianan.policy.models import PolicyVersion

from ..kinds import VALIDITY
from .opening import Due, close, open_many


@versions_changed.fill
@transaction.atomic
def follow_versions(district: District) -> int:
    """Open or move the date of each document's last version, close those that were followed by another.

    Return how many dates are open. A version without an end has none; one that has run out keeps its
    date, overdue, until another follows.
    """
    desk = office(district, Duty.ESTABLISHMENT)
    rows = PolicyVersion.objects.filter(district=district).order_by("document", "valid_from")
    last = {row.document: row for row in rows}
    ending = [row for row in last.values() if row.valid_until is not None]
    kept = {row.pk for row in ending}
    close(VALIDITY, [row for row in rows if row.pk not in kept], outcome="followed")
    if desk is None:
        return 0
    dues = [
        Due(
            row,
            desk,
            row.valid_until,
            f"《{row.title}》有效期至{chinese_date(row.valid_until)}，期满前修订、重新印发或者明确停止执行",
        )
        for row in ending
        if row.valid_until is not None
    ]
    return len(open_many(VALIDITY, dues))
