"""What is still open for an organization, asked before it ends. The rooms above name what is theirs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.urls import reverse

from xianan.core.ports import Port

from .models import Organization, RoleAssignment, active


@dataclass(frozen=True, slots=True)
class Unfinished:
    """So many things of one sort, and the list where they stand, if there is one."""

    label: str
    count: int
    unit: str = "项"
    url: str = ""


open_for: Port[[Organization], Iterable[Unfinished]] = Port()


def unfinished(row: Organization) -> list[Unfinished]:
    """Return what is open for an organization; what there is nothing of is left out."""
    return [line for lines in open_for(row) for line in lines if line.count]


def listed(label: str, rows: QuerySet, unit: str = "项", page: str = "", **query: object) -> Unfinished:
    """Return how many rows there are, with the list ``page`` narrowed by ``query``."""
    url = f"{reverse(page)}?{urlencode(query)}" if page else ""
    return Unfinished(label, rows.count(), unit, url)


@open_for.fill
def _own(row: Organization) -> Iterable[Unfinished]:
    held = RoleAssignment.objects.living().filter(organization=row)
    yield listed(
        "现任角色的账号", held.order_by().values("user").distinct(), "个",
        "organizations:people", organization=row.pk,
    )  # fmt: skip
    yield listed("下级机构", row.children.filter(active()), "个")
