"""What every measure says, kept once a day, so that the past can be read as it was known."""

from __future__ import annotations

from django.db import transaction

from xianan.core import clock
from xianan.core.periods import Period
from xianan.organizations.models import District
from xianan.organizations.selectors import departments, streets
from xianan.policy.measures import compute, measures
from xianan.policy.models import MeasureSnapshot


@transaction.atomic
def take_snapshot(district: District) -> int:
    """Keep what all measures say today, stocks as of now and flows of the year so far; return how many rows.

    Once a day: a second run on the same day changes nothing. A day that has passed is never made up for,
    because what was known on it can't be known any more. Its queries do not grow with measures or organizations.
    """
    today = clock.today()
    # Two runs at once come one after the other.
    District.objects.select_for_update().get(pk=district.pk)
    if MeasureSnapshot.objects.filter(district=district, day=today).exists():
        return 0
    there = {
        "street": [place.pk for place in streets(district.pk, on=today)],
        "department": [place.pk for place in departments(district.pk, on=today)],
    }
    rows = measures()
    found = compute(rows, district, Period.year_to(today))
    now = clock.now()
    kept = []
    for row in rows:
        readings = found[row.key]
        # Also those that have ended since and still have something to their name.
        for organization in sorted({*there[row.about], *readings}):
            figure = readings.of(organization)
            kept.append(
                MeasureSnapshot(
                    district=district,
                    day=today,
                    measure=row.key,
                    organization_id=organization,
                    numerator=figure.numerator if figure.applies else None,
                    denominator=figure.denominator if figure.applies else None,
                    taken_at=now,
                )
            )
    MeasureSnapshot.objects.bulk_create(kept, batch_size=2000)
    return len(kept)
