"""Measure: reports on upward study and guidance (P10)."""

from __future__ import annotations

import datetime as dt
from functools import partial

from django.urls import reverse

from secondment.choices import ExchangeState
from secondment.models import Exchange
from xianan.organizations.models import District
from xianan.policy.measures import Figure, Measure, register


def _reported(district: District, on: dt.date, about: str) -> dict[int, Figure]:
    """Of the exchanges whose report was due by ``on``, those reported by then, by the sending organization."""
    rows = Exchange.objects.filter(district=district, report_by__lte=on).exclude(
        state=ExchangeState.CANCELLED
    )
    url = reverse("secondment:exchanges")
    found: dict[int, list[int]] = {}
    for row in rows.only("kind", "department_id", "street_id", "reported_on"):
        if (row.sender_id == row.street_id) == (about == "street"):
            tally = found.setdefault(row.sender_id, [0, 0])
            tally[0] += row.reported_on is not None and row.reported_on <= on
            tally[1] += 1
    return {key: Figure(done, due, f"{url}?{about}={key}") for key, (done, due) in found.items()}


for _about, _key in (("street", "exchange_reported_street"), ("department", "exchange_reported_department")):
    register(
        Measure(
            _key,
            "上派下挂总结已报送",
            "P10",
            "份",
            100,
            _about,
            partial(_reported, about=_about),
        )
    )
