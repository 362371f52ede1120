"""The one writer of guardian's grants: they follow from role assignments and from nothing else."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from typing import Any

from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Q

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


def expected(user_ids: set[int], on: dt.date) -> tuple[dict[int, set[Pair]], dict[int, set[Pair]]]:
    """Return per user the (object id, codename) pairs that the assignments in force on a day give."""
    organizations: dict[int, set[Pair]] = defaultdict(set)
    districts: dict[int, set[Pair]] = defaultdict(set)
    rows = RoleAssignment.objects.filter(
        Q(ends_on__isnull=True) | Q(ends_on__gte=on),
        starts_on__lte=on,
        user_id__in=user_ids,
        user__is_active=True,
        organization__is_active=True,
    ).values_list(
        "user_id", "organization_id", "organization__parent_id", "organization__district_id", "role"
    )
    for user_id, organization_id, parent_id, district_id, role in rows:
        own, parent, district = rights_of(role)
        organizations[user_id] |= {(organization_id, codename) for codename in own}
        if parent_id:
            organizations[user_id] |= {(parent_id, codename) for codename in parent}
        districts[user_id] |= {(district_id, codename) for codename in district}
    return organizations, districts


@transaction.atomic
def sync_grants(users: set[int] | None = None, *, on: dt.date | None = None) -> int:
    """Make guardian's grants equal to what the role assignments say; return how many rows changed.

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
        held: dict[int, dict[Pair, int]] = defaultdict(dict)
        for pk, user_id, object_id, codename in model.objects.filter(user_id__in=user_ids).values_list(
            "pk", "user_id", "content_object_id", "permission__codename"
        ):
            held[user_id][(object_id, codename)] = pk
        surplus = [
            pk
            for user_id, pairs in held.items()
            for pair, pk in pairs.items()
            if pair not in wanted.get(user_id, set())
        ]
        missing = [
            model(user_id=user_id, content_object_id=pair[0], permission=permissions[pair[1]])
            for user_id, pairs in wanted.items()
            for pair in sorted(pairs)
            if pair not in held.get(user_id, {})
        ]
        model.objects.filter(pk__in=surplus).delete()
        model.objects.bulk_create(missing)
        changed += len(surplus) + len(missing)
    return changed
