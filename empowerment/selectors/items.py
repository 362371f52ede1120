"""Reads of the list of powers: the items, where each stands in every street, and the versions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from xianan.core import clock
from xianan.core.choices import ToneChoices
from xianan.organizations.models import District, Organization, active
from xianan.organizations.scope import Scope
from xianan.organizations.selectors import every_street
from xianan.policy.late import Entry, reading

from ..choices import AgreementState, ClaimState, Decision, Legality, Party, Source
from ..models import AgreementLine, Claim, Empowerment, Item, ItemList, ListEntry, ListStamp
from ..models.item import OPEN_MARKS
from ..rules import bearer, has_ended
from .periods import not_over, over
from .transition import borne_by_street, in_transition

UNSIGNED = (AgreementState.SENT, AgreementState.SIGNED)


class StreetState(ToneChoices):
    """Where one item stands in one street, from being asked to being in force."""

    ASKED = "asked", "待认领", "grey"
    DEFERRED = "deferred", "暂缓", "grey"
    DECLINED = "declined", "不认领", "red"
    CLAIMED = "claimed", "已认领", "blue"
    SIGNING = "signing", "待签", "amber"
    TRANSITION = "transition", "过渡期", "blue"
    OPERATING = "operating", "运行", "green"
    ENDED = "ended", "已终止", "grey"


OPEN_STATES = (StreetState.ASKED, StreetState.DEFERRED, StreetState.CLAIMED, StreetState.SIGNING)
"""Drawn as a ring: something is still to come."""


@dataclass(frozen=True, slots=True)
class Standing:
    """An item in a street: its state, the letter it stands in, and the days of its transition."""

    state: StreetState
    agreement_id: int | None = None
    agreement_number: str = ""
    effective_on: dt.date | None = None
    transition_until: dt.date | None = None
    reason: str = ""
    look_again_on: dt.date | None = None
    power_id: int | None = None
    operating_on: dt.date | None = None
    ended_from: dt.date | None = None

    @property
    def waits(self) -> bool:
        return self.state in OPEN_STATES


PUBLISHED = Entry("published_on", "created_at")


def versions(scope: Scope) -> QuerySet[ItemList]:
    """Return the versions of the list of the person's district, newest first."""
    rows = ItemList.objects.filter(district_id=scope.district_id).select_related("meeting", "document")
    return reading(rows, PUBLISHED) if scope.holds("view_items") else rows.none()


def current_list(district: District | int) -> ItemList | None:
    """Return the version of the list that is in force."""
    return ItemList.objects.filter(district=district).order_by("-number").first()


def standings(items: Iterable[int]) -> dict[tuple[int, int], Standing]:
    """Return where items stand, by (item, street), in three queries whatever their number."""
    keys = list(items)
    found: dict[tuple[int, int], Standing] = {}
    # Their own order would join the item and the street to every row.
    claims = (
        Claim.objects.filter(item__in=keys)
        .order_by()
        .values_list("item_id", "street_id", "state", "decision", "reason", "look_again_on")
    )
    for item, street, state, decision, reason, again in claims:
        found[item, street] = Standing(_claim_state(state, decision), reason=reason, look_again_on=again)
    today = clock.today()
    in_force: dict[tuple[int, int], Standing] = {}
    powers = (
        Empowerment.objects.filter(item__in=keys)
        .order_by("effective_on")
        .values_list(
            "item_id", "street_id", "pk", "agreement_id", "agreement__number",
            "effective_on", "transition_until", "operating_on", "ended_from",
        )
    )  # fmt: skip
    for item, street, power, agreement, number, effective, until, operating, ended in powers:
        gone = has_ended(ended, today)
        at_work = (
            StreetState.OPERATING if bearer(operating, today) == Party.STREET else StreetState.TRANSITION
        )
        (found if gone else in_force)[item, street] = Standing(
            StreetState.ENDED if gone else at_work,
            agreement,
            number,
            effective,
            until,
            power_id=power,
            operating_on=operating,
            ended_from=ended,
        )
    lines = (
        AgreementLine.objects.filter(item__in=keys, is_live=True, agreement__state__in=UNSIGNED)
        .order_by()
        .values_list("item_id", "agreement__street_id", "agreement_id", "agreement__number")
    )
    for item, street, agreement, number in lines:
        found[item, street] = Standing(StreetState.SIGNING, agreement, number)
    return found | in_force


def _claim_state(state: str, decision: str) -> StreetState:
    if state != ClaimState.SUBMITTED:
        return StreetState.ASKED
    return {
        Decision.CLAIMED: StreetState.CLAIMED,
        Decision.DECLINED: StreetState.DECLINED,
        Decision.DEFERRED: StreetState.DEFERRED,
    }.get(Decision(decision), StreetState.ASKED)


def in_state(state: str) -> Q:
    """Return the condition on items that stand so in at least one street."""
    powers = Empowerment.objects.filter(item=OuterRef("pk"))
    if state == StreetState.ENDED:
        again = Empowerment.objects.filter(not_over(), item=OuterRef("item"), street=OuterRef("street"))
        return Q(Exists(powers.filter(over()).exclude(Exists(again))))
    if state == StreetState.OPERATING:
        return Q(Exists(powers.filter(borne_by_street())))
    if state == StreetState.TRANSITION:
        return Q(Exists(powers.filter(in_transition())))
    unsigned = AgreementLine.objects.filter(item=OuterRef("pk"), is_live=True, agreement__state__in=UNSIGNED)
    if state == StreetState.SIGNING:
        return Q(Exists(unsigned))
    claims = Claim.objects.filter(item=OuterRef("pk"))
    if state == StreetState.ASKED:
        return Q(Exists(claims.filter(state=ClaimState.OPEN)))
    submitted = claims.filter(state=ClaimState.SUBMITTED, decision=state)
    if state == StreetState.CLAIMED:
        live = AgreementLine.objects.filter(claim=OuterRef("pk"), is_live=True)
        submitted = submitted.exclude(Exists(live))
    return Q(Exists(submitted))


# The counts of each district as this process last made them, with the stamp they hold for.
_counted: dict[int, tuple[str, dict[str, int]]] = {}


def tab_counts(district: int) -> dict[str, int]:
    """Return the numbers above the list: all, unclaimed, city, legality.

    They cost a scan of the list, so they are counted once after each change of it, not for each page.
    The stamp is read first: what is counted after it is at least as new.
    """
    stamp = ListStamp.objects.filter(district=district).values_list("value", flat=True).first()
    if stamp is None:
        return _count_tabs(district)
    kept = _counted.get(district)
    if kept is None or kept[0] != stamp:
        kept = _counted[district] = (stamp, _count_tabs(district))
    return kept[1]


def _count_tabs(district: int) -> dict[str, int]:
    """Count each view above the list over an index alone."""
    rows = Item.objects.filter(district=district, is_listed=True).order_by()
    others = [decision for decision in Decision if decision != Decision.CLAIMED]
    left = Claim.objects.filter(
        Q(decision__in=others) | Q(decision=Decision.CLAIMED, state=ClaimState.OPEN),
        district=district,
        item__is_listed=True,
    )
    return {
        "all": rows.count(),
        "unclaimed": left.order_by().aggregate(count=Count("item", distinct=True))["count"],
        "city": rows.filter(source=Source.CITY).count(),
        "legality": rows.filter(legality__in=OPEN_MARKS).count(),
    }


def unchecked(scope: Scope) -> QuerySet[Item]:
    """Return the marked items that 区司法局 has still to look at."""
    return Item.objects.filter(district_id=scope.district_id, is_listed=True, legality=Legality.PENDING)


def not_fully_claimed() -> Q:
    """Return the condition on items that a street has not claimed (P07)."""
    left = Claim.objects.filter(item=OuterRef("pk")).exclude(
        state=ClaimState.SUBMITTED, decision=Decision.CLAIMED
    )
    return Q(Exists(left))


def street_columns(district: District | int) -> list[Organization]:
    """Return the streets in protocol order, a column each: those that exist, and who ceased with claims."""
    asked = Exists(Claim.objects.filter(street=OuterRef("pk")))
    return list(every_street(district).filter(active() | asked))


def entries(version: ItemList) -> QuerySet[ListEntry]:
    """Return what a version says, in the order of its numbers."""
    return ListEntry.objects.filter(item_list=version)


def history_of(item: Item) -> Sequence[ListEntry]:
    """Return the versions in which an item was added or changed, newest first."""
    return list(
        ListEntry.objects.filter(item=item)
        .exclude(change="kept")
        .select_related("item_list")
        .order_by("-item_list__number")
    )
