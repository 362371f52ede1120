"""Telling people what was done to an account. The room of notices lies above this one and fills the port."""

from __future__ import annotations

from django.urls import reverse

from xianan.core.ports import Port

from .models import User
from .selectors import administrators

account_notices: Port[[list[int], User, str, str, str], None] = Port()
"""Takes the recipients, whose district and account it is about, title, text and the page it leads to."""


def notify_of_account(user: User, what: str, *, actor: User | None, by: str = "", reason: str = "") -> None:
    """Tell the person and the other administrators that somebody changed roles, password or key.

    ``what`` goes on after the account; who sits at the server is named ``by``. The actor is not told.
    """
    who = f"{actor}（{actor.organization}，账号“{actor.username}”）" if actor else f"{by}（在服务器上）"
    text = f"办理人：{who}。{f'理由：{reason}。' if reason else ''}不是您同意或知情的，立即告知区委编办。"
    title = f"账号“{user.username}”（{user.name}）{what}"
    own = actor.pk if actor else 0
    others = administrators(user.district_id).exclude(pk__in=(own, user.pk)).order_by("pk")
    page = reverse("organizations:person", args=[user.pk])
    account_notices([user.pk] if user.pk != own else [], user, title, text, "")
    account_notices(list(others.values_list("pk", flat=True)), user, title, text, page)
