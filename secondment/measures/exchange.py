"""Measure: reports on upward study and guidance (P10)."""

from __future__ import annotations

from django.db.models import Q
from django.urls import reverse

from secondment.choices import ExchangeKind, ExchangeState
from secondment.models import Exchange
from xianan.policy.measures import Asked, Counted, Kind, Measure, TableGroup, register

# Exchanges whose report was due in a period.
REPORTS = TableGroup(
    lambda asked: Exchange.objects.filter(
        district=asked.district, report_by__range=asked.period.days
    ).exclude(state=ExchangeState.CANCELLED)
)


def _reported(asked: Asked) -> Q:
    return Q(reported_on__lte=asked.on)


def _part(about: str, kind: ExchangeKind) -> Counted:
    """A street sends people up, a department sends them down: each reports on whom it sent."""
    return Counted(
        about,
        _reported,
        lambda asked, key: f"{reverse('secondment:exchanges')}?{about}={key}",
        due=lambda asked: Q(kind=kind),
    )


for _about, _kind in (("street", ExchangeKind.UPWARD), ("department", ExchangeKind.GUIDANCE)):
    _key = f"exchange_reported_{_about}"
    register(
        Measure(
            _key, "上派下挂总结已报送", "P10", "份", 100, _about, REPORTS.count(_key, _part(_about, _kind)),
            Kind.FLOW,
        )
    )  # fmt: skip
