"""Upward study and guidance as lists read it (P10)."""

from __future__ import annotations

import datetime as dt

from django.db.models import Q

from secondment.choices import ExchangeKind, ExchangeState
from xianan.core import clock
from xianan.policy.late import Entry

REGISTERED = Entry("starts_on", "registered_at")
CONFIRMED = Entry("confirmed_on", "confirmed_at")
PARTIES = ("department", "street")


def ongoing(today: dt.date | None = None) -> Q:
    """Return the condition of those that run on a day (today)."""
    day = today or clock.today()
    return Q(state=ExchangeState.PLANNED, starts_on__lte=day, ends_on__gte=day)


def coming(today: dt.date | None = None) -> Q:
    """Return the condition of those that have not begun."""
    return Q(state=ExchangeState.PLANNED, starts_on__gt=today or clock.today())


def to_report(today: dt.date | None = None) -> Q:
    """Return the condition of those that are over without a report."""
    return Q(state=ExchangeState.PLANNED, ends_on__lt=today or clock.today())


def sent_by(ids: set[int]) -> Q:
    """Return the condition of those whose person belongs to one of these organizations."""
    return Q(kind=ExchangeKind.UPWARD, street__in=ids) | Q(kind=ExchangeKind.GUIDANCE, department__in=ids)


def received_by(ids: set[int]) -> Q:
    """Return the condition of those whose person comes to one of these organizations."""
    return Q(kind=ExchangeKind.UPWARD, department__in=ids) | Q(kind=ExchangeKind.GUIDANCE, street__in=ids)


def to_confirm(today: dt.date | None = None) -> Q:
    """Return the condition of those that have begun and whose arrival nobody has confirmed."""
    return Q(state=ExchangeState.PLANNED, confirmed_on=None, starts_on__lte=today or clock.today())
