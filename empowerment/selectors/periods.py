"""Who held a power on a day, as it is known now or was known at a moment (P13)."""

from __future__ import annotations

import datetime as dt

from django.db.models import Q, QuerySet

from empowerment.models import PowerPeriod
from xianan.core import clock


def holders(on: dt.date | None = None, known: dt.datetime | None = None) -> QuerySet[PowerPeriod]:
    """Return the periods that cover a day (today): one a power in force, with who holds and who bears it.

    ``known`` asks what the portal knew at a moment. The answer for a moment that is over never changes.
    """
    day = on or clock.today()
    return PowerPeriod.objects.filter(
        _known(known), Q(valid_until=None) | Q(valid_until__gte=day), valid_from__lte=day
    )


def periods(known: dt.datetime | None = None) -> QuerySet[PowerPeriod]:
    """Return all periods of powers, as they are known now or were known at a moment."""
    return PowerPeriod.objects.filter(_known(known))


def _known(known: dt.datetime | None) -> Q:
    if known is None:
        return Q(known_until=None)
    return Q(known_from__lte=known) & (Q(known_until=None) | Q(known_until__gt=known))


def in_force(on: dt.date | None = None) -> Q:
    """Return the condition of powers in force on a day (today), the same that ``holders`` finds."""
    return Q(effective_on__lte=on or clock.today()) & not_over(on)


def not_over(on: dt.date | None = None) -> Q:
    """Return the condition of powers that have not ended by a day (today)."""
    return Q(ended_from=None) | Q(ended_from__gt=on or clock.today())


def over(on: dt.date | None = None) -> Q:
    """Return the condition of powers that have ended by a day (today)."""
    return Q(ended_from__lte=on or clock.today())
