"""What this app adds to the frame and to the log."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from django.urls import reverse

from xianan.history.registry import ObjectKind, Shown, register_object
from xianan.organizations.requests import Request
from xianan.ui.menu import Badge, MenuEntry, register_badges, register_menu

if TYPE_CHECKING:
    from .scope import Scope

register_menu(
    MenuEntry("系统", "机构", "organizations:organizations", "gear", ("view_organizations",), order=900),
    MenuEntry("系统", "人员与角色", "organizations:people", "people", ("assign_roles",), order=910),
)


@register_badges
def badges(request: Request) -> Iterator[Badge]:
    """Accounts that can't sign because they don't say who stands behind them."""
    from .selectors import without_key

    scope: Scope = request.scope
    if scope.holds("assign_roles"):
        yield Badge("organizations:people", without_key(scope.district_id))


def _organizations(ids: Sequence[int]) -> dict[int, Shown]:
    from .models import Organization

    return {
        row.pk: Shown(
            row.name,
            reverse("organizations:organization", args=[row.pk]),
            str(row.standing.label),
            row.standing.tone,
        )
        for row in Organization.objects.filter(pk__in=ids)
    }


def _people(ids: Sequence[int]) -> dict[int, Shown]:
    from .models import User

    return {
        pk: Shown(
            name,
            reverse("organizations:person", args=[pk]),
            "启用" if active else "已停用",
            "green" if active else "grey",
        )
        for pk, name, active in User.objects.filter(pk__in=ids).values_list("pk", "name", "is_active")
    }


register_object(ObjectKind("organizations.organization", "机构", _organizations, "organization.create"))
register_object(ObjectKind("organizations.user", "人员", _people, "user.create"))
