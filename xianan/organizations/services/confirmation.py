"""Asking for the password once more before an act that binds an organization."""

from __future__ import annotations

from django.core.cache import cache

from xianan.core.errors import DomainError
from xianan.organizations.models import User

TRIES = 5
LOCKED_FOR = 15 * 60  # seconds


def _key(user: User) -> str:
    return f"confirm-password:{user.pk}"


def confirm_password(user: User, password: str) -> None:
    """Refuse unless ``password`` is the person's own; five wrong tries lock it for fifteen minutes.

    A try is counted before it is judged, so that many at once can't have more than five. The lock runs
    from the last wrong try. Errors, at the field password: wrong_password, locked.
    """
    key = _key(user)
    if (cache.get(key) or 0) >= TRIES:
        raise _locked()
    if not password:
        raise DomainError("wrong_password", "未填写登录密码。", field="password")
    cache.add(key, 0, timeout=LOCKED_FOR)
    tries = cache.incr(key)
    if tries > TRIES:
        raise _locked()
    if user.check_password(password):
        cache.delete(key)
        return
    cache.touch(key, LOCKED_FOR)
    left = TRIES - tries
    if left == 0:
        raise _locked()
    raise DomainError("wrong_password", f"密码不正确，没有签署。还可再试 {left} 次。", field="password")


def _locked() -> DomainError:
    return DomainError(
        "locked", "密码连续输错 5 次，15 分钟内不能签署。忘记密码时由区委编办重置。", field="password"
    )
