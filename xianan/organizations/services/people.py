"""Accounts and the roles they hold."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from xianan.core import clock
from xianan.core.dates import chinese_date
from xianan.core.errors import DomainError
from xianan.core.locks import lock
from xianan.core.names import person_name
from xianan.history.services import differences, record
from xianan.organizations.models import Organization, RoleAssignment, UsedPassword, User
from xianan.organizations.notifications import notify_of_account
from xianan.organizations.passwords import LAST, was_used
from xianan.organizations.person_keys import Key
from xianan.organizations.roles import ROLES
from xianan.organizations.scope import scope_of
from xianan.organizations.selectors import lasting_administrations

from . import tries
from .grants import sync_grants
from .keys import refuse_second_account, set_key


def _refuse_weak(password: str, user: User) -> None:
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise DomainError("weak_password", " ".join(error.messages), field="password") from None


def _keep_digest(user: User) -> None:
    UsedPassword.objects.create(user=user, password=user.password)
    latest = user.used_passwords.values_list("pk", flat=True)[:LAST]
    user.used_passwords.exclude(pk__in=list(latest)).delete()


@transaction.atomic
def create_user(
    *,
    organization: Organization,
    username: str,
    name: str,
    password: str,
    actor: User | None,
    title: str = "",
    key: Key | None = None,
    password_is_own: bool = False,
) -> User:
    """Open an account. ``actor`` is None only while the district is being set up.

    What somebody else has set as the password must be changed before anything is done with the account,
    unless the person has typed it (``password_is_own``). Errors: ceased, username_taken, weak_password,
    not_allowed, and those of ``set_person_key``.
    """
    if actor is not None:
        scope_of(actor).require("assign_roles", organization, label="维护人员账号")
    username = username.strip()
    _refuse_absent(organization, clock.today(), "organization")
    if User.objects.filter(username=username).exists():
        raise DomainError("username_taken", f"账号“{username}”已存在，请换一个。", field="username")
    user = User(
        district_id=organization.district_id,
        organization=organization,
        username=username,
        name=person_name(name),
        title=title,
    )
    _refuse_weak(password, user)
    user.set_password(password)
    user.password_is_initial = actor is not None and not password_is_own
    user.save(force_insert=True)
    _keep_digest(user)
    record(user, "user.create", "开设账号", actor=actor)
    if key is not None:
        set_key(user, key, actor=actor)
    return user


@transaction.atomic
def change_user(user: User, *, actor: User, key: Key | None = None, **values: Any) -> User:
    """Change name, title, organization, key or is_active of an account; a disabled one loses its grants.

    Errors: not_allowed, other_district, ceased, self_lockout, second_account, and those of ``set_person_key``.
    """
    scope_of(actor).require("assign_roles", user, label="维护人员账号")
    fresh = lock(user)
    if fresh.pk == actor.pk and values.get("is_active") is False:
        raise DomainError("self_lockout", "不能停用自己的账号。", field="is_active")
    if values.get("is_active") and not fresh.is_active:
        # Its roles come back with it.
        _refuse_for_oneself(fresh, actor, "启用本人的账号", "grant_role")
    organization = values.get("organization")
    if organization is not None and organization.district_id != fresh.district_id:
        raise DomainError("other_district", "该机构不属于本区。", field="organization")
    if organization is not None and organization.pk != fresh.organization_id:
        _refuse_absent(organization, clock.today(), "organization")
    if "name" in values:
        values["name"] = person_name(values["name"])
    changes = differences(fresh, values)
    for name, value in values.items():
        setattr(fresh, name, value)
    if changes:
        refuse_second_account(fresh)
        fresh.save(update_fields=list(values))
        record(fresh, "user.change", "修改账号", actor=actor, changes=changes)
        sync_grants({fresh.pk})
    if key is not None:
        set_key(fresh, key, actor=actor)
    return fresh


@transaction.atomic
def set_password(user: User, *, password: str, actor: User | None, by: str = "", reason: str = "") -> None:
    """Set a new password, one's own or (with the right) another person's, who then must change it.

    ``actor`` is None on the server, with ``by`` and ``reason``. Errors: weak_password, used_password, not_allowed,
    oneself (a further account of one's own).
    """
    is_own = actor is not None and actor.pk == user.pk
    if actor is not None and not is_own:
        _refuse_for_oneself(user, actor, "重置本人账号的密码", "reset_password")
        scope_of(actor).require("assign_roles", user, label="重置密码")
    _refuse_weak(password, user)
    # Not asked of one who resets it: the answer would tell what passwords another person had.
    if is_own and was_used(user, password):
        raise DomainError("used_password", f"新密码不能与最近 {LAST} 次用过的密码相同。", field="password")
    user.set_password(password)
    user.password_is_initial = not is_own
    user.save(update_fields=["password", "password_is_initial"])
    _keep_digest(user)
    label = "修改密码" if is_own else "重置密码"
    record(user, "user.password", label, actor=actor, reason=reason, changes=_at_the_server(by))
    if not is_own:
        # Whoever forgot it has tried; the new one must open the door at once.
        tries.clear_all_of(user.username)
        notify_of_account(user, "的密码被重置，登录后须先改密码", actor=actor, by=by, reason=reason)


def _at_the_server(by: str) -> dict[str, tuple[None, str]]:
    return {"服务器操作人": (None, by)} if by else {}


def _refuse_absent(organization: Organization, day: dt.date, field: str) -> None:
    """Refuse what would let somebody act on a day for an organization that does not exist then. Errors: ceased."""
    if organization.is_active_on(day):
        return
    if organization.active_from is not None and day < organization.active_from:
        when = f"成立于{chinese_date(organization.active_from)}，{chinese_date(day)}还不存在"
    else:
        assert organization.active_until is not None
        when = f"的撤销日期是{chinese_date(organization.active_until)}，{chinese_date(day)}已不存在"
    raise DomainError("ceased", f"“{organization}”{when}。", field=field)


def _refuse_for_oneself(user: User, actor: User, what: str, command: str) -> None:
    """Refuse what an administrator does to an account of the own, whichever it is. Errors: oneself."""
    if user.pk in scope_of(actor).accounts:
        raise DomainError(
            "oneself",
            f"不能{what}，由区委编办其他管理员办理；只有一名管理员的，在服务器上用 manage.py {command} 办理。",
        )


@transaction.atomic
def assign_role(
    user: User,
    *,
    organization: Organization,
    role: str,
    actor: User | None,
    starts_on: dt.date | None = None,
    ends_on: dt.date | None = None,
    by: str = "",
    reason: str = "",
) -> RoleAssignment:
    """Give a role in an organization; writes the grants with it, and tells the person and administrators.

    ``actor`` is None while the district is being set up, or with ``by`` and ``reason`` on the server. Nobody
    gives one to himself. Errors: oneself, unknown_role, role_does_not_fit, role_held, period, ceased,
    other_district, not_allowed.
    """
    if actor is not None:
        scope_of(actor).require("assign_roles", user, label="分配角色")
        _refuse_for_oneself(user, actor, "为本人分配角色", "grant_role")
    starts_on = starts_on or clock.today()
    known = ROLES.get(role)
    if known is None:
        raise DomainError("unknown_role", "没有这个角色。", field="role")
    if user.district_id != organization.district_id:
        raise DomainError("other_district", "人员与机构须属于本区。", field="organization")
    if not known.fits(organization):
        raise DomainError("role_does_not_fit", f"“{organization}”不能设“{known.label}”。", field="role")
    # Behind the lock its days are those that the grants are cut by.
    organization = lock(organization, no_key=True)
    _refuse_absent(organization, starts_on, "starts_on")
    _refuse_absent(organization, max(starts_on, clock.today()), "organization")
    if ends_on is not None and ends_on < starts_on:
        raise DomainError("period", "截止日期不能早于起始日期。", field="ends_on")
    overlapping = RoleAssignment.objects.filter(user=user, organization=organization, role=role).exclude(
        ends_on__lt=starts_on
    )
    if ends_on is not None:
        overlapping = overlapping.filter(starts_on__lte=ends_on)
    if overlapping.exists():
        raise DomainError("role_held", f"{user}在此期间已是{organization}的{known.label}。", field="role")
    assignment = RoleAssignment.objects.create(
        district_id=user.district_id,
        user=user,
        organization=organization,
        role=role,
        starts_on=starts_on,
        ends_on=ends_on,
    )
    record(
        user,
        "role.assign",
        f"任{organization}{known.label}",
        actor=actor,
        changes={"起始日期": (None, starts_on), "截止日期": (None, ends_on), **_at_the_server(by)},
        reason=reason,
    )
    sync_grants({user.pk})
    if actor is not None or by:
        notify_of_account(user, f"任{organization}{known.label}", actor=actor, by=by, reason=reason)
    user._scope = None
    return assignment


@transaction.atomic
def end_role(assignment: RoleAssignment, *, actor: User, reason: str = "") -> RoleAssignment:
    """End a role today: the right is gone at once, the row stays for the record.

    Errors: wrong_state when it has ended already, last_establishment for the last 编办 account.
    """
    scope_of(actor).require("assign_roles", assignment, label="分配角色")
    fresh = lock(assignment)
    today = clock.today()
    if fresh.ends_on is not None and fresh.ends_on < today:
        raise DomainError("wrong_state", "该角色已经结束，请刷新页面。")
    if (
        fresh.role == "establishment"
        and not lasting_administrations(fresh.district_id).exclude(pk=fresh.pk).exists()
    ):
        raise DomainError(
            "last_establishment", "这是区委编办最后一个管理账号，不能结束。请先为他人分配该角色。"
        )
    yesterday = today - dt.timedelta(days=1)
    label = fresh.get_role_display()
    notify_of_account(fresh.user, f"不再任{fresh.organization}{label}", actor=actor, reason=reason)
    if fresh.starts_on > yesterday:
        fresh.delete()
    else:
        old, fresh.ends_on = fresh.ends_on, yesterday
        fresh.save(update_fields=["ends_on"])
        record(
            fresh.user,
            "role.end",
            f"不再任{fresh.organization}{label}",
            actor=actor,
            reason=reason,
            changes={"截止日期": (old, yesterday)},
        )
        sync_grants({fresh.user_id})
        return fresh
    record(fresh.user, "role.end", f"不再任{fresh.organization}{label}", actor=actor, reason=reason)
    sync_grants({fresh.user_id})
    return fresh
