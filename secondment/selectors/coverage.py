"""Coverage of department × street on a day (P11): what is known, read in a fixed number of queries."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field, replace

from django.db.models import Q

from empowerment.selectors.pairs import PairInForce, pairs_in_force
from secondment.choices import CoverState, ExemptionState, ReplacementState, SecondmentState
from secondment.models import Exemption, Replacement, Secondment
from secondment.rules.coverage import DAY, Cell, Facts, Span, Stay, Waiver, cell
from secondment.selectors.figures import StaffFigures, StaffPolicy, staff_policy
from secondment.selectors.staff import days_of, last_of
from xianan.core import clock
from xianan.organizations.models import District
from xianan.policy.in_time import Steps

Pair = tuple[int, int]
"""Department, street."""
COUNTED = (SecondmentState.SERVING, SecondmentState.ENDED)
AWAITED = (SecondmentState.REGISTERED,)
_WAIVED = {"stationed": CoverState.STATIONED, "principle": CoverState.PRINCIPLE}


@dataclass(frozen=True, slots=True)
class Coverage:
    """What is known of every pair of a district on a day, and the figures in force that day."""

    on: dt.date
    figures: StaffFigures
    required: Steps
    """How many people are owed to a street, through all days."""
    powers: dict[Pair, PairInForce] = field(default_factory=dict)
    facts: dict[Pair, Facts] = field(default_factory=dict)

    def cell(self, organization: int, street: int) -> Cell:
        """Return how a department covers a street."""
        return cell(
            self.facts.get((organization, street), Facts()),
            on=self.on,
            required=self.required.at(self.on),
            leaving_days=self.figures.leaving_days,
        )

    def cells(self) -> dict[Pair, Cell]:
        """Return the cells of all pairs that anything is known of."""
        return {pair: self.cell(*pair) for pair in self.facts}


def coverage(
    district: District | int,
    on: dt.date | None = None,
    *,
    organizations: Collection[int] | None = None,
    streets: Collection[int] | None = None,
    policy: StaffPolicy | None = None,
    known: dt.datetime | None = None,
) -> Coverage:
    """Return what is known of a day (today), of all pairs or those of some units. Five queries.

    ``policy`` is what judges it, if it is read already. ``known`` asks for the powers and the policy as they
    were known at a moment.

    The past is read from what is on record now: a secondment that was entered late counts from its arrival.
    """
    day = on or clock.today()
    key = district.pk if isinstance(district, District) else district
    within = Q(district=key)
    if organizations is not None:
        within &= Q(organization__in=organizations)
    if streets is not None:
        within &= Q(street__in=streets)
    powers = pairs_in_force(key, day, known=known, organizations=organizations, streets=streets)
    policy = policy or staff_policy(key, known)
    stand = people_and_waivers(within, day)
    facts = {
        pair: replace(stand.get(pair, Facts()), owed_since=powers[pair].since if pair in powers else None)
        for pair in {*powers, *stand}
    }
    return Coverage(day, policy.on(day), policy.per_street, powers, facts)


def people_and_waivers(within: Q, day: dt.date) -> dict[Pair, Facts]:
    """Return what is known of people and exemptions, and not since when anybody is owed; three queries.

    ``within`` is a condition that services, demands and exemptions share; who was registered after ``day``
    was not awaited on it.
    """
    contested = _contested(within)
    stays: dict[Pair, list[Stay]] = defaultdict(list)
    awaited: dict[Pair, list[Span]] = defaultdict(list)
    rows = Secondment.objects.filter(within, state__in=(*COUNTED, *AWAITED)).order_by()
    for row in rows.only(
        "organization",
        "street",
        "state",
        "arrived_on",
        "starts_on",
        "planned_until",
        "ended_on",
        "registered_at",
    ):
        pair = row.organization_id, row.street_id
        if row.state in AWAITED:
            # Nobody was awaited on a day before being registered.
            if clock.local_date(row.registered_at) <= day:
                awaited[pair].append(days_of(row))
        elif row.arrived_on is not None and row.arrived_on <= last_of(row):
            stays[pair].append(Stay(Span(row.arrived_on, last_of(row)), tuple(contested.get(row.pk, ()))))
    waivers: dict[Pair, list[Waiver]] = defaultdict(list)
    granted = Exemption.objects.filter(within, state__in=(ExemptionState.CONFIRMED, ExemptionState.ENDED))
    for organization, street, kind, first, last in granted.order_by().values_list(
        "organization_id", "street_id", "kind", "starts_on", "ends_on"
    ):
        waivers[organization, street].append(Waiver(Span(first, last), _WAIVED[kind]))
    return {
        pair: Facts(
            None, tuple(stays.get(pair, ())), tuple(awaited.get(pair, ())), tuple(waivers.get(pair, ()))
        )
        for pair in {*stays, *awaited, *waivers}
    }


def _contested(within: Q) -> dict[int, list[Span]]:
    """Return {secondment: days on which a demand for replacement is or was open}."""
    found: dict[int, list[Span]] = defaultdict(list)
    rows = Replacement.objects.filter(within, requested_on__isnull=False).exclude(
        state=ReplacementState.DRAFT
    )
    for secondment, first, released in rows.order_by().values_list(
        "secondment_id", "requested_on", "released_on"
    ):
        assert first is not None
        last = released - DAY if released else None
        # Asked and answered on one day: never open overnight, so never counted out.
        if last is None or first <= last:
            found[secondment].append(Span(first, last))
    return found
