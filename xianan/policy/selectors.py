"""Which version of a document is in force on a day, and what it says."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Case, Q, QuerySet, Subquery, When

from xianan.core import clock
from xianan.core.errors import DomainError
from xianan.organizations.models import District

from .models import Parameter, PolicyVersion


def version_in_force(
    district: District | int, document: str, on: dt.date | None = None
) -> PolicyVersion | None:
    """Return the version of a document in force on a day (today): the youngest of those valid then (P44)."""
    day = on or clock.today()
    return (
        PolicyVersion.objects.filter(
            Q(valid_until__isnull=True) | Q(valid_until__gte=day),
            district=district,
            document=document,
            valid_from__lte=day,
        )
        .order_by("-valid_from")
        .first()
    )


def parameters(district: District | int, document: str, on: dt.date | None = None) -> dict[str, Any]:
    """Return {key: value} of the version in force on a day.

    After the last version has run out its figures go on to hold, because what was begun under it must
    be finished; pages that start something new ask ``version_in_force`` and warn.
    """
    day = on or clock.today()
    version = (
        PolicyVersion.objects.filter(district=district, document=document, valid_from__lte=day)
        .annotate(ended=Case(When(valid_until__lt=day, then=1), default=0))
        .order_by("ended", "-valid_from")
        .values("pk")[:1]
    )
    return dict(Parameter.objects.filter(version=Subquery(version)).values_list("key", "value"))


def parameter(district: District | int, document: str, key: str, on: dt.date | None = None) -> Any:
    """Return one figure in force on a day. Raises DomainError("parameter_missing") if nothing says it."""
    values = parameters(district, document, on)
    if key not in values:
        raise DomainError("parameter_missing", f"政策参数“{key}”尚未设置，请区委编办在“政策参数”中补充。")
    return values[key]


def versions(district: District | int) -> QuerySet[PolicyVersion]:
    """Return all versions of both documents with their parameters."""
    return PolicyVersion.objects.filter(district=district).prefetch_related("parameters")
