"""What the portal tells people, what they have read of it, and how they want to be told."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from xianan.core import clock
from xianan.core.errors import DomainError
from xianan.deadlines.choices import NoticeKind
from xianan.deadlines.models import Notice, NoticePreference
from xianan.deadlines.selectors import recipients
from xianan.history.services import record
from xianan.organizations.models import District, User
from xianan.organizations.notifications import account_notices

BATCH = 2000


def notify(
    recipient_ids: Iterable[int],
    *,
    district: District | int,
    kind: NoticeKind,
    title: str,
    text: str = "",
    url: str = "",
    sender: User | None = None,
) -> list[Notice]:
    """Tell each of these people the same, once; one statement for up to 2,000 people."""
    district_id = district if isinstance(district, int) else district.pk
    rows = [
        Notice(
            district_id=district_id,
            recipient_id=key,
            kind=kind,
            title=title[:300],
            text=text[:500],
            url=url[:300],
            sender=sender,
        )
        for key in dict.fromkeys(recipient_ids)
    ]
    return Notice.objects.bulk_create(rows, batch_size=BATCH)


def notify_organizations(
    organization_ids: Iterable[int],
    *,
    district_id: int,
    kind: NoticeKind,
    title: str,
    url: str,
    text: str = "",
    sender: User | None = None,
) -> int:
    """Tell whoever can act in these organizations, each person once; return how many. Two statements."""
    found = recipients(set(organization_ids), clock.today())
    people = {person.user_id for group in found.values() for person in group}
    people.discard(sender.pk if sender else 0)
    notify(sorted(people), district=district_id, kind=kind, title=title, text=text, url=url, sender=sender)
    return len(people)


@account_notices.fill
def notify_people(people: list[int], about: User, title: str, text: str, url: str) -> None:
    """Tell these people something about an account."""
    notify(people, district=about.district_id, kind=NoticeKind.WORK, title=title, text=text, url=url)


def mark_read(user: User, *, notices: Collection[int] | None = None) -> int:
    """Mark a person's unread notices as read, all of them or some; return how many were unread."""
    rows = Notice.objects.filter(recipient_id=user.pk, read_at__isnull=True)
    if notices is not None:
        rows = rows.filter(pk__in=notices)
    return rows.update(read_at=clock.now())


@transaction.atomic
def set_preference(user: User, *, by_mail: bool, address: str, actor: User) -> NoticePreference:
    """Say whether a person wants mail beside the portal, and where to.

    Only one's own. Errors: not_allowed, no_mail_server (field by_mail), address (field address).
    """
    if actor.pk != user.pk:
        raise DomainError("not_allowed", "通知方式由本人设置。", status=403)
    address = address.strip()
    if by_mail and settings.MAIL_SERVER is None:
        raise DomainError("no_mail_server", "本平台没有配置邮件服务器，只在平台内通知。", field="by_mail")
    if by_mail and not address:
        raise DomainError("address", "发邮件须填写邮箱。", field="address")
    if address:
        try:
            validate_email(address)
        except ValidationError:
            raise DomainError("address", f"“{address}”不是邮箱地址。", field="address") from None
    before = NoticePreference.objects.select_for_update().filter(user=user).first()
    row, _ = NoticePreference.objects.update_or_create(
        user=user, defaults={"district_id": user.district_id, "by_mail": by_mail, "address": address}
    )
    old = _words(before.by_mail, before.address) if before else _words(False, "")
    if old != _words(by_mail, address):
        record(
            user,
            "user.notices",
            "修改通知方式",
            actor=actor,
            changes={"通知方式": (old, _words(by_mail, address))},
        )
    return row


def _words(by_mail: bool, address: str) -> str:
    return f"平台和邮件 {address}" if by_mail else "仅平台"
