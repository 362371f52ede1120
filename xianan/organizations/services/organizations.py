"""Organizations of a district, edited by 区委编办."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from xianan.core.errors import DomainError
from xianan.core.flow import lock
from xianan.history.services import differences, record
from xianan.organizations.models import Organization, RoleAssignment, User
from xianan.organizations.scope import scope_of

from .grants import sync_grants

EDITABLE = (
    "name", "full_name", "short_name", "aliases", "kind", "duty", "empowering",
    "code", "credit_code", "parent", "display_order", "is_active",
)  # fmt: skip


def _check(row: Organization) -> None:
    try:
        row.full_clean()
    except ValidationError as error:
        field, messages = next(iter(error.message_dict.items()))
        raise DomainError("invalid", messages[0], field="" if field == "__all__" else field) from None


@transaction.atomic
def create_organization(*, actor: User, **values: Any) -> Organization:
    """Add an organization to the actor's district. Errors: invalid (with field), not_allowed."""
    scope_of(actor).require("edit_organizations", label="维护机构")
    row = Organization(district_id=actor.district_id, **values)
    _check(row)
    row.save(force_insert=True)
    record(row, "organization.create", "增设机构", actor=actor)
    return row


@transaction.atomic
def change_organization(row: Organization, *, actor: User, **values: Any) -> Organization:
    """Change an organization; closing it ends the grants that rest on it. Errors: invalid, not_allowed."""
    scope_of(actor).require("edit_organizations", label="维护机构")
    fresh = lock(row)
    if fresh.district_id != actor.district_id:
        raise DomainError("other_district", "该机构不属于本区。", status=403)
    changes = differences(fresh, values)
    for key, value in values.items():
        setattr(fresh, key, value)
    _check(fresh)
    if changes:
        fresh.save()
        record(fresh, "organization.change", "修改机构", actor=actor, changes=changes)
        sync_grants(set(RoleAssignment.objects.filter(organization=fresh).values_list("user_id", flat=True)))
    return fresh
