"""The end of transitions, and who bears main responsibility for a power in a street on a day (P13)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Case, CharField, Count, F, FilteredRelation, Min, Q, QuerySet, Value, When

from empowerment.choices import Party, PowerState, Readiness
from empowerment.models import Empowerment, Item
from empowerment.selectors.periods import holders, not_over
from xianan.core import clock
from xianan.organizations.models import District, Organization
from xianan.organizations.scope import Scope
from xianan.policy.choices import DocumentKey
from xianan.policy.late import Entry
from xianan.policy.selectors import parameters

REVIEW_DAYS = 30
"""How long before the end both sides may state, where the policy's parameters do not say."""
ENDED = Entry("ended_from", "ended_at")

# ---- Who bears main responsibility ------------------------------------------------------------------


def bearers(
    items: Iterable[int],
    on: dt.date | None = None,
    *,
    known: dt.datetime | None = None,
    streets: Iterable[int] | None = None,
) -> dict[tuple[int, int], Party]:
    """Return {(item, street): side that bears main responsibility on a day (today)}, in one query.

    A pair that is left out has no power in force then: the department bears it as it always did.
    """
    rows = holders(on, known).filter(item__in=list(items))
    if streets is not None:
        rows = rows.filter(street__in=list(streets))
    return {
        (item, street): Party(side)
        for item, street, side in rows.order_by().values_list("item_id", "street_id", "bearer")
    }


def responsible(item: Item, street: Organization, on: dt.date | None = None) -> Organization:
    """Return the organization that bears main responsibility for an item in a street on a day (today)."""
    side = bearers([item.pk], on, streets=[street.pk]).get((item.pk, street.pk), Party.DEPARTMENT)
    return street if side == Party.STREET else item.organization


def borne_by_street(on: dt.date | None = None) -> Q:
    """Return the condition of powers for which the street bears main responsibility on a day (today)."""
    return Q(operating_on__lte=on or clock.today()) & not_over(on)


def in_transition(on: dt.date | None = None) -> Q:
    """Return the condition of powers not over that the department still bears on a day (today).

    Those confirmed before the term is over are among them until it is.
    """
    return (Q(operating_on=None) | Q(operating_on__gt=on or clock.today())) & not_over(on)


def unevaluated(on: dt.date | None = None) -> Q:
    """Return the condition of transitions that are over without being confirmed: 逾期未评估 (P13)."""
    return Q(state=PowerState.TRANSITION, transition_until__lt=on or clock.today())


def with_bearer(rows: QuerySet[Empowerment], on: dt.date | None = None) -> QuerySet[Empowerment]:
    """Add ``bearer``, the side that bears main responsibility on a day (today), to each power."""
    return rows.annotate(
        bearer=Case(
            When(borne_by_street(on), then=Value(Party.STREET.value)),
            default=Value(Party.DEPARTMENT.value),
            output_field=CharField(),
        )
    )


# ---- What both sides have stated --------------------------------------------------------------------


def review_days(district: District | int) -> int:
    """Return how many days before the end of a transition both sides may state whether they are ready."""
    return int(parameters(district, DocumentKey.PLAN).get("transition_review_days", REVIEW_DAYS))


def with_reviews(rows: QuerySet[Empowerment]) -> QuerySet[Empowerment]:
    """Add ``department_verdict``, ``department_remarks`` and the street's to each power, None for none.

    Each is a join over the unique key of the statements, so a row stays one row.
    """
    for party in Party:
        rows = rows.annotate(
            **{
                f"{party}_review": FilteredRelation("reviews", condition=Q(reviews__party=party.value)),
            }
        ).annotate(
            **{
                f"{party}_verdict": F(f"{party}_review__verdict"),
                f"{party}_remarks": F(f"{party}_review__remarks"),
            }
        )
    return rows


# The conditions below speak of powers that went through with_reviews.
BOTH_READY = Q(
    state=PowerState.TRANSITION,
    department_verdict=Readiness.READY.value,
    street_verdict=Readiness.READY.value,
)
NOT_READY = Q(state=PowerState.TRANSITION) & (
    Q(department_verdict=Readiness.NOT_READY.value) | Q(street_verdict=Readiness.NOT_READY.value)
)


def in_window(days: int, on: dt.date | None = None) -> Q:
    """Return the condition of transitions that may be stated about, also those long over."""
    last = (on or clock.today()) + dt.timedelta(days=days)
    return Q(state=PowerState.TRANSITION, transition_until__lte=last)


def mine_to_review(scope: Scope, days: int) -> Q:
    """Return the condition of powers about which a unit of the person's has yet to state."""
    own = scope.organization_ids("review_transition")
    return in_window(days) & (
        Q(organization__in=own, department_verdict=None) | Q(street__in=own, street_verdict=None)
    )


def side_of(scope: Scope) -> Party | None:
    """Return for which side a person states, by the kind of the unit they hold the right for."""
    own = scope.organization_ids("review_transition")
    if not own:
        return None
    return Party.STREET if scope.organization.kind in ("street", "station") else Party.DEPARTMENT


# ---- What waits -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Waiting:
    """What of the ends of transitions waits at a desk: how many, and the nearest date."""

    to_review: int = 0
    to_review_by: dt.date | None = None
    late: int = 0
    late_since: dt.date | None = None
    to_confirm: int = 0
    to_confirm_by: dt.date | None = None


def waiting(scope: Scope) -> Waiting:
    """Return what waits for a person; two queries, none for those who have no part in it."""
    own = scope.organization_ids("review_transition")
    confirms = scope.whole_district("confirm_transition")
    if not own and not confirms:
        return Waiting()
    rows = with_reviews(
        Empowerment.objects.filter(district_id=scope.district_id, state=PowerState.TRANSITION)
    ).order_by()
    if not confirms:
        rows = rows.filter(Q(organization__in=own) | Q(street__in=own))
    days = review_days(scope.district_id)
    mine = mine_to_review(scope, days) if own else Q(pk__in=())
    late = Q(transition_until__lt=clock.today())
    ready = BOTH_READY if confirms else Q(pk__in=())
    found = rows.filter(in_window(days)).aggregate(
        to_review=Count("pk", filter=mine),
        to_review_by=Min("transition_until", filter=mine),
        late=Count("pk", filter=late),
        late_since=Min("transition_until", filter=late),
        to_confirm=Count("pk", filter=ready),
        to_confirm_by=Min("transition_until", filter=ready),
    )
    return Waiting(**found)
