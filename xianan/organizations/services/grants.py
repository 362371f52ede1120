"""The one writer of guardian's grants: they follow from role assignments and from nothing else."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db import transaction

from xianan.core import clock
from xianan.organizations.models import (
    District,
    DistrictUserPermission,
    Organization,
    OrganizationUserPermission,
    RoleAssignment,
    User,
)
from xianan.organizations.roles import rights, rights_of

Pair = tuple[int, str]
Term = tuple[dt.date, dt.date | None]
Grant = tuple[int, str, dt.date, dt.date | None]
"""Object id, codename, first and last day."""
DAY = dt.timedelta(days=1)


def create_permissions(**_: Any) -> None:
    """Create the registered codenames on the content types of Organization and District.

    guardian accepts a codename only on the object's own content type. Runs after every migrate.
    """
    for model in (Organization, District):
        content_type = ContentType.objects.get_for_model(model)
        present = set(Permission.objects.filter(content_type=content_type).values_list("codename", flat=True))
        Permission.objects.bulk_create(
            Permission(content_type=content_type, codename=right.codename, name=right.label)
            for right in rights()
            if right.codename not in present
        )


def common(term: Term, days: tuple[dt.date | None, dt.date | None]) -> Term | None:
    """Return the part of a term that lies within these days, open where there is none; None for no part."""
    start = max(term[0], days[0] or term[0])
    end = min((day for day in (term[1], days[1]) if day is not None), default=None)
    return None if end is not None and end < start else (start, end)


def merged(terms: Iterable[Term]) -> list[Term]:
    """Return these terms as few as say the same, by day: what overlaps or follows at once is one."""
    found: list[Term] = []
    for start, end in sorted(terms, key=lambda term: term[0]):
        if found and (found[-1][1] is None or start <= found[-1][1] + DAY):
            first, last = found.pop()
            start, end = first, None if last is None or end is None else max(last, end)
        found.append((start, end))
    return found


def expected(user_ids: set[int], on: dt.date) -> tuple[dict[int, set[Grant]], dict[int, set[Grant]]]:
    """Return per user what the assignments give on a day and after it, for organizations and districts.

    A role gives nothing on days on which its organization, or the parent it reaches, does not exist.
    """
    organizations: dict[int, dict[Pair, list[Term]]] = defaultdict(lambda: defaultdict(list))
    districts: dict[int, dict[Pair, list[Term]]] = defaultdict(lambda: defaultdict(list))
    rows = RoleAssignment.objects.filter(user_id__in=user_ids, user__is_active=True).select_related(
        "organization__parent"
    )
    for row in rows:
        own = row.organization
        term = common((row.starts_on, row.ends_on), (own.active_from, own.active_until))
        above = (
            common(term, (own.parent.active_from, own.parent.active_until)) if term and own.parent else None
        )
        for place, codenames, target, days in zip(
            (own.pk, own.parent_id, own.district_id),
            rights_of(row.role),
            (organizations, organizations, districts),
            (term, above, term),
            strict=True,
        ):
            if place is not None and days is not None:
                for codename in codenames:
                    target[row.user_id][place, codename].append(days)
    return _from(organizations, on), _from(districts, on)


def _from(found: Mapping[int, Mapping[Pair, list[Term]]], on: dt.date) -> dict[int, set[Grant]]:
    return {
        user_id: {
            (*pair, start, end)
            for pair, terms in pairs.items()
            for start, end in merged(terms)
            if end is None or end >= on
        }
        for user_id, pairs in found.items()
    }


@transaction.atomic
def sync_grants(users: set[int] | None = None, *, on: dt.date | None = None) -> int:
    """Make guardian's grants equal to what the role assignments say; return how many rows changed.

    Those to come are written with their first day: ``Scope`` asks the day itself. Those past are dropped.
    ``users`` limits it to some people; by default everybody who has an assignment or a grant.
    """
    day = on or clock.today()
    user_ids = set(User.objects.values_list("pk", flat=True)) if users is None else users
    changed = 0
    tables: tuple[Any, Any] = (OrganizationUserPermission, DistrictUserPermission)
    for model, target, wanted in zip(
        tables,
        (Organization, District),
        expected(user_ids, day),
        strict=True,
    ):
        permissions = {
            row.codename: row
            for row in Permission.objects.filter(content_type=ContentType.objects.get_for_model(target))
        }
        held: dict[int, dict[Grant, int]] = defaultdict(dict)
        for pk, user_id, *grant in model.objects.filter(user_id__in=user_ids).values_list(
            "pk", "user_id", "content_object_id", "permission__codename", "starts_on", "ends_on"
        ):
            held[user_id][tuple(grant)] = pk
        surplus = [
            pk
            for user_id, grants in held.items()
            for grant, pk in grants.items()
            if grant not in wanted.get(user_id, set())
        ]
        missing = [
            model(
                user_id=user_id,
                content_object_id=grant[0],
                permission=permissions[grant[1]],
                starts_on=grant[2],
                ends_on=grant[3],
            )
            for user_id, grants in wanted.items()
            for grant in sorted(grants, key=lambda grant: grant[:3])
            if grant not in held.get(user_id, {})
        ]
        model.objects.filter(pk__in=surplus).delete()
        model.objects.bulk_create(missing)
        changed += len(surplus) + len(missing)
    return changed
