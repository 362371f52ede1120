"""What is still open about a power that is to end, named before it does. The rooms above name what is theirs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator

from django.contrib.contenttypes.models import ContentType
from django.urls import reverse

from empowerment.choices import PowerState
from empowerment.models import Empowerment
from empowerment.selectors.periods import holders
from xianan.core.ports import Port
from xianan.deadlines.models import Deadline
from xianan.organizations.unfinished import Unfinished

open_about: Port[[Empowerment, dt.date], Iterable[Unfinished]] = Port()
"""Who knows of open things about a power that ends on a day."""


def open_matters(power: Empowerment, on: dt.date) -> list[Unfinished]:
    """Return what is open about a power; what there is nothing of is left out."""
    return [line for lines in open_about(power, on) for line in lines if line.count]


def is_last(power: Empowerment, on: dt.date) -> bool:
    """Whether the department has no other power in the street from a day on."""
    others = holders(on).filter(organization=power.organization_id, street=power.street_id)
    return not others.exclude(empowerment=power.pk).exists()


@open_about.fill
def _own(power: Empowerment, on: dt.date) -> Iterator[Unfinished]:
    if power.state == PowerState.TRANSITION:
        url = reverse("empowerment:power", args=[power.pk])
        yield Unfinished("未确认衔接完成的过渡期", 1, "项", url)
    dates = Deadline.objects.filter(
        content_type=ContentType.objects.get_for_model(Empowerment),
        object_id=power.pk,
        closed_at=None,
    )
    yield Unfinished("未办结的期限", dates.count(), "个")
