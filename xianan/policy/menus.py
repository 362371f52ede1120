"""What this app adds to the frame and to the log."""

from __future__ import annotations

from collections.abc import Sequence

from django.urls import reverse

from xianan.history.registry import ObjectKind, Shown, register_object
from xianan.ui.menu import MenuEntry, register_menu

register_menu(MenuEntry("系统", "政策参数", "policy:versions", "adjust", ("view_parameters",), order=920))


def _versions(ids: Sequence[int]) -> dict[int, Shown]:
    from .models import PolicyVersion

    return {
        row.pk: Shown(str(row), reverse("policy:version", args=[row.pk]), "文件版本", "grey")
        for row in PolicyVersion.objects.filter(pk__in=ids)
    }


register_object(ObjectKind("policy.policyversion", "政策文件", _versions, "policy.add"))
