"""Organizations of a district, edited by 区委编办."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q

from xianan.core import clock
from xianan.core.errors import DomainError
from xianan.core.flow import lock
from xianan.history.services import differences, record
from xianan.organizations.models import Organization, RoleAssignment, User
from xianan.organizations.roles import ROLES
from xianan.organizations.rules import credit_code_fault
from xianan.organizations.scope import scope_of

from .grants import sync_grants

EDITABLE = (
    "name", "full_name", "short_name", "aliases", "kind", "duty", "empowering",
    "code", "credit_code", "parent", "display_order", "is_active",
)  # fmt: skip


def _check(row: Organization) -> None:
    if row.credit_code and (fault := credit_code_fault(row.credit_code)):
        raise DomainError("invalid", fault, field="credit_code")
    if row.parent is not None and row.parent.district_id != row.district_id:
        raise DomainError("other_district", "上级机构不属于本区。", field="parent")
    try:
        row.full_clean()
    except ValidationError as error:
        field, messages = next(iter(error.message_dict.items()))
        raise DomainError("invalid", messages[0], field="" if field == "__all__" else field) from None


def _refuse_loss(row: Organization, actor: User) -> None:
    """Refuse a change that would leave people with roles that don't fit, or the actor without rights."""
    if not row.is_active and row.pk == actor.organization_id:
        raise DomainError("self_lockout", "不能停用自己所在的机构。")
    held = RoleAssignment.objects.filter(
        Q(ends_on__isnull=True) | Q(ends_on__gte=clock.today()), organization=row
    ).values_list("role", "user__name")
    for role, name in held:
        if not ROLES[role].fits(row):
            raise DomainError(
                "role_no_longer_fits",
                f"{name}现任该机构{ROLES[role].label}，改后的机构不能设此角色。请先结束该角色。",
                field="kind",
            )


def _act(before: Organization, after: Organization) -> tuple[str, str]:
    if before.is_active and not after.is_active:
        return "organization.close", "停用机构"
    if after.is_active and not before.is_active:
        return "organization.reopen", "恢复使用机构"
    return "organization.change", "修改机构"


@transaction.atomic
def create_organization(*, actor: User, **values: Any) -> Organization:
    """Add an organization to the actor's district. Errors: invalid (with field), not_allowed."""
    scope_of(actor).require("edit_organizations", actor.district, label="维护机构")
    row = Organization(district_id=actor.district_id, **values)
    _check(row)
    row.save(force_insert=True)
    record(row, "organization.create", "增设机构", actor=actor)
    return row


@transaction.atomic
def change_organization(row: Organization, *, actor: User, reason: str = "", **values: Any) -> Organization:
    """Change an organization; closing it ends the grants that rest on it.

    Errors: invalid (with field), role_no_longer_fits, self_lockout, not_allowed.
    """
    scope_of(actor).require("edit_organizations", row, label="维护机构")
    fresh = lock(row)
    changes = differences(fresh, values)
    for key, value in values.items():
        setattr(fresh, key, value)
    _check(fresh)
    if changes:
        _refuse_loss(fresh, actor)
        fresh.save()
        record(fresh, *_act(row, fresh), actor=actor, changes=changes, reason=reason)
        sync_grants(set(RoleAssignment.objects.filter(organization=fresh).values_list("user_id", flat=True)))
    return fresh
