"""Coverage and missing people (P11), age and terms (P12), memberships moved to the street (P31)."""

from __future__ import annotations

import datetime as dt
from collections import Counter

from django.db.models import Q
from django.urls import reverse

from secondment.choices import Membership, SecondmentState
from secondment.models import Secondment
from secondment.selectors.coverage import coverage
from secondment.selectors.figures import StaffPolicy
from xianan.policy.measures import (
    Asked,
    Condition,
    Counted,
    Figure,
    Found,
    Measure,
    MeasureGroup,
    TableGroup,
    register,
)

DEPARTMENT, STREET = "organization", "street"


def _covered(asked: Asked) -> Found:
    """Of the streets that people are owed to, those where enough of them are; of the people owed, the missing."""
    known = coverage(asked.district, asked.on, policy=StaffPolicy(asked.plan), known=asked.known)
    required = known.required.at(asked.on) or 0
    owed: Counter[tuple[str, int]] = Counter()
    covered: Counter[tuple[str, int]] = Counter()
    missing: Counter[int] = Counter()
    for (organization, street), cell in known.cells().items():
        missing[organization] += cell.missing
        for place in ((DEPARTMENT, organization), (STREET, street)):
            owed[place] += cell.is_owed
            covered[place] += cell.is_covered
    url, on = reverse("secondment:coverage"), f"on={asked.on:%Y-%m-%d}"
    found: dict[str, dict[int, Figure]] = {
        "staff_covered_department": {},
        "staff_covered_street": {},
        "staff_missing_department": {},
    }
    for place, count in owed.items():
        owner, key = place
        if not count:
            continue
        about = "department" if owner == DEPARTMENT else "street"
        found[f"staff_covered_{about}"][key] = Figure(covered[place], count, f"{url}?{owner}={key}&{on}")
        if owner == DEPARTMENT and required:
            found["staff_missing_department"][key] = Figure(
                missing[key], required * count, f"{url}?organization={key}&only=missing&{on}"
            )
    return found


def _serving(on: dt.date) -> Q:
    """Return the condition of services whose arrival was confirmed and that go on on a day."""
    return Q(
        state__in=(SecondmentState.SERVING, SecondmentState.ENDED), arrived_on__lte=on, planned_until__gte=on
    ) & (Q(ended_on__isnull=True) | Q(ended_on__gte=on))


def _beyond_age(asked: Asked) -> Q:
    return ~Q(over_age_reason="")


def _leaving(asked: Asked) -> Q:
    days = StaffPolicy(asked.plan).on(asked.on).leaving_days
    return Q(planned_until__lte=asked.on + dt.timedelta(days=days))


def _members(asked: Asked) -> Q:
    return ~Q(person__membership=Membership.NONE)


def _moved(asked: Asked) -> Q:
    return Q(membership_on__lte=asked.on)


COVERAGE = MeasureGroup(_covered)
SERVING = TableGroup(lambda asked: Secondment.objects.filter(_serving(asked.on), district=asked.district))


def _among_serving(
    key: str, owner: str, tab: str, met: Condition, due: Condition | None = None
) -> TableGroup:
    """Count those who serve (or those ``due``): how many meet a condition."""
    return SERVING.count(
        key,
        Counted(
            owner,
            met,
            lambda asked, whose: f"{reverse('secondment:secondments')}?tab={tab}&{owner}={whose}",
            due,
        ),
    )


for _key, _label, _unit, _target in (
    ("staff_covered_department", "下沉人员到位", "处", 100),
    ("staff_covered_street", "下沉人员到位", "处", 100),
    ("staff_missing_department", "缺下沉人员", "人", None),
):
    register(Measure(_key, _label, "P11", _unit, _target, _key.rpartition("_")[2], COVERAGE))
for _key, _label, _clause, _target, _tab, _met, _due in (
    ("staff_over_age_department", "超过年龄经同意下沉", "P12", None, "serving&mark=over_age", _beyond_age, None),
    ("staff_leaving_department", "下沉即将期满", "P12", None, "leaving", _leaving, None),
    ("membership_moved_department", "党（团）组织关系已转入街道", "P31", 100, "serving&mark=unmoved", _moved, _members),
    ("membership_moved_street", "党（团）组织关系已转入街道", "P31", 100, "serving&mark=unmoved", _moved, _members),
):  # fmt: skip
    _about = _key.rpartition("_")[2]
    _owner = DEPARTMENT if _about == "department" else STREET
    register(
        Measure(
            _key, _label, _clause, "人", _target, _about, _among_serving(_key, _owner, _tab, _met, _due)
        )
    )  # fmt: skip
