"""Signing in and out, with every attempt in the log."""

from __future__ import annotations

from django.contrib.auth import authenticate
from django.db import transaction
from django.http import HttpRequest

from xianan.core import refusals
from xianan.core.clock import ZONE
from xianan.core.errors import DomainError
from xianan.history.services import record
from xianan.organizations.models import District, User
from xianan.organizations.services.grants import sync_grants
from xianan.organizations.services.tries import Limit, Try
from xianan.portal import devices, lockout
from xianan.ui.address import address_of, place_of

WRONG = "账号或密码不正确。连续 5 次输入错误，15 分钟内不能再试。"
LOCKED: dict[Limit, str] = {
    lockout.DEVICE: "该账号在这个浏览器上连续 5 次输入错误，{time} 以后再试。忘记密码时由区委编办重置，重置后即可登录。",
    lockout.ACCOUNT: (
        "该账号连续 5 次输入错误，{time} 以后再试；在此前登录过的浏览器上不受影响。"
        "忘记密码时由区委编办重置，重置后即可登录。"
    ),
    lockout.ADDRESS: "从本机所在的网络输入错误次数过多，{time} 以后再试；在此前登录过的浏览器上不受影响。",
}


def check_password(request: HttpRequest, *, username: str, password: str) -> User:
    """Return the person with this account and password; the caller opens the session.

    What is refused looks the same for an unknown, a disabled and a known account. Errors:
    wrong_password, locked.
    """
    username = username.strip()
    place, device = place_of(request), devices.device_of(request, username)
    now = lockout.reserve(username, place, device)
    if now.allowed:
        user = authenticate(request, username=username, password=password)
        if isinstance(user, User):
            lockout.succeeded(username, place, device)
            _welcome(user, address_of(request))
            return user
        _note_failure(username, address_of(request))
        if now.left:
            raise DomainError("wrong_password", WRONG)
    raise _locked(now)


def _locked(now: Try) -> DomainError:
    refusals.reason.set("locked")
    time = f"{now.until.astimezone(ZONE):%H:%M}"
    return DomainError("locked", LOCKED[now.limit].format(time=time), status=429)


@transaction.atomic
def _welcome(user: User, address: str) -> None:
    # A role that began or ended since the last look counts from this moment.
    sync_grants({user.pk})
    record(user, "user.login", "登录平台", actor=user, changes={"来源地址": (None, address)})


def _note_failure(username: str, address: str) -> None:
    known = User.objects.select_related("organization").filter(username=username).first()
    district = None if known else District.objects.first()
    # What was typed as an unknown account may be a password, so it is not written down.
    subject = known or district
    if subject is not None:
        label = "登录失败" if known else "登录失败（没有此账号）"
        record(subject, "user.login_failed", label, actor=None, changes={"来源地址": (None, address)})


def signed_out(user: User) -> None:
    """Write that a person left."""
    record(user, "user.logout", "退出平台", actor=user)
