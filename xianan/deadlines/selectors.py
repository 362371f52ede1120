"""Reads of deadlines and notices that other apps share."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import QuerySet

from xianan.organizations.choices import Kind
from xianan.organizations.models import District, Organization, RoleAssignment, active
from xianan.organizations.roles import ROLES, rights_of
from xianan.organizations.scope import Scope

from .models import Deadline, Notice
from .registry import kind
from .rules import acting


def open_for(organization_ids: Collection[int]) -> QuerySet[Deadline]:
    """Return the open deadlines that these organizations owe, the nearest first."""
    return (
        Deadline.objects.filter(organization_id__in=organization_ids, closed_at__isnull=True)
        .select_related("organization")
        .order_by("due_on", "id")
    )


def visible(scope: Scope) -> QuerySet[Deadline]:
    """Return the open deadlines that a person may see: the whole district's or those of the own units."""
    return scope.filter(Deadline.objects.filter(closed_at__isnull=True), "view_deadlines")


def due_days(key: str, model: type[models.Model], ids: Collection[int]) -> dict[int, dt.date]:
    """Return {object id: due date} of the open deadlines of one kind on rows of a model, in one query."""
    rows = Deadline.objects.filter(
        kind=key,
        content_type=ContentType.objects.get_for_model(model),
        object_id__in=ids,
        closed_at__isnull=True,
    )
    return dict(rows.values_list("object_id", "due_on"))


def links_of(dues: Iterable[Deadline]) -> dict[int, str]:
    """Return {deadline id: address of the page where it is dealt with}, asking each kind once."""
    by_kind: dict[str, list[Deadline]] = defaultdict(list)
    for due in dues:
        by_kind[due.kind].append(due)
    found: dict[int, str] = {}
    for key, rows in by_kind.items():
        links = kind(key).links([row.object_id for row in rows])
        found.update({row.pk: links[row.object_id] for row in rows if row.object_id in links})
    return found


def objects_of(dues: Iterable[Deadline]) -> dict[int, models.Model]:
    """Return {deadline id: the object it is about}, one query for each kind of object."""
    by_type: dict[int, list[Deadline]] = defaultdict(list)
    for due in dues:
        by_type[due.content_type_id].append(due)
    found: dict[int, models.Model] = {}
    for key, rows in by_type.items():
        model = ContentType.objects.get_for_id(key).model_class()
        if model is None:
            continue
        objects = model._default_manager.in_bulk([row.object_id for row in rows])
        found.update({row.pk: objects[row.object_id] for row in rows if row.object_id in objects})
    return found


class Recipient(NamedTuple):
    """Somebody who is told something on behalf of an organization."""

    user_id: int
    username: str
    organization_id: int


def acting_roles() -> frozenset[str]:
    """Return the roles that can act and not only look."""
    return acting({role: set().union(*rights_of(role)) for role in ROLES})


def recipients(
    organization_ids: Collection[int], on: dt.date, roles: Collection[str] | None = None
) -> Mapping[int, list[Recipient]]:
    """Return per organization the people who hold an acting role (or one of ``roles``) in it on a day.

    One query; everybody once per organization.
    """
    rows = (
        RoleAssignment.objects.living(on)
        .filter(organization_id__in=organization_ids, role__in=acting_roles() if roles is None else roles)
        .order_by("organization_id", "user_id")
        .values_list("user_id", "user__username", "organization_id")
        .distinct()
    )
    found: dict[int, list[Recipient]] = defaultdict(list)
    for row in rows:
        found[row[2]].append(Recipient(*row))
    return found


def office_recipients(district_id: int, on: dt.date) -> list[Recipient]:
    """Return the people of 区政府办 to whom long overdue matters are reported."""
    rows = (
        RoleAssignment.objects.living(on)
        .filter(district_id=district_id, role="government_office")
        .order_by("user_id", "organization_id")
        .values_list("user_id", "user__username", "organization_id")
        .distinct()
    )
    # Somebody who holds the role in two offices is told once.
    return list({row[0]: Recipient(*row) for row in rows}.values())


def notices_of(user_id: int) -> QuerySet[Notice]:
    """Return what a person was told, the newest first."""
    return Notice.objects.filter(recipient_id=user_id).order_by("-id")


def unread(user_id: int) -> QuerySet[Notice]:
    """Return the notices a person has not read."""
    return Notice.objects.filter(recipient_id=user_id, read_at__isnull=True)


def every_owing(district: District | int) -> QuerySet[Organization]:
    """Return the organizations of the kinds that can owe something, with those that ceased."""
    return Organization.objects.filter(district=district).exclude(kind__in=(Kind.GOVERNMENT, Kind.STATION))


def owing(district: District | int) -> QuerySet[Organization]:
    """Return the organizations that can owe something new: all that exist but the government and stations."""
    return every_owing(district).filter(active())
