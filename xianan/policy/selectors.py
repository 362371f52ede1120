"""Which version of a document is in force on a day, and what it says."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db.models import Case, Q, QuerySet, Subquery, When

from xianan.core import clock
from xianan.core.errors import DomainError
from xianan.organizations.models import District

from .in_time import Change, Document, Said, Version
from .models import FormerDays, Parameter, PolicyVersion


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
    """Return {key: value} of the version in force on a day (today); one query.

    After the last version has run out its figures go on to hold, because what was begun under it must
    be finished; pages that start something new ask ``version_in_force`` and warn. What judges a period asks
    ``document_in_time``, for without a version in force nothing does.
    """
    day = on or clock.today()
    if day < clock.today():
        # A figure that was changed since was another one then.
        return dict(document_in_time(district, document).holding(day).values)
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


# ---- Through time --------------------------------------------------------------------------------


def documents_in_time(
    district: District | int, *keys: str, known: dt.datetime | None = None
) -> dict[str, Document]:
    """Return documents of a district (all) by key; one query, with ``known`` two."""
    rows = PolicyVersion.objects.filter(district=district)
    if keys:
        rows = rows.filter(document__in=keys)
    told = rows.order_by("valid_from", "pk", "parameters", "parameters__changes__at").values_list(
        "document", "pk", "valid_from", "valid_until", "entered_at", "parameters__key", "parameters__value",
        "parameters__changes__at", "parameters__changes__old", "parameters__changes__new",
        "parameters__changes__holds_from",
    )  # fmt: skip
    days: dict[int, tuple[str, dt.date, dt.date | None]] = {}
    values: dict[int, dict[str, Any]] = {}
    changes: dict[tuple[int, str], list[Change]] = {}
    for document, pk, first, last, entered, key, value, at, old, new, holds_from in told:
        if known is not None and entered is not None and entered > known:
            continue
        days[pk] = (document, first, last)
        if key is not None:
            values.setdefault(pk, {})[key] = value
            if at is not None:
                changes.setdefault((pk, key), []).append(Change(at, old, new, holds_from))
    if known is not None:
        days |= _then(days, known)
    found: dict[str, list[Version]] = {key: [] for key in keys}
    for pk, (document, first, last) in days.items():
        said = {
            key: Said(value, tuple(changes.get((pk, key), ()))) for key, value in values.get(pk, {}).items()
        }
        found.setdefault(document, []).append(Version(pk, first, last, said))
    return {key: Document(tuple(versions), known) for key, versions in found.items()}


def document_in_time(district: District | int, key: str, *, known: dt.datetime | None = None) -> Document:
    """Return one document of a district through time; one query, with ``known`` two."""
    return documents_in_time(district, key, known=known)[key]


def _then(
    days: Mapping[int, tuple[str, dt.date, dt.date | None]], known: dt.datetime
) -> dict[int, tuple[str, dt.date, dt.date | None]]:
    """Return the days of versions that were moved since, as they were at a moment."""
    rows = FormerDays.objects.filter(version__in=list(days), known_until__gt=known).order_by(
        "-known_until", "-pk"
    )
    # The last one read is the first that was written after the moment.
    return {row.version_id: (days[row.version_id][0], row.valid_from, row.valid_until) for row in rows}
