"""Reads of scoring schemes: which there are, what they hold, how their points add up."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Max, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from assessment.choices import IndicatorKind
from assessment.models import Group, Indicator, Scheme
from assessment.rules.scoring import FULL
from xianan.organizations.models import District
from xianan.policy.measures import Measure, measures

_NORMAL = Q(indicators__kind=IndicatorKind.NORMAL)


def with_sums(rows: QuerySet[Scheme]) -> QuerySet[Any]:
    """Add ``total`` (hundredths of the normal indicators) and ``indicator_count``."""
    return rows.annotate(
        total=Coalesce(Sum("indicators__points", filter=_NORMAL), 0),
        indicator_count=Count("indicators", distinct=False),
    )


def total_of(scheme: Scheme) -> int:
    """Return the sum of the normal indicators in hundredths."""
    found = Indicator.objects.filter(scheme=scheme, kind=IndicatorKind.NORMAL).aggregate(all=Sum("points"))
    return int(found["all"] or 0)


def usable(district: District | int) -> QuerySet[Scheme]:
    """Return the schemes that a cycle can use: those with exactly a hundred points (P37)."""
    return (
        with_sums(Scheme.objects.filter(district=district)).filter(total=FULL).order_by("-year", "-version")
    )


def next_version(district_id: int, year: int) -> int:
    """Return the number that the next version of a year's scheme gets."""
    found = Scheme.objects.filter(district=district_id, year=year).aggregate(last=Max("version"))
    return int(found["last"] or 0) + 1


def latest(district: District | int, year: int | None = None) -> Scheme | None:
    """Return the newest scheme, of a year or of all."""
    rows = Scheme.objects.filter(district=district)
    if year is not None:
        rows = rows.filter(year=year)
    return rows.order_by("-year", "-version").first()


@dataclass
class GroupLine:
    """A group with its indicators and what its normal ones add up to, in hundredths."""

    group: Group
    indicators: list[Indicator] = field(default_factory=list)

    @property
    def total(self) -> int:
        return sum(row.points for row in self.indicators if row.kind == IndicatorKind.NORMAL)


def lines(scheme: Scheme) -> list[GroupLine]:
    """Return the groups of a scheme with their indicators, in order. Two queries."""
    found = {group.pk: GroupLine(group) for group in scheme.groups.all()}
    for indicator in scheme.indicators.select_related("group"):
        found[indicator.group_id].indicators.append(indicator)
    return list(found.values())


def street_measures() -> list[Measure]:
    """Return the measures that speak of streets."""
    return measures(about="street")


def measure_labels() -> dict[str, str]:
    """Return {key: label with its clause} of the measures that speak of streets."""
    return {row.key: f"{row.label}（{row.clause}）" for row in street_measures()}
