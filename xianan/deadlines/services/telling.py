"""Telling the people of an organization that a plan or an order concerns them."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse

from xianan.core import clock
from xianan.organizations.models import User

from ..choices import NoticeKind
from ..models import Order
from ..selectors import recipients
from .notices import notify


def tell(
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


def tell_of_order(
    order: Order, organizations: Iterable[int], title: str, text: str, actor: User | None
) -> None:
    """Tell these organizations something about an order or circular."""
    tell(
        organizations,
        district_id=order.district_id,
        kind=NoticeKind.ORDER,
        title=title,
        text=text,
        url=reverse("deadlines:order", args=[order.pk]),
        sender=actor,
    )


def tell_people(people: list[int], about: User, title: str, text: str, url: str) -> None:
    """Tell these people something about an account: the port of ``organizations.telling``."""
    notify(people, district=about.district_id, kind=NoticeKind.WORK, title=title, text=text, url=url)
