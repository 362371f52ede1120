"""Who stands behind an account: the key by which the accounts of one natural person are one (P13)."""

from __future__ import annotations

from django.db import transaction

from xianan.core.errors import DomainError
from xianan.core.locks import lock
from xianan.history.services import differences, record
from xianan.organizations.models import PersonKey, User
from xianan.organizations.notifications import notify_of_account
from xianan.organizations.person_keys import Key
from xianan.organizations.scope import scope_of

WHERE = "由区委编办在“人员与角色”中打开该账号，点“修改资料”填写"


@transaction.atomic
def set_person_key(user: User, key: Key, *, actor: User | None, by: str = "", reason: str = "") -> User:
    """Say who the person behind an account is. ``actor`` is None on the server, with ``by`` and ``reason``.

    Errors, at the field key: key (what is wrong with it), own_key, other_name, other_kind, second_account;
    not_allowed.
    """
    if actor is not None:
        scope_of(actor).require("assign_roles", user, label="维护人员账号")
    fresh = lock(user)
    set_key(fresh, key, actor=actor, by=by, reason=reason)
    return fresh


def set_key(user: User, key: Key, *, actor: User | None, by: str = "", reason: str = "") -> None:
    """Write the key of a locked or new account; the caller has checked the right."""
    fault = key.fault()
    if fault:
        raise DomainError("key", f"{fault}。", field="key")
    index = key.index(user.district.code)
    kept = PersonKey.objects.filter(user=user).first()
    changes = differences(kept or PersonKey(user=user), {"kind": key.kind, "number": key.tidied})
    if kept is not None and not changes:
        return
    if actor is not None and user.pk in scope_of(actor).accounts:
        # Whoever could rename himself could sign for the other side under the new name.
        raise DomainError(
            "own_key",
            "本人账号的人员标识由区委编办其他管理员设置；只有一名管理员的，在服务器上设置。",
            field="key",
        )
    namesake = (
        User.objects.filter(district_id=user.district_id, person_index=index)
        .exclude(pk=user.pk)
        .exclude(name=user.name)
        .first()
    )
    if namesake is not None:
        raise DomainError(
            "other_name",
            f"该号码已用于账号“{namesake.username}”（{namesake.name}），与姓名“{user.name}”不一致，核对号码和姓名。",
            field="key",
        )
    other_kind = (
        PersonKey.objects.filter(user__district=user.district_id, user__name=user.name, user__is_active=True)
        .exclude(user=user)
        .exclude(kind=key.kind)
        .select_related("user")
        .first()
    )
    if other_kind is not None:
        # Under two kinds of number the same person would pass for two.
        raise DomainError(
            "other_kind",
            f"同名账号“{other_kind.user.username}”填的是{other_kind.get_kind_display()}，同名账号须填同一种号码，"
            "以分清是否同一人。",
            field="key",
        )
    user.person_index = index
    refuse_second_account(user)
    user.save(update_fields=["person_index"])
    PersonKey.objects.update_or_create(user=user, defaults={"kind": key.kind, "number": key.tidied})
    if by:
        changes["服务器操作人"] = (None, by)
    label = "更改人员标识" if kept else "设置人员标识"
    record(user, "user.key", label, actor=actor, changes=changes, reason=reason)
    if kept:
        notify_of_account(user, "的人员标识被更改", actor=actor, by=by, reason=reason)


def refuse_second_account(user: User) -> None:
    """Refuse a second active account of one person in one organization: roles are added to the first."""
    if not user.person_index or not user.is_active:
        return
    # Two administrators who open accounts at once wait for each other here.
    lock(user.organization, no_key=True)
    other = (
        User.objects.filter(organization=user.organization_id, person_index=user.person_index, is_active=True)
        .exclude(pk=user.pk)
        .first()
    )
    if other is not None:
        raise DomainError(
            "second_account",
            f"该人员在{user.organization}已有账号“{other.username}”，不另开账号；需要的角色分配给该账号。",
            field="key",
        )


def refuse_unless_able_to_sign(user: User) -> None:
    """Refuse somebody whose account doesn't say who signs, or whose password another person knows.

    Errors, at the field password: no_key, initial_password.
    """
    if not user.person_index:
        raise DomainError(
            "no_key",
            f"账号“{user.username}”没有填写人员标识（身份证号码或工号），不能签署。{WHERE}后再签。",
            field="password",
        )
    if user.password_is_initial:
        raise DomainError(
            "initial_password",
            "现用密码由他人设定，不能签署。先在“修改密码”中改为只有本人知道的密码。",
            field="password",
        )
