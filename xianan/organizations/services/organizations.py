"""Organizations of a district, edited by 区委编办."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q

from xianan.core import clock
from xianan.core.dates import chinese_date
from xianan.core.errors import DomainError
from xianan.core.locks import lock
from xianan.history.models import Entry
from xianan.history.services import differences, record
from xianan.organizations.models import Organization, RoleAssignment, User
from xianan.organizations.roles import ROLES
from xianan.organizations.rules import credit_code_fault, successor_fault
from xianan.organizations.scope import scope_of
from xianan.organizations.selectors import lasting_administrations

from .grants import sync_grants

NOT_ACTS = "organizations.user"
"""Entries about accounts: signing in says nothing about when an organization acted."""


def _check(row: Organization) -> None:
    if row.credit_code and (fault := credit_code_fault(row.credit_code)):
        raise DomainError("invalid", fault, field="credit_code")
    if row.parent is not None and row.parent.district_id != row.district_id:
        raise DomainError("other_district", "上级机构不属于本区。", field="parent")
    _check_days(row)
    try:
        row.full_clean()
    except ValidationError as error:
        field, messages = next(iter(error.message_dict.items()))
        raise DomainError("invalid", messages[0], field="" if field == "__all__" else field) from None


def _check_days(row: Organization) -> None:
    """Refuse days that contradict each other, or those of the organizations before and after this one."""
    if row.active_from and row.active_until and row.active_until < row.active_from:
        raise DomainError(
            "period",
            f"撤销日期不能早于成立日期 {chinese_date(row.active_from)}。",
            field="active_until",
        )
    if row.successor is not None and (fault := successor_fault(row, row.successor)):
        raise DomainError("successor", fault, field="successor")
    if row.pk is None:
        return
    for before in row.predecessors.all():
        if fault := successor_fault(before, row):
            raise DomainError("successor_of", f"“{before}”已由本机构承接：{fault}")


def _refuse_acted(row: Organization, *, before: dt.date | None = None, after: dt.date | None = None) -> None:
    """Refuse a first day after something was done on behalf of the organization, or a last day before it."""
    acts = Entry.objects.filter(organization=row).exclude(object_type=NOT_ACTS)
    if before is not None:
        first = acts.filter(at__date__lt=before).order_by("at").first()
        if first is not None:
            raise DomainError(
                "acted",
                f"{row}在{chinese_date(clock.local_date(first.at))}已有“{first.label}”的办理记录，成立日期不能晚于该日。",
                field="active_from",
            )
    if after is not None:
        last = acts.filter(at__date__gt=after).order_by("-at").first()
        if last is not None:
            raise DomainError(
                "acted",
                f"{row}在{chinese_date(clock.local_date(last.at))}还有“{last.label}”的办理记录，撤销日期不能早于该日。",
                field="active_until",
            )


def _refuse_loss(row: Organization) -> None:
    """Refuse a change that would leave people with roles that don't fit."""
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
def change_organization(row: Organization, *, actor: User, **values: Any) -> Organization:
    """Change what an organization is; its last day is set by ``close_organization`` alone.

    Errors: invalid (with field), period, successor_of, acted, role_no_longer_fits, not_allowed.
    """
    scope_of(actor).require("edit_organizations", row, label="维护机构")
    lock(row.district)
    fresh = lock(row)
    if values.get("active_from") != fresh.active_from:
        _refuse_acted(fresh, before=values.get("active_from"))
    return _write(fresh, values, "organization.change", "修改机构", actor)


@transaction.atomic
def close_organization(
    row: Organization,
    *,
    active_until: dt.date,
    reason: str,
    actor: User,
    successor: Organization | None = None,
) -> Organization:
    """Set the last day of an organization and who takes over; from the next day on nobody acts for it.

    Called again it puts day and successor right. Its roles stay and give nothing after that day, so that
    ``reopen_organization`` brings them back. Errors: not_allowed, reason_missing, self_lockout,
    last_establishment, period and acted (field active_until), successor (field successor), successor_of.
    """
    fresh = _locked(row, actor, reason)
    if fresh.pk == actor.organization_id:
        raise DomainError("self_lockout", "不能撤销自己所在的机构。")
    last = lasting_administrations(fresh.district_id)
    if last.filter(organization=fresh).exists() and not last.exclude(organization=fresh).exists():
        raise DomainError(
            "last_establishment", "区委编办的管理账号都在该机构，撤销后无人管理。请先在其他机构分配该角色。"
        )
    _refuse_acted(fresh, after=active_until)
    action, label = (
        ("organization.close", "撤销机构")
        if fresh.active_until is None
        else ("organization.reclose", "更正撤销")
    )
    # Its days as they stand behind the lock of the district.
    successor = lock(successor, no_key=True) if successor is not None else None
    values = {"active_until": active_until, "successor": successor}
    return _write(fresh, values, action, label, actor, reason)


@transaction.atomic
def reopen_organization(row: Organization, *, reason: str, actor: User) -> Organization:
    """Take the end of an organization back; roles still in their term give rights again.

    Errors: not_allowed, reason_missing, wrong_state, and built_upon where what it did has gone on since.
    """
    fresh = _locked(row, actor, reason)
    if fresh.active_until is None:
        raise DomainError("wrong_state", "该机构没有撤销，请刷新页面。")
    if fresh.successor is not None and fresh.successor.active_until is not None:
        raise DomainError(
            "built_upon",
            f"承接机构“{fresh.successor}”的撤销日期是{chinese_date(fresh.successor.active_until)}，"
            "承接已有后续，不能恢复。先恢复承接机构。",
        )
    if fresh.parent is not None and not fresh.parent.is_active:
        raise DomainError("built_upon", f"上级机构“{fresh.parent}”{fresh.parent.standing.label}，不能恢复。")
    values = {"active_until": None, "successor": None}
    return _write(fresh, values, "organization.reopen", "恢复机构", actor, reason)


def _locked(row: Organization, actor: User, reason: str) -> Organization:
    """Return the row locked, behind the district: two ends at once would not see each other's day."""
    scope_of(actor).require("edit_organizations", row, label="维护机构")
    if not reason.strip():
        raise DomainError("reason_missing", "未填写理由。", field="reason")
    lock(row.district)
    return lock(row)


def _write(
    fresh: Organization, values: dict[str, Any], action: str, label: str, actor: User, reason: str = ""
) -> Organization:
    changes = differences(fresh, values)
    for key, value in values.items():
        setattr(fresh, key, value)
    _check(fresh)
    if changes:
        _refuse_loss(fresh)
        fresh.save()
        record(fresh, action, label, actor=actor, changes=changes, reason=reason.strip())
        # A 司法所 works inside its street: what its people may do there ends with the street.
        reached = RoleAssignment.objects.filter(Q(organization=fresh) | Q(organization__parent=fresh))
        sync_grants(set(reached.values_list("user_id", flat=True)))
    return fresh
