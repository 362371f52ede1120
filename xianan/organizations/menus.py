"""What this app adds to the frame and to the log."""

from __future__ import annotations

from collections.abc import Sequence

from django.urls import reverse

from xianan.history.registry import ObjectKind, Shown, register_object
from xianan.ui.menu import MenuEntry, register_menu

register_menu(
    MenuEntry("系统", "机构", "organizations:organizations", "gear", ("view_organizations",), order=900),
    MenuEntry("系统", "人员与角色", "organizations:people", "people", ("assign_roles",), order=910),
)


def _organizations(ids: Sequence[int]) -> dict[int, Shown]:
    from .models import Organization

    return {
        pk: Shown(
            name,
            reverse("organizations:organization", args=[pk]),
            "在用" if active else "已停用",
            "green" if active else "grey",
        )
        for pk, name, active in Organization.objects.filter(pk__in=ids).values_list("pk", "name", "is_active")
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
