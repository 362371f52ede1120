"""Training in the side menu, with the sessions that wait to be recorded or confirmed."""

from __future__ import annotations

from collections.abc import Iterator

from secondment.selectors.training import VIEW, to_confirm, to_record
from xianan.organizations.requests import Request
from xianan.organizations.scope import Scope
from xianan.ui.menu import Badge, MenuEntry, register_badges, register_menu

SECTION = "人员与培训"

register_menu(MenuEntry(SECTION, "培训", "secondment:trainings", "calendar", (VIEW,), order=70, tone="amber"))


@register_badges
def _badges(request: Request) -> Iterator[Badge]:
    scope: Scope = request.scope
    if scope.holds("plan_training") or scope.holds("hold_joint_training"):
        yield Badge("secondment:trainings", to_record(scope))
    if scope.holds("confirm_training"):
        yield Badge("secondment:trainings", to_confirm(scope))
