"""Writing the periods of powers: what is known of their time, never what was known (P13)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from django.db.models import Q

from empowerment.choices import Party, PeriodSource, PowerState
from empowerment.models import Empowerment, PowerPeriod
from empowerment.rules import Stretch, stretches
from empowerment.selectors.periods import periods
from xianan.core import clock
from xianan.core.dates import chinese_date
from xianan.core.errors import DomainError


def restate(powers: Sequence[Empowerment], source: PeriodSource) -> None:
    """Let the periods of locked powers say what the powers say now, in the caller's transaction.

    What no longer holds is closed as known until now; what holds as before stays. A fixed number of
    statements. Errors: power_overlaps (the street has the same power by another letter on one of the days).
    """
    now = clock.now()
    standing: dict[int, dict[Stretch, PowerPeriod]] = defaultdict(dict)
    for row in periods().filter(empowerment__in=powers).select_for_update():
        standing[row.empowerment_id][_stretch(row)] = row
    outdated: list[int] = []
    fresh: list[PowerPeriod] = []
    for power in powers:
        wanted = stretches(power.effective_on, power.operating_on, power.ended_from)
        known = standing[power.pk]
        outdated += [row.pk for stretch, row in known.items() if stretch not in wanted]
        fresh += [_period(power, stretch, source) for stretch in wanted if stretch not in known]
    PowerPeriod.objects.filter(pk__in=outdated, known_until=None).update(known_until=now)
    _refuse_overlaps(fresh)
    for row in fresh:
        row.known_from = now
    PowerPeriod.objects.bulk_create(fresh, batch_size=500)


def _stretch(row: PowerPeriod) -> Stretch:
    return Stretch(PowerState(row.state), Party(row.bearer), row.valid_from, row.valid_until)


def _period(power: Empowerment, stretch: Stretch, source: PeriodSource) -> PowerPeriod:
    return PowerPeriod(
        district_id=power.district_id,
        empowerment=power,
        item_id=power.item_id,
        organization_id=power.organization_id,
        street_id=power.street_id,
        bearer=stretch.bearer,
        state=stretch.state,
        valid_from=stretch.first,
        valid_until=stretch.until,
        source=source,
    )


def _refuse_overlaps(fresh: Iterable[PowerPeriod]) -> None:
    """PostgreSQL holds the same by an exclusion constraint; this says it in words, and on SQLite alone."""
    rows = list(fresh)
    if not rows:
        return
    others: dict[tuple[int, int], list[PowerPeriod]] = defaultdict(list)
    found = periods().filter(
        Q(valid_until=None) | Q(valid_until__gte=min(row.valid_from for row in rows)),
        item__in={row.item_id for row in rows},
        street__in={row.street_id for row in rows},
    )
    for other in found.exclude(empowerment__in={row.empowerment_id for row in rows}):
        others[other.item_id, other.street_id].append(other)
    for row in rows:
        for other in others[row.item_id, row.street_id]:
            if _meet(row, other):
                raise DomainError(
                    "power_overlaps",
                    f"{row.street}已持有“{row.item}”（{chinese_date(other.valid_from)}起"
                    f"{f'至{chinese_date(other.valid_until)}' if other.valid_until else ''}），"
                    f"同一事项的期间不能重叠。",
                )


def _meet(one: PowerPeriod, other: PowerPeriod) -> bool:
    return (one.valid_until is None or other.valid_from <= one.valid_until) and (
        other.valid_until is None or one.valid_from <= other.valid_until
    )
