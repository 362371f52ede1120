"""What is still open for an organization, asked before it ends. The rooms above name what is theirs."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.urls import reverse

from .models import Organization, RoleAssignment, active


@dataclass(frozen=True, slots=True)
class Unfinished:
    """So many things of one sort, and the list where they stand, if there is one."""

    label: str
    count: int
    unit: str = "项"
    url: str = ""


Notifier = Callable[[Organization], Iterable[Unfinished]]

_notifiers: list[Notifier] = []


def register_unfinished(notifier: Notifier) -> Notifier:
    """Add who knows of open things; the same one twice counts once."""
    if notifier not in _notifiers:
        _notifiers.append(notifier)
    return notifier


def unfinished(row: Organization) -> list[Unfinished]:
    """Return what is open for an organization; what there is nothing of is left out."""
    return [line for notifier in _notifiers for line in notifier(row) if line.count]


def listed(label: str, rows: QuerySet, unit: str = "项", page: str = "", **query: object) -> Unfinished:
    """Return how many rows there are, with the list ``page`` narrowed by ``query``."""
    url = f"{reverse(page)}?{urlencode(query)}" if page else ""
    return Unfinished(label, rows.count(), unit, url)


@register_unfinished
def _own(row: Organization) -> Iterable[Unfinished]:
    held = RoleAssignment.objects.living().filter(organization=row)
    yield listed(
        "现任角色的账号", held.order_by().values("user").distinct(), "个",
        "organizations:people", organization=row.pk,
    )  # fmt: skip
    yield listed("下级机构", row.children.filter(active()), "个")
