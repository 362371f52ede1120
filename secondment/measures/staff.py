"""Coverage and missing people (P11), age and terms (P12), memberships moved to the street (P31)."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable

from django.db.models import Count, Q
from django.urls import reverse

from secondment.choices import Membership, SecondmentState
from secondment.models import Secondment
from secondment.selectors.coverage import coverage
from secondment.selectors.figures import staff_figures
from xianan.organizations.models import District
from xianan.policy.measures import Compute, Figure, Measure, register

DEPARTMENT, STREET = "organization", "street"


def _covered(owner: str) -> Compute:
    """Of the streets that people are owed to, those where enough of them are."""

    def compute(district: District, on: dt.date) -> dict[int, Figure]:
        owed: Counter[int] = Counter()
        covered: Counter[int] = Counter()
        for (organization, street), cell in coverage(district, on).cells().items():
            key = organization if owner == DEPARTMENT else street
            owed[key] += cell.is_owed
            covered[key] += cell.is_covered
        return {
            key: Figure(
                covered[key], total, f"{reverse('secondment:coverage')}?{owner}={key}&on={on:%Y-%m-%d}"
            )
            for key, total in owed.items()
            if total
        }

    return compute


def _missing(district: District, on: dt.date) -> dict[int, Figure]:
    """Of the people whom a department owes, those who are missing."""
    known = coverage(district, on)
    owed: Counter[int] = Counter()
    missing: Counter[int] = Counter()
    for (organization, _), cell in known.cells().items():
        owed[organization] += (known.required.at(on) or 0) * cell.is_owed
        missing[organization] += cell.missing
    return {
        key: Figure(
            missing[key],
            total,
            f"{reverse('secondment:coverage')}?organization={key}&only=missing&on={on:%Y-%m-%d}",
        )
        for key, total in owed.items()
        if total
    }


def _serving(on: dt.date) -> Q:
    """Return the condition of services whose arrival was confirmed and that go on on a day."""
    return Q(
        state__in=(SecondmentState.SERVING, SecondmentState.ENDED), arrived_on__lte=on, planned_until__gte=on
    ) & (Q(ended_on__isnull=True) | Q(ended_on__gte=on))


def _among_serving(
    owner: str, tab: str, *, of: Q | None = None
) -> Callable[[Callable[[District, dt.date], Q]], Compute]:
    """Return a measure over the people who serve (or those ``of`` a kind): how many meet a condition."""

    def of_condition(condition: Callable[[District, dt.date], Q]) -> Compute:
        def compute(district: District, on: dt.date) -> dict[int, Figure]:
            rows = Secondment.objects.filter(_serving(on), district=district)
            if of is not None:
                rows = rows.filter(of)
            counted = (
                rows.order_by()
                .values_list(f"{owner}_id")
                .annotate(found=Count("pk", filter=condition(district, on)), all=Count("pk"))
            )
            return {
                key: Figure(found, total, f"{reverse('secondment:secondments')}?tab={tab}&{owner}={key}")
                for key, found, total in counted
            }

        return compute

    return of_condition


_MEMBERS = ~Q(person__membership=Membership.NONE)


def _moved(district: District, on: dt.date) -> Q:
    return Q(membership_on__lte=on)


def _beyond_age(district: District, on: dt.date) -> Q:
    return ~Q(over_age_reason="")


def _leaving(district: District, on: dt.date) -> Q:
    days = staff_figures(district, on).leaving_days
    return Q(planned_until__lte=on + dt.timedelta(days=days))


for measure in (
    Measure("staff_covered_department", "下沉人员到位", "P11", "处", 100, "department", _covered(DEPARTMENT)),
    Measure("staff_covered_street", "下沉人员到位", "P11", "处", 100, "street", _covered(STREET)),
    Measure("staff_missing_department", "缺下沉人员", "P11", "人", None, "department", _missing),
    Measure(
        "staff_over_age_department",
        "超过年龄经同意下沉",
        "P12",
        "人",
        None,
        "department",
        _among_serving(DEPARTMENT, "serving&mark=over_age")(_beyond_age),
    ),
    Measure(
        "staff_leaving_department",
        "下沉即将期满",
        "P12",
        "人",
        None,
        "department",
        _among_serving(DEPARTMENT, "leaving")(_leaving),
    ),
    Measure(
        "membership_moved_department",
        "党（团）组织关系已转入街道",
        "P31",
        "人",
        100,
        "department",
        _among_serving(DEPARTMENT, "serving&mark=unmoved", of=_MEMBERS)(_moved),
    ),
    Measure(
        "membership_moved_street",
        "党（团）组织关系已转入街道",
        "P31",
        "人",
        100,
        "street",
        _among_serving(STREET, "serving&mark=unmoved", of=_MEMBERS)(_moved),
    ),
):
    register(measure)
